package admin

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TroublePromises are about orders that a service is down for, that are parked or overdue.
var TroublePromises = storagetest.Promises{
	"WhatFailsForLongIsListedWithWhatWasParkedForIt": troubledListed,
	"WhatWaitsForAServiceIsResumed":                  serviceResumed,
	"AStartOfUnknownOutcomeKeepsItsGrace":            unknownKeepsGrace,
	"ParkedOrdersAreFoundByReason":                   parkedFound,
	"WhatAClockThatWasAheadHasFrozenIsThawed":        thawed,
	"ALeaseOfAClockThatWasAheadIsOver":               leaseOfTheFuture,
	"TheLongestOpenOrderIsKnown":                     longestOpen,
}

// troubled is an order that has failed for so long, and is due in an hour.
func troubled(
	t *testing.T, e storage.Engine, source, service string, ago time.Duration, change func(o *pipeline.Order),
) pipeline.Order {
	t.Helper()
	o := storagetest.NewOrder(source, storagetest.Later())
	o.Step, o.Phase = pipeline.Animate, pipeline.Ready
	o.Trouble = pipeline.Trouble{
		Since: time.Now().Add(-ago).UTC().Truncate(time.Millisecond), Reason: pipeline.ReasonBusy, Service: service,
	}
	if change != nil {
		change(&o)
	}
	return storagetest.Place(t, e, o)
}

func parked(why pipeline.Reason) func(o *pipeline.Order) {
	return func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Parked, why }
}

func troubledListed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	second := troubled(t, e, "1", "runway", time.Minute, nil)
	first := troubled(t, e, "2", "runway", time.Hour, parked(pipeline.ReasonSetup))
	troubled(t, e, "just now", "runway", time.Second, nil)
	troubled(t, e, "over", "runway", time.Hour, func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	storagetest.Place(t, e, storagetest.NewOrder("well", storagetest.Later()))
	all, err := e.Troubled(t.Context(), time.Now().Add(-30*time.Second), 10)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []pipeline.Order{first, second})
	all, err = e.Troubled(t.Context(), time.Now().Add(-30*time.Second), 1)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []pipeline.Order{first})
	// It is written with the order, and gone with it.
	second.Trouble = pipeline.Trouble{}
	storagetest.Move(t, e, second, pipeline.Move{})
	all, err = e.Troubled(t.Context(), storagetest.Later(), 1)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []pipeline.Order{first})
}

func serviceResumed(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	none, err := e.Waiting(t.Context())
	storagetest.Check(t, err)
	storagetest.Same(t, none, []bot.Waiting(nil))
	ready := troubled(t, e, "ready", "runway", time.Minute, nil)
	asked := troubled(t, e, "asked", "runway", time.Minute, func(o *pipeline.Order) { o.Phase = pipeline.Waiting })
	begun := troubled(t, e, "begun", "runway", time.Minute, func(o *pipeline.Order) { o.Phase = pipeline.Begun })
	set := troubled(t, e, "parked", "runway", time.Minute, parked(pipeline.ReasonSetup))
	well := storagetest.Place(t, e, storagetest.NewOrder("well", storagetest.Later()))
	troubled(t, e, "another's", "blobs", time.Minute, nil)
	troubled(t, e, "no shop's", "", time.Minute, nil)
	waiting, err := e.Waiting(t.Context())
	storagetest.Check(t, err)
	storagetest.Same(t, waiting, []bot.Waiting{{Service: "blobs"}, {Service: "runway", Parked: 1}})

	every := []int64{asked.ID, ready.ID, begun.ID, set.ID, well.ID}
	ids, err := e.Resume(t.Context(), every, time.Minute)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64{ready.ID, asked.ID})
	got := storagetest.ReadOrder(t, e, ready.ID)
	if time.Now().Before(got.Due) || got.Wakeup != ready.Wakeup+1 || got.Version != ready.Version ||
		got.Trouble != ready.Trouble {
		t.Errorf("%+v", got)
	}
	seen := map[int64]bool{storagetest.Next(t, d.Advanced).ID: true, storagetest.Next(t, d.Advanced).ID: true}
	if !seen[ready.ID] || !seen[asked.ID] {
		t.Errorf("%v are looked at", seen)
	}
	ids, err = e.Resume(t.Context(), every, time.Minute)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64(nil)) // once is enough
	ids, err = e.Resume(t.Context(), nil, time.Minute)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64(nil))
}

func unknownKeepsGrace(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := troubled(t, e, "1", "creatomate", time.Minute, func(o *pipeline.Order) {
		o.Step, o.Phase = pipeline.Render, pipeline.Unknown
	})
	ids, err := e.Resume(t.Context(), []int64{o.ID}, 10*time.Minute)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64{o.ID})
	got := storagetest.ReadOrder(t, e, o.ID)
	if want := o.Changed.Add(10 * time.Minute); !got.Due.Equal(want) || !got.WakeupAt.Equal(want) {
		t.Errorf("due at %s, want %s", got.Due, want)
	}
	ids, err = e.Resume(t.Context(), []int64{o.ID}, 10*time.Minute)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64(nil))
}

