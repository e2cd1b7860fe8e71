package slack

import (
	"context"

	sdk "github.com/slack-go/slack"
)

// Socket asks whether Slack opens a socket for the app's token, and opens none.
func (c *Client) Socket(ctx context.Context) error {
	// The address that comes back holds a ticket.
	_, _, err := c.library("", sdk.OptionAppLevelToken(c.AppToken)).StartSocketModeContext(ctx)
	return c.fault("", "apps.connections.open", repeatable, err)
}
