package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// braking runs a test with a brake on a fresh database, at nine in the morning in Seoul.
func braking(t *testing.T, budget pipeline.Credits, f func(t *testing.T, b *brake, e storage.Engine)) {
	path := storagetest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		e, err := sqlite.Open(t.Context(), path, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if err := e.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		f(t, &brake{store: e, budget: budget, clip: 15_00, zone: config.Home()}, e)
	})
}

// asks fails unless a step is held back for the reason and so long.
func (b *brake) asks(t *testing.T, s pipeline.Step, want pipeline.Reason, hold time.Duration) {
	t.Helper()
	if why, wait := b.Gate(s); why != want || wait != hold {
		t.Errorf("%s is held back for %q, %s; want %q, %s", s, why, wait, want, hold)
	}
}

func (b *brake) looks(t *testing.T) {
	t.Helper()
	if err := b.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAPauseHoldsAllPaidStepsUntilItIsOver(t *testing.T) {
	t.Parallel()
	braking(t, 0, func(t *testing.T, b *brake, e storage.Engine) {
		b.looks(t)
		b.asks(t, pipeline.Animate, "", 0)
		for _, x := range []struct {
			value string
			why   pipeline.Reason
			hold  time.Duration
		}{{"telegram:1 now", pipeline.ReasonPaused, 10 * time.Minute}, {"", "", 0}} {
			if err := e.SetSwitch(t.Context(), state.Paused, x.value); err != nil {
				t.Fatal(err)
			}
			b.looks(t)
			b.asks(t, pipeline.Animate, x.why, x.hold)
			b.asks(t, pipeline.Render, x.why, x.hold)
		}
	})
}

func TestAPauseThatEndedElsewhereHoldsNobodyBackHere(t *testing.T) {
	t.Parallel()
	braking(t, 0, func(t *testing.T, b *brake, e storage.Engine) {
		pause := func(value string) {
			t.Helper()
			if err := e.SetSwitch(t.Context(), state.Paused, value); err != nil {
				t.Fatal(err)
			}
		}
		pause("telegram:1 now")
		b.looks(t)
		pause("") // in another process, which has released all that it knew of
		why, wait := b.Gate(pipeline.Animate)
		if why != pipeline.ReasonPaused {
			t.Fatalf("it knows already: %q", why)
		}
		o := storagetest.NewOrder("a", time.Now())
		o.Step, o.Phase, o.Reason, o.Due = pipeline.Animate, pipeline.Ready, why, time.Now().Add(wait)
		o, _, err := e.Place(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		b.looks(t)
		if o, err = e.Order(t.Context(), o.ID); err != nil || time.Until(o.Due) > 0 {
			t.Errorf("it waits until %v: %v", o.Due, err)
		}
		b.asks(t, pipeline.Animate, "", 0)
	})
}

func TestASpentBudgetHoldsClipsUntilMidnightInSeoul(t *testing.T) {
	t.Parallel()
	braking(t, 30_00, func(t *testing.T, b *brake, e storage.Engine) {
		buy := func(id string, s pipeline.CallState, estimated, settled pipeline.Credits) {
			t.Helper()
			o, _, err := e.Place(t.Context(), storagetest.NewOrder(id, time.Now().Add(time.Hour)))
			if err != nil {
				t.Fatal(err)
			}
			c := pipeline.Call{ID: id, Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: s, Estimated: estimated, Settled: settled, Begun: time.Now()}
			if _, err := e.Move(t.Context(), o, pipeline.Move{Calls: []pipeline.Call{c}}); err != nil {
				t.Fatal(err)
			}
			b.looks(t)
		}
		buy("settled", pipeline.CallSettled, 15_00, 15_00)
		b.asks(t, pipeline.Animate, "", 0)
		buy("unknown", pipeline.CallUnknown, 15_00, 0)
		b.asks(t, pipeline.Animate, pipeline.ReasonBudget, 15*time.Hour)
		b.asks(t, pipeline.Render, "", 0)
		time.Sleep(15 * time.Hour) // nobody has looked since
		b.asks(t, pipeline.Animate, "", 0)
		b.looks(t)
		b.asks(t, pipeline.Animate, "", 0)
	})
}

func TestACrowdDoesntGoFarOverTheBudget(t *testing.T) {
	t.Parallel()
	braking(t, 100_00, func(t *testing.T, b *brake, _ storage.Engine) {
		b.looks(t)
		through := 0
		for range 1000 {
			if _, wait := b.Gate(pipeline.Animate); wait == 0 {
				through++
			}
		}
		if through != 7 { // the seventh begins below the budget
			t.Errorf("%d clips for 100 credits", through)
		}
	})
}

// away is a database that doesn't answer.
type away struct{ state.Admin }

func (away) Switch(context.Context, string) (string, error) { return "", errors.New("away") }

func TestABrakeHoldsWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	braking(t, 0, func(t *testing.T, b *brake, e storage.Engine) {
		if err := e.SetSwitch(t.Context(), state.Paused, "telegram:1 now"); err != nil {
			t.Fatal(err)
		}
		b.looks(t)
		b.store = away{e}
		if err := b.refresh(t.Context()); err == nil {
			t.Error("no error")
		}
		b.asks(t, pipeline.Animate, pipeline.ReasonPaused, 10*time.Minute)
	})
}
