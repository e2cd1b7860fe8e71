// Package bottest lets tests talk with a conversation, its admins and ops over a real database, in fake time.
package bottest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// Talk is an owner's talk with a Conversation over a real database. Time passes only when it is let.
type Talk struct {
	*testing.T
	Conversation *conversation.Conversation
	Options      session.Options       // that it was made with: see Configure
	Admin        admin.Options         // what its console was made with
	Health       func() []bot.Provider // how the providers are; may be nil
	Store        storage.Engine
	Pipeline     *line
	Updates      int
	LastSent     int64 // the last message that was heard
}

// line accepts orders as the pipeline does, and notes which it is to drive on.
type line struct {
	mu    sync.Mutex
	Woken []int64
}

func (l *line) Accept(o pipeline.Order) pipeline.Order { return pipeline.Accept(o, "", 0) }

func (l *line) Wake(order int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Woken = append(l.Woken, order)
}

func (l *line) RefreshStatus(int64) {}

func (l *line) Placed(o pipeline.Order) { l.Wake(o.ID) }

// Conversation runs a test with a private chat, "owner", whose shop may make 30 shorts a month.
func Conversation(t *testing.T, f func(t *Talk)) {
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
		tk := &Talk{T: t, Store: e, Pipeline: l, Options: session.Options{
			Store: e, Pipeline: l, Open: true, Limit: 30, Zone: seoul, Log: slog.New(slog.DiscardHandler),
			Looks: []string{"clean", "market"}, Music: []string{"bright", "calm"}, Guide: Guide(),
		}}
		tk.Admin = admin.Options{Store: e, Figures: e, Limit: 30, Version: "1.2.0", Health: tk.health}
		tk.Options.Console = admin.New(tk.Admin)
		tk.Conversation = conversation.New(tk.Options)
		for _, chat := range []string{"owner", "other"} {
			c := bot.Chat{Platform: "telegram", ID: chat, Lang: "ko"}
			if _, err := e.Commit(t.Context(), bot.Change{
				Chat: c, Shop: &bot.Shop{Name: "바다식당", Made: time.Now()},
			}); err != nil {
				t.Fatal(err)
			}
		}
		f(tk)
		if err := tk.Conversation.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Configure makes the conversation anew with other options, as a process does that starts.
func (t *Talk) Configure(change func(o *session.Options)) {
	t.Helper()
	t.Check(t.Conversation.Stop(t.Context()))
	change(&t.Options)
	t.Conversation = conversation.New(t.Options)
}

// Does hands an update in, as something that the owner does now.
func (t *Talk) Does(u bot.Update) {
	t.Helper()
	t.Updates++
	if u.Key == "" {
		u.Key = fmt.Sprint("update ", t.Updates)
	}
	u.Kind = cmp.Or(u.Kind, bot.Wrote)
	u.Chat = cmp.Or(u.Chat, "owner")
	u.User.ID = cmp.Or(u.User.ID, "kim")
	if u.Message == "" {
		u.Message = fmt.Sprint("m", t.Updates)
	}
	u.Platform, u.User.Lang, u.At = "telegram", "ko", time.Now()
	u.ToUs = u.ToUs || !u.Group
	if err := t.Conversation.Handle(t.Context(), u); err != nil {
		t.Fatal(err)
	}
}

// Photo is a picture in a message, whose file is called as the message.
func Photo(message, text string) bot.Update {
	p := pipeline.Photo{Ref: "ref " + message, Unique: "unique " + message, Bytes: 1000}
	return bot.Update{Message: message, Text: text, Pictures: []bot.Image{{Photo: p, Message: message, Text: text}}}
}

func (t *Talk) Sends(message, caption string) { t.Helper(); t.Does(Photo(message, caption)) }

func (t *Talk) Writes(text string) { t.Helper(); t.Does(bot.Update{Text: text}) }

// Replies writes as an answer to a message.
func (t *Talk) Replies(to, text string) {
	t.Helper()
	t.Does(bot.Update{Text: text, Reply: &bot.Reply{Message: to, Ours: strings.HasPrefix(to, "bot")}})
}

func (t *Talk) Presses(action string) {
	t.Helper()
	t.Does(bot.Update{Kind: bot.Pressed, Action: action, Notice: "press", Message: "bot question"})
}

// Waits lets time pass; drafts that are due then are looked at, as their jobs would.
func (t *Talk) Waits(d time.Duration) {
	t.Helper()
	before, err := t.Store.Drafts(t.Context(), "telegram", "owner", time.Now())
	t.Check(err)
	time.Sleep(d)
	synctest.Wait()
	for _, dr := range before {
		if _, err := t.Conversation.Draft(context.Background(), dr.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// Hears gives what was said since it was last asked, and lets it be sent.
func (t *Talk) Hears() (says []bot.OutgoingMessage) {
	t.Helper()
	for {
		s, err := t.Store.Claim(t.Context(), t.LastSent+1, time.Minute)
		if errors.Is(err, pipeline.ErrNotFound) {
			return says
		}
		t.Check(err)
		t.LastSent++
		_, err = t.Store.MarkSent(t.Context(), t.LastSent, fmt.Sprint("bot", t.LastSent))
		t.Check(err)
		says = append(says, s)
	}
}

// Hear fails unless exactly these texts were said. A text that ends with … may go on.
func (t *Talk) Hear(want ...string) []bot.OutgoingMessage {
	t.Helper()
	says := t.Hears()
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

// Orders lists the chat's orders, oldest first.
func (t *Talk) Orders() []pipeline.Order {
	t.Helper()
	all, err := t.Store.(bot.Store).Recent(t.Context(), "telegram", "owner", 100)
	t.Check(err)
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// Ordered fails unless the chat's orders are these: message, menu and price.
func (t *Talk) Ordered(want ...string) []pipeline.Order {
	t.Helper()
	var got []string
	all := t.Orders()
	for _, o := range all {
		got = append(got, o.Thread.Message+" "+o.Cut.Words.Menu+" "+o.Cut.Words.Price)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || len(got) != len(want) {
		t.Fatalf("orders %q, want %q", got, want)
	}
	return all
}

// Becomes moves an order on, as the pipeline would.
func (t *Talk) Becomes(o pipeline.Order, change func(*pipeline.Order)) pipeline.Order {
	t.Helper()
	o, err := t.Store.Order(t.Context(), o.ID)
	t.Check(err)
	change(&o)
	o, err = t.Store.Move(t.Context(), o, pipeline.Move{Cut: true})
	t.Check(err)
	return o
}

// Delivered is an order that has come to its end, with a short that is called receipt.
func (t *Talk) Delivered(o pipeline.Order, receipt string) pipeline.Order {
	t.Helper()
	return t.Becomes(o, func(o *pipeline.Order) {
		o.Status, o.Step, o.Phase, o.ClipKey = pipeline.Delivered, pipeline.Deliver, pipeline.Ready, "clip"
		o.Cut.ShortKey, o.Cut.Receipt, o.Shown = "short", receipt+" file", o.Cut.N
	})
}

func (t *Talk) Check(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Button finds what the button with a label does.
func (t *Talk) Button(says []bot.OutgoingMessage, label string) string {
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

func (t *Talk) health() []bot.Provider {
	if t.Health == nil {
		return nil
	}
	return t.Health()
}

// Ops is what tells ops of the conversation's service, as another process would, with options that are changed.
func (t *Talk) Ops(change ...func(o *ops.Options)) *ops.Ops {
	o := ops.Options{
		Store: t.Store, Reporting: t.Store, Wake: t.Pipeline.Wake, OpsChat: t.Options.OpsChat, Zone: t.Options.Zone,
		Limit: t.Options.Limit, Log: t.Options.Log, Guide: t.Options.Guide,
		Health: t.health,
	}
	for _, f := range change {
		f(&o)
	}
	return ops.New(o)
}

// Limits sets how many shorts a shop may make in a month.
func (t *Talk) Limits(n int) {
	t.Helper()
	t.Admin.Limit = n
	t.Configure(func(o *session.Options) { o.Limit, o.Console = n, admin.New(t.Admin) })
}
