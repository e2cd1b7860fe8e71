package monitor

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// braking runs a test with a gate on a fresh database, at nine in the morning in Seoul.
func braking(t *testing.T, budget pipeline.Credits, f func(t *testing.T, b *SpendGate, e storage.Engine)) {
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
		f(t, &SpendGate{Store: e, Provider: "runway", Budget: budget, Price: 15_00, Zone: config.Home()}, e)
	})
}

func looks(t *testing.T, b *SpendGate) {
	t.Helper()
	if err := b.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestSpendGate_PauseThatHasEndedLetsGoWhatItHeld(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, b, unaware *SpendGate){
		"here":                         func(_ *testing.T, b, _ *SpendGate) { b.RefreshNow() },
		"here, which never knew of it": func(_ *testing.T, _, unaware *SpendGate) { unaware.RefreshNow() },
		"elsewhere":                    func(t *testing.T, b, _ *SpendGate) { looks(t, b) },
		"before this process began": func(t *testing.T, b, _ *SpendGate) {
			looks(t, &SpendGate{Store: b.Store, Zone: b.Zone})
		},
	} {
		t.Run(name, func(t *testing.T) {
			braking(t, 0, func(t *testing.T, b *SpendGate, e storage.Engine) {
				unaware := &SpendGate{Store: b.Store, Zone: b.Zone}
				looks(t, unaware)
				storagetest.Check(t, e.SetFlag(t.Context(), bot.Paused, "telegram:1 now"))
				looks(t, b)
				if !b.Paused() {
					t.Error("it doesn't know of the pause")
				}
				held := func(source string, step pipeline.Step) int64 {
					o := storagetest.NewOrder(source, time.Now())
					o.Step, o.Phase, o.Reason, o.Due = step, pipeline.Ready, pipeline.ReasonPaused,
						time.Now().Add(10*time.Minute)
					o, _, err := e.Place(t.Context(), o)
					storagetest.Check(t, err)
					return o.ID
				}
				render, clip := held("a", pipeline.Render), held("b", pipeline.Animate)
				looks(t, b)
				if o, err := e.Order(t.Context(), render); err != nil || time.Until(o.Due) <= 0 {
					t.Errorf("a render goes on in a pause: %v", err)
				}
				storagetest.Check(t, e.SetFlag(t.Context(), bot.Paused, ""))
				end(t, b, unaware)
				if o, err := e.Order(t.Context(), render); err != nil || time.Until(o.Due) > 0 {
					t.Errorf("a render waits until %v: %v", o.Due, err)
				}
				if o, err := e.Order(t.Context(), clip); err != nil || o.Reason != pipeline.ReasonTurn {
					t.Errorf("a clip doesn't wait for its turn at the provider: %q, %v", o.Reason, err)
				}
				if looks(t, b); b.Paused() {
					t.Error("the pause goes on")
				}
			})
		})
	}
}

func TestSpendGate_SpendingBeginsAnewAtMidnightInSeoul(t *testing.T) {
	t.Parallel()
	braking(t, 30_00, func(t *testing.T, b *SpendGate, e storage.Engine) {
		o, _, err := e.Place(t.Context(), storagetest.NewOrder("a", time.Now().Add(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		c := pipeline.Call{
			ID: "a", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallUnknown,
			Estimated: 15_00, Begun: time.Now(),
		}
		if _, err := e.Move(t.Context(), o, pipeline.Move{Calls: []pipeline.Call{c}}); err != nil {
			t.Fatal(err)
		}
		looks(t, b)
		if got := b.Spent(); got != 15_00 {
			t.Errorf("%d spent", got)
		}
		time.Sleep(15 * time.Hour) // nobody has looked since
		if got := b.Spent(); got != 0 {
			t.Errorf("%d spent after midnight", got)
		}
	})
}

// away is a database that doesn't answer.
type away struct{ bot.Admin }

func (away) Flag(context.Context, string) (string, error) { return "", errors.New("away") }

func TestSpendGate_StaysAsItWasWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	braking(t, 0, func(t *testing.T, b *SpendGate, e storage.Engine) {
		if err := e.SetFlag(t.Context(), bot.Paused, "telegram:1 now"); err != nil {
			t.Fatal(err)
		}
		looks(t, b)
		b.Store = away{e}
		if err := b.Refresh(t.Context()); err == nil {
			t.Error("no error")
		}
		if !b.Paused() {
			t.Error("the pause is forgotten")
		}
	})
}
