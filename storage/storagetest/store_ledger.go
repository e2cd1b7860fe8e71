package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var ledgerPromises = orderSuite{
	"ACallIsWrittenWhole":                         callIsWrittenWhole,
	"ACallKeepsWhatAChangeLeavesOut":              callKeeps,
	"CallsComeOldestFirst":                        callsOldestFirst,
	"ACallStaysWithItsOrder":                      callStays,
	"AnOrderFailsAndGoesOnTogetherWithACall":      failsWithItsCall,
	"HistoryTellsEachChange":                      historyTells,
	"APaidCallBeginsOnlyWithinItsBudget":          beginsWithinBudget,
	"APauseHoldsAPaidCallFromThenOn":              pauseHolds,
	"NoMoreCallsAreUnderWayThanMayBe":             underWayAtOnce,
	"NoClipIsBegunThatWouldWaitForItsRender":      rendersWait,
	"WhatAProviderTakesIsLessWhereItWasThrottled": throttled,
	"TurnsAreTakenInFairOrder":                    turnsAreFair,
	"StartsUnderARateGoByAge":                     startsByAge,
}

func callIsWrittenWhole(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	c := pipeline.Call{ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway",
		State: pipeline.CallBegun, Estimated: 1500, Begun: begun}
	o = move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
	got := onlyCall(t, e, o.ID)
	same(t, got, c)
	c.State, c.Remote, c.Settled, c.Ended = pipeline.CallSettled, "task-1", 1250, begun.Add(time.Minute)
	c.Note = "not used"
	move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
	got = onlyCall(t, e, o.ID)
	same(t, got, c)
}

func callKeeps(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	want := pipeline.Call{
		ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallBegun,
		Begun: begun,
	}
	o = move(t, e, o, pipeline.Move{Calls: []pipeline.Call{want}})
	change := func(state pipeline.CallState, also func(c *pipeline.Call)) pipeline.Call {
		c := pipeline.Call{ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: state}
		also(&c)
		return c
	}
	o = move(t, e, o, pipeline.Move{
		Calls: []pipeline.Call{
			change(pipeline.CallKnown, func(c *pipeline.Call) {
				c.Remote, c.Estimated, c.Note = "task-1", 1500, "kept"
			}),
		},
	})
	// A settled price below 0 is one that the provider doesn't name.
	move(t, e, o, pipeline.Move{
		Calls: []pipeline.Call{
			change(pipeline.CallSettled, func(c *pipeline.Call) { c.Settled, c.Ended = -1, begun.Add(time.Minute) }),
		},
	})
	want.State, want.Remote, want.Estimated, want.Settled, want.Ended = pipeline.CallSettled, "task-1", 1500, 1500,
		begun.Add(time.Minute)
	want.Note = "kept"
	got := onlyCall(t, e, o.ID)
	same(t, got, want)
}

// onlyCall is the one row that an order has in the ledger.
func onlyCall(t *testing.T, e OrderStore, order int64) pipeline.Call {
	t.Helper()
	calls, err := e.Calls(t.Context(), order)
	check(t, err)
	if len(calls) != 1 {
		t.Fatalf("%d calls: %+v", len(calls), calls)
	}
	return calls[0]
}

func callsOldestFirst(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	young := pipeline.Call{ID: "a", Order: o.ID, State: pipeline.CallKnown, Begun: begun.Add(time.Second)}
	old := pipeline.Call{ID: "b", Order: o.ID, State: pipeline.CallVoid, Begun: begun}
	move(t, e, o, pipeline.Move{Calls: []pipeline.Call{young, old}})
	calls, err := e.Calls(t.Context(), o.ID)
	check(t, err)
	same(t, calls, []pipeline.Call{old, young})
}

