package telegram

import (
	"context"
	"errors"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Standing is what Telegram says about the bot and about where its updates go.
type Standing struct {
	Self
	Webhook  string    // empty: updates are kept until they are polled
	Waiting  int       // updates that weren't taken yet
	Trouble  string    // why the webhook failed the last time, even if it works again; empty: it never did
	Troubled time.Time // when that was
}

// Standing asks how things are, and changes nothing.
func (c *Client) Standing(ctx context.Context) (Standing, error) {
	self, err := c.Me(ctx)
	if err != nil {
		return Standing{}, err
	}
	info, err := c.api.GetWebhookInfo(ctx)
	if err != nil {
		return Standing{}, c.fault("", "getWebhookInfo", repeatable, err)
	}
	return Standing{
		Self: self, Webhook: info.URL, Waiting: info.PendingUpdateCount,
		Trouble: c.withoutSecrets(info.LastErrorMessage), Troubled: time.Unix(int64(info.LastErrorDate), 0),
	}, nil
}

// Reaches is nil when the bot may write to a chat. It writes nothing.
func (c *Client) Reaches(ctx context.Context, chat string) error {
	if !isGroup(chat) { // a person, who has spoken to the bot or hasn't
		_, err := c.api.GetChat(ctx, &tg.GetChatParams{ChatID: chat})
		return c.fault("", "getChat", repeatable, err)
	}
	me, err := c.Me(ctx)
	if err != nil {
		return err
	}
	m, err := c.api.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: chat, UserID: me.ID})
	if err != nil {
		return c.fault("", "getChatMember", repeatable, err)
	}
	if m.Type == models.ChatMemberTypeLeft || m.Type == models.ChatMemberTypeBanned ||
		m.Restricted != nil && !m.Restricted.CanSendMessages {
		return &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver,
			Err: errors.New("telegram: the bot may not write to this chat"),
		}
	}
	return nil
}
