package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

var vendors = pipeline.Providers{Clips: "runway", Cuts: "creatomate"}

// TestRestored_AnOrderIsBroughtUpToDateByItsCheckpoint restores a database from backups of each moment of an order's
// way, while its files know that it was delivered.
func TestRestored_AnOrderIsBroughtUpToDateByItsCheckpoint(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		type backup struct {
			o     pipeline.Order
			calls []pipeline.Call
		}
		var backups []backup
		w.store.After = func(op string) error {
			if op == "Move" {
				calls, err := w.store.Calls(t.Context(), 1)
				backups = append(backups, backup{w.order(1), calls})
				return err
			}
			return nil
		}
		w.place()
		stop := w.queue()
		w.sleep(2 * time.Minute)
		stop()
		done := w.order(1)
		if done.Status != pipeline.Delivered || len(backups) < 6 {
			t.Fatalf("%d moments, and it is %s %s %s", len(backups), done.Status, done.Step, done.Phase)
		}
		for _, b := range backups {
			if b.o.Status != pipeline.Open {
				continue
			}
			since, err := pipeline.Checkpoint(t.Context(), w.blobs, w.opts.Signer, b.o)
			if err != nil || since == nil {
				t.Fatalf("its checkpoint: %v, %v", since, err)
			}
			next, m, err := pipeline.Restored(b.o, since, vendors, 14_00)
			restored := &pipelinetest.Store{}
			restored.Put(b.o, b.calls...)
			if err == nil {
				next, err = restored.Move(t.Context(), next, m)
			}
			if err != nil || next.Status != done.Status || next.ClipKey != done.ClipKey || next.Shown != 1 ||
				next.Cut.ShortKey != done.Cut.ShortKey || next.Cut.Receipt != done.Cut.Receipt ||
				next.Thread != done.Thread || next.Photo.Ref != done.Photo.Ref || next.Source != done.Source ||
				m.Notify {
				t.Errorf("restored from %s %s: %+v, %v", b.o.Step, b.o.Phase, next, err)
			}
			calls, err := restored.Calls(t.Context(), 1)
			var paid []string
			for _, c := range calls {
				if c.State != pipeline.CallSettled || c.Step == pipeline.Animate && c.Settled != 14_00 {
					t.Errorf("restored from %s %s: %+v", b.o.Step, b.o.Phase, c)
				}
				paid = append(paid, c.ID)
			}
			for _, c := range backups[len(backups)-1].calls {
				if !slices.Contains(paid, c.ID) || len(paid) != 2 || err != nil {
					t.Errorf("restored from %s %s: the ledger has %q, not %s: %v", b.o.Step, b.o.Phase, paid, c.ID, err)
				}
			}
			if _, _, err := pipeline.Restored(next, nil, vendors, 0); !errors.Is(err, pipeline.ErrNoChange) {
				t.Errorf("and once more: %v", err)
			}
		}
	})
}

func TestCheckpoint_SaysThatAPersonHasCancelled(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		backup, calls := standing(pipeline.Open, animate, waiting)
		w.store.Put(backup, calls...)
		gone, m, err := pipeline.Cancel(backup)
		if err == nil {
			_, err = w.store.Move(t.Context(), gone, m)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.pipe.Wake(1)
		w.sleep(0)
		since, err := pipeline.Checkpoint(t.Context(), w.blobs, w.opts.Signer, backup)
		if err != nil || since == nil || since.Status != pipeline.Cancelled {
			t.Fatalf("its checkpoint: %+v, %v", since, err)
		}
		next, m, err := pipeline.Restored(backup, since, vendors, 15_00)
		if err != nil || next.Status != pipeline.Cancelled || m.Notify || len(m.Calls) != 1 ||
			m.Calls[0].ID != "call1" || m.Calls[0].State != pipeline.CallSettled {
			t.Errorf("%+v, %+v, %v", next, m, err)
		}
	})
}