func callStays(t *testing.T, e OrderStore) {
	one, two := place(t, e, NewOrder("1", later())), place(t, e, NewOrder("2", later()))
	c := pipeline.Call{ID: "k", Order: one.ID, State: pipeline.CallBegun}
	move(t, e, one, pipeline.Move{Calls: []pipeline.Call{c}})
	if _, err := e.Move(t.Context(), two, pipeline.Move{Calls: []pipeline.Call{c}}); err == nil {
		t.Error("an order moved with the call of another")
	}
	c.Order = two.ID
	if _, err := e.Move(t.Context(), two, pipeline.Move{Calls: []pipeline.Call{c}}); err == nil {
		t.Error("a call changed its order")
	}
	same(t, order(t, e, two.ID), two)
}

// failsWithItsCall changes what counts in the shop's month by both, the order and its call: ready compares the sums.
func failsWithItsCall(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	for _, id := range []string{"k1", "k2"} {
		c := pipeline.Call{
			ID: id, Order: o.ID, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallBegun,
			Estimated: 1500, Begun: time.Now(),
		}
		o.Status = pipeline.Open
		o = move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
		c.State, o.Status = pipeline.CallVoid, pipeline.Failed
		o = move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
	}
	if calls, err := e.Calls(t.Context(), o.ID); err != nil || len(calls) != 2 || calls[0].State != pipeline.CallVoid ||
		calls[1].State != pipeline.CallVoid {
		t.Errorf("%+v, %v", calls, err)
	}
}

func historyTells(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	o.Step, o.Phase, o.Attempt = pipeline.Animate, pipeline.Begun, 2
	moved := move(t, e, o, pipeline.Move{Note: "begin"})
	events, err := e.History(t.Context(), o.ID)
	check(t, err)
	same(t, events, []pipeline.Event{
		{At: o.Changed, Version: 1, Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Ready, Note: "placed"},
		{At: moved.Changed, Version: 2, Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Begun,
			Attempt: 2, Note: "begin"},
	})
}

