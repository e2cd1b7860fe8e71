package conversation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// membership follows what becomes of a chat.
func (mb *members) membership(ctx context.Context, v *Session) error {
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
	return mb.welcomeBack(ctx, v)
}

// introduce tells a group what to do, which depends on what we get to see there.
func (mb *members) introduce(v *Session) {
	text := v.Fill("group.blind", nil)
	if v.SeesAll {
		text = v.Fill("group.sees", nil)
	}
	text += "\n" + v.Fill("ai", nil)
	if !mb.mayJoin(v) {
		text += "\n\n" + v.Fill("group.invite", nil)
	}
	v.Write(text)
}

// maxWaiting is how many orders of a chat are looked through for those that wait for it.
const maxWaiting = 20

// BackEvery is how often what can't be delivered to a chat is tried again because a person writes there: we may hear
// it and still not be let to write.
const BackEvery = time.Hour

// welcomeBack hands over what waited for a chat that couldn't be reached, and has told there what came to nothing.
func (mb *members) welcomeBack(ctx context.Context, v *Session) error {
	v.Change.Chat.Unreachable = false
	letIn := v.StoredChat.Unreachable || v.Kind == bot.Joined
	if v.StoredChat.Version == 0 {
		return nil
	}
	orders, err := mb.loader.newestOrders(ctx, v, maxWaiting)
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

// mayJoin reports whether the chat has a shop, or gets one when it needs it.
func (mb *members) mayJoin(v *Session) bool {
	return v.Shop.ID != 0 || v.Change.Shop != nil || mb.opts.Open || v.Admin
}

// join makes sure that the chat has a shop, if it may. A new one has no ID before the commit; a chat that was
// never greeted is told here that AI is used.
func (mb *members) join(v *Session) bool {
	if !mb.mayJoin(v) {
		return false
	}
	if v.Shop.ID == 0 && v.Change.Shop == nil {
		v.Shop.Made = v.Now
		v.Change.Shop = &v.Shop
		bind(v)
		if v.StoredChat.Version == 0 {
			v.Tell("ai", nil)
		}
	}
	return true
}

// isAdmin goes by the user, so who writes in the name of a group is none. An id without its workspace
// means the one that the chat is in: a guest from another one may be called the same.
func (ld *loader) isAdmin(v *Session) bool {
	guest := v.User.Team != "" && !strings.HasPrefix(v.Chat, v.User.Team+":")
	return !v.User.Anonymous && (ld.opts.Admins[v.Who()] || !guest && ld.opts.Admins[v.Platform+":"+v.User.ID])
}

// admit reports whether the chat may order. One that may not is told how it can.
func (mb *members) admit(_ context.Context, v *Session) (bool, error) {
	switch {
	case v.Shop.ID != 0:
		return true, nil
	case v.Group && !v.ToUs && len(v.Pictures) == 0: // people talk to each other
		return false, nil
	case !mb.mayJoin(v):
		mb.askForInvite(v)
		return false, nil
	}
	if len(v.Pictures) > 0 || v.Reply != nil && len(v.Reply.Pictures) > 0 {
		mb.join(v)
	}
	return true, nil
}

// told stands in the place of an album's name in the draft that remembers that a chat was asked for its
// invite: thirty photos in a row get one answer.
const (
	told      = "invite"
	ToldAgain = time.Minute
)

func (mb *members) askForInvite(v *Session) {
	if slices.ContainsFunc(v.drafts, func(dr bot.Draft) bool { return dr.Album == told }) {
		return
	}
	dr := v.NewDraft(bot.Settled)
	dr.Album, dr.Ends = told, v.Now.Add(ToldAgain)
	v.put(dr)
	v.Tell("invite.needed", nil)
}

// Write answers the update with lines that are filled in already.
func (v *Session) Write(lines ...string) {
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: strings.Join(lines, "\n")}})
}