func TestCheckpoint_OfAnotherOrderOrNoNewerOneSaysNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		o, _ := standing(pipeline.Open, render, waiting)
		if err := pipeline.WriteCheckpoint(t.Context(), w.blobs, w.opts.Signer, o); err != nil {
			t.Fatal(err)
		}
		key := pipeline.CheckpointKey(w.opts.Signer, 1)
		if !slices.Equal(w.blobs.keys(), []string{key}) || strings.Contains(key, "1.json") {
			t.Errorf("the files are %q", w.blobs.keys())
		}
		for _, secret := range []string{"telegram", `"7"`, `"photo"`} {
			if strings.Contains(w.blobs.files[key], secret) {
				t.Errorf("%s says %s", w.blobs.files[key], secret)
			}
		}
		for name, x := range map[string]struct {
			change func(o *pipeline.Order)
			found  bool
		}{
			"older":    {func(o *pipeline.Order) { o.Version-- }, true},
			"no newer": {func(*pipeline.Order) {}, false},
			"another order": {
				func(o *pipeline.Order) { o.Version, o.Placed = 1, o.Placed.Add(time.Millisecond) }, false,
			},
			"another number":    {func(o *pipeline.Order) { o.ID = 2 }, false},
			"of another secret": {func(o *pipeline.Order) { o.ID = 3 }, false},
		} {
			o := o
			x.change(&o)
			if c, err := pipeline.Checkpoint(t.Context(), w.blobs, w.opts.Signer, o); err != nil ||
				(c != nil) != x.found {
				t.Errorf("%s: %v, %v", name, c, err)
			}
		}
		older := o
		older.Version--
		whole := strings.TrimPrefix(w.blobs.files[key], "application/json:")
		w.blobs.files[key] += "behind it the rest of a former one"
		if c, err := pipeline.Checkpoint(t.Context(), w.blobs, w.opts.Signer, older); err != nil || c == nil {
			t.Errorf("with a rest behind it: %v, %v", c, err)
		}
		mixed := strings.Replace(whole, "waiting", "unknown", 1)
		for _, broken := range []string{"", "{", whole[:100], mixed} {
			w.blobs.files[key] = "application/json:" + broken
			if c, err := pipeline.Checkpoint(t.Context(), w.blobs, w.opts.Signer, older); err != nil || c != nil {
				t.Errorf("one that a power cut has left as %q: %v, %v", broken, c, err)
			}
		}
	})
}

func TestRestored_WhatIsNotKnownIsSetAside(t *testing.T) {
	now := time.Now()
	for name, x := range map[string]struct {
		o     pipeline.Order
		since *pipeline.Order
		why   pipeline.Reason // empty: nothing is done
		tells string          // an operator
		asked bool            // its person is
	}{
		"its clip is being made": {
			o: pipeline.Order{
				Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Waiting, Remote: "r1", Call: "c1",
			},
			why: pipeline.ReasonRestored, tells: "runway has its work as r1",
		},
		"its render was accepted since": {
			o: pipeline.Order{Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Ready},
			since: &pipeline.Order{
				Status: pipeline.Open, Step: pipeline.Render, Phase: pipeline.Waiting, Remote: "r2", Call: "c2",
				ClipKey: "clips/1-0badcafe-c1.mp4", Cut: pipeline.Cut{N: 1},
			},
			why: pipeline.ReasonRestored, tells: "creatomate has its work as r2",
		},
		"its photo is being opened": {
			o:   pipeline.Order{Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Begun, Call: "c1"},
			why: pipeline.ReasonRestored, tells: "under way at the backup",
		},
		"it is being delivered": {
			o:   pipeline.Order{Status: pipeline.Open, Step: pipeline.Deliver, Phase: pipeline.Begun, Call: "c1"},
			why: pipeline.ReasonMaybeDelivered, tells: "being delivered at the backup", asked: true,
		},
		"its person is asked about the photo": {
			o: pipeline.Order{
				Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Ready, Reason: pipeline.ReasonAskDark,
			},
		},
		"it was parked, and would go on by itself": {
			o: pipeline.Order{
				Status: pipeline.Parked, Step: pipeline.Render, Phase: pipeline.Ready, Reason: pipeline.ReasonBusy,
			},
			why: pipeline.ReasonRestored, tells: "under way",
		},
		"it waits for an admin's decision": {
			o: pipeline.Order{Status: pipeline.Parked, Step: pipeline.Render, Reason: pipeline.ReasonTemplate},
		},
		"it has come to wait for one since": {
			o:     pipeline.Order{Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Ready},
			since: &pipeline.Order{Status: pipeline.Parked, Step: pipeline.Render, Reason: pipeline.ReasonUnfit},
			why:   pipeline.ReasonUnfit,
		},
		"it is over": {o: pipeline.Order{Status: pipeline.Delivered, Step: pipeline.Deliver}},
	} {
		t.Run(name, func(t *testing.T) {
			x.o.ID, x.o.Version, x.o.Changed = 1, 3, now
			next, m, err := pipeline.Restored(x.o, x.since, vendors, 15_00)
			if x.why == "" {
				if !errors.Is(err, pipeline.ErrNoChange) {
					t.Errorf("%+v, %v", next, err)
				}
				return
			}
			if err != nil || next.Status != pipeline.Parked || next.Reason != x.why || next.Version != 3 ||
				!strings.Contains(next.Detail, x.tells) || m.Notify != x.asked || pipeline.MayResume(next, true) {
				t.Errorf("%+v, %+v, %v", next, m, err)
			}
			again, m, err := pipeline.Retry(next)
			if named := next.Phase == pipeline.Waiting; err != nil || named && (again.Phase != pipeline.Waiting ||
				again.Remote != next.Remote || len(m.Calls) > 0) {
				t.Errorf("what its provider was given isn't asked for: %+v, %+v, %v", again, m, err)
			}
		})
	}
}
