package shop

import (
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

// Crowd keeps strangers and floods from being answered without end.
type Crowd struct {
	opts    *session.Options
	members *Members
}

// NewCrowd makes a Crowd.
func NewCrowd(o *session.Options, mb *Members) *Crowd { return &Crowd{o, mb} }

const (
	AnswerEvery  = time.Hour // a stranger in a group has one answer in it
	MaxStrangers = 20        // of a group that have one in that time
)

// Calm leaves out of a change what would only fill its chat.
func (cr *Crowd) Calm(v *session.Session) {
	cr.calmStrangers(v)
	cr.calmFlood(v)
}

// calmStrangers lets each person in a group that may not order have one answer an hour: the person who lets us into a
// group or binds it is no stranger, nor is an admin.
func (cr *Crowd) calmStrangers(v *session.Session) {
	chatty := slices.ContainsFunc(v.Change.Messages, isWord)
	if !chatty || !v.Group || v.Kind == bot.Joined || v.Kind == 0 || v.Change.Chat.Shop != 0 || cr.members.MayJoin(v) {
		return
	}
	recent := slices.DeleteFunc(slices.Clone(v.Change.Chat.Answered), func(a bot.Answer) bool {
		return v.Now.Sub(a.At) >= AnswerEvery
	})
	had := slices.ContainsFunc(recent, func(a bot.Answer) bool { return a.User == v.User.ID })
	if had || len(recent) >= MaxStrangers {
		v.Change.Messages = slices.DeleteFunc(v.Change.Messages, isWord)
	} else {
		recent = append(recent, bot.Answer{User: v.User.ID, At: v.Now})
	}
	v.Change.Chat.Answered = recent
}

// calmFlood keeps to bot.MaxWaiting. The last place says that something was left out.
func (cr *Crowd) calmFlood(v *session.Session) {
	room := bot.MaxWaiting - v.StoredChat.Waiting
	var kept []bot.OutgoingMessage
	for _, s := range v.Change.Messages {
		if isWord(s) && s.Thread.Platform == v.Platform && s.Thread.Chat == v.Chat {
			if room--; room < 0 {
				continue
			}
			if room == 0 {
				s = bot.OutgoingMessage{Message: bot.Message{Thread: s.Thread, Text: v.Fill("say.many", nil)}}
				cr.opts.Log.Warn("messages dropped: too many wait in one chat", "platform", v.Platform)
			}
		}
		kept = append(kept, s)
	}
	v.Change.Messages = kept
}

// isWord reports whether a message is a message of its own, not the notice that answers a press.
func isWord(s bot.OutgoingMessage) bool { return s.Answer == "" }
