package outbox_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// flaky is a store whose next call of a name fails, or the one after skip others.
type flaky struct {
	storagetest.Failing
	op     string
	skip   int
	called map[string]int
	usual  map[pipeline.Step]time.Duration // what MedianStepTimes says
}

func newFlaky(e storage.Engine, usual map[pipeline.Step]time.Duration) *flaky {
	f := &flaky{called: map[string]int{}, usual: usual}
	f.Failing = storagetest.Failing{Engine: e, Fails: func(op string) error {
		f.called[op]++
		if f.op != op {
			return nil
		}
		if f.skip > 0 {
			f.skip--
			return nil
		}
		f.op = ""
		return errors.New("connection reset")
	}}
	return f
}

func (f *flaky) MedianStepTimes(context.Context) (map[pipeline.Step]time.Duration, error) {
	return f.usual, f.Fails("MedianStepTimes")
}

// flakyFiles are blobs whose next call of a name fails.
type flakyFiles struct {
	pipeline.Blobs
	store *flaky
}

func (f flakyFiles) Put(ctx context.Context, key, kind string, r io.Reader) error {
	if err := f.store.Fails("Put"); err != nil {
		return err
	}
	return f.Blobs.Put(ctx, key, kind, r)
}

func (f flakyFiles) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := f.store.Fails("Open"); err != nil {
		return nil, err
	}
	return f.Blobs.Open(ctx, key)
}

func (f flakyFiles) Delete(ctx context.Context, key string) error {
	if err := f.store.Fails("Delete"); err != nil {
		return err
	}
	return f.Blobs.Delete(ctx, key)
}

// flakyRound is a round whose store and files fail as they are told.
func flakyRound(t *testing.T) (*round, *flaky) {
	r := newRound(t)
	f := newFlaky(r.store, map[pipeline.Step]time.Duration{})
	r.with(func(o *outbox.Options) { o.Store, o.Blobs = f, flakyFiles{o.Blobs, f} })
	return r, f
}