// reserved is a change that begins a call for 15 credits under a budget.
func reserved(id string, o pipeline.Order, budget pipeline.Credits, since time.Time) pipeline.Move {
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
func held(t *testing.T, e OrderStore, o pipeline.Order, err error, why pipeline.Reason) {
	t.Helper()
	var held *pipeline.HeldError
	if !errors.As(err, &held) || held.Reason != why {
		t.Errorf("got %v, want it held back for %q", err, why)
	}
	now, err := e.Order(t.Context(), o.ID)
	check(t, err)
	calls, err := e.Calls(t.Context(), o.ID)
	check(t, err)
	if now.Version != o.Version || len(calls) > 0 {
		t.Errorf("something was written: version %d, calls %+v", now.Version, calls)
	}
}

func beginsWithinBudget(t *testing.T, e OrderStore) {
	day := time.Now().Add(-time.Hour)
	begins := func(id string, budget pipeline.Credits) (pipeline.Order, error) {
		o := place(t, e, NewOrder(id, later()))
		moved, err := e.Move(t.Context(), o, reserved(id, o, budget, day))
		if err == nil {
			return moved, nil
		}
		return o, err
	}
	first, err := begins("first", 44_00)
	check(t, err)
	_, err = begins("second", 44_00)
	check(t, err)
	o, err := begins("over", 44_00) // 30 are reserved, and 45 would be too much
	held(t, e, o, err, pipeline.ReasonBudget)
	_, err = begins("as much as there is", 45_00)
	check(t, err)
	_, err = begins("without a limit", 0)
	check(t, err)
	// What came to nothing is free again, and what cost less than was thought is counted as it is.
	c := pipeline.Call{ID: "first", Order: first.ID, State: pipeline.CallVoid}
	first = move(t, e, first, pipeline.Move{Calls: []pipeline.Call{c}})
	_, err = begins("in its place", 60_00)
	check(t, err)
	o, err = begins("none is left", 60_00)
	held(t, e, o, err, pipeline.ReasonBudget)
	day = time.Now().Add(time.Hour)
	_, err = begins("tomorrow", 15_00)
	check(t, err)
}

func pauseHolds(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	check(t, e.SetFlag(t.Context(), bot.Paused, "telegram:1 now"))
	_, err := e.Move(t.Context(), o, reserved("a", o, 0, time.Time{}))
	held(t, e, o, err, pipeline.ReasonPaused)
	_, err = e.Move(t.Context(), o, reserved("a", o, 15_00, time.Time{}))
	held(t, e, o, err, pipeline.ReasonPaused)
	o = move(t, e, o, pipeline.Move{}) // nothing paid begins
	check(t, e.SetFlag(t.Context(), bot.Paused, ""))
	move(t, e, o, reserved("a", o, 15_00, time.Time{}))
}

func underWayAtOnce(t *testing.T, e OrderStore) {
	begins := func(id string) (pipeline.Order, error) {
		o := place(t, e, NewOrder(id, later()))
		m := reserved(id, o, 0, time.Time{})
		m.Reserve.AtOnce = 2
		moved, err := e.Move(t.Context(), o, m)
		if err == nil {
			return moved, nil
		}
		return o, err
	}
	first, err := begins("first")
	check(t, err)
	first = move(t, e, first, pipeline.Move{
		Calls: []pipeline.Call{{ID: "first", Order: first.ID, State: pipeline.CallKnown}},
	})
	_, err = begins("second")
	check(t, err)
	o, err := begins("third")
	held(t, e, o, err, pipeline.ReasonTurn)
	move(t, e, first, pipeline.Move{
		Calls: []pipeline.Call{{ID: "first", Order: first.ID, State: pipeline.CallSettled}},
	})
	_, err = begins("in its place")
	check(t, err)
	other := place(t, e, NewOrder("another's", later()))
	m := reserved("other", other, 0, time.Time{})
	m.Reserve.AtOnce, m.Reserve.Provider, m.Calls[0].Provider = 1, "creatomate", "creatomate"
	move(t, e, other, m)
}

func rendersWait(t *testing.T, e OrderStore) {
	waits := place(t, e, NewOrder("its clip is bought", later()))
	waits.Step, waits.Due = pipeline.Render, later()
	waits = move(t, e, waits, pipeline.Move{})
	next := place(t, e, NewOrder("next", later()))
	m := reserved("next", next, 0, time.Time{})
	m.Reserve.AtOnce = 1
	_, err := e.Move(t.Context(), next, m)
	held(t, e, next, err, pipeline.ReasonTurn)
	turn := next
	turn.Step, turn.Reason = pipeline.Animate, pipeline.ReasonTurn
	turn = move(t, e, turn, pipeline.Move{})
	turns := func(atOnce, want int) {
		t.Helper()
		ids, _, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Animate, Provider: "runway", AtOnce: atOnce,
		})
		check(t, err)
		if len(ids) != want {
			t.Errorf("under %d the turn of %v has come", atOnce, ids)
		}
	}
	turns(1, 0)
	waits.Phase = pipeline.Begun
	move(t, e, waits, pipeline.Move{})
	turns(1, 1)
	move(t, e, turn, m)
}

