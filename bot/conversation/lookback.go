package conversation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// MaxLookBack is how old a photo may be that becomes an order late. It must be less than updates are remembered
// (PurgeExpired of bot.Presence), or old ones would be taken for new.
const MaxLookBack = 3 * 24 * time.Hour

// LookBack goes through the chats of shops for photos that no update told of, since we or the platform were down,
// and gives them to handle. What was handled before changes nothing, so it may be called at any time. A chat
// that can't be read is looked through the next time. The error is that of the database, or of ctx.
func (cv *Conversation) LookBack(ctx context.Context, handle func(context.Context, bot.Update) error) error {
	for platform, history := range cv.opts.Histories {
		chats, err := cv.opts.Store.Chats(ctx, platform, "")
		if err != nil {
			return fmt.Errorf("look back: %w", err)
		}
		slices.SortStableFunc(chats, func(a, b bot.Chat) int { return a.Looked.Compare(b.Looked) })
		for _, c := range chats {
			if c.Shop == 0 || c.Unreachable {
				continue
			}
			if err := cv.lookThrough(ctx, history, c, handle); err != nil {
				return fmt.Errorf("look back: %w", err)
			}
		}
	}
	return nil
}

// lookThrough gives what was missed in a chat to handle.
func (cv *Conversation) lookThrough(
	ctx context.Context, h bot.History, c bot.Chat, handle func(context.Context, bot.Update) error,
) error {
	since := time.Now().Add(-MaxLookBack)
	if c.Looked.After(since) {
		since = c.Looked
	}
	all, until, err := h.Missed(ctx, c.ID, since)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		cv.opts.Log.Warn("chat can't be looked through", "platform", c.Platform, "chat", c.ID,
			"reason", pipeline.AsFault(err).Reason, "err", err)
		return nil
	}
	for _, u := range late(all) {
		if err := cv.guarded(ctx, u, handle); err != nil {
			return err
		}
	}
	if !until.After(c.Looked) {
		return nil
	}
	return cv.opts.Store.LookedBack(ctx, c.Platform, c.ID, until)
}

// guarded lets go of an update that makes us panic: it would do so again with each look.
func (cv *Conversation) guarded(
	ctx context.Context, u bot.Update, handle func(context.Context, bot.Update) error,
) (err error) {
	defer bot.RecoverUpdate(cv.opts.Log, u.Platform, &err)
	return handle(ctx, u)
}

// late picks what still means something when it is read hours later: photos that weren't cancelled, and the words that
// the same person wrote after one without any. Commands, answers and other talk are over.
func late(all []bot.Update) (some []bot.Update) {
	wordless := map[string]bool{} // by user: their last photo has no words yet
	for _, u := range all {
		if c, ok := new(intent.Reader).Command(u.Text); ok && c.Name == "cancel" && len(u.Pictures) == 0 {
			some, wordless[u.User.ID] = withoutLast(some, u.User.ID), false
			continue
		}
		if len(u.Pictures) == 0 && !(wordless[u.User.ID] && u.Text != "") {
			continue
		}
		wordless[u.User.ID] = len(u.Pictures) > 0 && u.Text == ""
		some = append(some, u)
	}
	return some
}

// withoutLast leaves out a person's last photo and what they wrote after it.
func withoutLast(some []bot.Update, user string) []bot.Update {
	for i, u := range slices.Backward(some) {
		if u.User.ID == user && len(u.Pictures) > 0 {
			after := slices.DeleteFunc(slices.Clone(some[i:]), func(x bot.Update) bool { return x.User.ID == user })
			return append(some[:i:i], after...)
		}
	}
	return some
}
