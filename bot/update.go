// Package bot has the nouns and contracts of chats: an Update that comes in, the Change that it leads to, what is kept
// between two updates (chats, shops, drafts, messages to send), the interfaces of their store, and the Messengers that
// send. It knows no platform. What is decided, read, worded and sent is in the packages below it.
package bot

import (
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
)

// Update is one thing that a person did. Adapters cut its parts to the platform's own limits.
type Update struct {
	Key      string // unique: the same for each time that the platform delivers it
	Kind     Kind
	Platform string
	Chat     string
	Group    bool   // others read along
	Shop     int64  // that a chat belongs to which isn't known yet; 0: none
	Topic    string // part of the chat that it happened in; empty for the chat as a whole
	User     User
	Message  string // the chat's name for what was written, or for what the pressed button stands on
	At       time.Time

	Text     string  // text or caption; a mention of us and the @name of a command to us are gone
	ToUs     bool    // addressed: a private chat, a mention, a command to us, a reply to us
	Pictures []Image // of this message; their Message and Text are filled in
	Other    string  // what else it brought: video, animation, voice, sticker, file, …; empty: nothing
	Album    string  // the platform's name for the album that it belongs to
	Reply    *Reply  // what it answers

	Action  string // Pressed: what the button says it does; hostile
	Notice  string // Pressed: name under which the press is answered
	SeesAll bool   // Joined: we see all that is written in the group
	NewChat string // Renamed: the chat's id from now on

	Callback string // Wrote: the https address that is told how the order ends; empty: none is
}

// Kind of an Update.
type Kind int

const (
	Wrote   Kind = iota + 1 // a message
	Edited                  // a message was changed after it was sent
	Deleted                 // a message is gone
	Pressed                 // a button
	Joined                  // we may write to this chat from now on: added to a group, unblocked
	Left                    // we may not any more: removed, blocked
	Renamed                 // the chat has a new id
)

// Who is the person as settings name them, with the workspace where there are some.
func (u Update) Who() string {
	if u.User.Team != "" {
		return u.Platform + ":" + u.User.Team + ":" + u.User.ID
	}
	return u.Platform + ":" + u.User.ID
}

// Threaded reports whether it was written in a thread below a post, not in a part of the chat that has
// threads' names only.
func (u Update) Threaded() bool {
	return u.Topic != "" && u.Reply != nil && u.Reply.Message == u.Topic
}

// Aside reports whether only the person gets to see the answer.
func (u Update) Aside() bool { return strings.HasPrefix(u.Topic, "@") }

// Overheard reports whether what was said is for others to hear, as far as can be told.
func (u Update) Overheard() bool { return u.Group && !u.ToUs }

// RecoverUpdate is to be deferred by what takes an update in. One that makes it panic is logged and let go, with no
// error: it would come again and again.
func RecoverUpdate(log *slog.Logger, platform string, err *error) {
	if r := recover(); r != nil {
		log.Error("panic; the update is lost", "platform", platform, "err", r, "stack", string(debug.Stack()))
		*err = nil
	}
}

// User is who did it.
type User struct {
	ID        string
	Team      string // the workspace that knows them by ID, which Chat begins with but for guests; empty: ID is enough
	Name      string // what they are called, as the platform says; empty if it doesn't
	Lang      string // as the platform says: ko, en-US, …
	Limited   bool   // may order, and not delete what is the shop's
	Anonymous bool   // writes in the name of a group: it can't be told who it is
}

// Reply is the message that an Update answers.
type Reply struct {
	Message  string // empty: it is in another chat
	Ours     bool   // we wrote it
	Pictures []Image
}
