package session

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
)

// DraftLife is how long an unanswered question is kept; then it ends quietly.
const DraftLife = time.Hour

// NewDraft is a draft of the person whose session it is, with a copy of the pictures.
func (v *Session) NewDraft(w bot.Waits, ps ...bot.Image) bot.Draft {
	return bot.Draft{
		ID: draftID(), Platform: v.Platform, Chat: v.Chat, Topic: v.Topic, User: v.User.ID, Maker: v.User.Name,
		Waits: w, Images: slices.Clone(ps), Made: v.Now, Ends: v.Now.Add(DraftLife),
	}
}

// SplitDraft is a new draft for a picture of another one: of the same person, in the same part of the chat.
func (v *Session) SplitDraft(dr bot.Draft, w bot.Waits, p bot.Image) bot.Draft {
	own := v.NewDraft(w, p)
	own.Topic, own.User, own.Maker = dr.Topic, dr.User, dr.Maker
	return own
}

// draftID is random, so that nothing is known from a button, and fits into a JSON number.
func draftID() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails
	return int64(binary.BigEndian.Uint64(b[:])>>11) | 1
}

// Put writes a draft with what the session leads to.
func (v *Session) Put(dr bot.Draft) {
	v.forget(dr.ID)
	v.Change.Drafts = append(v.Change.Drafts, dr)
	v.Drafts = append(v.Drafts, dr)
}

// End lets go of a draft. That of an album stays a while, since late pictures look for it.
func (v *Session) End(dr bot.Draft) {
	if dr.Album == "" {
		v.Drop(dr)
		return
	}
	dr.Waits, dr.Images, dr.Choices, dr.Text, dr.Due = bot.Settled, nil, nil, "", time.Time{}
	dr.Ends = v.Now.Add(DraftLife)
	v.Put(dr)
}

// Drop lets go of a draft for good.
func (v *Session) Drop(dr bot.Draft) {
	v.forget(dr.ID)
	if slices.Contains(v.stored, dr.ID) {
		v.Change.Drop = append(v.Change.Drop, dr.ID)
	}
}

// Renew gives a draft another number, so that the buttons of its old question mean nothing any more.
func (v *Session) Renew(dr bot.Draft) bot.Draft {
	v.Drop(dr)
	dr.ID, dr.Question, dr.Choices, dr.Tries = draftID(), "", nil, 0
	return dr
}

func (v *Session) forget(id int64) {
	is := func(x bot.Draft) bool { return x.ID == id }
	v.Drafts = slices.DeleteFunc(slices.Clone(v.Drafts), is)
	v.Change.Drafts = slices.DeleteFunc(v.Change.Drafts, is)
}

// Waiting lists the person's drafts in this part of the chat that wait for one of these, newest first. If
// there is none, one of another thread may be meant; where others read along, only if it is the only one.
func (v *Session) Waiting(waits ...bot.Waits) (found []bot.Draft) {
	var near []bot.Draft
	for _, dr := range v.Drafts {
		switch {
		case dr.User != v.User.ID || !slices.Contains(waits, dr.Waits):
		case dr.Topic == v.Topic:
			found = append(found, dr)
		case v.adjoins(dr):
			near = append(near, dr)
		}
	}
	if len(found) == 0 && (len(near) == 1 || !v.Group) {
		found = near
	}
	slices.SortStableFunc(found, func(a, b bot.Draft) int { return b.Made.Compare(a.Made) })
	return found
}

// Newest is the first of those that wait.
func (v *Session) Newest(waits ...bot.Waits) (bot.Draft, bool) {
	if found := v.Waiting(waits...); len(found) > 0 {
		return found[0], true
	}
	return bot.Draft{}, false
}

// Live finds a draft of the chat that wasn't answered yet.
func (v *Session) Live(is func(bot.Draft) bool) (bot.Draft, bool) {
	for _, dr := range v.Drafts {
		if dr.Waits != bot.Settled && is(dr) {
			return dr, true
		}
	}
	return bot.Draft{}, false
}

// Pictured finds the draft that a message's picture is in, and its place there.
func (v *Session) Pictured(message string) (bot.Draft, int, bool) {
	for _, dr := range v.Drafts {
		for i, p := range dr.Images {
			if p.Message == message {
				return dr, i, true
			}
		}
	}
	return bot.Draft{}, 0, false
}

// Ask says a draft's question. One with buttons needs no reply.
func (v *Session) Ask(dr bot.Draft, text string, buttons ...[]bot.Button) {
	th := v.Thread()
	th.Topic, th.User = dr.Topic, dr.User
	if len(dr.Images) > 0 {
		th.Message = dr.Images[0].Message
	}
	v.Send(bot.OutgoingMessage{
		Message: bot.Message{Thread: th, Text: text, Buttons: buttons, Ask: len(buttons) == 0}, Draft: dr.ID,
	})
}

// PairWait is how long a text may come after a picture, or before it, where each post begins a thread of
// its own and others read along.
const PairWait = time.Minute

// adjoins reports whether a post may belong to a draft of another thread, since people write below each
// other as often as into threads.
func (v *Session) adjoins(dr bot.Draft) bool {
	top := v.Topic == v.Message || v.Aside() // a command is in no message at all
	switch {
	case v.Kind != bot.Wrote || !top || v.Topic == "" && v.Message != "":
		return false
	case !v.Group || dr.Waits == bot.ForLogo || dr.Waits == bot.ForName:
		return true
	case dr.Waits != bot.ForWords && dr.Waits != bot.ForYes && dr.Waits != bot.ForMore && dr.Waits != bot.ForPhoto:
		return false
	}
	return v.Now.Sub(dr.Made) <= PairWait && (len(dr.Images) == 0 || dr.Images[0].Message == dr.Topic)
}