// TestSend_WhatFailsOnTheWayIsSaidOnceAndNothingIsLost has each call to the store and to the files fail once, for each
// kind of message. All are said in one chat.
func TestSend_WhatFailsOnTheWayIsSaidOnceAndNothingIsLost(t *testing.T) {
	r, f := flakyRound(t)
	passing := &pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("broke off")}
	broken := 0
	opened := func(begin func() error) ([]byte, error) {
		if err := begin(); err != nil {
			return nil, err
		}
		if broken--; broken == 0 {
			return nil, passing
		}
		return []byte("made"), nil
	}
	heard := 0
	r.with(func(o *outbox.Options) {
		o.Logo = func(_ context.Context, _ io.Reader, begin func() error) ([]byte, error) { return opened(begin) }
		o.Track = func(_ context.Context, _ string, begin func() error) ([]byte, error) { return opened(begin) }
		o.Callback = func(context.Context, bot.OutgoingMessage, pipeline.Order, bot.Shop) error {
			heard++
			return nil
		}
	})
	short := r.move(r.rendered(), func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	short = r.move(short, func(o *pipeline.Order) { o.Callback, o.Shop = hook, 1 })
	thread := short.Thread
	if _, err := r.store.Commit(t.Context(), bot.Change{
		Chat: bot.Chat{Platform: thread.Platform, ID: thread.Chat, Lang: "ko"},
		Shop: &bot.Shop{Name: "바다식당", Webhook: "nonce"},
	}); err != nil {
		t.Fatal(err)
	}
	change := func(change func(s *bot.Shop)) { // the shop's, as the conversation does
		chat, err := r.store.Chat(t.Context(), thread.Platform, thread.Chat)
		if err != nil {
			t.Fatal(err)
		}
		shop := r.shop(chat.Shop)
		change(&shop)
		if _, err := r.store.Commit(t.Context(), bot.Change{Chat: chat, Shop: &shop}); err != nil {
			t.Fatal(err)
		}
	}
	files := func(prefix string) string {
		s := r.shop(1)
		key := map[string]string{"logos/": s.Logo, "tracks/": s.Track}[prefix]
		if !strings.HasPrefix(key, prefix) || !r.has(key) || s.NewLogo.Ref != "" || s.NewTrack.Address != "" ||
			len(s.NewTrack.Old) > 0 || s.NewLogo.Opened+s.NewTrack.Opened > 0 {
			t.Errorf("%+v", s)
		}
		return key
	}
	before := map[string]string{}
	for kind, x := range map[string]struct {
		ready func() bot.OutgoingMessage
		ops   string // that it makes; + is the second of a name
		done  func()
	}{
		"words": {func() bot.OutgoingMessage { return message(thread, "안녕하세요") }, "Claim MarkSent chat", func() {}},
		"a correction": {func() bot.OutgoingMessage {
			s := message(thread, "고쳤어요")
			var err error
			if s.Edit, err = r.Send(t.Context(), bot.Message{Thread: thread, Text: "안녕하세요"}); err != nil {
				t.Fatal(err)
			}
			return s
		}, "Claim MarkSent chat", func() {}},
		"a logo": {func() bot.OutgoingMessage {
			change(func(s *bot.Shop) { s.NewLogo = r.Snap(t, []byte("logo")) })
			return bot.OutgoingMessage{Message: bot.Message{Thread: thread, Text: "로고를 받았어요."}, Logo: bot.ChatsShop}
		}, "Claim Chat Shop Commit Commit+ Put MarkSent made chat", func() {
			if key := files("logos/"); key == before["logo"] {
				t.Error("the logo is the old one")
			} else {
				before["logo"] = key
			}
		}},
		"music": {func() bot.OutgoingMessage {
			change(func(s *bot.Shop) {
				s.NewTrack = bot.NewTrack{Address: "https://x", Name: time.Now().Format("150405.000000000")}
			})
			return bot.OutgoingMessage{Message: bot.Message{Thread: thread, Text: kept}, Track: 1}
		}, "Claim Chat Shop Commit Commit+ Commit++ Put TrackInUse Delete MarkSent made chat", func() {
			if key := files("tracks/"); key == before["track"] || before["track"] != "" && r.has(before["track"]) {
				t.Errorf("the music is %s, and there is the one before", key)
			} else {
				before["track"] = key
			}
		}},
		"a photo": {func() bot.OutgoingMessage {
			s := message(thread, "멈췄어요")
			s.Order = short.ID
			return s
		}, "Claim Order Open MarkSent", func() {}},
		"a short": {func() bot.OutgoingMessage {
			return bot.OutgoingMessage{Message: message(thread, "").Message, Order: short.ID, Cut: 1}
		}, "Claim Order Open MarkSent chat", func() {}},
		"a callback": {func() bot.OutgoingMessage {
			s := message(pipeline.Thread{Platform: "memory", Chat: "callback 1"}, "")
			s.Order, s.Cut, s.Callback = short.ID, 1, "delivered"
			return s
		}, "Claim Order Shop MarkSent", func() {}},
	} {
		for _, op := range strings.Fields(x.ops) {
			if kind == "music" && before["track"] == "" { // so that there is one to delete
				op = "Claim"
			}
			heard, broken = 0, 0
			say := x.ready()
			ours, edits := r.Ours()
			id := slices.Max(r.says(say))
			f.op = strings.TrimRight(op, "+")
			f.skip = len(op) - len(f.op)
			switch op {
			case "made":
				f.op, broken = "", 1
			case "chat":
				f.op = ""
				r.Fail(passing)
			}
			again, err := r.outbox.Send(t.Context(), id)
			if withoutPhoto := kind == "a photo" && (op == "Order" || op == "Open"); (err != nil || !again.IsZero()) ==
				(op == "MarkSent" || withoutPhoto) {
				t.Errorf("%s without %s: again %v, %v", kind, op, again, err)
			}
			if err != nil && op != "Claim" {
				t.Errorf("%s without %s ends with %v", kind, op, err)
			}
			if s := r.shop(1); op == "made" && s.NewLogo.Opened+s.NewTrack.Opened > 0 {
				t.Errorf("%s that broke off counts as one that killed who opened it", kind)
			}
			if !again.IsZero() {
				if err := r.store.ReleaseMessage(t.Context(), id, time.Now().Add(-time.Second), false); err != nil {
					t.Fatal(err)
				}
			}
			r.carried(id)
			r.carried(id)
			now, edited := r.Ours()
			if f.op != "" || len(now)+edited+heard != len(ours)+edits+1 {
				t.Fatalf("%s without %s (%q is left): said %d times", kind, op, f.op,
					len(now)+edited+heard-len(ours)-edits)
			}
			if heard == 0 && say.Text != "" && now[len(now)-1].Text != say.Text {
				t.Errorf("%s without %s: %q", kind, op, now[len(now)-1].Text)
			}
			x.done()
		}
	}
}

