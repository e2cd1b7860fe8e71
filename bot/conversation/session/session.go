// Package session is an update with what is known of its chat, and the change that it leads to: what every part of the
// conversation works on.
package session

import (
	"errors"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Session is one update with what the conversation knows about its chat, and the change that it leads to.
type Session struct {
	bot.Update
	present.Voice
	Admin      bool // an admin of the service wrote it
	InOps      bool // it came from the ops chat
	Now        time.Time
	StoredChat bot.Chat
	Shop       bot.Shop // the chat's; zero when it has none
	Drafts     []bot.Draft
	Read       intent.Reader
	Size       *pipeline.Size // of the order's short that this is about; nil when none was named
	Change     bot.Change
	Response   *bot.Response // who waits for the answer gets it here; nil: it is sent

	latest    []pipeline.Order // its newest orders, as far as they were read
	maxLatest int              // how many of them were asked for
	stored    []int64          // drafts that are in the database
}

// Send adds a message to what a session leads to. It replies to the update's own message.
func (v *Session) Send(s bot.OutgoingMessage) {
	if s.Thread.Chat == "" {
		s.Thread = v.Thread()
	}
	v.Change.Messages = append(v.Change.Messages, s)
}

// Thread is where a session is answered.
func (v *Session) Thread() pipeline.Thread {
	return pipeline.Thread{
		Platform: v.Platform, Chat: v.Chat, Topic: v.Topic, Message: v.Message, User: v.User.ID,
		Lang: v.StoredChat.Lang,
	}
}

// Audit writes down what the session's admin has done, together with it. then is a word of outcomes, with what
// belongs to it behind a space.
func (v *Session) Audit(what, then string) {
	v.Change.Audit = &bot.AuditEntry{At: v.Now, Who: v.Who(), What: what, Then: then}
}

// Swap shows a screen: below the command, or in the place of the one whose button was pressed.
func (v *Session) Swap(s present.Screen, err error) error {
	if err != nil {
		return err
	}
	if v.Kind != bot.Pressed {
		v.Send(bot.OutgoingMessage{Message: s.Message()})
		return nil
	}
	v.ShowNotice("")
	v.Send(bot.OutgoingMessage{Message: s.Message(), Edit: v.Message})
	return nil
}

// OrNone answers that something isn't there, if that is what the error says.
func (v *Session) OrNone(err error, key string, args present.Args) error {
	if !errors.Is(err, pipeline.ErrNotFound) {
		return err
	}
	v.ShowNotice(v.Fill(key, args))
	return nil
}

// Write answers the update with lines that are filled in already.
func (v *Session) Write(lines ...string) {
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: strings.Join(lines, "\n")}})
}

// Tell answers the update with a phrase.
func (v *Session) Tell(key string, args present.Args) {
	v.Write(v.Fill(key, args))
}

// PlaceAs adds an order to what the session leads to. The count of the shop's month, which other chats of the shop add
// to as well, is looked at again in the same commit.
func (v *Session) PlaceAs(of *Options, o pipeline.Order, c pipeline.Cut) {
	c.Words.Shop, c.Words.Logo = v.Shop.Name, v.Shop.Logo
	if strings.HasPrefix(c.Music, pipeline.TrackPrefix) && !v.Shop.OwnsTrack(c.Music) { // the chat was another shop's
		c.Music = First(v.Shop.Music, of.Music)
	}
	o.Shop, o.Cut = v.Shop.ID, c
	v.Change.Place = append(v.Change.Place, of.Pipeline.Accept(o))
	v.Change.Limit, v.Change.Month = v.Shop.LimitOr(of.Limit), v.Month(v.Now, 0)
}

// First is a shop's own choice; without one it is the first of all.
func First(own string, all []string) string {
	if own != "" || len(all) == 0 {
		return own
	}
	return all[0]
}

// ShowNotice answers a press; an empty text only ends its waiting. Who asks for the same in words gets a message.
func (v *Session) ShowNotice(text string) {
	if v.Kind != bot.Pressed {
		if text != "" {
			v.Write(text)
		}
		return
	}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text}, Answer: v.Notice})
}

// Replace puts a text in the place of the question that was answered by the press.
func (v *Session) Replace(text string) {
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text}, Edit: v.Message})
}
