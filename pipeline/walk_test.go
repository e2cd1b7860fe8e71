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

// delivered checks that an order has come to its end with one clip, one cut and one message.
func (w *world) delivered(id int64) {
	w.Helper()
	o := w.order(id)
	want := "delivered deliver begun shown=1"
	if text := stands(o); text != want {
		w.Errorf("got %s: %s\n%s", text, o.Detail, w.log.String())
	}
	if text := w.ledger(id); text != "animate settled 14/14 clip-1, render settled 14/14 cut-1" {
		w.Errorf("ledger %s", text)
	}
	if w.clips.starts != 1 || w.cuts.starts != 1 || len(w.chat.delivered) != 1 {
		w.Errorf("%d clips, %d cuts, %d messages", w.clips.starts, w.cuts.starts, len(w.chat.delivered))
	}
	if o.Cut.Receipt != "message-1" || o.StatusRef != "line" {
		w.Errorf("receipt %q, line %q", o.Cut.Receipt, o.StatusRef)
	}
}

func TestWalk_APhotoBecomesADeliveredShort(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		defer w.queue()()
		o := w.place()
		start := time.Now()
		w.sleep(2 * time.Minute)
		w.delivered(o.ID)
		if again, fresh, err := w.pipe.Place(t.Context(), newOrder()); fresh || err != nil || again.ID != o.ID {
			t.Errorf("the same message again: order %d, fresh %v, %v", again.ID, fresh, err)
		}
		keys := w.blobs.keys()
		if len(keys) != 3 || !strings.HasPrefix(keys[0], "clips/1-") || !strings.HasPrefix(keys[1], "photos/1-") || !strings.HasPrefix(keys[2], "shorts/1-1-") {
			t.Errorf("files %q", keys)
		}
		if end := w.order(o.ID).Changed.Sub(start); end > 71*time.Second { // a poll of the clip, and one of the cut that isn't rung for
			t.Errorf("it took %s", end)
		}
		clip, cut := w.clips.clips[0], w.cuts.cuts[0]
		if clip.Ratio != "3:4" || clip.Seconds != 3 || clip.Prompt == "" || clip.Callback != "" || !strings.HasPrefix(clip.Photo, "data:image/jpeg;base64,") || clip.Seed == 0 {
			t.Errorf("asked for the clip %+v", clip)
		}
		if cut.Words.Menu != "새우 파스타" || cut.Look != "clean" || cut.Seconds != 3 || cut.Logo != "https://files.example/assets/logo" || cut.Music != "https://files.example/assets/bright.mp3" ||
			cut.Clip != "https://files.example/"+keys[0] || cut.Photo != "https://files.example/"+keys[1] ||
			cut.Callback != "https://us.example/webhooks/creatomate/1/"+pipeline.CallbackToken(w.pipe, "creatomate", 1) {
			t.Errorf("asked for the cut %+v", cut)
		}
		events, err := w.store.History(t.Context(), o.ID)
		var notes []string
		for _, e := range events {
			notes = append(notes, e.Note)
		}
		want := []string{"placed", "photo is being opened", "photo prepared", "accepted as clip-1", "made and copied", "accepted as cut-1", "made and copied", "delivered"}
		if err != nil || !slices.Equal(notes, want) {
			t.Errorf("history %q, %v", notes, err)
		}
	})
}

func TestWalk_WithoutRunnerTheWakeupsBringAnOrderToItsEnd(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		defer w.queue()()
		o, _, err := w.store.Place(t.Context(), w.pipe.Accept(newOrder()))
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		w.cuts.check = func(string) (pipeline.Progress, error) { // each time a little further
			if asked++; asked < 4 {
				return pipeline.Progress{State: pipeline.Running, Fraction: float64(asked) / 4}, nil
			}
			return pipeline.Progress{State: pipeline.Succeeded, URL: "https://results.example/cut", Cost: 14_00}, nil
		}
		w.sleep(9 * time.Second)
		if now := w.order(o.ID); now.Version != 1 {
			t.Errorf("picked up early: %s", stands(now))
		}
		w.sleep(6 * time.Minute)
		if text := stands(w.order(o.ID)); text != "delivered deliver begun shown=1" || asked != 4 {
			t.Errorf("%s after %d looks", text, asked)
		}
	})
}

