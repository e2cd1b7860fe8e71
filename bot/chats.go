package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// membership follows what becomes of a chat.
func (d *Conversation) membership(ctx context.Context, v *session) error {
	switch v.Kind {
	case Left: // what is under way goes on: the short waits until we are let in again
		v.change.Chat.Unreachable = true
		return nil
	case Renamed:
		v.change.MovedTo = v.NewChat
		return nil
	}
	if v.Group {
		d.introduce(v)
	}
	return d.welcomeBack(ctx, v)
}

// introduce tells a group what to do, which depends on what we get to see there.
func (d *Conversation) introduce(v *session) {
	text := v.fill("group.blind", nil)
	if v.SeesAll {
		text = v.fill("group.sees", nil)
	}
	text += "\n" + v.fill("ai", nil)
	if !d.mayJoin(v) {
		text += "\n\n" + v.fill("group.invite", nil)
	}
	v.write(text)
}

// maxWaiting is how many orders of a chat are looked through for those that wait for it.
const maxWaiting = 20

// backEvery is how often what can't be delivered to a chat is tried again because somebody writes there: we may hear
// it and still not be let to write.
const backEvery = time.Hour

// welcomeBack hands over what waited for a chat that couldn't be reached.
func (d *Conversation) welcomeBack(ctx context.Context, v *session) error {
	v.change.Chat.Unreachable = false
	letIn := v.chat.Unreachable || v.Kind == Joined
	if v.chat.Version == 0 {
		return nil
	}
	orders, err := d.Store.Recent(ctx, v.Platform, v.Chat, maxWaiting)
	if err != nil {
		return err
	}
	for _, o := range slices.Backward(orders) {
		if !letIn && v.now.Sub(o.Changed) < backEvery {
			continue
		}
		if back, m, err := pipeline.Redeliver(o); err == nil {
			v.change.Moves = append(v.change.Moves, state.Moved{Order: back, Move: m})
		}
	}
	return nil
}

// mayJoin reports whether the chat has a shop, or gets one when it needs it.
func (d *Conversation) mayJoin(v *session) bool {
	return v.shop.ID != 0 || v.change.Shop != nil || d.Open || v.admin
}

// join makes sure that the chat has a shop, if it may. A new one has no ID before the commit; a chat that was
// never greeted is told here that AI is used.
func (d *Conversation) join(v *session) bool {
	if !d.mayJoin(v) {
		return false
	}
	if v.shop.ID == 0 && v.change.Shop == nil {
		v.shop.Made = v.now
		v.change.Shop = &v.shop
		v.bind()
		if v.chat.Version == 0 {
			v.tell("ai", nil)
		}
	}
	return true
}

// isAdmin goes by who it is, so nobody is one who writes in the name of a group. An id without its workspace
// means the one that the chat is in: a guest from another one may be called the same.
func (d *Conversation) isAdmin(v *session) bool {
	guest := v.User.Team != "" && !strings.HasPrefix(v.Chat, v.User.Team+":")
	return !v.User.Anonymous && (d.Admins[v.who()] || !guest && d.Admins[v.Platform+":"+v.User.ID])
}

// admit reports whether the chat may order. One that may not is told how it can.
func (d *Conversation) admit(_ context.Context, v *session) (bool, error) {
	switch {
	case v.shop.ID != 0:
		return true, nil
	case v.Group && !v.ToUs && len(v.Pictures) == 0: // people talk to each other
		return false, nil
	case !d.mayJoin(v):
		d.askForInvite(v)
		return false, nil
	}
	if len(v.Pictures) > 0 || v.Reply != nil && len(v.Reply.Pictures) > 0 {
		d.join(v)
	}
	return true, nil
}

// told stands in the place of an album's name in the draft that remembers that a chat was asked for its
// invite: thirty photos in a row get one answer.
const (
	told      = "invite"
	toldAgain = time.Minute
)

func (d *Conversation) askForInvite(v *session) {
	if slices.ContainsFunc(v.drafts, func(dr state.Draft) bool { return dr.Album == told }) {
		return
	}
	dr := v.newDraft(state.Settled)
	dr.Album, dr.Ends = told, v.now.Add(toldAgain)
	v.put(dr)
	v.tell("invite.needed", nil)
}

// write answers the update with lines that are filled in already.
func (v *session) write(lines ...string) {
	v.say(state.OutgoingMessage{Message: state.Message{Text: strings.Join(lines, "\n")}})
}
