package storagetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// Throughput walks b.N orders through seven writes each, so many at a time, with four wakeups and three
// words that the queue runs meanwhile. It ends when the last job has run, and reports orders a second.
func Throughput(b *testing.B, e storage.Engine, atOnce int) {
	const alarms, words = 4, 3
	var jobs sync.WaitGroup
	jobs.Add(b.N * (alarms + words))
	ran := func(context.Context, int64, int64) (time.Time, error) {
		jobs.Done()
		return time.Time{}, nil
	}
	if err := e.Start(b.Context(), storage.Handlers{Advance: ran, NotifyStatus: ran}); err != nil {
		b.Fatal(err)
	}
	numbers := make(chan int)
	var walkers sync.WaitGroup
	b.ResetTimer()
	for range atOnce {
		walkers.Go(func() {
			for n := range numbers {
				if err := Walk(b.Context(), e, fmt.Sprintf("bench/%d/%d", b.N, n)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for n := range b.N {
		numbers <- n
	}
	close(numbers)
	walkers.Wait()
	if !b.Failed() {
		jobs.Wait()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// Walk is an order's way as the steps write it: two paid calls, each begun, known and settled.
func Walk(ctx context.Context, e storage.Engine, source string) error {
	o, _, err := e.Place(ctx, NewOrder(source, time.Now()))
	if err != nil {
		return err
	}
	clip := pipeline.Call{ID: source + "/clip", Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway"}
	cut := pipeline.Call{ID: source + "/cut", Order: o.ID, Cut: 1, Step: pipeline.Render, Provider: "creatomate"}
	in := func(c pipeline.Call, s pipeline.CallState) []pipeline.Call {
		c.State, c.Begun = s, time.Now()
		return []pipeline.Call{c}
	}
	for _, m := range []struct {
		step  pipeline.Step
		phase pipeline.Phase
		move  pipeline.Move
	}{
		{pipeline.Animate, pipeline.Begun, pipeline.Move{Calls: in(clip, pipeline.CallBegun), Notify: true}},
		{pipeline.Animate, pipeline.Waiting, pipeline.Move{Calls: in(clip, pipeline.CallKnown), Wakeup: true}},
		{
			pipeline.Render, pipeline.Begun,
			pipeline.Move{Calls: append(in(clip, pipeline.CallSettled), in(cut, pipeline.CallBegun)...), Notify: true},
		},
		{pipeline.Render, pipeline.Waiting, pipeline.Move{Calls: in(cut, pipeline.CallKnown), Wakeup: true}},
		{pipeline.Deliver, pipeline.Begun, pipeline.Move{Calls: in(cut, pipeline.CallSettled), Notify: true}},
		{pipeline.Deliver, pipeline.Ready, pipeline.Move{Wakeup: true}},
	} {
		o.Step, o.Phase, o.Due = m.step, m.phase, time.Now()
		if o, err = e.Move(ctx, o, m.move); err != nil {
			return err
		}
	}
	return nil
}