// TestSend_WhatHindersTheNextMessageIsNoTroubleOfTheFirst: the next one has a job of its own.
func TestSend_WhatHindersTheNextMessageIsNoTroubleOfTheFirst(t *testing.T) {
	r, f := flakyRound(t)
	ids := r.says(message(r.Thread(t), "하나"), message(r.Thread(t), "둘"))
	claims := 0
	f.Failing.Fails = func(op string) error {
		if op == "Claim" {
			claims++
		}
		if claims != 2 {
			return nil
		}
		return errors.New("connection reset")
	}
	r.carried(ids[0])
	if s := r.only(); s.Text != "하나" || !strings.Contains(r.logs.String(), "waiting for scheduled job") {
		t.Errorf("%+v, %s", s, r.logs)
	}
	claims = 2
	r.carried(ids[1])
	if all, _ := r.Ours(); len(all) != 2 || all[1].Text != "둘" {
		t.Errorf("%+v", all)
	}
}

func TestNotifyStatus_WithoutTheStoreTheLineIsBegunLaterAndOnce(t *testing.T) {
	r, f := flakyRound(t)
	for i, op := range []string{"MedianStepTimes", "Lease"} {
		r.restart()
		r.with(func(o *outbox.Options) { o.Store = f })
		thread := r.Thread(t)
		thread.Message += op
		o := r.order(thread)
		f.op = op
		_, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o)
		if f := pipeline.AsFault(err); f.Kind != pipeline.Transient || f.Reason != pipeline.ReasonTrouble {
			t.Errorf("without %s: %v", op, err)
		}
		r.tell(o)
		r.tell(o)
		if all, _ := r.Ours(); len(all) != i+1 {
			t.Errorf("without %s there are %d lines", op, len(all))
		}
	}
	if f.called["MedianStepTimes"] > 4 {
		t.Errorf("usual times were asked for %d times", f.called["MedianStepTimes"])
	}
}

