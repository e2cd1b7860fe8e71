package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// What parts of an update may have, in bytes. Telegram's own limits are lower.
const (
	maxWords = 4 * maxMessage
	maxName  = 255
	maxID    = 256
	maxData  = 64
)

// decode reads one update. means is false for what isn't for us: channels, other bots, news of the
// chat itself, and unknown kinds.
func decode(raw []byte, self Self) (u bot.Update, means bool, err error) {
	var in incoming
	err = json.Unmarshal(raw, &in)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && in.ID != 0 {
		err = nil // one field is of another kind than it was; the others are read
	}
	switch {
	case err != nil:
		return u, false, fmt.Errorf("telegram: update: %s", shape(err))
	case in.ID == 0:
		return u, false, errors.New("telegram: update without an id")
	case in.Message != nil && in.Message.MovedTo != 0:
		u, means = moved(in.Message), in.Message.Chat.ID != 0
	case in.Message != nil:
		u, means = wrote(in.Message, bot.Wrote, self)
	case in.Edited != nil:
		u, means = wrote(in.Edited, bot.Edited, self)
		means = means && (u.Text != "" || len(u.Pictures) > 0) // a shared location moves all the time
	case in.Pressed != nil:
		u, means = pressed(in.Pressed)
	case in.Standing != nil:
		u, means = standing(in.Standing, self)
	}
	u.Key, u.Platform = Platform+":"+strconv.FormatInt(in.ID, 10), Platform
	return u, means, nil
}

// shape is a decoding error without a word of what was decoded.
func shape(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("no JSON from byte %d on", syntax.Offset)
	}
	return "of another shape"
}

func moved(m *message) bot.Update {
	return bot.Update{
		Kind: bot.Renamed, Chat: id(m.Chat.ID), Group: true, NewChat: id(m.MovedTo), Message: id(m.ID), At: at(m.Date),
	}
}

// wrote reads a message, new or edited.
func wrote(m *message, kind bot.Kind, self Self) (bot.Update, bool) {
	who, ok := m.author()
	if !ok || !m.Chat.talks() {
		return bot.Update{}, false
	}
	u := bot.Update{
		Kind: kind, Chat: id(m.Chat.ID), Group: m.Chat.group(), Topic: m.topic(), User: who,
		Message: id(m.ID), At: at(max(m.Date, m.EditDate)), Album: httpx.Storable(m.Album, maxID), Other: m.other(),
	}
	text, entities := m.words()
	w := self.listen(httpx.Storable(text, maxWords), entities)
	if w.others {
		return bot.Update{}, false
	}
	u.Text, u.Pictures, u.Reply = w.text, m.pictures(id(m.ID), w.text), m.replied(self)
	u.ToUs = !u.Group || w.toUs || u.Reply != nil && u.Reply.Ours
	return u, u.Text != "" || len(u.Pictures) > 0 || u.Other != ""
}

// author is who wrote a message, if it is a person. Admins without a name and channels that are members
// write as a chat, with a bot of Telegram's as the author.
func (m *message) author() (bot.User, bool) {
	switch {
	case m.AutoForward:
		return bot.User{}, false
	case m.Sender != nil:
		return bot.User{ID: id(m.Sender.ID), Anonymous: true}, true
	case m.From == nil, m.From.IsBot:
		return bot.User{}, false
	}
	return m.From.person(), true
}

func (u *user) person() bot.User {
	if u == nil {
		return bot.User{}
	}
	return bot.User{
		ID: id(u.ID), Name: httpx.Storable(strings.TrimSpace(u.First+" "+u.Last), maxName),
		Lang: httpx.Storable(u.Lang, 16),
	}
}

func (c chat) group() bool { return c.Type == "group" || c.Type == "supergroup" }

// talks reports whether a chat is one that we take orders in.
func (c chat) talks() bool {
	return c.ID != 0 && !c.DMs && (c.group() || c.Type == "private")
}

// topic is empty unless the message stands in one: an ordinary reply has a thread's number too, and
// nothing can be sent there.
func (m *message) topic() string {
	if !m.InTopic {
		return ""
	}
	return id(m.Thread)
}

func (m *message) words() (string, []entity) {
	if m.Text != "" {
		return m.Text, m.Entities
	}
	return m.Caption, m.CaptionEntities
}

// replied is the message that m answers. All that is written in a topic answers the topic's beginning
// unless it answers something else. Of a message in another chat only its picture counts: it can't be answered.
func (m *message) replied(self Self) *bot.Reply {
	if m.External != nil {
		if ps := m.External.pictures("", ""); len(ps) > 0 {
			return &bot.Reply{Pictures: ps}
		}
		return nil
	}
	r := m.Reply
	if r == nil || r.ID == 0 || r.TopicBegins != nil {
		return nil
	}
	text, entities := r.words()
	text = self.listen(httpx.Storable(text, maxWords), entities).text
	return &bot.Reply{
		Message: id(r.ID), Ours: r.From != nil && r.From.ID == self.ID && self.ID != 0,
		Pictures: r.pictures(id(r.ID), text),
	}
}

func pressed(p *press) (bot.Update, bool) {
	m := p.Message
	if m == nil || p.ID == "" || httpx.Storable(p.ID, maxID) != p.ID || !m.Chat.talks() {
		return bot.Update{}, false
	}
	return bot.Update{
		Kind: bot.Pressed, Chat: id(m.Chat.ID), Group: m.Chat.group(), Topic: m.topic(), User: p.From.person(),
		Message: id(m.ID), ToUs: true, Action: httpx.Storable(p.Data, maxData), Notice: p.ID,
	}, true
}

// standing reads what happened to us in a chat. To be made an admin counts as joining when it shows us
// what we didn't see before.
func standing(s *membership, self Self) (bot.Update, bool) {
	if !s.Chat.talks() {
		return bot.Update{}, false
	}
	u := bot.Update{Chat: id(s.Chat.ID), Group: s.Chat.group(), User: s.From.person(), At: at(s.Date)}
	switch in, was := s.New.in(), s.Old.in(); {
	case in && !was, u.Group && s.New.admin() && !s.Old.admin() && !self.SeesAll:
		u.Kind, u.SeesAll = bot.Joined, !u.Group || self.SeesAll || s.New.admin()
	case was && !in:
		u.Kind = bot.Left
	default:
		return bot.Update{}, false
	}
	return u, true
}

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func at(unix int64) time.Time {
	if unix <= 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0)
}
