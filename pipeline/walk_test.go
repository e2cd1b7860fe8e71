package pipeline_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
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
		if len(keys) != 4 || !strings.HasPrefix(keys[0], "clips/1-") || !strings.HasPrefix(keys[1], "orders/1-") ||
			!strings.HasPrefix(keys[2], "photos/1-") || !strings.HasPrefix(keys[3], "shorts/1-1-") {
			t.Errorf("files %q", keys)
		}
		// a poll of the clip, and one of the cut that has no callback
		if end := w.order(o.ID).Changed.Sub(start); end > 72*time.Second {
			t.Errorf("it took %s", end)
		}
		clip, cut := w.clips.clips[0], w.cuts.cuts[0]
		if clip.Ratio != "3:4" || clip.Seconds != 3 || clip.Prompt == "" || clip.Callback != "" ||
			!strings.HasPrefix(clip.Photo, "data:image/jpeg;base64,") || clip.Seed == 0 {
			t.Errorf("asked for the clip %+v", clip)
		}
		if cut.Words.Menu != "새우 파스타" || cut.Look != "clean" || cut.Seconds != 3 ||
			cut.Logo != "https://files.example/assets/logo" || cut.Music != "https://files.example/assets/bright.mp3" ||
			cut.Clip != "https://files.example/"+keys[0] || cut.Photo != "https://files.example/"+keys[2] ||
			cut.Callback != "https://us.example/webhooks/creatomate/1/"+pipeline.CallbackToken(
				w.pipe, "creatomate", 1,
			) {
			t.Errorf("asked for the cut %+v", cut)
		}
		events, err := w.store.History(t.Context(), o.ID)
		var notes []string
		for _, e := range events {
			notes = append(notes, e.Note)
		}
		want := []string{
			"placed", "photo prepared", "accepted as clip-1", "made and copied", "accepted as cut-1",
			"made and copied", "delivered",
		}
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
		old.Signer = sign.New([]byte("old secret"), nil)
		before := pipeline.New(old) // before the secret was changed
		token := pipeline.CallbackToken(w.pipe, "creatomate", 1)
		for name, x := range map[string]struct {
			provider, token string
			order           int64
			good            bool
		}{
			"ours":               {"creatomate", token, 1, true},
			"a shorter one":      {"creatomate", token[:len(token)-1], 1, false},
			"a longer one":       {"creatomate", token + "x", 1, false},
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
				{
					ID: "theirs", Order: o.ID, Cut: 1, Step: render, Provider: "creatomate", State: pipeline.CallBegun,
					Begun: time.Now(),
				},
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
				case name == "begun again" &&
					(now.Call != "theirs" || w.ledger(1) != "render void 0/0, render begun 0/0"):
					t.Errorf("%s of call %s, %s", stands(now), now.Call, w.ledger(1))
				case name != "begun again" &&
					(now.Phase != ready || now.Call != "" || w.ledger(1) != "render void 0/0"):
					t.Errorf("%s, %s", stands(now), w.ledger(1))
				}
			})
		})
	}
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
		if err := w.pipe.HandleCallback(
			t.Context(), "creatomate", 1, pipeline.CallbackToken(w.pipe, "creatomate", 1), "r1",
		); err == nil {
			t.Error("the provider isn't asked to call again")
		}
		w.sleep(time.Minute)
		down.Store(false)
		w.sleep(5 * time.Second)
		if now := w.order(1); now.Status != pipeline.Delivered {
			t.Errorf("the callback is gone: %s", stands(now))
		}
	})
}

// TestDeliver_WhatWasSurelyNotSentIsOfferedUntilTheChatTakesIt has a chat that is away for longer than any other step
// would be tried.
func TestDeliver_WhatWasSurelyNotSentIsOfferedUntilTheChatTakesIt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		const tries = 25
		w.chat.deliver = func(n int) (string, error) {
			if n < tries {
				return "", &pipeline.Fault{
					Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, MaxAttempts: 2, Err: errors.New("no route"),
				}
			}
			return "message-1", nil
		}
		defer w.queue()()
		id := w.place().ID
		for range 10 * tries {
			w.sleep(30 * time.Minute)
		}
		if o := w.order(id); o.Status != pipeline.Delivered || o.Cut.Receipt != "message-1" || w.clips.starts != 1 ||
			w.cuts.starts != 1 || len(w.chat.delivered) != tries {
			t.Errorf("%s after %d tries: %s", stands(o), len(w.chat.delivered), o.Detail)
		}
	})
}
