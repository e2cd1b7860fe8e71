package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TestWrite_AnAnswerIsTriedUntilItIsWritten takes the database away when a paid request is on its way.
func TestWrite_AnAnswerIsTriedUntilItIsWritten(t *testing.T) {
	for _, step := range []pipeline.Step{animate, render, deliver} {
		t.Run(string(step), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				var down atomic.Bool
				w.store.Before = func(string) error {
					if down.Load() {
						return errors.New("connection refused")
					}
					return nil
				}
				w.clips.start = func(int) (pipeline.Started, error) {
					down.Store(step == animate)
					return pipeline.Started{Remote: "clip-1", Estimated: 14_00}, nil
				}
				w.cuts.start = func(int) (pipeline.Started, error) {
					down.Store(step == render)
					return pipeline.Started{Remote: "cut-1", Estimated: 14_00}, nil
				}
				w.chat.deliver = func(int) (string, error) {
					down.Store(step == deliver)
					return "message-1", nil
				}
				defer w.queue()()
				o := w.place()
				for !down.Load() {
					w.sleep(time.Second)
				}
				w.sleep(9 * time.Hour) // longer than any patience
				down.Store(false)
				w.sleep(3 * time.Minute)
				w.delivered(o.ID)
			})
		})
	}
}

// TestWrite_AnOutageOfTheDatabaseHoldsNoPlace lets more answers be lost than there are places, and then looks whether
// an order that can be written is.
func TestWrite_AnOutageOfTheDatabaseHoldsNoPlace(t *testing.T) {
	const orders = 40
	inWorld(t, func(t *testing.T, w *world) {
		w.blobs.files = map[string]string{"photos/1.jpg": "image/jpeg:p"}
		var down, over atomic.Bool
		w.store.Before = func(op string) error {
			if op == "Move" && down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		w.clips.start = func(n int) (pipeline.Started, error) {
			down.Store(!over.Load())
			return pipeline.Started{Remote: fmt.Sprint("clip-", n), Estimated: 14_00}, nil
		}
		w.clips.check = runs.check
		for i := range orders {
			o, calls := standing(pipeline.Open, animate, waiting)
			o.ID, o.Source, o.Remote, o.Call = int64(i+1), fmt.Sprint(i), fmt.Sprint("old-", i), fmt.Sprint("call", i)
			calls[0].ID, calls[0].Order, calls[0].Remote = o.Call, o.ID, o.Remote
			if i < orders-1 { // these begin
				o.Phase, o.Remote, o.Call, calls = ready, "", "", nil
			}
			w.store.Put(o, calls...)
			if i < orders-1 {
				w.pipe.Wake(o.ID)
			}
		}
		w.sleep(50 * time.Second)
		w.pipe.Wake(orders) // its look writes no version
		w.sleep(20 * time.Second)
		if len(w.clips.asked) == 0 {
			t.Error("an order waits for a place while the database refuses to be written")
		}
		if w.clips.starts == 0 || len(w.clips.clips) == orders-1 {
			t.Errorf("%d clips started", w.clips.starts)
		}
		over.Store(true)
		down.Store(false)
		w.sleep(10 * time.Second)
		for id := range int64(orders) {
			w.pipe.Wake(id + 1) // as the queue does
		}
		w.sleep(time.Minute)
		for id := range int64(orders - 1) {
			o := w.order(id + 1)
			if l := w.ledger(o.ID); o.Phase != waiting || !strings.HasSuffix(l, "animate known 14/0 "+o.Remote) ||
				strings.Contains(l, "unknown") {
				t.Errorf("order %d: %s, %s", o.ID, stands(o), w.ledger(o.ID))
			}
		}
	})
}

func TestStop_WritesAnAnswerThatWaitsForTheDatabase(t *testing.T) {
	for _, during := range []time.Duration{14 * time.Second, time.Minute} { // between two tries, and within one
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			var down atomic.Bool
			w.store.Before = func(string) error {
				if down.Load() {
					return errors.New("connection refused")
				}
				return nil
			}
			w.clips.start = func(int) (pipeline.Started, error) {
				down.Store(true)
				return pipeline.Started{Remote: "clip-1"}, nil
			}
			down.Store(true)
			if _, fresh, err := w.pipe.Place(t.Context(), newOrder()); err == nil || fresh {
				t.Errorf("placed without the database: %v, %v", fresh, err)
			}
			down.Store(false)
			o := w.place()
			w.sleep(during)
			down.Store(false)
			if err := w.pipe.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if now := w.order(o.ID); now.Remote != "clip-1" {
				t.Errorf("the id of a paid clip is gone: %s", stands(now))
			}
			if _, _, err := w.pipe.Place(t.Context(), newOrder()); !errors.Is(err, pipeline.ErrStopping) {
				t.Errorf("placed after Stop: %v", err)
			}
			if err := w.pipe.HandleCallback(
				t.Context(), "runway", 1, pipeline.CallbackToken(w.pipe, "runway", 1), "x",
			); !errors.Is(err, pipeline.ErrStopping) {
				t.Errorf("heard after Stop: %v", err)
			}
			if again, err := w.pipe.Advance(context.Background(), 1, 1); err != nil || again.IsZero() {
				t.Errorf("a job after Stop comes back at %v, %v", again, err)
			}
		})
	}
}

