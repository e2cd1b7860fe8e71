package outbox_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
)

// told is what an address of a callback heard.
type told struct {
	events []string
	fail   error
}

func (h *told) hear(_ context.Context, s bot.OutgoingMessage, o pipeline.Order, shop bot.Shop) error {
	if h.fail != nil {
		return h.fail
	}
	h.events = append(h.events, bot.OrderEventID(o.ID, s.Cut, s.Callback)+" "+shop.Webhook+" "+o.Callback)
	return nil
}

const hook = "https://pos.example.com/hook?token=sesame"

// ordered is an order with a callback, of a shop that can sign.
func (r *round) ordered(source string) pipeline.Order {
	r.Helper()
	thread := pipeline.Thread{Platform: "memory", Chat: "12", Message: source}
	chat, err := r.store.Chat(r.Context(), thread.Platform, thread.Chat)
	if err != nil {
		r.Fatal(err)
	}
	c := bot.Change{Chat: chat}
	if chat.Shop == 0 {
		c.Shop = &bot.Shop{Name: "바다식당", Webhook: "nonce"}
	}
	if _, err := r.store.Commit(r.Context(), c); err != nil {
		r.Fatal(err)
	}
	chat, err = r.store.Chat(r.Context(), thread.Platform, thread.Chat)
	if err != nil {
		r.Fatal(err)
	}
	return r.move(r.order(thread), func(o *pipeline.Order) { o.Shop, o.Callback = chat.Shop, hook })
}

// run lets another process work on what is queued until nothing is.
func (r *round) run(h *told) {
	r.Helper()
	r.restart()
	r.with(func(o *outbox.Options) { o.Callback = h.hear })
	for {
		n, err := r.store.WakePending(r.Context(), time.Now().Add(time.Hour))
		if err != nil {
			r.Fatal(err)
		}
		if n == 0 {
			return
		}
		for id := int64(1); id <= 20; id++ {
			if _, err := r.outbox.Send(r.Context(), id); err != nil {
				r.Fatal(err)
			}
		}
	}
}

func TestQueueCallback_EachEventIsQueuedOnceAndSurvivesItsProcess(t *testing.T) {
	r := newRound(t)
	o, h := r.ordered("a"), &told{}
	for _, change := range []func(*pipeline.Order){
		func(*pipeline.Order) {}, // on its way: nothing to tell
		func(o *pipeline.Order) {
			o.Step, o.Phase, o.Reason = pipeline.Animate, pipeline.Ready, pipeline.ReasonAskDark
		},
		func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Delivered, "" },
		func(o *pipeline.Order) { o.Status, o.Cut.N = pipeline.Failed, 2 },
		func(o *pipeline.Order) { o.Status = pipeline.Cancelled },
	} {
		o = r.move(o, change)
		for range 3 { // as often as anything says how the order stands, in whatever process
			r.restart()
			if err := r.outbox.QueueCallback(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.run(h)
	want := []string{"evt_1_1_question", "evt_1_1_delivered", "evt_1_2_failed", "evt_1_2_cancelled"}
	for i := range want {
		want[i] += " nonce " + hook
	}
	if !slices.Equal(h.events, want) {
		t.Errorf("told %q, want %q", h.events, want)
	}
	if all, _ := r.Ours(); len(all) > 0 {
		t.Errorf("the chat was told as well: %+v", all)
	}
}

func TestQueueCallback_WhatIsNotTakenWaitsAndHoldsUpOnlyItsOwnOrder(t *testing.T) {
	r, f := flakyRound(t)
	first, second := r.ordered("a"), r.ordered("b")
	down := &told{fail: &pipeline.Fault{Kind: pipeline.Transient, RetryAfter: time.Minute, Err: errors.New("503")}}
	r.with(func(o *outbox.Options) { o.Callback = down.hear })
	for _, o := range []pipeline.Order{first, second} {
		o = r.move(o, func(o *pipeline.Order) { o.Status = pipeline.Delivered })
		for _, op := range []string{"Chat", "Commit"} {
			f.op = op
			if err := r.outbox.QueueCallback(t.Context(), o); pipeline.AsFault(err).Kind != pipeline.Transient {
				t.Errorf("without %s: %v", op, err)
			}
		}
		if err := r.outbox.QueueCallback(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	again := r.carry(t.Context(), 1)
	if wait := time.Until(again); wait < 30*time.Second || wait > 2*time.Minute {
		t.Errorf("it is told again in %v", wait)
	}
	up := &told{}
	r.restart()
	r.with(func(o *outbox.Options) { o.Callback = up.hear })
	r.carried(2)
	// its time has come, in another process
	if err := r.store.ReleaseMessage(t.Context(), 1, time.Now(), false); err != nil {
		t.Fatal(err)
	}
	r.carried(1)
	if len(up.events) != 2 {
		t.Errorf("told %q", up.events)
	}
}

func TestQueueCallback_OfWhatWasDeletedNothingIsTold(t *testing.T) {
	r := newRound(t)
	o := r.move(r.ordered("a"), func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	if err := r.outbox.QueueCallback(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := r.store.MarkPurged(t.Context(), o.ID); err != nil {
		t.Fatal(err)
	}
	other := r.move(r.ordered("b"), func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	if _, err := r.store.ForgetShop(t.Context(), other.Shop); err != nil {
		t.Fatal(err)
	}
	if err := r.outbox.QueueCallback(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	h := &told{}
	r.with(func(o *outbox.Options) { o.Callback = h.hear })
	r.carried(1)
	if chat, err := r.store.Chat(t.Context(), "memory", "12"); err != nil || chat.Version != 0 || len(h.events) > 0 {
		t.Errorf("the chat %+v, %v; told %q", chat, err, h.events)
	}
	r.run(h)
	if len(h.events) > 0 {
		t.Errorf("told %q", h.events)
	}
}
