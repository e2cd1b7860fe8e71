package storagetest

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var ledgerPromises = []promise{
	{"ACallIsWrittenWhole", callIsWrittenWhole},
	{"ACallKeepsWhatAChangeLeavesOut", callKeeps},
	{"CallsComeOldestFirst", callsOldestFirst},
	{"ACallStaysWithItsOrder", callStays},
	{"HistoryTellsEachChange", historyTells},
}

func callIsWrittenWhole(t *testing.T, open Open) {
	e := ready(t, open)
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

func callKeeps(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("web/1", later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	want := pipeline.Call{ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallBegun, Begun: begun}
	o = move(t, e, o, pipeline.Move{Calls: []pipeline.Call{want}})
	change := func(state pipeline.CallState, also func(c *pipeline.Call)) pipeline.Call {
		c := pipeline.Call{ID: "k7", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: state}
		also(&c)
		return c
	}
	o = move(t, e, o, pipeline.Move{Calls: []pipeline.Call{change(pipeline.CallKnown, func(c *pipeline.Call) { c.Remote, c.Estimated, c.Note = "task-1", 1500, "kept" })}})
	// A settled price below 0 is one that the provider doesn't name.
	move(t, e, o, pipeline.Move{Calls: []pipeline.Call{change(pipeline.CallSettled, func(c *pipeline.Call) { c.Settled, c.Ended = -1, begun.Add(time.Minute) })}})
	want.State, want.Remote, want.Estimated, want.Settled, want.Ended = pipeline.CallSettled, "task-1", 1500, 1500, begun.Add(time.Minute)
	want.Note = "kept"
	got := onlyCall(t, e, o.ID)
	same(t, got, want)
}

// onlyCall is the one row that an order has in the ledger.
func onlyCall(t *testing.T, e storage.Engine, order int64) pipeline.Call {
	t.Helper()
	calls, err := e.Calls(t.Context(), order)
	check(t, err)
	if len(calls) != 1 {
		t.Fatalf("%d calls: %+v", len(calls), calls)
	}
	return calls[0]
}

func callsOldestFirst(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("web/1", later()))
	begun := time.Now().UTC().Truncate(time.Millisecond)
	young := pipeline.Call{ID: "a", Order: o.ID, State: pipeline.CallKnown, Begun: begun.Add(time.Second)}
	old := pipeline.Call{ID: "b", Order: o.ID, State: pipeline.CallVoid, Begun: begun}
	move(t, e, o, pipeline.Move{Calls: []pipeline.Call{young, old}})
	calls, err := e.Calls(t.Context(), o.ID)
	check(t, err)
	same(t, calls, []pipeline.Call{old, young})
}

func callStays(t *testing.T, open Open) {
	e := ready(t, open)
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

func historyTells(t *testing.T, open Open) {
	e := ready(t, open)
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
