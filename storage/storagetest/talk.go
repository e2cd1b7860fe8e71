package storagetest

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// NewShop makes a shop with a chat of its own, and returns its number.
func NewShop(t *testing.T, e storage.Engine, chat string, shop bot.Shop) int64 {
	t.Helper()
	c := NewChange(t, e, chat)
	c.Shop = &shop
	Commit(t, e, c)
	return NewChange(t, e, chat).Chat.Shop
}

// JoinShop binds another chat to a shop.
func JoinShop(t *testing.T, e storage.Engine, chat string, shop int64) {
	t.Helper()
	c := NewChange(t, e, chat)
	c.Chat.Shop = shop
	Commit(t, e, c)
}

// NewChange is a change of the chat that is called so, as it is now.
func NewChange(t *testing.T, e storage.Engine, chat string) bot.Change {
	t.Helper()
	c, err := e.Chat(t.Context(), "telegram", chat)
	Check(t, err)
	c.Lang = "ko"
	return bot.Change{Chat: c}
}

// Commit commits a change, which must hold.
func Commit(t *testing.T, e storage.Engine, c bot.Change) []pipeline.Order {
	t.Helper()
	placed, err := e.Commit(t.Context(), c)
	Check(t, err)
	return placed
}

// NewDraft is one with something in each field.
func NewDraft(id int64, chat string) bot.Draft {
	made := time.Date(2026, 11, 22, 9, 0, int(id), 0, time.UTC)
	return bot.Draft{
		ID: id, Platform: "telegram", Chat: chat, Topic: "2", User: "501", Waits: bot.ForWords, Text: "새우 파스타",
		Images: []bot.Image{{Photo: NewOrder("", made).Photo, Message: "5", Text: "점심"}},
		Album:  "1357", Order: 9, Choices: []pipeline.Words{NewOrder("", made).Cut.Words},
		Asked: true, Reminded: true, Made: made, Due: Later().UTC().Truncate(time.Millisecond),
		Ends: made.AddDate(9, 0, 0),
	}
}

// Drafts are those of a chat that haven't ended.
func Drafts(t *testing.T, e storage.Engine, chat string) []bot.Draft {
	t.Helper()
	all, err := e.Drafts(t.Context(), "telegram", chat, time.Now())
	Check(t, err)
	return all
}

// NewMessage is a text to a chat.
func NewMessage(chat, text string) bot.OutgoingMessage {
	return bot.OutgoingMessage{
		Message: bot.Message{Thread: pipeline.Thread{Platform: "telegram", Chat: chat}, Text: text},
	}
}

// CommitMessages commits messages to a chat. In an empty database their numbers are 1, 2, …
func CommitMessages(t *testing.T, e storage.Engine, messages ...bot.OutgoingMessage) {
	t.Helper()
	c := NewChange(t, e, messages[0].Thread.Chat)
	c.Messages = messages
	Commit(t, e, c)
}

// Claim claims a message for an hour.
func Claim(t *testing.T, e storage.Engine, id int64) bot.OutgoingMessage {
	t.Helper()
	s, err := e.Claim(t.Context(), id, time.Hour)
	Check(t, err)
	return s
}

// MarkSent closes a message.
func MarkSent(t *testing.T, e storage.Engine, id int64, message string) (next int64) {
	t.Helper()
	next, err := e.MarkSent(t.Context(), id, message)
	Check(t, err)
	return next
}
