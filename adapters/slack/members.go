package slack

import (
	"context"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var _ bot.Members = (*Client)(nil)

// RunsChat is part of bot.Members: channels have no admins of their own, workspaces have (users.info). A guest from
// another workspace runs nothing here.
func (c *Client) RunsChat(ctx context.Context, chat, user string) (bool, error) {
	team, _ := split(chat)
	api, err := c.in(ctx, team)
	if err != nil {
		return false, err
	}
	u, err := api.GetUserInfoContext(ctx, user)
	if err != nil {
		if err = c.fault("", "users.info", repeatable, err); pipeline.AsFault(err).Kind == pipeline.Rejected {
			return false, nil
		}
		return false, err
	}
	if team == "" { // as chats were called before there could be several workspaces
		self, err := c.Me(ctx, team)
		if err != nil {
			return false, err
		}
		team = self.Team
	}
	return u.TeamID == team && (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner), nil
}
