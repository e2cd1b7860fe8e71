package bot

import (
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
)

const (
	answerEvery  = time.Hour // a stranger in a group has one answer in it
	maxStrangers = 20        // of a group that have one in that time
)

// calm leaves out of a change what would only fill its chat.
func (d *Conversation) calm(v *session) {
	d.calmStrangers(v)
	d.calmFlood(v)
}

// calmStrangers lets each person in a group that may not order have one answer an hour: whoever lets us into a group
// or binds it is no stranger, nor is an admin.
func (d *Conversation) calmStrangers(v *session) {
	chatty := slices.ContainsFunc(v.change.Messages, isWord)
	if !chatty || !v.Group || v.Kind == Joined || v.Kind == 0 || v.change.Chat.Shop != 0 || d.mayJoin(v) {
		return
	}
	recent := slices.DeleteFunc(slices.Clone(v.change.Chat.Answered), func(a state.Answer) bool {
		return v.now.Sub(a.At) >= answerEvery
	})
	had := slices.ContainsFunc(recent, func(a state.Answer) bool { return a.User == v.User.ID })
	if had || len(recent) >= maxStrangers {
		v.change.Messages = slices.DeleteFunc(v.change.Messages, isWord)
	} else {
		recent = append(recent, state.Answer{User: v.User.ID, At: v.now})
	}
	v.change.Chat.Answered = recent
}

// calmFlood keeps to state.MaxWaiting. The last place says that something was left out.
func (d *Conversation) calmFlood(v *session) {
	room := state.MaxWaiting - v.chat.Waiting
	var kept []state.OutgoingMessage
	for _, s := range v.change.Messages {
		if isWord(s) && s.Thread.Platform == v.Platform && s.Thread.Chat == v.Chat {
			if room--; room < 0 {
				continue
			}
			if room == 0 {
				s = state.OutgoingMessage{Message: state.Message{Thread: s.Thread, Text: v.fill("say.many", nil)}}
				d.Log.Warn("messages dropped: too many wait in one chat", "platform", v.Platform)
			}
		}
		kept = append(kept, s)
	}
	v.change.Messages = kept
}

// isWord reports whether a say is a message of its own, not the notice that answers a press.
func isWord(s state.OutgoingMessage) bool { return s.Answer == "" }
