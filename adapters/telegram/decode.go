package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/state"
)

// What parts of an update may have, in bytes. Telegram's own limits are lower.
const (
	maxWords = 4 * maxMessage
	maxName  = 255
	maxID    = 256
	maxData  = 64
)

// decode reads one update. means is false for what isn't for us: channels, other bots, news of the
// chat itself, and kinds that nobody knows.
func decode(raw []byte, self Self) (u bot.Update, means bool, err error) {
	var in incoming
	err = json.Unmarshal(raw, &in)
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) && in.ID != 0 {
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
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("no JSON from byte %d on", syntax.Offset)
	}
	return "of another shape"
}

func moved(m *message) bot.Update {
	return bot.Update{Kind: bot.Renamed, Chat: id(m.Chat.ID), Group: true, NewChat: id(m.MovedTo), Message: id(m.ID), At: at(m.Date)}
}

// wrote reads a message, new or edited.
func wrote(m *message, kind bot.Kind, self Self) (bot.Update, bool) {
	who, ok := m.author()
	if !ok || !m.Chat.talks() {
		return bot.Update{}, false
	}
	u := bot.Update{
		Kind: kind, Chat: id(m.Chat.ID), Group: m.Chat.group(), Topic: m.topic(), User: who,
		Message: id(m.ID), At: at(max(m.Date, m.EditDate)), Album: bound(m.Album, maxID), Other: m.other(),
	}
	text, entities := m.words()
	w := self.listen(bound(text, maxWords), entities)
	if w.others {
		return bot.Update{}, false
	}
	u.Text, u.Pictures, u.Reply = w.text, m.pictures(w.text), m.replied(self)
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
	return bot.User{ID: id(u.ID), Lang: bound(u.Lang, 16)}
}

func (c chat) group() bool { return c.Type == "group" || c.Type == "supergroup" }

// talks tells whether a chat is one that we take orders in.
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

// pictures are those of a message: of the sizes of a photo the largest, or a file that is a picture.
func (m *message) pictures(text string) []state.Picture {
	p := state.Picture{Message: id(m.ID), Text: text}
	switch d := m.Document; {
	case len(m.Photo) > 0:
		best := m.Photo[0]
		for _, s := range m.Photo[1:] {
			if area(s) > area(best) {
				best = s
			}
		}
		p.Photo.Ref, p.Photo.Unique, p.Photo.Bytes = best.ID, best.Unique, best.Bytes
	case d.picture() && m.Animation == nil:
		p.Photo.Ref, p.Photo.Unique, p.Photo.Bytes = d.ID, d.Unique, d.Bytes
		p.Photo.Name = bound(d.Name, maxName)
	}
	if p.Photo.Ref == "" || len(p.Photo.Ref) > maxID || len(p.Photo.Unique) > maxID {
		return nil
	}
	p.Photo.Ref, p.Photo.Unique, p.Photo.Bytes = bound(p.Photo.Ref, maxID), bound(p.Photo.Unique, maxID), max(p.Photo.Bytes, 0)
	return []state.Picture{p}
}

func area(s size) float64 { return float64(s.Width) * float64(s.Height) }

// picture tells whether a file says that it is a picture. What it is shows when it is opened.
func (d *document) picture() bool {
	if d == nil {
		return false
	}
	if strings.HasPrefix(strings.ToLower(d.MIME), "image/") {
		return true
	}
	switch strings.ToLower(path.Ext(d.Name)) {
	case ".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".bmp", ".gif", ".tif", ".tiff":
		return true
	}
	return false
}

// other names what a message brings besides words and pictures.
func (m *message) other() string {
	for _, x := range []struct {
		name string
		is   bool
	}{
		{"animation", m.Animation != nil},
		{"video", m.Video != nil},
		{"video_note", m.VideoNote != nil},
		{"voice", m.Voice != nil},
		{"audio", m.Audio != nil},
		{"sticker", m.Sticker != nil},
		{"story", m.Story != nil},
		{"location", m.Location != nil},
		{"contact", m.Contact != nil},
		{"poll", m.Poll != nil},
		{"dice", m.Dice != nil},
		{"game", m.Game != nil},
		{"checklist", m.Checklist != nil},
		{"paid_media", m.PaidMedia != nil},
		{"live_photo", m.LivePhoto != nil && len(m.Photo) == 0},
		{"file", m.Document != nil && !m.Document.picture()},
	} {
		if x.is {
			return x.name
		}
	}
	return ""
}

// replied is the message that m answers. All that is written in a topic answers the topic's beginning
// unless it answers something else.
func (m *message) replied(self Self) *bot.Reply {
	r := m.Reply
	if r == nil || r.ID == 0 || r.TopicBegins != nil {
		return nil
	}
	text, entities := r.words()
	text = self.listen(bound(text, maxWords), entities).text
	return &bot.Reply{
		Message: id(r.ID), Ours: r.From != nil && r.From.ID == self.ID && self.ID != 0,
		Pictures: r.pictures(text), Text: text,
	}
}

func pressed(p *press) (bot.Update, bool) {
	m := p.Message
	if m == nil || p.ID == "" || len(p.ID) > maxID || !m.Chat.talks() {
		return bot.Update{}, false
	}
	return bot.Update{
		Kind: bot.Pressed, Chat: id(m.Chat.ID), Group: m.Chat.group(), Topic: m.topic(), User: p.From.person(),
		Message: id(m.ID), ToUs: true, Action: bound(p.Data, maxData), Notice: bound(p.ID, maxID),
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

// bound is s without the byte that no database takes, and at most n bytes of it.
func bound(s string, n int) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