func parkedFound(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	a := troubled(t, e, "a", "runway", time.Minute, parked(pipeline.ReasonSetup))
	b := troubled(t, e, "b", "runway", time.Minute, parked(pipeline.ReasonOutOfCredits))
	c := troubled(t, e, "c", "blobs", time.Minute, parked(pipeline.ReasonSetup))
	troubled(t, e, "open", "runway", time.Minute, func(o *pipeline.Order) { o.Reason = pipeline.ReasonSetup })
	for _, x := range []struct {
		why   pipeline.Reason
		limit int
		want  []pipeline.Order
	}{
		{pipeline.ReasonSetup, 10, []pipeline.Order{a, c}},
		{pipeline.ReasonSetup, 1, []pipeline.Order{a}},
		{pipeline.ReasonOutOfCredits, 10, []pipeline.Order{b}},
		{pipeline.ReasonBusy, 10, nil},
		{pipeline.ReasonSetup, 0, nil},
	} {
		all, err := e.ParkedFor(t.Context(), x.why, x.limit)
		storagetest.Check(t, err)
		storagetest.Same(t, all, x.want)
	}
	n, err := e.CountParked(t.Context())
	storagetest.Check(t, err)
	storagetest.Same(t, n, map[pipeline.Reason]int{pipeline.ReasonSetup: 2, pipeline.ReasonOutOfCredits: 1})
}

func thawed(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	now := time.Now()
	due := func(source string, in time.Duration, change func(o *pipeline.Order)) pipeline.Order {
		o := storagetest.NewOrder(source, now.Add(in))
		if change != nil {
			change(&o)
		}
		return storagetest.Place(t, e, o)
	}
	frozen := due("frozen", 24*time.Hour, nil)
	due("soon", time.Hour, nil)
	budget := func(o *pipeline.Order) { o.Reason = pipeline.ReasonBudget }
	due("tomorrow's budget", 20*time.Hour, budget)
	later := due("a later day's budget", 50*time.Hour, budget)
	due("over", 24*time.Hour, func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	lateAlarm := due("late alarm", time.Hour, nil)
	lateAlarm.Due = now.Add(24 * time.Hour)
	lateAlarm = storagetest.Move(t, e, lateAlarm, pipeline.Move{Wakeup: true})
	lateAlarm.Due = now.Add(time.Hour)
	lateAlarm = storagetest.Move(t, e, lateAlarm, pipeline.Move{})
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "one"))
	storagetest.Expect(t, d.Sent, 1, 0)
	_, err := e.Claim(t.Context(), 1, 24*time.Hour)
	storagetest.Check(t, err)

	n, err := e.Thaw(t.Context(), now.Add(6*time.Hour), now.Add(30*time.Hour))
	if err != nil || n < 4 { // the job of the message is one more, if it rests until then
		t.Errorf("%d thawed, %v", n, err)
	}
	seen := map[int64]bool{}
	for range 3 {
		seen[storagetest.Next(t, d.Advanced).ID] = true
	}
	storagetest.Same(t, seen, map[int64]bool{frozen.ID: true, later.ID: true, lateAlarm.ID: true})
	if got := storagetest.ReadOrder(t, e, frozen.ID); time.Now().Before(got.Due) || got.Version != frozen.Version {
		t.Errorf("%+v", got)
	}
	if got := storagetest.ReadOrder(t, e, lateAlarm.ID); !got.Due.Equal(lateAlarm.Due) ||
		time.Now().Before(got.WakeupAt) {
		t.Errorf("%+v", got)
	}
	storagetest.Expect(t, d.Sent, 1, 0)
	if _, err := e.Claim(t.Context(), 1, time.Minute); err != nil {
		t.Errorf("what was to be said stays claimed: %v", err)
	}
	n, err = e.Thaw(t.Context(), now.Add(6*time.Hour), now.Add(30*time.Hour))
	if err != nil || n != 0 {
		t.Errorf("%d thawed again, %v", n, err)
	}
}

func leaseOfTheFuture(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for _, x := range []struct {
		holder string
		ttl    time.Duration
		want   bool
	}{
		{"a", 30 * time.Minute, true}, {"b", time.Minute, false}, {"a", 24 * time.Hour, true},
		{"b", time.Minute, true}, {"a", time.Minute, false},
	} {
		if got, err := e.Lease(t.Context(), "poll", x.holder, x.ttl); err != nil || got != x.want {
			t.Errorf("%+v: %v, %v", x, got, err)
		}
	}
}

func longestOpen(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	v, err := e.Overview(t.Context(), time.Now(), time.Now())
	if err != nil || !v.Longest.IsZero() {
		t.Errorf("%s, %v", v.Longest, err)
	}
	placed := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
	for i, change := range []func(o *pipeline.Order){ // one after the other, as orders are placed
		func(o *pipeline.Order) { o.Placed, o.Status = placed.Add(-time.Hour), pipeline.Parked },
		func(o *pipeline.Order) {
			o.Placed, o.Shown, o.Since = placed.Add(-time.Hour), 1, placed.Add(time.Minute) // a new cut
		},
		func(o *pipeline.Order) { o.Placed = placed },
		func(o *pipeline.Order) { o.Placed = placed.Add(time.Minute) },
	} {
		o := storagetest.NewOrder(fmt.Sprint("web/", i), storagetest.Later())
		change(&o)
		storagetest.Place(t, e, o)
	}
	if v, err = e.Overview(t.Context(), time.Now(), time.Now()); err != nil || !v.Longest.Equal(placed) {
		t.Errorf("%s, want %s, %v", v.Longest, placed, err)
	}
}
