package simtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// platform is the only one.
const platform = "telegram"

// Faults of the outside.
func transient(why pipeline.Reason, text string) error {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: why, Err: errors.New(text)}
}

func limited(after time.Duration) error {
	f := &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("429")}
	f.RateLimited, f.RetryAfter = true, after
	return f
}

func misconfigured(why pipeline.Reason, text string) error {
	return &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: why, Err: errors.New(text)}
}

func rejected(why pipeline.Reason, text string) error {
	return &pipeline.Fault{Kind: pipeline.Rejected, Reason: why, Err: errors.New(text)}
}

// failed is an answer that doesn't say whether a paid start was made.
func failed() error {
	err := errors.New("500")
	return &pipeline.Fault{Kind: pipeline.Indeterminate, Reason: pipeline.ReasonBusy, Answered: true, Err: err}
}

// latency lets a request take its time, until its ctx ends.
func (w *world) latency(ctx context.Context, d time.Duration) error {
	w.alive(w.frame.p)
	if end, limited := ctx.Deadline(); limited {
		d = min(d, time.Until(end))
	}
	w.meanwhile(d)
	return ctx.Err()
}

func (w *world) quick() time.Duration { return time.Duration(20+w.rng.IntN(400)) * time.Millisecond }

// chat is the pipeline's way to the chats, which says what is being sent.
type chat struct {
	pipeline.Chat
	w *world
}

func (c chat) Deliver(ctx context.Context, o pipeline.Order, short io.ReadSeeker) (string, error) {
	f := c.w.frame
	defer func(t string) { f.thing = t }(f.thing)
	f.thing = thing("short", o.ID, o.Cut.N)
	return c.Chat.Deliver(ctx, o, short)
}

func (c chat) NotifyStatus(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	f := c.w.frame
	defer func(t string) { f.thing = t }(f.thing)
	f.thing = thing("line", o.ID, 0) + present.Line(o, nil, time.Now(), false).About
	return c.Chat.NotifyStatus(ctx, o)
}

// thing is what is to be sent once.
func thing(kind string, id int64, n int) string { return fmt.Sprint(kind, " ", id, " ", n, " ") }

// chats is the platform: what stands in each chat.
type chats struct {
	w        *world
	shown    map[string][]*shown // by chat
	blocked  map[string]bool
	made     int
	accepted map[string]int // messages that the platform took, by thing
	excuses  map[string]int // why a thing may have been taken once more
}

// shown is a message of ours.
type shown struct {
	name, text string
	buttons    [][]bot.Button
	gone       bool // it was deleted by who reads it
}

func newChats(w *world) *chats {
	return &chats{
		w: w, shown: map[string][]*shown{}, blocked: map[string]bool{}, accepted: map[string]int{},
		excuses: map[string]int{},
	}
}

// excuse allows that what a use case has sent is sent once more: it may not know that it was.
func (w *world) excuse(f *frame) {
	for _, t := range append(slices.Clone(f.sent), f.thing) {
		if t != "" {
			w.chats.excuses[t]++
		}
	}
}

// send is a request to the platform.
func (c *chats) send(ctx context.Context, chat string, accept func() string) (string, error) {
	w, f := c.w, c.w.frame
	how := w.befalls("send")
	if how == "kill before" {
		w.die(f)
	}
	d := w.quick()
	if how == "slow" {
		d = 40 * time.Second
	}
	if err := w.latency(ctx, d); err != nil {
		how = "request lost"
	}
	switch how {
	case "limit":
		return "", limited(3 * time.Second)
	case "platform down":
		return "", transient(pipeline.ReasonBusy, "502")
	case "odd": // of a line, which isn't tried again, it would be so each time
		if strings.HasPrefix(f.thing, "message") {
			return "", misconfigured(pipeline.ReasonTrouble, "400")
		}
		return "", transient(pipeline.ReasonBusy, "502")
	case "gone":
		return "", bot.ErrGone
	case "request lost":
		return "", errors.New("connection reset")
	}
	if c.blocked[chat] {
		return "", rejected(pipeline.ReasonCantDeliver, "blocked")
	}
	name := accept()
	switch how {
	case "answer lost":
		w.excuse(f)
		return "", errors.New("connection reset")
	case "kill after":
		w.die(f)
	}
	return name, nil
}

