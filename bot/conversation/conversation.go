// Package conversation decides what each update leads to: messages, drafts, orders and changes of them, in one commit.
package conversation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// Conversation decides what each update leads to. Any number of them, in any number of processes, may work
// on one Store: what one decides is written only if nothing has changed since it looked.
type Conversation struct {
	opts       *session.Options
	loader     *session.Loader
	members    *shop.Members
	crowd      *shop.Crowd
	settings   *shop.Settings
	forgetting *shop.Forgetting
	intake     *orders.Intake
	edits      *orders.Edits
	messages   *orders.Messages
	drafts     *runner.Runner

	askingSince atomic.Int64 // Unix time at which chats were first asked again after a silence; 0: they aren't
}

// New makes a Conversation.
func New(o session.Options) *Conversation {
	all := &o
	ld := session.NewLoader(all)
	mb := shop.NewMembers(all, ld)
	st := shop.NewSettings(all, mb)
	in, ed, ms := orders.New(all, ld, st, mb)
	cv := &Conversation{
		opts: all, loader: ld, members: mb, crowd: shop.NewCrowd(all, mb), settings: st,
		forgetting: shop.NewForgetting(all, ld),
		intake:     in, edits: ed, messages: ms,
	}
	cv.drafts = runner.New(draftsAtOnce, o.Beside, o.Log, cv.runDraft)
	return cv
}

// Stop looks at no more drafts by itself, and waits for what is under way until ctx ends: see runner.Runner. Updates
// are taken in as before.
func (cv *Conversation) Stop(ctx context.Context) error { return cv.drafts.Stop(ctx) }

// Handle takes an update in: when it returns nil all that it leads to is committed, and the platform may
// forget the update. One that comes again changes nothing. It speaks to the database alone, and to a platform
// only where a group wants its shop deleted.
func (cv *Conversation) Handle(ctx context.Context, u bot.Update) error {
	err := cv.handle(ctx, u, nil, cv.decide)
	if errors.Is(err, bot.ErrSeen) {
		return nil
	}
	return err
}

// handle loads what is known of an update's chat, decides and commits. Who waits for the answer gives a response.
func (cv *Conversation) handle(
	ctx context.Context, u bot.Update, response *bot.Response, decide func(context.Context, *session.Session) error,
) error {
	err := bot.Retry(func() error {
		v, err := cv.loader.Load(ctx, u)
		if err != nil {
			return err
		}
		if response != nil {
			*response, v.Response = bot.Response{}, response
		}
		if err := decide(ctx, v); err != nil {
			return err
		}
		return cv.commit(ctx, v)
	})
	if err != nil {
		return fmt.Errorf("%s update %s: %w", u.Platform, u.Key, err)
	}
	return nil
}

// decide fills in what a session leads to.
func (cv *Conversation) decide(ctx context.Context, v *session.Session) error {
	if v.Kind == bot.Joined || v.Kind == bot.Left || v.Kind == bot.Renamed {
		return cv.members.Membership(ctx, v)
	}
	if err := cv.members.WelcomeBack(ctx, v); err != nil {
		return err
	}
	switch v.Kind {
	case bot.Pressed:
		return cv.press(ctx, v)
	case bot.Deleted:
		return cv.messages.Deleted(ctx, v)
	case bot.Edited:
		return cv.messages.Edited(ctx, v)
	}
	if done, err := cv.command(ctx, v); done || err != nil {
		return err
	}
	if !cv.members.Admit(v) || cv.settings.AnswersSetting(v) {
		return nil
	}
	return cv.messages.Message(ctx, v)
}

// commit writes what a session leads to, and sets it going.
func (cv *Conversation) commit(ctx context.Context, v *session.Session) error {
	v.Change.Moves = lastMoves(v.Change.Moves)
	if err := cv.forgetting.RemindForget(ctx, v); err != nil {
		return err
	}
	cv.crowd.Calm(v)
	answered(v)
	placed, err := cv.opts.Store.Commit(ctx, v.Change)
	for gone := (*pipeline.PurgedError)(nil); errors.As(err, &gone) && unplace(v, gone.Source); {
		answered(v)
		placed, err = cv.opts.Store.Commit(ctx, v.Change)
	}
	if err != nil {
		return err
	}
	if v.Response != nil {
		v.Response.Placed = placed
	}
	for i, o := range placed {
		if o.Version == 1 && o.Placed.UnixMilli() == v.Change.Place[i].Placed.UnixMilli() {
			cv.opts.Pipeline.Placed(o)
			continue
		}
		cv.opts.Pipeline.Wake(o.ID) // it was there already
		cv.opts.Pipeline.RefreshStatus(o.ID)
	}
	for _, m := range v.Change.Moves {
		cv.opts.Pipeline.Wake(m.Order.ID)
		cv.opts.Pipeline.RefreshStatus(m.Order.ID)
	}
	if v.Change.Flag != nil && cv.opts.FlagsChanged != nil {
		cv.opts.FlagsChanged()
	}
	cv.lookSoon(v.Change.Drafts)
	return nil
}

// unplace takes an order out of what a session leads to that was made before, and isn't kept any more; the person is
// told instead. It reports whether there was one.
func unplace(v *session.Session, source string) bool {
	n := len(v.Change.Place)
	v.Change.Place = slices.DeleteFunc(v.Change.Place, func(o pipeline.Order) bool { return o.Source == source })
	if n == len(v.Change.Place) {
		return false
	}
	text := v.Fill("order.gone", nil)
	// once for all pictures
	if !slices.ContainsFunc(v.Change.Messages, func(m bot.OutgoingMessage) bool { return m.Text == text }) {
		v.Write(text)
	}
	return true
}

// lastMoves keeps what was decided last about each order, since all of it starts at the same version.
func lastMoves(moves []bot.Moved) []bot.Moved {
	var last []bot.Moved
	for i, m := range moves {
		later := func(x bot.Moved) bool { return x.Order.ID == m.Order.ID }
		if !slices.ContainsFunc(moves[i+1:], later) {
			last = append(last, m)
		}
	}
	return last
}