func TestCallback_MakesUsLookNow(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		defer w.queue()()
		o := w.place()
		w.sleep(10 * time.Second) // the clip is polled
		if now := w.order(o.ID); now.Step != render || now.Phase != waiting {
			t.Fatal(stands(now))
		}
		w.callback("creatomate", "cut-1")
		synctest.Wait()
		w.delivered(o.ID)
	})
}

func TestCallback_IsBelievedByTheTokenOnly(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		o, calls := standing(pipeline.Open, render, waiting)
		o.Due = time.Now().Add(time.Hour)
		w.store.Put(o, calls...)
		old := w.opts
		old.Signer = pipeline.NewSigner([]byte("old secret"), nil)
		before := pipeline.New(old) // before the secret was changed
		for name, x := range map[string]struct {
			provider, token string
			order           int64
			good            bool
		}{
			"ours":               {"creatomate", pipeline.CallbackToken(w.pipe, "creatomate", 1), 1, true},
			"of the old secret":  {"creatomate", pipeline.CallbackToken(before, "creatomate", 1), 1, true},
			"of another order":   {"creatomate", pipeline.CallbackToken(w.pipe, "creatomate", 2), 1, false},
			"of another service": {"creatomate", pipeline.CallbackToken(w.pipe, "runway", 1), 1, false},
			"of no order":        {"creatomate", pipeline.CallbackToken(w.pipe, "creatomate", 9), 9, true},
			"none":               {"creatomate", "", 1, false},
		} {
			err := w.pipe.HandleCallback(t.Context(), x.provider, x.order, x.token, "r1")
			if good := err == nil; good != x.good || !good && !errors.Is(err, pipeline.ErrBadToken) {
				t.Errorf("%s: %v", name, err)
			}
			synctest.Wait()
		}
		if len(w.cuts.asked) == 0 {
			t.Error("nothing was asked")
		}
		if pipeline.CallbackToken(w.pipe, "creatomate", 1) == pipeline.CallbackToken(before, "creatomate", 1) {
			t.Error("the secret doesn't count")
		}
	})
}

// TestWalk_AnyCommitMayBeLost has one commit after the other fail: refused, or written without an answer.
func TestWalk_AnyCommitMayBeLost(t *testing.T) {
	for _, written := range []bool{true, false} {
		for k := int64(1); k < 9; k++ {
			t.Run(fmt.Sprintf("%d written=%v", k, written), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *world) {
					var n atomic.Int64
					fail := func(op string) error {
						if op == "Move" && n.Add(1) == k {
							return errors.New("connection reset")
						}
						return nil
					}
					if w.store.Before = fail; written {
						w.store.Before, w.store.After = nil, fail
					}
					defer w.queue()()
					o := w.place()
					w.sleep(3 * time.Minute)
					w.delivered(o.ID)
				})
			})
		}
	}
}

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
			if l := w.ledger(o.ID); o.Phase != waiting || !strings.HasSuffix(l, "animate known 14/0 "+o.Remote) || strings.Contains(l, "unknown") {
				t.Errorf("order %d: %s, %s", o.ID, stands(o), w.ledger(o.ID))
			}
		}
	})
}

func TestStop_WritesAnAnswerThatWaitsForTheDatabase(t *testing.T) {
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
		o := w.place()
		w.sleep(time.Minute)
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
		if err := w.pipe.HandleCallback(t.Context(), "runway", 1, pipeline.CallbackToken(w.pipe, "runway", 1), "x"); !errors.Is(err, pipeline.ErrStopping) {
			t.Errorf("heard after Stop: %v", err)
		}
		if again, err := w.pipe.Advance(context.Background(), 1, 1); err != nil || again.IsZero() {
			t.Errorf("a job after Stop comes back at %v, %v", again, err)
		}
	})
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
		"cancelled": {pipeline.Cancel, "cancelled render begun", "animate settled 14/14 clip-1, render settled 14/14 cut-1"},
		"another cut": {func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
			return pipeline.Fix(o, pipeline.Edit{Words: &words})
		}, "delivered deliver begun shown=2 cut=2", "animate settled 14/14 clip-1, render settled 14/14 cut-1, render settled 14/14 cut-2"},
		"given up as lost": {func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
			o.Phase, o.Reason, o.Due = unknown, pipeline.ReasonUnknownStart, time.Now().Add(time.Hour)
			return o, pipeline.Move{Wakeup: true, Calls: []pipeline.Call{{ID: o.Call, Order: o.ID, State: pipeline.CallUnknown}}}, nil
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
		if got := stands(w.order(id)); got != "delivered deliver begun shown=2 cut=2" || !slices.Equal(w.chat.delivered, []string{"18,000원", "19,000원"}) {
			t.Errorf("%s; delivered %q", got, w.chat.delivered)
		}
	})
}

