package conversation

import (
	"context"
	"fmt"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Expelled ends what is under way in all chats of a platform whose ids begin with prefix: a whole
// workspace has removed the app. Its people can't be told. It may be called again.
func (cv *Conversation) Expelled(ctx context.Context, platform, prefix string) error {
	chats, err := cv.opts.Store.Chats(ctx, platform, prefix)
	if err != nil {
		return fmt.Errorf("expelled: %w", err)
	}
	for _, c := range chats {
		if err := bot.Retry(func() error { return cv.leave(ctx, platform, c.ID) }); err != nil {
			return fmt.Errorf("expelled from %s: %w", c.ID, err)
		}
	}
	return nil
}

// leave ends what is under way in a chat that we can't write to any more.
func (cv *Conversation) leave(ctx context.Context, platform, id string) error {
	v, err := cv.loader.Load(ctx, bot.Update{Platform: platform, Chat: id})
	if err != nil {
		return err
	}
	v.Change.Chat.Unreachable = true
	for _, dr := range v.Drafts {
		v.Change.Drop = append(v.Change.Drop, dr.ID)
	}
	orders, err := cv.opts.Store.Unfinished(ctx, platform, id)
	if err != nil {
		return err
	}
	for _, o := range orders {
		next, m, err := pipeline.Cancel(o)
		if err != nil {
			continue
		}
		m.Notify = false
		v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	}
	_, err = cv.opts.Store.Commit(ctx, v.Change)
	return err
}
