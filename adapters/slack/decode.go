package slack

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// What parts of an update may have, in bytes. Slack's own limits are lower, or as high.
const (
	maxWords  = 16 << 10
	maxName   = 255
	maxID     = 256
	maxAction = 64
)

// parse reads JSON. One field of another kind than it was doesn't matter: the others are read.
func parse(raw []byte, v any) error {
	err := json.Unmarshal(raw, v)
	var odd *json.UnmarshalTypeError
	if err == nil || errors.As(err, &odd) {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("slack: no JSON from byte %d on", syntax.Offset)
	}
	return errors.New("slack: of another shape")
}

// ours reports whether a user is our own bot: false while our own id isn't known.
type ours string

func (o ours) is(user string) bool { return o != "" && user == string(o) }

// updateOf reads an event. means is false for what isn't for us: our own words, other bots, news of the
// channel itself, and unknown kinds.
func updateOf(e *envelope, self ours) (u bot.Update, means bool) {
	if !isID(e.ID) || !isTeam(e.team()) {
		return u, false
	}
	ev := &e.Event
	key := Platform + ":" + e.team() + ":" + e.ID
	switch {
	case ev.Type == "message" && ev.Subtype == "message_changed":
		u, means = changed(e, self)
	case ev.Type == "message" && ev.Subtype == "message_deleted":
		u, means = deleted(e, ev.Previous, ev.Deleted, self)
	case ev.Type == "message", ev.Type == "app_mention":
		u, means = wrote(e, &ev.message, bot.Wrote, self)
		key = strings.Join([]string{Platform, e.team(), ev.Channel, ev.TS}, ":") // a mention comes twice, as two events
		means = means && speaks(ev.Subtype)
	default:
		u, means = standing(e, self)
	}
	u.Key, u.Platform = key, Platform
	return u, means && u.Chat != ""
}

// speaks reports whether a message of a subtype is something that a person wrote.
func speaks(subtype string) bool {
	switch subtype {
	case "", "file_share", "thread_broadcast", "me_message":
		return true
	}
	return false
}

// begin is what all that is known of an event's place and person goes into.
func begin(e *envelope, kind bot.Kind, user string) bot.Update {
	u := bot.Update{
		Kind: kind, Group: !e.Event.direct(),
		User: bot.User{ID: httpx.Storable(user, maxID), Team: e.team()},
	}
	if e.Time > 0 {
		u.At = time.Unix(e.Time, 0)
	}
	if isID(e.Event.Channel) {
		u.Chat = chatOf(e.team(), e.Event.Channel)
	}
	return u
}

func (ev *event) direct() bool { return ev.ChannelType == "im" || direct(ev.Channel) }

// wrote reads a message, new or changed.
func wrote(e *envelope, m *message, kind bot.Kind, self ours) (bot.Update, bool) {
	if !m.person(self) || !isTS(m.TS) || m.Thread != "" && !isTS(m.Thread) {
		return bot.Update{}, false
	}
	u := begin(e, kind, m.User)
	u.User.Team = httpx.Storable(cmp.Or(m.Home, m.Team, e.team()), maxID)
	u.Message, u.Topic = m.TS, m.topic()
	if kind == bot.Wrote {
		u.At = at(m.TS)
	}
	var named bool
	u.Text, named = listen(httpx.Storable(m.Text, maxWords), self, e.Event.Type == "app_mention")
	u.Pictures, u.Other = m.media(e.team(), u.Text)
	if m.Thread != "" && m.Thread != m.TS {
		u.Reply = &bot.Reply{Message: m.Thread, Ours: self.is(m.Parent)}
	}
	u.ToUs = !u.Group || named || u.Reply != nil && u.Reply.Ours
	if u.Text == "" && len(u.Pictures) == 0 && u.Other == "" && named {
		u.Text = "/help" // nothing but our name
	}
	return u, u.Text != "" || len(u.Pictures) > 0 || u.Other != ""
}

// person reports whether a person wrote a message: no bot, neither ours nor another.
func (m *message) person(self ours) bool {
	return m.User != "" && m.Bot == "" && m.User != "USLACKBOT" && !self.is(m.User)
}

// topic is the thread that a message stands in, or would begin.
func (m *message) topic() string {
	if m.Thread != "" {
		return m.Thread
	}
	return m.TS
}

// changed reads a message whose words are others now. Slack says that a message has changed also when a
// link was looked up in it or it was answered, and so it calls a deleted one that has answers.
func changed(e *envelope, self ours) (bot.Update, bool) {
	now, was := e.Event.Message, e.Event.Previous
	switch {
	case now == nil:
		return bot.Update{}, false
	case now.Subtype == "tombstone":
		return deleted(e, was, now.TS, self)
	case !speaks(now.Subtype):
		return bot.Update{}, false
	case was == nil && len(now.Edited) == 0, was != nil && was.Text == now.Text:
		return bot.Update{}, false
	}
	if now.User == "" && was != nil {
		now.User = was.User
	}
	return wrote(e, now, bot.Edited, self)
}

func deleted(e *envelope, was *message, ts string, self ours) (bot.Update, bool) {
	if !isTS(ts) || was != nil && !was.person(self) {
		return bot.Update{}, false
	}
	u := begin(e, bot.Deleted, "")
	u.Message, u.Topic = ts, ts
	if was != nil {
		u.User.ID = httpx.Storable(was.User, maxID)
		if isTS(was.Thread) {
			u.Topic = was.Thread
		}
	}
	return u, true
}

// standing reads what happened to us in a channel. Where we are, we see everything.
func standing(e *envelope, self ours) (bot.Update, bool) {
	ev := &e.Event
	switch ev.Type {
	case "member_joined_channel":
		u := begin(e, bot.Joined, ev.Inviter)
		u.SeesAll = true
		return u, self.is(ev.User)
	case "app_home_opened":
		u := begin(e, bot.Joined, ev.User)
		u.SeesAll = true
		return u, !u.Group
	case "channel_left", "group_left":
		return begin(e, bot.Left, ""), true
	case "member_left_channel":
		return begin(e, bot.Left, ""), self.is(ev.User)
	case "channel_id_changed":
		ev.Channel = ev.Old
		u := begin(e, bot.Renamed, "")
		u.NewChat = chatOf(e.team(), ev.New)
		return u, isID(ev.New)
	}
	return bot.Update{}, false
}

// isID reports whether s may name something: whatever would have to be changed before it is kept would name another.
func isID(s string) bool { return s != "" && httpx.Storable(s, maxID) == s }

// isTeam reports whether s may name a workspace: chats begin with it, see chatOf.
func isTeam(s string) bool { return isID(s) && !strings.Contains(s, ":") }

// isTS reports whether s has the form of a message's name: seconds and a number.
func isTS(s string) bool {
	sec, frac, ok := strings.Cut(s, ".")
	return ok && digits(sec) && digits(frac) && len(s) <= 32
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// at is when a message was written.
func at(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	us, _ := strconv.ParseInt(frac, 10, 64)
	return time.Unix(s, us*int64(time.Microsecond))
}
