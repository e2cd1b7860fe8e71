package orders

import (
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// Reserved is a change that begins a call for 15 credits under a budget.
func Reserved(id string, o pipeline.Order, budget pipeline.Credits, since time.Time) pipeline.Move {
	c := pipeline.Call{
		ID: id, Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallBegun,
		Estimated: 15_00, Begun: time.Now(),
	}
	return pipeline.Move{
		Calls:   []pipeline.Call{c},
		Reserve: &pipeline.Reservation{Provider: "runway", Cost: 15_00, Budget: budget, Since: since},
	}
}

// held fails unless err says that a call may not begin for the reason, and nothing was written.
func held(t *testing.T, e storagetest.OrderStore, o pipeline.Order, err error, why pipeline.Reason) {
	t.Helper()
	var held *pipeline.HeldError
	if !errors.As(err, &held) || held.Reason != why {
		t.Errorf("got %v, want it held back for %q", err, why)
	}
	now, err := e.Order(t.Context(), o.ID)
	storagetest.Check(t, err)
	calls, err := e.Calls(t.Context(), o.ID)
	storagetest.Check(t, err)
	if now.Version != o.Version || len(calls) > 0 {
		t.Errorf("something was written: version %d, calls %+v", now.Version, calls)
	}
}

func beginsWithinBudget(t *testing.T, e storagetest.OrderStore) {
	day := time.Now().Add(-time.Hour)
	begins := func(id string, budget pipeline.Credits) (pipeline.Order, error) {
		o := storagetest.Place(t, e, storagetest.NewOrder(id, storagetest.Later()))
		moved, err := e.Move(t.Context(), o, Reserved(id, o, budget, day))
		if err == nil {
			return moved, nil
		}
		return o, err
	}
	first, err := begins("first", 44_00)
	storagetest.Check(t, err)
	_, err = begins("second", 44_00)
	storagetest.Check(t, err)
	o, err := begins("over", 44_00) // 30 are reserved, and 45 would be too much
	held(t, e, o, err, pipeline.ReasonBudget)
	_, err = begins("as much as there is", 45_00)
	storagetest.Check(t, err)
	_, err = begins("without a limit", 0)
	storagetest.Check(t, err)
	// What came to nothing is free again, and what cost less than was thought is counted as it is.
	c := pipeline.Call{ID: "first", Order: first.ID, State: pipeline.CallVoid}
	first = storagetest.Move(t, e, first, pipeline.Move{Calls: []pipeline.Call{c}})
	_, err = begins("in its place", 60_00)
	storagetest.Check(t, err)
	o, err = begins("none is left", 60_00)
	held(t, e, o, err, pipeline.ReasonBudget)
	day = time.Now().Add(time.Hour)
	_, err = begins("tomorrow", 15_00)
	storagetest.Check(t, err)
}

func pauseHolds(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Check(t, e.SetFlag(t.Context(), bot.Paused, "telegram:1 now"))
	_, err := e.Move(t.Context(), o, Reserved("a", o, 0, time.Time{}))
	held(t, e, o, err, pipeline.ReasonPaused)
	_, err = e.Move(t.Context(), o, Reserved("a", o, 15_00, time.Time{}))
	held(t, e, o, err, pipeline.ReasonPaused)
	o = storagetest.Move(t, e, o, pipeline.Move{}) // nothing paid begins
	storagetest.Check(t, e.SetFlag(t.Context(), bot.Paused, ""))
	storagetest.Move(t, e, o, Reserved("a", o, 15_00, time.Time{}))
}

func underWayAtOnce(t *testing.T, e storagetest.OrderStore) {
	begins := func(id string) (pipeline.Order, error) {
		o := storagetest.Place(t, e, storagetest.NewOrder(id, storagetest.Later()))
		m := Reserved(id, o, 0, time.Time{})
		m.Reserve.AtOnce = 2
		moved, err := e.Move(t.Context(), o, m)
		if err == nil {
			return moved, nil
		}
		return o, err
	}
	first, err := begins("first")
	storagetest.Check(t, err)
	first = storagetest.Move(t, e, first, pipeline.Move{
		Calls: []pipeline.Call{{ID: "first", Order: first.ID, State: pipeline.CallKnown}},
	})
	_, err = begins("second")
	storagetest.Check(t, err)
	o, err := begins("third")
	held(t, e, o, err, pipeline.ReasonTurn)
	storagetest.Move(t, e, first, pipeline.Move{
		Calls: []pipeline.Call{{ID: "first", Order: first.ID, State: pipeline.CallSettled}},
	})
	_, err = begins("in its place")
	storagetest.Check(t, err)
	other := storagetest.Place(t, e, storagetest.NewOrder("another's", storagetest.Later()))
	m := Reserved("other", other, 0, time.Time{})
	m.Reserve.AtOnce, m.Reserve.Provider, m.Calls[0].Provider = 1, "creatomate", "creatomate"
	storagetest.Move(t, e, other, m)
}

func rendersWait(t *testing.T, e storagetest.OrderStore) {
	waits := storagetest.Place(t, e, storagetest.NewOrder("its clip is bought", storagetest.Later()))
	waits.Step, waits.Due = pipeline.Render, storagetest.Later()
	waits = storagetest.Move(t, e, waits, pipeline.Move{})
	next := storagetest.Place(t, e, storagetest.NewOrder("next", storagetest.Later()))
	m := Reserved("next", next, 0, time.Time{})
	m.Reserve.AtOnce = 1
	_, err := e.Move(t.Context(), next, m)
	held(t, e, next, err, pipeline.ReasonTurn)
	turn := next
	turn.Step, turn.Reason = pipeline.Animate, pipeline.ReasonTurn
	turn = storagetest.Move(t, e, turn, pipeline.Move{})
	turns := func(atOnce, want int) {
		t.Helper()
		ids, _, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Animate, Provider: "runway", AtOnce: atOnce,
		})
		storagetest.Check(t, err)
		if len(ids) != want {
			t.Errorf("under %d the turn of %v has come", atOnce, ids)
		}
	}
	turns(1, 0)
	waits.Phase = pipeline.Begun
	storagetest.Move(t, e, waits, pipeline.Move{})
	turns(1, 1)
	storagetest.Move(t, e, turn, m)
}
