package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// talk is a conversation of an owner with a desk over a real database. Time passes only when it is let.
type talk struct {
	*testing.T
	desk     *Conversation
	console  *Console_
	store    storage.Engine
	pipeline *line
	updates  int
	said     int64 // the last say that was heard
}

// line accepts orders as the pipeline does, and notes which it is to drive on.
type line struct {
	pipeline.Pipeline
	mu    sync.Mutex
	poked []int64
}

func (l *line) Wake(order int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.poked = append(l.poked, order)
}

func (l *line) RefreshStatus(int64) {}

// conversation runs a test with a private chat, "owner", whose shop may make 30 shorts a month.
func conversation(t *testing.T, f func(t *talk)) {
	t.Helper()
	path := storagetest.Migrated(t)
	synctest.Test(t, func(t *testing.T) {
		e, err := sqlite.Open(t.Context(), path, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		l := &line{}
		seoul := time.FixedZone("KST", 9*60*60)
		console := NewConsole(ConsoleOptions{Store: e, Admin: e, Limit: 30, Version: "1.2.0"})
		tk := &talk{T: t, store: e, pipeline: l, console: console, desk: NewConversation(Options{
			Store: e, Pipeline: l, Open: true, Limit: 30, Zone: seoul, Log: slog.New(slog.DiscardHandler),
			Looks: []string{"clean", "market"}, Music: []string{"bright", "calm"}, Admin: e, Console: console,
		})}
		for _, chat := range []string{"owner", "other"} {
			c := state.Chat{Platform: "telegram", ID: chat, Lang: "ko"}
			if _, err := e.Commit(t.Context(), state.Change{Chat: c, Shop: &state.Shop{Name: "바다식당", Made: time.Now()}}); err != nil {
				t.Fatal(err)
			}
		}
		f(tk)
		if err := tk.desk.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// does hands an update in, as something that the owner does now.
func (t *talk) does(u Update) {
	t.Helper()
	t.updates++
	if u.Key == "" {
		u.Key = fmt.Sprint("update ", t.updates)
	}
	if u.Kind == 0 {
		u.Kind = Wrote
	}
	if u.Chat == "" {
		u.Chat = "owner"
	}
	if u.User.ID == "" {
		u.User.ID = "kim"
	}
	if u.Message == "" {
		u.Message = fmt.Sprint("m", t.updates)
	}
	u.Platform, u.User.Lang, u.At = "telegram", "ko", time.Now()
	u.ToUs = u.ToUs || !u.Group
	if err := t.desk.Handle(t.Context(), u); err != nil {
		t.Fatal(err)
	}
}

// photo is a picture in a message, whose file is called as the message.
func photo(message, text string) Update {
	p := pipeline.Photo{Ref: "ref " + message, Unique: "unique " + message, Bytes: 1000}
	return Update{Message: message, Text: text, Pictures: []state.Image{{Photo: p, Message: message, Text: text}}}
}

func (t *talk) sends(message, caption string) { t.Helper(); t.does(photo(message, caption)) }
func (t *talk) writes(text string)            { t.Helper(); t.does(Update{Text: text}) }

// replies writes as an answer to a message.
func (t *talk) replies(to, text string) {
	t.Helper()
	t.does(Update{Text: text, Reply: &Reply{Message: to, Ours: strings.HasPrefix(to, "bot")}})
}

func (t *talk) presses(action string) {
	t.Helper()
	t.does(Update{Kind: Pressed, Action: action, Notice: "press", Message: "bot question"})
}

// waits lets time pass; drafts that are due then are looked at, as their jobs would.
func (t *talk) waits(d time.Duration) {
	t.Helper()
	before, err := t.store.Drafts(t.Context(), "telegram", "owner", time.Now())
	t.check(err)
	time.Sleep(d)
	synctest.Wait()
	for _, dr := range before {
		if _, err := t.desk.Draft(context.Background(), dr.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// hears gives what was said since it was last asked, and lets it be sent.
func (t *talk) hears() (says []state.OutgoingMessage) {
	t.Helper()
	for {
		s, err := t.store.Claim(t.Context(), t.said+1, time.Minute)
		if errors.Is(err, pipeline.ErrNotFound) {
			return says
		}
		t.check(err)
		t.said++
		_, err = t.store.MarkSent(t.Context(), t.said, fmt.Sprint("bot", t.said))
		t.check(err)
		says = append(says, s)
	}
}

// hear fails unless exactly these texts were said. A text that ends with … may go on.
func (t *talk) hear(want ...string) []state.OutgoingMessage {
	t.Helper()
	says := t.hears()
	ok := len(says) == len(want)
	for i := range min(len(says), len(want)) {
		begin, more := strings.CutSuffix(want[i], "…")
		ok = ok && (says[i].Text == want[i] || more && strings.HasPrefix(says[i].Text, begin))
	}
	if !ok {
		t.Errorf("said:")
		for _, s := range says {
			t.Errorf("  %q %v", s.Text, s.Buttons)
		}
		t.Errorf("want %q", want)
	}
	return says
}

// orders lists the chat's orders, oldest first.
func (t *talk) orders() []pipeline.Order {
	t.Helper()
	all, err := t.store.(state.Store).Recent(t.Context(), "telegram", "owner", 100)
	t.check(err)
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// ordered fails unless the chat's orders are these: message, menu and price.
func (t *talk) ordered(want ...string) []pipeline.Order {
	t.Helper()
	var got []string
	all := t.orders()
	for _, o := range all {
		got = append(got, o.Thread.Message+" "+o.Cut.Words.Menu+" "+o.Cut.Words.Price)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || len(got) != len(want) {
		t.Fatalf("orders %q, want %q", got, want)
	}
	return all
}

// becomes moves an order on, as the pipeline would.
func (t *talk) becomes(o pipeline.Order, change func(*pipeline.Order)) pipeline.Order {
	t.Helper()
	o, err := t.store.Order(t.Context(), o.ID)
	t.check(err)
	change(&o)
	o, err = t.store.Move(t.Context(), o, pipeline.Move{Cut: true})
	t.check(err)
	return o
}

// delivered is an order that has come to its end, with a short that is called receipt.
func (t *talk) delivered(o pipeline.Order, receipt string) pipeline.Order {
	t.Helper()
	return t.becomes(o, func(o *pipeline.Order) {
		o.Status, o.Step, o.Phase, o.ClipKey = pipeline.Delivered, pipeline.Deliver, pipeline.Ready, "clip"
		o.Cut.ShortKey, o.Cut.Receipt, o.Shown = "short", receipt+" file", o.Cut.N
	})
}

func (t *talk) check(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// button finds what the button with a label does.
func (t *talk) button(says []state.OutgoingMessage, label string) string {
	t.Helper()
	for _, s := range says {
		for _, row := range s.Buttons {
			for _, b := range row {
				if b.Label == label {
					return b.Action
				}
			}
		}
	}
	t.Fatalf("no button %q under %+v", label, says)
	return ""
}

// ops is what tells ops of the conversation's service, as another process would.
func (t *talk) ops() *Ops {
	return NewOps(OpsOptions{
		Store: t.store, Admin: t.store, Night: t.store, Wake: t.pipeline.Wake, OpsChat: t.desk.OpsChat, Zone: t.desk.Zone,
		Limit: t.desk.Limit, Log: t.desk.Log,
		Health: func() []Provider {
			if t.console.Health == nil { // not set yet
				return nil
			}
			return t.console.Health()
		},
	})
}

// limits sets how many shorts a shop may make in a month.
func (t *talk) limits(n int) { t.desk.Limit, t.console.Limit = n, n }
