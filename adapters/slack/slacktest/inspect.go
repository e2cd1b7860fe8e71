package slacktest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Message is one as people see it.
type Message struct {
	TS        string
	Channel   string
	Thread    string // ts of the parent; empty: it is no reply
	Lost      bool   // a reply to what isn't the beginning of a thread: it isn't shown
	Broadcast bool
	Ours      bool // the bot wrote it
	From      string
	Subtype   string
	Text      string // as it was sent: what the bot escaped is escaped
	Shown     string // text of its blocks; without any, the text as people read it
	Buttons   [][]Button
	Files     []Attached
	Reactions []string // of our bot
	Edits     int
	History   []string // texts of our bot before the last one
	Ephemeral bool     // only the one who looks sees it
}

// Button below a message, or a line of a list.
type Button struct {
	Text   string
	Value  string
	Action string
	URL    string
	Style  string
}

// Attached is a file of a message.
type Attached struct {
	ID    string
	Name  string
	Title string
	Alt   string
	MIME  string
	Bytes int
}

// see shows a message.
func (m *post) see() Message {
	v := Message{
		TS: m.ts, Channel: m.room.id, Thread: m.thread, Broadcast: m.subtype == "thread_broadcast", Ours: m.ours,
		From:    appName,
		Subtype: m.kind(), Text: m.text, Shown: unescape(m.text), Reactions: slices.Clone(m.reactions), Edits: m.edits,
		History: slices.Clone(m.history), Ephemeral: m.only != nil, Lost: m.thread != "" && !m.room.parent(m.thread),
	}
	if m.author != nil {
		v.From = m.author.Name
	}
	var shown []string
	for _, b := range m.blocks {
		block, _ := b.(map[string]any)
		for _, t := range append([]any{block["text"]}, list(block["fields"])...) {
			if text, ok := t.(map[string]any); ok {
				shown = append(shown, unescape(fmt.Sprint(text["text"])))
			}
		}
		var row []Button
		for _, e := range append(list(block["elements"]), block["accessory"]) {
			e, _ := e.(map[string]any)
			row = append(row, seeButtons(e)...)
			if text, ok := e["text"].(string); ok && block["type"] == "context" {
				shown = append(shown, unescape(text))
			}
		}
		if len(row) > 0 {
			v.Buttons = append(v.Buttons, row)
		}
	}
	if len(shown) > 0 {
		v.Shown = strings.Join(shown, "\n")
	}
	for _, f := range m.files {
		v.Files = append(v.Files, Attached{f.id, f.name, f.title, f.alt, f.mime, len(f.data)})
	}
	return v
}

// seeButtons are the buttons or lines of an element.
func seeButtons(e map[string]any) []Button {
	str := func(v any) string { s, _ := v.(string); return s }
	one := func(e map[string]any, action any) Button {
		label, _ := e["text"].(map[string]any)
		return Button{str(label["text"]), str(e["value"]), str(action), str(e["url"]), str(e["style"])}
	}
	if e["type"] == "button" {
		return []Button{one(e, e["action_id"])}
	}
	var all []Button
	for _, o := range list(e["options"]) {
		o, _ := o.(map[string]any)
		all = append(all, one(o, e["action_id"]))
	}
	return all
}

// Messages are those that the one who looks can see, threads among them.
func (c *Channel) Messages() []Message {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	return c.messages("")
}

// Thread is a message and what was said below it.
func (c *Channel) Thread(p *Post) []Message {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	return c.messages(p.TS)
}

// Thread is the message and what was said below it.
func (p *Post) Thread() []Message { return p.c.Thread(p) }

func (c *Channel) messages(thread string) []Message {
	var all []Message
	for _, m := range c.room.posts {
		own := thread == "" || m.ts == thread || m.thread == thread
		if own && !m.deleted && (m.only == nil || m.only == c.who) {
			all = append(all, m.see())
		}
	}
	return all
}

// Now is the message as it is now. It panics if it is gone.
func (p *Post) Now() Message {
	p.c.s.Mu.Lock()
	defer p.c.s.Mu.Unlock()
	return p.must().see()
}

// Wait blocks until the conversation is as it should be. The error shows what was there instead.
func (c *Channel) Wait(limit time.Duration, ok func(all []Message) bool) ([]Message, error) {
	return c.await("", limit, ok)
}

// Wait blocks until the message and its thread are as they should be.
func (p *Post) Wait(limit time.Duration, ok func(thread []Message) bool) ([]Message, error) {
	return p.c.await(p.TS, limit, ok)
}

func (c *Channel) await(thread string, limit time.Duration, ok func(all []Message) bool) ([]Message, error) {
	var all []Message
	if c.s.Wait(context.Background(), limit, func() bool { all = c.messages(thread); return ok(all) }) {
		return all, nil
	}
	var b strings.Builder
	for _, m := range all {
		fmt.Fprintf(
			&b, "\n  %s %s %s: %.80q %v %v %v", m.TS, m.Thread, m.From, m.Shown, m.Buttons, m.Files, m.Reactions,
		)
	}
	return all, fmt.Errorf("after %s the conversation doesn't show what it should:%s", limit, b.String())
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
