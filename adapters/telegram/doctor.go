package telegram

import (
	"context"
	"time"
)

// Standing is what Telegram says about the bot and about where its updates go.
type Standing struct {
	Self
	Webhook  string    // empty: updates are kept until somebody polls
	Waiting  int       // updates that nobody has taken
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
		Trouble: c.clean(info.LastErrorMessage), Troubled: time.Unix(int64(info.LastErrorDate), 0),
	}, nil
}