func TestSweep_GivesJobsToWhatHasNoneForTenMinutes(t *testing.T) {
	r, f := flakyRound(t)
	if err := r.outbox.Sweep(t.Context()); err != nil || r.logs.Len() > 0 {
		t.Errorf("nothing waits: %v, %s", err, r.logs)
	}
	old, young := message(r.Thread(t), "하나"), message(r.Thread(t), "둘")
	old.Thread.Chat, old.Made, young.Made = "other", time.Now().Add(-time.Hour), time.Now().Add(-time.Hour)
	ids := append(r.says(old), r.says(young)...)
	for i, id := range ids { // when their jobs were to come
		due := time.Now().Add(-9*time.Minute - time.Duration(1-i)*2*time.Minute)
		if err := r.store.ReleaseMessage(t.Context(), id, due, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.outbox.Sweep(t.Context()); err != nil || !strings.Contains(r.logs.String(), "got one\" count=1") {
		t.Errorf("%v, %s", err, r.logs)
	}
	f.op = "WakePending"
	if err := r.outbox.Sweep(t.Context()); err == nil {
		t.Error("a sweep that failed says nothing")
	}
}

func TestStanding_SaysHowFarAnOrderIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		usual := map[pipeline.Step]time.Duration{
			pipeline.Fetch: 2 * time.Second, pipeline.Animate: 50 * time.Second, pipeline.Render: 40 * time.Second,
			pipeline.Deliver: 8 * time.Second,
		}
		at := func(s pipeline.Status, step pipeline.Step, ago time.Duration) pipeline.Order {
			return pipeline.Order{
				ID: 12, Thread: pipeline.Thread{Lang: "ko"}, Status: s, Step: step, Phase: pipeline.Waiting,
				Since:  time.Now().Add(-ago),
				Placed: time.Now().Add(-time.Hour), Cut: pipeline.Cut{N: 1, Words: pipeline.Words{Menu: "새우 파스타"}},
			}
		}
		with := func(o pipeline.Order, change func(o *pipeline.Order)) pipeline.Order { change(&o); return o }
		plain := present.FallbackNote("en", pipeline.ReasonBusy)
		making := at(pipeline.Open, pipeline.Animate, 23*time.Second)
		for name, x := range map[string]struct {
			o     pipeline.Order
			usual map[pipeline.Step]time.Duration
			want  present.Progress // but for its text
		}{
			"half": {making, usual, present.Progress{Done: .25, Left: 75 * time.Second}},
			"slow": {
				at(pipeline.Open, pipeline.Deliver, time.Hour), usual, present.Progress{Done: .99, Slow: true},
			},
			"no figures": {making, nil, present.Progress{Done: .05}},
			"held": {with(making, func(o *pipeline.Order) {
				o.Reason, o.Phase = pipeline.ReasonPaused, pipeline.Ready
			}), usual, present.Progress{Done: .05}},
			"unknown": {with(making, func(o *pipeline.Order) { o.Phase = pipeline.Unknown }), usual,
				present.Progress{Done: .05}},
			"delivered": {at(pipeline.Delivered, pipeline.Deliver, 0), usual, present.Progress{Done: 1}},
			"failed":    {at(pipeline.Failed, pipeline.Fetch, 0), usual, present.Progress{}},
			"the photo itself": {with(at(pipeline.Delivered, pipeline.Deliver, 0), func(o *pipeline.Order) {
				o.Fallback = pipeline.ReasonBusy
			}), usual, present.Progress{Done: 1, Note: plain}},
			"a still": {with(at(pipeline.Delivered, pipeline.Deliver, 0), func(o *pipeline.Order) {
				o.Fallback, o.Cut.Size = pipeline.ReasonBusy, pipeline.Still
			}), usual, present.Progress{Done: 1}},
		} {
			f := newFlaky(nil, maps.Clone(x.usual))
			c := outbox.New(outbox.Options{Store: f, Messages: f})
			got, err := c.Standing(t.Context(), "en", x.o)
			x.o.Thread.Lang = "en"
			if x.want.Text = present.Stage("en", x.o); err != nil || got != x.want {
				t.Errorf("%s: %+v, want %+v, %v", name, got, x.want, err)
			}
			c = outbox.New(outbox.Options{Store: f, Messages: f})
			f.op = "MedianStepTimes"
			if _, err := c.Standing(t.Context(), "en", x.o); pipeline.AsFault(err).Kind != pipeline.Transient {
				t.Errorf("%s, without the store: %v", name, err)
			}
		}
	})
}

// TestSend_AShopWithoutAKeyIsNotTold: its callbacks were turned off after the order.
func TestSend_AShopWithoutAKeyIsNotTold(t *testing.T) {
	r := newRound(t)
	o, h := r.move(r.ordered("a"), func(o *pipeline.Order) { o.Status = pipeline.Delivered }), &told{}
	if err := r.outbox.QueueCallback(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	chat, err := r.store.Chat(t.Context(), "memory", "12")
	if err != nil {
		t.Fatal(err)
	}
	shop := r.shop(chat.Shop)
	shop.Webhook = ""
	if _, err := r.store.Commit(t.Context(), bot.Change{Chat: chat, Shop: &shop}); err != nil {
		t.Fatal(err)
	}
	r.run(h)
	if len(h.events) > 0 {
		t.Errorf("told %q", h.events)
	}
}
