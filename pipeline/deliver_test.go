package pipeline

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// halves is a store with one order, and a chat that takes its short in two halves.
type halves struct {
	Store
	Chat
	Blobs
	mu    sync.Mutex
	o     Order
	moves []Order
	later error // what the second half waits for
	given []string
}

func (h *halves) Put(context.Context, string, string, io.Reader) error { return nil } // a checkpoint

func (h *halves) Order(context.Context, int64) (Order, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.o, nil
}

func (h *halves) Move(_ context.Context, o Order, m Move) (Order, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o.Version != h.o.Version {
		return Order{}, ErrMoved
	}
	if !m.Cut { // the row keeps its cut
		o.Cut = h.o.Cut
	}
	o.Version++
	h.o = o
	h.moves = append(h.moves, o)
	return o, nil
}

type nothing struct{ *strings.Reader }

func (nothing) Close() error { return nil }

func (h *halves) Open(context.Context, string) (io.ReadSeekCloser, error) {
	return nothing{strings.NewReader("")}, nil
}

func (h *halves) Deliver(_ context.Context, o Order, _ io.ReadSeeker) (string, error) {
	h.given = append(h.given, o.Cut.Receipt)
	switch {
	case o.Cut.Receipt == "":
		return "", &Partial{Receipt: " F1"}
	case o.Cut.Receipt == " F1" && h.later != nil:
		return "", &Partial{Receipt: " F1/1", Err: h.later}
	}
	return "17.42", nil
}

func TestDeliver_WhatIsDoneIsWrittenDownBeforeTheRest(t *testing.T) {
	for name, later := range map[string]error{
		"at once": nil,
		"after that": &Fault{
			Kind: Transient, Reason: ReasonBusy, RetryAfter: time.Minute, Err: errors.New("not to be seen"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &halves{later: later, o: Order{
					ID: 12, Status: Open, Step: Deliver, Phase: Ready, Version: 3, Due: time.Now(), Since: time.Now(),
					Thread: Thread{Platform: "slack"}, Cut: Cut{N: 1, ShortKey: "shorts/12.mp4"},
				}}
				p := quiet()
				p.opts.Store, p.opts.Blobs, p.opts.Chats = h, h, map[string]Chat{"slack": h}
				o, err := p.driver.advance(t.Context(), 12, nil)
				want := []string{"", " F1"}
				if later != nil {
					if err != nil || o.Status != Open || o.Phase != Ready || o.Cut.Receipt != " F1/1" ||
						time.Until(o.Due) < time.Minute {
						t.Fatalf("it waits as %+v, %v", o, err)
					}
					time.Sleep(2 * time.Minute)
					o, err = p.driver.advance(t.Context(), 12, nil)
					want = append(want, " F1/1")
				}
				if err != nil || o.Status != Delivered || o.Cut.Receipt != "17.42" || o.Shown != 1 {
					t.Errorf("it ends as %+v, %v", o, err)
				}
				if got := strings.Join(h.given, "|"); got != strings.Join(want, "|") {
					t.Errorf("it went on from %q", h.given)
				}
				if err := p.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				for i, m := range h.moves { // each part was begun before it was made
					if m.Cut.Receipt == " F1" && (m.Phase != Begun || m.Call == h.moves[max(i-1, 0)].Call) {
						t.Errorf("with the first part it stood at %+v", m)
					}
				}
			})
		})
	}
}

// queue is a chat whose pace lets deliveries wait.
type queue struct {
	*halves
	waits     []time.Duration // what comes before each try, the last for ever
	postponed int
}

func (q *queue) Turn(Order) time.Duration {
	d := q.waits[0]
	if len(q.waits) > 1 {
		q.waits = q.waits[1:]
	}
	return d
}

func (q *queue) Postpone(_ context.Context, o Order) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if o.Version != q.o.Version {
		return ErrMoved
	}
	q.o.Due = o.Due
	q.postponed++
	return nil
}

func (q *queue) Deliver(context.Context, Order, io.ReadSeeker) (string, error) { return "17.42", nil }

func TestDeliver_WaitingForTheChatsTurnLeavesNoHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{halves: &halves{o: Order{
			ID: 12, Status: Open, Step: Deliver, Phase: Ready, Version: 3, Due: time.Now(), Since: time.Now(),
			Thread: Thread{Platform: "telegram"}, Cut: Cut{N: 1, ShortKey: "shorts/12.mp4"},
		}}, waits: []time.Duration{9 * time.Second, 4 * time.Second, 0}}
		p := quiet()
		p.opts.Store, p.opts.Blobs, p.opts.Chats = q, q, map[string]Chat{"telegram": q}
		for _, want := range []time.Duration{9 * time.Second, 4 * time.Second} {
			o, err := p.driver.advance(t.Context(), 12, nil)
			if wait := time.Until(o.Due); err != nil || o.Phase != Ready || wait != want || len(q.moves) != 0 {
				t.Errorf("%s, due in %v, %d moves, %v", o.Phase, wait, len(q.moves), err)
			}
			time.Sleep(want)
		}
		o, err := p.driver.advance(t.Context(), 12, nil)
		if err != nil || o.Status != Delivered || len(q.moves) != 2 || q.postponed != 2 { // begun, and delivered
			t.Errorf("%s after %d moves, %v", o.Status, len(q.moves), err)
		}
		q.waits = []time.Duration{time.Minute}
		next, m := p.reserver.startStep(
			Order{Status: Open, Step: Render, Phase: Waiting, Thread: Thread{Platform: "telegram"}}, "made and copied",
		)
		if next.Phase != Ready || time.Until(next.Due) != time.Minute || !m.Wakeup || m.Note != "made and copied" {
			t.Errorf("%+v, %+v", next, m)
		}
	})
}