// startsByAge has three orders wait for their renders under a rate of two starts.
func startsByAge(t *testing.T, e OrderStore) {
	rate := pipeline.Rate{N: 4, Per: 20 * time.Second}
	enter := func(source string) pipeline.Order {
		o := place(t, e, NewOrder(source, later()))
		o.Step = pipeline.Render
		return move(t, e, o, pipeline.Move{})
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
		check(t, err)
		var all []int64
		for _, o := range want {
			all = append(all, o.ID)
		}
		if same(t, ids, all); again < least || least == 0 && again > 0 {
			t.Errorf("again in %v", again)
		}
	}
	turns(0)
	first, second, third := enter("first"), enter("second"), enter("third")
	check(t, begins(second))
	first.Reason = pipeline.ReasonTurn // it was held, and waits
	first = move(t, e, first, pipeline.Move{})
	held(t, e, third, begins(third), pipeline.ReasonTurn) // the one start that is left is the older order's
	third.Reason = pipeline.ReasonTurn
	third = move(t, e, third, pipeline.Move{})
	turns(10*time.Second, first)
	turns(10 * time.Second) // it has not begun yet
	check(t, begins(order(t, e, first.ID)))
	var wait *pipeline.HeldError
	if err := begins(third); !errors.As(err, &wait) || wait.After < 10*time.Second || wait.After > 21*time.Second {
		t.Errorf("got %v, %+v", err, wait)
	}
	for n, want := range []bool{true, true, false} { // what starts leave is for looks
		left, err := e.Take(t.Context(), "creatomate", rate, 0)
		if check(t, err); (left == 0) != want {
			t.Errorf("look %d waits %v", n, left)
		}
	}
}

func throttled(t *testing.T, e OrderStore) {
	begins := func(id string) (pipeline.Order, error) {
		o := place(t, e, NewOrder(id, later()))
		m := reserved(id, o, 0, time.Time{})
		m.Reserve.AtOnce = 3
		_, err := e.Move(t.Context(), o, m)
		return o, err
	}
	_, err := begins("first")
	check(t, err)
	check(t, e.Throttled(t.Context(), "runway", 1, time.Time{}))
	check(t, e.Throttled(t.Context(), "runway", 0, time.Time{}))
	check(t, e.Throttled(t.Context(), "creatomate", 2, time.Time{})) // another's are apart
	_, err = begins("second")
	check(t, err)
	o, err := begins("over")
	held(t, e, o, err, pipeline.ReasonTurn)
	check(t, e.Throttled(t.Context(), "runway", 5, time.Time{}))
	turns := func(atOnce, want int) time.Duration {
		t.Helper()
		ids, again, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Animate, Provider: "runway", AtOnce: atOnce,
		})
		if check(t, err); len(ids) != want {
			t.Errorf("under %d the turn of %v has come", atOnce, ids)
		}
		return again
	}
	o.Step, o.Reason = pipeline.Animate, pipeline.ReasonTurn
	move(t, e, o, pipeline.Move{})
	turns(8, 0)
	check(t, e.Throttled(t.Context(), "runway", 0, time.Now().Add(time.Hour)))
	check(t, e.Throttled(t.Context(), "runway", 0, time.Now().Add(time.Minute))) // the later one counts
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
func turnsAreFair(t *testing.T, e OrderStore) {
	enter := func(source string, shop int64, change func(o *pipeline.Order)) pipeline.Order {
		o := NewOrder(source, later())
		o.Shop = shop
		o = place(t, e, o)
		o.Step, o.Reason = pipeline.Animate, pipeline.ReasonTurn
		if change != nil {
			change(&o)
		}
		return move(t, e, o, pipeline.Move{})
	}
	turns := func(atOnce int, want ...pipeline.Order) {
		t.Helper()
		ids, again, err := e.TakeTurns(t.Context(), pipeline.Turns{
			Step: pipeline.Animate, Provider: "runway", AtOnce: atOnce,
		})
		if check(t, err); again != 0 {
			t.Errorf("again in %v", again)
		}
		var all []int64
		for _, o := range want {
			all = append(all, o.ID)
			if now := order(t, e, o.ID); now.Due.After(time.Now()) || now.Wakeup != o.Wakeup+1 ||
				now.Version != o.Version || now.WakeupAt != now.Due {
				t.Errorf("its turn has come: %+v", now)
			}
		}
		same(t, ids, all)
	}
	busy := enter("busy", 4, func(o *pipeline.Order) { o.Phase, o.Reason = pipeline.Begun, "" })
	move(t, e, busy, pipeline.Move{
		Calls: []pipeline.Call{{ID: "busy", Order: busy.ID, Provider: "runway", State: pipeline.CallBegun}},
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