// TestAnswer_StandsOnWhatPeopleDidMeanwhile changes an order while its cut is asked for.
func TestAnswer_StandsOnWhatPeopleDidMeanwhile(t *testing.T) {
	price := "19,000원"
	words := newOrder().Cut.Words
	words.Price = price
	for name, x := range map[string]struct {
		do     func(o pipeline.Order) (pipeline.Order, pipeline.Move, error)
		want   string
		ledger string
	}{
		"cancelled": {
			pipeline.Cancel, "cancelled render begun", "animate settled 14/14 clip-1, render settled 14/14 cut-1",
		},
		"another cut": {func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
			return pipeline.Fix(o, pipeline.Edit{Words: &words})
		}, "delivered deliver begun shown=2 cut=2", "animate settled 14/14 clip-1, render settled 14/14 cut-1, " +
			"render settled 14/14 cut-2"},
		"given up as lost": {func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
			o.Phase, o.Reason, o.Due = unknown, pipeline.ReasonUnknownStart, time.Now().Add(time.Hour)
			return o, pipeline.Move{
				Wakeup: true, Calls: []pipeline.Call{{ID: o.Call, Order: o.ID, State: pipeline.CallUnknown}},
			}, nil
		}, "delivered deliver begun reason= shown=1", "animate settled 14/14 clip-1, render settled 14/14 cut-1"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.cuts.start = func(n int) (pipeline.Started, error) {
					time.Sleep(5 * time.Second)
					return pipeline.Started{Remote: fmt.Sprint("cut-", n), Estimated: 14_00}, nil
				}
				defer w.queue()()
				id := w.place().ID
				for w.order(id).Step != render || w.order(id).Phase != begun {
					w.sleep(time.Second)
				}
				o, m, err := x.do(w.order(id))
				if err == nil {
					_, err = w.store.Move(t.Context(), o, m)
				}
				if err != nil {
					t.Fatal(err)
				}
				w.sleep(5 * time.Minute)
				if got := stands(w.order(id)); got != strings.ReplaceAll(x.want, " reason=", "") {
					t.Errorf("got %s, want %s", got, x.want)
				}
				if got := w.ledger(id); got != x.ledger {
					t.Errorf("ledger %s, want %s", got, x.ledger)
				}
			})
		})
	}
}

func TestAnswer_AShortThatCameAfterANewCutBeganIsNotForgotten(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.chat.deliver = func(n int) (string, error) {
			if n == 1 {
				time.Sleep(20 * time.Second)
			}
			return fmt.Sprint("message-", n), nil
		}
		defer w.queue()()
		id := w.place().ID
		for w.order(id).Step != deliver {
			w.sleep(time.Second)
		}
		words := newOrder().Cut.Words
		words.Price = "19,000원"
		o, m, err := pipeline.Fix(w.order(id), pipeline.Edit{Words: &words})
		if err == nil {
			_, err = w.store.Move(t.Context(), o, m)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.sleep(5 * time.Minute)
		if got := stands(w.order(id)); got != "delivered deliver begun shown=2 cut=2" ||
			!slices.Equal(w.chat.delivered, []string{"18,000원", "19,000원"}) {
			t.Errorf("%s; delivered %q", got, w.chat.delivered)
		}
	})
}
