package slack

import (
	"context"

	sdk "github.com/slack-go/slack"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// What stands at a post.
const (
	eyes  = "eyes"
	check = "white_check_mark"
	cross = "x"
)

// Mark is part of bot.Marker.
func (c *Client) Mark(ctx context.Context, t pipeline.Thread, m bot.Mark) error {
	p := where(t)
	if t.Message == "" {
		return nil
	}
	api, err := c.in(ctx, p.team)
	if err != nil {
		return err
	}
	post := sdk.NewRefToMessage(p.channel, t.Message)
	put := func(name string) error {
		err := api.AddReactionContext(ctx, name, post)
		if refuses(err, "already_reacted", "message_not_found", "too_many_reactions", "too_many_emoji") {
			return nil
		}
		return c.fault("", "reactions.add", repeatable, err)
	}
	take := func(names ...string) error {
		for _, name := range names {
			err := api.RemoveReactionContext(ctx, name, post)
			if err != nil && !refuses(err, "no_reaction", "message_not_found") {
				return c.fault("", "reactions.remove", repeatable, err)
			}
		}
		return nil
	}
	add, remove := "", []string{eyes}
	switch m {
	case bot.Seen:
		add, remove = eyes, nil
	case bot.Done:
		add, remove = check, []string{eyes, cross}
	case bot.NotDone:
		add = cross
	}
	if add != "" {
		if err := put(add); err != nil {
			return err
		}
	}
	return take(remove...)
}
