package telegram

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Message is one as people see it.
type Message struct {
	ID       int        `json:"id"`
	Chat     int64      `json:"chat"`
	Topic    int        `json:"topic,omitempty"`
	Ours     bool       `json:"ours"` // the bot wrote it
	From     string     `json:"from,omitempty"`
	At       time.Time  `json:"at"`
	Text     string     `json:"text,omitempty"` // or the caption
	Entities []Entity   `json:"entities,omitempty"`
	Buttons  [][]Button `json:"buttons,omitempty"`
	Special  bool       `json:"special,omitempty"`  // asks for a reply, or changes a keyboard; can't be edited
	ReplyTo  int        `json:"reply_to,omitempty"` // also when that one is gone since
	Album    string     `json:"album,omitempty"`
	Kind     string     `json:"kind"` // text, photo, video, document, service
	File     *File      `json:"file,omitempty"`
	Edits    int        `json:"edits,omitempty"`
	Silent   bool       `json:"silent,omitempty"`
	Unseen   bool       `json:"unseen,omitempty"` // the bot doesn't get it
	Deleted  bool       `json:"deleted,omitempty"`
}

// Button below a message.
type Button struct {
	Text  string `json:"text"`
	Data  string `json:"data,omitempty"`
	URL   string `json:"url,omitempty"`
	Copy  string `json:"copy,omitempty"`
	Style string `json:"style,omitempty"`
}

// File of a message; of a photo it is the largest.
type File struct {
	ID        string `json:"id"`
	Unique    string `json:"unique"`
	Name      string `json:"name,omitempty"`
	MIME      string `json:"mime,omitempty"`
	W         int    `json:"w,omitempty"`
	H         int    `json:"h,omitempty"`
	Seconds   int    `json:"seconds,omitempty"`
	Bytes     int    `json:"bytes"`
	Streaming bool   `json:"streaming,omitempty"`
	Thumb     *File  `json:"thumb,omitempty"`
	Cover     *File  `json:"cover,omitempty"`
}

// see shows a message.
func (m *post) see() Message {
	v := Message{
		ID: m.MessageID, Chat: m.room.id, Ours: m.ours, At: time.Unix(m.Date, 0),
		Text: m.Text + m.Caption, Entities: slices.Concat(m.Entities, m.CaptionEntities), Album: m.MediaGroupID,
		Edits: m.edits, Silent: m.silent, Special: m.special, Unseen: m.unseen, Deleted: m.deleted,
	}
	if m.IsTopicMessage {
		v.Topic = m.ThreadID
	}
	if m.author != nil {
		v.From = m.author.Name
	}
	if m.reply != nil {
		v.ReplyTo = m.reply.MessageID
	}
	if m.ReplyMarkup != nil {
		for _, row := range m.ReplyMarkup.InlineKeyboard {
			v.Buttons = append(v.Buttons, seeRow(row))
		}
	}
	v.Kind, v.File = m.content()
	if v.File != nil {
		v.File.Streaming = m.stream
	}
	return v
}

func seeRow(row []wireButton) []Button {
	var all []Button
	for _, b := range row {
		v := Button{Text: b.Text, Data: b.CallbackData, URL: b.URL, Style: b.Style}
		if b.CopyText != nil {
			v.Copy = b.CopyText.Text
		}
		all = append(all, v)
	}
	return all
}

func (m *post) content() (string, *File) {
	for _, c := range []struct {
		kind string
		file *wireFile
	}{
		{"video", m.Video}, {"document", m.Document},
	} {
		if c.file != nil {
			return c.kind, c.file.see()
		}
	}
	switch {
	case len(m.Photo) > 0:
		return "photo", m.Photo[len(m.Photo)-1].see()
	case m.Text != "":
		return "text", nil
	}
	return "service", nil
}

func (w *wireFile) see() *File {
	f := &File{ID: w.FileID, Unique: w.FileUniqueID, Name: w.FileName, MIME: w.MimeType, Bytes: w.FileSize}
	if w.Width != nil {
		f.W, f.H = *w.Width, *w.Height
	}
	if w.Duration != nil {
		f.Seconds = *w.Duration
	}
	if w.Thumbnail != nil {
		f.Thumb = w.Thumbnail.see()
	}
	if n := len(w.Cover); n > 0 {
		f.Cover = w.Cover[n-1].see()
	}
	return f
}

// Messages are those that can be seen: in a topic, those of the topic.
func (c *Chat) Messages() []Message {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	return c.messages()
}

func (c *Chat) messages() []Message {
	var all []Message
	for _, m := range c.room.posts {
		if v := m.see(); !v.Deleted && (c.topic == 0 || max(v.Topic, General) == c.topic) {
			all = append(all, v)
		}
	}
	return all
}

// Message is one of the room as it is now, even if it was deleted. False: there is none.
func (c *Chat) Message(id int) (Message, bool) {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	m := c.room.byID[id]
	if m == nil {
		return Message{}, false
	}
	return m.see(), true
}

// Wait blocks until the messages are as they should be. The error shows what was there instead.
func (c *Chat) Wait(limit time.Duration, ok func(all []Message) bool) ([]Message, error) {
	var all []Message
	if c.s.Wait(context.Background(), limit, func() bool { all = c.messages(); return ok(all) }) {
		return all, nil
	}
	var b strings.Builder
	for _, m := range all {
		fmt.Fprintf(
			&b, "\n  %d %s %s%s: %.80q %v", m.ID, m.Kind, m.From, map[bool]string{true: "bot"}[m.Ours], m.Text,
			m.Buttons,
		)
	}
	return all, fmt.Errorf("after %s the chat doesn't show what it should:%s", limit, b.String())
}

// Actions are what the bot was seen doing, such as upload_video.
func (c *Chat) Actions() []Action {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	return slices.Clone(c.room.actions)
}

// Bytes of a file, by its id; nil: there is none.
func (s *Server) Bytes(id string) []byte {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if f := s.files.byID[id]; f != nil {
		return f.data
	}
	return nil
}
