package orders

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
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

func callIsWrittenWhole(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	c := pipeline.Call{ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway",
		State: pipeline.CallBegun, Estimated: 1500, Begun: begun}
	o = storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
	got := onlyCall(t, e, o.ID)
	storagetest.Same(t, got, c)
	c.State, c.Remote, c.Settled, c.Ended = pipeline.CallSettled, "task-1", 1250, begun.Add(time.Minute)
	c.Note = "not used"
	storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
	got = onlyCall(t, e, o.ID)
	storagetest.Same(t, got, c)
}

func callKeeps(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	want := pipeline.Call{
		ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallBegun,
		Begun: begun,
	}
	o = storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{want}})
	change := func(state pipeline.CallState, also func(c *pipeline.Call)) pipeline.Call {
		c := pipeline.Call{ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: state}
		also(&c)
		return c
	}
	o = storagetest.Move(t, e, o, pipeline.Move{
		Calls: []pipeline.Call{
			change(pipeline.CallKnown, func(c *pipeline.Call) {
				c.Remote, c.Estimated, c.Note = "task-1", 1500, "kept"
			}),
		},
	})
	// A settled price below 0 is one that the provider doesn't name.
	storagetest.Move(t, e, o, pipeline.Move{
		Calls: []pipeline.Call{
			change(pipeline.CallSettled, func(c *pipeline.Call) { c.Settled, c.Ended = -1, begun.Add(time.Minute) }),
		},
	})
	want.State, want.Remote, want.Estimated, want.Settled, want.Ended = pipeline.CallSettled, "task-1", 1500, 1500,
		begun.Add(time.Minute)
	want.Note = "kept"
	got := onlyCall(t, e, o.ID)
	storagetest.Same(t, got, want)
}

// onlyCall is the one row that an order has in the ledger.
func onlyCall(t *testing.T, e storagetest.OrderStore, order int64) pipeline.Call {
	t.Helper()
	calls, err := e.Calls(t.Context(), order)
	storagetest.Check(t, err)
	if len(calls) != 1 {
		t.Fatalf("%d calls: %+v", len(calls), calls)
	}
	return calls[0]
}

func callsOldestFirst(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	young := pipeline.Call{ID: "a", Order: o.ID, State: pipeline.CallKnown, Begun: begun.Add(time.Second)}
	old := pipeline.Call{ID: "b", Order: o.ID, State: pipeline.CallVoid, Begun: begun}
	storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{young, old}})
	calls, err := e.Calls(t.Context(), o.ID)
	storagetest.Check(t, err)
	storagetest.Same(t, calls, []pipeline.Call{old, young})
}

func callStays(t *testing.T, e storagetest.OrderStore) {
	one, two := storagetest.Place(
		t, e, storagetest.NewOrder("1", storagetest.Later()),
	), storagetest.Place(t, e, storagetest.NewOrder("2", storagetest.Later()))
	c := pipeline.Call{ID: "k", Order: one.ID, State: pipeline.CallBegun}
	storagetest.Move(t, e, one, pipeline.Move{Calls: []pipeline.Call{c}})
	if _, err := e.Move(t.Context(), two, pipeline.Move{Calls: []pipeline.Call{c}}); err == nil {
		t.Error("an order moved with the call of another")
	}
	c.Order = two.ID
	if _, err := e.Move(t.Context(), two, pipeline.Move{Calls: []pipeline.Call{c}}); err == nil {
		t.Error("a call changed its order")
	}
	storagetest.Same(t, storagetest.ReadOrder(t, e, two.ID), two)
}

// failsWithItsCall changes what counts in the shop's month by both, the order and its call: ready compares the sums.
func failsWithItsCall(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	for _, id := range []string{"k1", "k2"} {
		c := pipeline.Call{
			ID: id, Order: o.ID, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallBegun,
			Estimated: 1500, Begun: time.Now(),
		}
		o.Status = pipeline.Open
		o = storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
		c.State, o.Status = pipeline.CallVoid, pipeline.Failed
		o = storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
	}
	if calls, err := e.Calls(t.Context(), o.ID); err != nil || len(calls) != 2 || calls[0].State != pipeline.CallVoid ||
		calls[1].State != pipeline.CallVoid {
		t.Errorf("%+v, %v", calls, err)
	}
}

func historyTells(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	o.Step, o.Phase, o.Attempt = pipeline.Animate, pipeline.Begun, 2
	moved := storagetest.Move(t, e, o, pipeline.Move{Note: "begin"})
	events, err := e.History(t.Context(), o.ID)
	storagetest.Check(t, err)
	storagetest.Same(t, events, []pipeline.Event{
		{At: o.Changed, Version: 1, Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Ready, Note: "placed"},
		{At: moved.Changed, Version: 2, Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Begun,
			Attempt: 2, Note: "begin"},
	})
}
