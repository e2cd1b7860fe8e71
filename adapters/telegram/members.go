package telegram

import (
	"context"
	"strconv"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var _ bot.Members = (*Client)(nil)

// RunsChat is part of bot.Members (Bot API, getChatMember).
func (c *Client) RunsChat(ctx context.Context, chat, user string) (bool, error) {
	id, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		return false, nil // no user of Telegram is called so
	}
	m, err := c.api.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: chat, UserID: id})
	if err != nil {
		if err = c.fault(chat, "getChatMember", repeatable, err); pipeline.AsFault(err).Kind == pipeline.Rejected {
			return false, nil // they aren't there
		}
		return false, err
	}
	return m.Type == models.ChatMemberTypeOwner || m.Type == models.ChatMemberTypeAdministrator, nil
}
