package shop

import (
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Members sees to who may use the service: invites, shops that are joined, chats that come and go.
type Members struct {
	opts   *session.Options
	store  session.ShopReads
	loader *session.Loader
}

// NewMembers makes Members.
func NewMembers(o *session.Options, ld *session.Loader) *Members { return &Members{o, o.Store, ld} }

// Membership follows what becomes of a chat.
func (mb *Members) Membership(ctx context.Context, v *session.Session) error {
	switch v.Kind {
	case bot.Left: // what is under way goes on: the short waits until we are let in again
		v.Change.Chat.Unreachable = true
		return nil
	case bot.Renamed:
		v.Change.MovedTo = v.NewChat
		return nil
	}
	if v.Group {
		mb.introduce(v)
	}
	return mb.WelcomeBack(ctx, v)
}

// introduce tells a group what to do, which depends on what we get to see there.
func (mb *Members) introduce(v *session.Session) {
	text := v.Fill("group.blind", nil)
	if v.SeesAll {
		text = v.Fill("group.sees", nil)
	}
	text += "\n" + v.Fill("ai", nil)
	if !mb.MayJoin(v) {
		text += "\n\n" + v.Fill("group.invite", nil)
	}
	v.Write(text)
}

// maxWaiting is how many orders of a chat are looked through for those that wait for it.
const maxWaiting = 20

// BackEvery is how often what can't be delivered to a chat is tried again because a person writes there: we may hear
// it and still not be let to write.
const BackEvery = time.Hour

// WelcomeBack hands over what waited for a chat that couldn't be reached, and has told there what came to nothing.
func (mb *Members) WelcomeBack(ctx context.Context, v *session.Session) error {
	v.Change.Chat.Unreachable = false
	letIn := v.StoredChat.Unreachable || v.Kind == bot.Joined
	if v.StoredChat.Version == 0 {
		return nil
	}
	orders, err := mb.loader.NewestOrders(ctx, v, maxWaiting)
	if err != nil {
		return err
	}
	for _, o := range slices.Backward(orders) {
		if !letIn && v.Now.Sub(o.Changed) < BackEvery {
			continue
		}
		if back, m, err := pipeline.Redeliver(o); err == nil {
			v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: back, Move: m})
		}
		if letIn && present.Untold(o) && v.Now.Sub(o.Changed) < toldLate {
			v.Change.Moves = append(v.Change.Moves, bot.Moved{
				Order: o, Move: pipeline.Move{Notify: true, Note: "the chat is back"},
			})
		}
	}
	return nil
}

// toldLate is how old bad news may be when a chat that was away gets to read it.
const toldLate = 7 * 24 * time.Hour

// MayJoin reports whether the chat has a shop, or gets one when it needs it.
func (mb *Members) MayJoin(v *session.Session) bool {
	return v.Shop.ID != 0 || v.Change.Shop != nil || mb.opts.Open || v.Admin
}

// join makes sure that the chat has a shop, if it may. A new one has no ID before the commit; a chat that was
// never greeted is told here that AI is used.
func (mb *Members) join(v *session.Session) {
	if !mb.MayJoin(v) || v.Shop.ID != 0 || v.Change.Shop != nil {
		return
	}
	v.Shop.Made = v.Now
	v.Change.Shop = &v.Shop
	bind(v)
	if v.StoredChat.Version == 0 {
		v.Tell("ai", nil)
	}
}

// Admit reports whether the chat may order. One that may not is told how it can.
func (mb *Members) Admit(v *session.Session) bool {
	switch {
	case v.Shop.ID != 0:
		return true
	case v.Group && !v.ToUs && len(v.Pictures) == 0: // people talk to each other
		return false
	case !mb.MayJoin(v):
		mb.AskForInvite(v)
		return false
	}
	if len(v.Pictures) > 0 || v.Reply != nil && len(v.Reply.Pictures) > 0 {
		mb.join(v)
	}
	return true
}

// told stands in the place of an album's name in the draft that remembers that a chat was asked for its
// invite: thirty photos in a row get one answer.
const (
	told      = "invite"
	ToldAgain = time.Minute
)

// AskForInvite says that an invite is needed.
func (mb *Members) AskForInvite(v *session.Session) {
	if slices.ContainsFunc(v.Drafts, func(dr bot.Draft) bool { return dr.Album == told }) {
		return
	}
	dr := v.NewDraft(bot.Settled)
	dr.Album, dr.Ends = told, v.Now.Add(ToldAgain)
	v.Put(dr)
	v.Tell("invite.needed", nil)
}