// show puts a message into a chat, which is the one effect of what was to be sent.
func (c *chats) show(t pipeline.Thread, s shown) string {
	f := c.w.frame
	c.made++
	s.name = fmt.Sprint("bot", c.made)
	c.shown[t.Chat] = append(c.shown[t.Chat], &s)
	c.w.note("%s: to %s (%s): %q", f.p, t.Chat, strings.TrimSpace(f.thing), s.text)
	c.accepted[f.thing]++
	if c.w.skewed() {
		c.excuses[f.thing]++
	}
	if n := c.accepted[f.thing]; n > 1+c.excuses[f.thing] && n > 1+c.begunAnew(f.thing) || f.thing == "" {
		c.w.fail("chat %s hears %q %d times: %q", t.Chat, f.thing, n, s.text)
	}
	f.sent = append(f.sent, f.thing)
	return s.name
}

// begunAnew is how often the line of an order that had failed was begun once more, since it was taken up again.
func (c *chats) begunAnew(thing string) (n int) {
	var order int64
	if _, err := fmt.Sscanf(thing, "line %d", &order); err == nil {
		c.w.outside(func() { n = c.w.takenUp(order) })
	}
	return n
}

// Send implements bot.Messenger.
func (c *chats) Send(ctx context.Context, m bot.Message) (string, error) {
	return c.send(ctx, m.Thread.Chat, func() string {
		return c.show(m.Thread, shown{text: m.Text, buttons: m.Buttons})
	})
}

// Edit implements bot.Messenger.
func (c *chats) Edit(ctx context.Context, name string, m bot.Message) error {
	gone := false
	_, err := c.send(ctx, m.Thread.Chat, func() string {
		x := c.find(m.Thread.Chat, name)
		if gone = x == nil || x.gone; !gone && x.text != m.Text {
			c.w.note("%s: edits %s in %s: %q", c.w.frame.p, name, m.Thread.Chat, m.Text)
			x.text, x.buttons = m.Text, m.Buttons
		}
		return ""
	})
	if gone || errors.Is(err, bot.ErrGone) {
		if x := c.find(m.Thread.Chat, name); x != nil {
			x.gone = true
		}
		c.excuses[c.w.frame.thing]++ // it is said anew where it must not pass unseen
		return bot.ErrGone
	}
	return err
}

func (c *chats) find(chat, name string) *shown {
	for _, x := range c.shown[chat] {
		if x.name == name {
			return x
		}
	}
	return nil
}

// Media implements bot.Messenger.
func (c *chats) Media(ctx context.Context, m bot.Media) (string, error) {
	return c.send(ctx, m.Thread.Chat, func() string {
		return c.show(m.Thread, shown{text: m.Text, buttons: m.Buttons}) + " file"
	})
}

// Answer implements bot.Messenger.
func (c *chats) Answer(ctx context.Context, notice, text string, _ bool) error {
	_, err := c.send(ctx, "", func() string {
		c.w.note("%s: notice %s: %q", c.w.frame.p, notice, text)
		return ""
	})
	return err
}

// Photo implements bot.Messenger.
func (c *chats) Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	w := c.w
	how := w.befalls("photo")
	d := w.quick()
	switch how {
	case "kill":
		w.die(w.frame)
	case "slow":
		d = 70 * time.Second
	}
	if err := w.latency(ctx, d); err != nil {
		return nil, err
	}
	switch how {
	case "gone":
		return nil, rejected(pipeline.ReasonPhotoGone, "no such file")
	case "platform down":
		return nil, transient(pipeline.ReasonBusy, "502")
	}
	return io.NopCloser(strings.NewReader(p.Ref)), nil
}

// Pace implements bot.Messenger.
func (c *chats) Pace(string) time.Duration { return c.w.setup.Pace }

// MaxBytes implements bot.Messenger.
func (c *chats) MaxBytes(still bool) int64 {
	if still {
		return 10 << 20
	}
	return 50 << 20
}

// Platform implements bot.Messenger.
func (c *chats) Platform() bot.Platform { return bot.Platform{Name: platform} }
