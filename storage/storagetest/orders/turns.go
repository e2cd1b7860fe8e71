package orders

import (
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// startsByAge has three orders wait for their renders under a rate of two starts.
func startsByAge(t *testing.T, e storagetest.OrderStore) {
	rate := pipeline.Rate{N: 4, Per: 20 * time.Second}
	enter := func(source string) pipeline.Order {
		o := storagetest.Place(t, e, storagetest.NewOrder(source, storagetest.Later()))
		o.Step = pipeline.Render
		return storagetest.Move(t, e, o, pipeline.Move{})
	}
	begins := func(o pipeline.Order) error {
		m := pipeline.Move{
			Calls:   []pipeline.Call{{ID: o.Source, Order: o.ID, Provider: "creatomate", State: pipeline.CallBegun}},
			Reserve: &pipeline.Reservation{Provider: "creatomate", Rate: rate},
		}
		begun := o
		begun.Phase, begun.Reason = pipeline.Begun, pipeline.ReasonNone
		_, err := e.Move(t.Context(), begun, m)
		return err
	}
	turns := func(least time.Duration, want ...pipeline.Order) {
		t.Helper()
		ids, again, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Render, Provider: "creatomate", Rate: rate,
		})
		storagetest.Check(t, err)
		var all []int64
		for _, o := range want {
			all = append(all, o.ID)
		}
		if storagetest.Same(t, ids, all); again < least || least == 0 && again > 0 {
			t.Errorf("again in %v", again)
		}
	}
	turns(0)
	first, second, third := enter("first"), enter("second"), enter("third")
	storagetest.Check(t, begins(second))
	first.Reason = pipeline.ReasonTurn // it was held, and waits
	first = storagetest.Move(t, e, first, pipeline.Move{})
	held(t, e, third, begins(third), pipeline.ReasonTurn) // the one start that is left is the older order's
	third.Reason = pipeline.ReasonTurn
	third = storagetest.Move(t, e, third, pipeline.Move{})
	turns(10*time.Second, first)
	turns(10 * time.Second) // it has not begun yet
	storagetest.Check(t, begins(storagetest.ReadOrder(t, e, first.ID)))
	var wait *pipeline.HeldError
	if err := begins(third); !errors.As(err, &wait) || wait.After < 10*time.Second || wait.After > 21*time.Second {
		t.Errorf("got %v, %+v", err, wait)
	}
	for n, want := range []bool{true, true, false} { // what starts leave is for looks
		left, err := e.Take(t.Context(), "creatomate", rate, 0)
		if storagetest.Check(t, err); (left == 0) != want {
			t.Errorf("look %d waits %v", n, left)
		}
	}
}

func throttled(t *testing.T, e storagetest.OrderStore) {
	begins := func(id string) (pipeline.Order, error) {
		o := storagetest.Place(t, e, storagetest.NewOrder(id, storagetest.Later()))
		m := Reserved(id, o, 0, time.Time{})
		m.Reserve.AtOnce = 3
		_, err := e.Move(t.Context(), o, m)
		return o, err
	}
	_, err := begins("first")
	storagetest.Check(t, err)
	storagetest.Check(t, e.Throttled(t.Context(), "runway", 1, time.Time{}))
	storagetest.Check(t, e.Throttled(t.Context(), "runway", 0, time.Time{}))
	storagetest.Check(t, e.Throttled(t.Context(), "creatomate", 2, time.Time{})) // another's are apart
	_, err = begins("second")
	storagetest.Check(t, err)
	o, err := begins("over")
	held(t, e, o, err, pipeline.ReasonTurn)
	storagetest.Check(t, e.Throttled(t.Context(), "runway", 5, time.Time{}))
	turns := func(atOnce, want int) time.Duration {
		t.Helper()
		ids, again, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Animate, Provider: "runway", AtOnce: atOnce,
		})
		if storagetest.Check(t, err); len(ids) != want {
			t.Errorf("under %d the turn of %v has come", atOnce, ids)
		}
		return again
	}
	o.Step, o.Reason = pipeline.Animate, pipeline.ReasonTurn
	storagetest.Move(t, e, o, pipeline.Move{})
	turns(8, 0)
	storagetest.Check(t, e.Throttled(t.Context(), "runway", 0, time.Now().Add(time.Hour)))
	storagetest.Check(t, e.Throttled(t.Context(), "runway", 0, time.Now().Add(time.Minute))) // the later one counts
	if again := turns(100, 0); again < 50*time.Minute || again > time.Hour {
		t.Errorf("again in %v", again)
	}
	o, err = begins("closed")
	held(t, e, o, err, pipeline.ReasonTurn)
	var wait *pipeline.HeldError
	if errors.As(err, &wait); wait.After < 50*time.Minute || wait.After > time.Hour {
		t.Errorf("held for %v", wait.After)
	}
}

// turnsAreFair has one shop wait with four photos and two shops with one each, while a call is under way.
func turnsAreFair(t *testing.T, e storagetest.OrderStore) {
	enter := func(source string, shop int64, change func(o *pipeline.Order)) pipeline.Order {
		o := storagetest.NewOrder(source, storagetest.Later())
		o.Shop = shop
		o = storagetest.Place(t, e, o)
		o.Step, o.Reason = pipeline.Animate, pipeline.ReasonTurn
		if change != nil {
			change(&o)
		}
		return storagetest.Move(t, e, o, pipeline.Move{})
	}
	turns := func(atOnce int, want ...pipeline.Order) {
		t.Helper()
		ids, again, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Animate, Provider: "runway", AtOnce: atOnce,
		})
		if storagetest.Check(t, err); again != 0 {
			t.Errorf("again in %v", again)
		}
		var all []int64
		for _, o := range want {
			all = append(all, o.ID)
			if now := storagetest.ReadOrder(t, e, o.ID); now.Due.After(time.Now()) || now.Wakeup != o.Wakeup+1 ||
				now.Version != o.Version || now.WakeupAt != now.Due {
				t.Errorf("its turn has come: %+v", now)
			}
		}
		storagetest.Same(t, ids, all)
	}
	busy := enter("busy", 4, func(o *pipeline.Order) { o.Phase, o.Reason = pipeline.Begun, "" })
	storagetest.Move(t, e, busy, pipeline.Move{
		Calls: []pipeline.Call{{
			ID: "busy", Order: busy.ID, Provider: "runway", State: pipeline.CallBegun, Begun: time.Now(),
		}},
	})
	a1, a2, a3 := enter("a1", 1, nil), enter("a2", 1, nil), enter("a3", 1, nil)
	a4 := enter("a4", 1, nil)
	b1, c1 := enter("b1", 2, nil), enter("c1", 4, nil) // the shop of c1 has one under way
	enter("parked", 3, func(o *pipeline.Order) { o.Status = pipeline.Parked })
	enter("elsewhere", 3, func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Render, pipeline.Begun })
	enter("paused", 3, func(o *pipeline.Order) { o.Reason = pipeline.ReasonPaused })
	turns(1)
	turns(3, a1, b1)
	turns(3) // they haven't begun yet
	turns(5, a2, c1)
	turns(100, a3, a4)
	turns(100)
}