// TestAdvance_AProcessThatStoodStillSendsNothing stops a process between what it wrote down and its request, for longer
// than others wait.
func TestAdvance_AProcessThatStoodStillSendsNothing(t *testing.T) {
	for name, others := range map[string]func(o *pipeline.Order) []pipeline.Call{
		"nothing was decided": nil,
		"given up": func(o *pipeline.Order) []pipeline.Call {
			o.Phase, o.Reason = unknown, pipeline.ReasonUnknownStart
			return []pipeline.Call{{ID: o.Call, Order: o.ID, State: pipeline.CallUnknown}}
		},
		"begun again": func(o *pipeline.Order) []pipeline.Call {
			first := o.Call
			o.Call, o.Due = "theirs", time.Now().Add(time.Hour)
			return []pipeline.Call{
				{ID: first, Order: o.ID, State: pipeline.CallUnknown},
				{ID: "theirs", Order: o.ID, Cut: 1, Step: render, Provider: "creatomate", State: pipeline.CallBegun, Begun: time.Now()},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				o, _ := standing(pipeline.Open, render, ready)
				w.store.Put(o)
				stood := false
				w.store.After = func(op string) error {
					if op != "Move" || stood {
						return nil
					}
					stood = true
					time.Sleep(2 * time.Minute) // SIGSTOP
					if others != nil {
						now := w.order(1)
						calls := others(&now)
						if _, err := w.store.Move(t.Context(), now, pipeline.Move{Calls: calls}); err != nil {
							t.Error(err)
						}
					}
					return nil
				}
				if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err != nil {
					t.Fatal(err)
				}
				now := w.order(1)
				switch {
				case w.cuts.starts != 0:
					t.Errorf("a render was bought that others had decided on: %s, %s", stands(now), w.ledger(1))
				case name == "begun again" && (now.Call != "theirs" || w.ledger(1) != "render void 0/0, render begun 0/0"):
					t.Errorf("%s of call %s, %s", stands(now), now.Call, w.ledger(1))
				case name != "begun again" && (now.Phase != ready || now.Call != "" || w.ledger(1) != "render void 0/0"):
					t.Errorf("%s, %s", stands(now), w.ledger(1))
				}
			})
		})
	}
}

func TestReserve_WhatIsBegunHasTheNameOfItsProcess(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.clips.check = runs.check
		o := w.place()
		w.sleep(time.Second)
		calls, err := w.store.Calls(t.Context(), o.ID)
		if err != nil || len(calls) != 1 || !strings.HasPrefix(calls[0].ID, "0badcafe-") || len(calls[0].ID) < 30 {
			t.Errorf("%+v, %v", calls, err)
		}
	})
}

func TestCallback_DuringAnOutageOfTheDatabaseIsFollowedAfterIt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		o, calls := standing(pipeline.Open, render, waiting)
		o.Due, o.WakeupAt = time.Now().Add(time.Hour), time.Now().Add(time.Hour)
		w.blobs.files = map[string]string{"photos/1.jpg": "image/jpeg:p"}
		w.store.Put(o, calls...)
		var down atomic.Bool
		down.Store(true)
		w.store.Before = func(string) error {
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		if err := w.pipe.HandleCallback(t.Context(), "creatomate", 1, pipeline.CallbackToken(w.pipe, "creatomate", 1), "r1"); err == nil {
			t.Error("the provider isn't asked to ring again")
		}
		w.sleep(time.Minute)
		down.Store(false)
		w.sleep(5 * time.Second)
		if now := w.order(1); now.Status != pipeline.Delivered {
			t.Errorf("the callback is gone: %s", stands(now))
		}
	})
}
