package slack

import (
	"context"
	"errors"

	sdk "github.com/slack-go/slack"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Socket asks whether Slack opens a socket for the app's token, and opens none.
func (c *Client) Socket(ctx context.Context) error {
	// The address that comes back holds a ticket.
	_, _, err := c.library("", sdk.OptionAppLevelToken(c.opts.AppToken)).StartSocketModeContext(ctx)
	return c.fault("", "apps.connections.open", repeatable, err)
}

// Reaches is nil when the bot may write to a channel. It writes nothing.
func (c *Client) Reaches(ctx context.Context, chat string) error {
	team, channel := split(chat)
	api, err := c.in(ctx, team)
	if err != nil {
		return err
	}
	info, err := api.GetConversationInfoContext(ctx, &sdk.GetConversationInfoInput{ChannelID: channel})
	if err != nil {
		return c.fault("", "conversations.info", repeatable, err)
	}
	if !info.IsMember || info.IsArchived {
		return &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver,
			Err: errors.New("slack: the bot isn't in this channel, or it is archived"),
		}
	}
	return nil
}
