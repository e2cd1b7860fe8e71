package admin

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// ReportingPromises are about the daily report, and what providers were asked for.
var ReportingPromises = storagetest.Promises{
	"ADaysOrdersAreTallied":                          dayTallied,
	"WhatIsInAStepForLongLags":                       lagging,
	"WhatWasBoughtOnADayIsSummedWithWhatIsUncertain": boughtSummed,
}

func dayTallied(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	none, err := e.Tally(t.Context(), midnight, midnight.Add(24*time.Hour))
	storagetest.Check(t, err)
	storagetest.Same(t, none, bot.Tally{Orders: map[pipeline.Status]int{}, Reasons: map[pipeline.Reason]int{}})
	for i, x := range []struct {
		status pipeline.Status
		why    pipeline.Reason
		placed time.Time
	}{
		{pipeline.Open, pipeline.ReasonBudget, midnight},
		{pipeline.Cancelled, "", midnight.Add(24*time.Hour - time.Millisecond)},
		{pipeline.Failed, pipeline.ReasonPhotoSmall, midnight}, {pipeline.Parked, pipeline.ReasonPhotoSmall, midnight},
		{pipeline.Failed, pipeline.ReasonPhotoKind, midnight}, {pipeline.Failed, "", midnight.Add(-time.Millisecond)},
		{pipeline.Open, "", midnight.Add(24 * time.Hour)},
	} {
		o := storagetest.NewOrder(fmt.Sprint(i), storagetest.Later())
		o.Status, o.Reason, o.Placed = x.status, x.why, x.placed
		storagetest.Place(t, e, o)
	}
	for i, took := range []time.Duration{time.Hour, time.Minute, 2 * time.Minute} {
		now := time.Now()
		o := storagetest.NewOrder(fmt.Sprint("delivered", i), storagetest.Later())
		o.Placed = now.Add(-took)
		o = storagetest.Place(t, e, o)
		for range 2 { // the second time doesn't count
			o.Status, o.Shown = pipeline.Delivered, 1
			o = storagetest.Move(t, e, o, pipeline.Move{})
		}
	}
	got, err := e.Tally(t.Context(), midnight, midnight.Add(24*time.Hour))
	storagetest.Check(t, err)
	storagetest.Same(t, got, bot.Tally{
		Orders: map[pipeline.Status]int{
			pipeline.Open: 1, pipeline.Cancelled: 1, pipeline.Failed: 2, pipeline.Parked: 1,
		},
		Reasons: map[pipeline.Reason]int{pipeline.ReasonPhotoSmall: 2, pipeline.ReasonPhotoKind: 1},
	})
	got, err = e.Tally(t.Context(), time.Now().Add(-2*time.Hour), time.Now().Add(24*time.Hour))
	storagetest.Check(t, err)
	if got.Orders[pipeline.Delivered] != 3 || got.Took < 2*time.Minute || got.Took > 3*time.Minute {
		t.Errorf("%+v", got)
	}
}

func boughtSummed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	bought(t, e)
	for id, begun := range map[string]time.Time{
		"before": midnight.Add(-time.Minute), "first": midnight, "last": midnight.Add(24*time.Hour - time.Minute),
		"after":       midnight.Add(24 * time.Hour),
		"long before": midnight.Add(-2 * time.Minute), "later": midnight.Add(2 * time.Minute),
	} {
		buy(t, e, 0, id, pipeline.Call{
			Provider: "runway", Step: pipeline.Animate, State: pipeline.CallSettled, Settled: 100, Begun: begun,
		})
	}
	buy(t, e, 0, "given back", pipeline.Call{
		Provider: "runway", Step: pipeline.Animate, State: pipeline.CallRefunded, Estimated: 7, Begun: midnight,
	})
	got, err := e.Bought(t.Context(), "runway", midnight, midnight.Add(24*time.Hour), 90*time.Second)
	storagetest.Check(t, err)
	storagetest.Same(t, got, bot.Bought{Settled: 1250 + 3*100, Open: 3000, Unknown: 1, Edge: 4*100 + 7})
	none, err := e.Bought(t.Context(), "nobody", midnight, midnight.Add(24*time.Hour), time.Minute)
	storagetest.Check(t, err)
	storagetest.Same(t, none, bot.Bought{})
}

func lagging(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	now := time.Now()
	enter := func(
		source string, status pipeline.Status, s pipeline.Step, p pipeline.Phase, why pipeline.Reason, since time.Time,
	) int64 {
		o := storagetest.NewOrder(source, storagetest.Later())
		o.Status, o.Step, o.Phase, o.Reason, o.Since = status, s, p, why, since
		return storagetest.Place(t, e, o).ID
	}
	second := enter("1", pipeline.Open, pipeline.Render, pipeline.Waiting, "", now.Add(-2*time.Hour))
	first := enter(
		"2", pipeline.Open, pipeline.Render, pipeline.Unknown, pipeline.ReasonUnknownStart, now.Add(-3*time.Hour),
	)
	third := enter("3", pipeline.Open, pipeline.Render, pipeline.Waiting, pipeline.ReasonPaused, now.Add(-time.Hour))
	enter("held", pipeline.Open, pipeline.Render, pipeline.Ready, pipeline.ReasonPaused, now.Add(-2*time.Hour))
	enter("asked", pipeline.Open, pipeline.Render, pipeline.Ready, pipeline.ReasonAskDark, now.Add(-2*time.Hour))
	enter("over", pipeline.Parked, pipeline.Render, pipeline.Waiting, "", now.Add(-2*time.Hour))
	enter("elsewhere", pipeline.Open, pipeline.Animate, pipeline.Waiting, "", now.Add(-2*time.Hour))
	enter("new", pipeline.Open, pipeline.Render, pipeline.Waiting, "", now)
	all, err := e.Stalled(t.Context(), pipeline.Render, now.Add(-time.Minute), 10)
	storagetest.Check(t, err)
	storagetest.Same(t, storagetest.IDs(all), []int64{first, second, third})
	all, err = e.Stalled(t.Context(), pipeline.Render, now.Add(-time.Minute), 1)
	storagetest.Check(t, err)
	storagetest.Same(t, storagetest.IDs(all), []int64{first})
}
