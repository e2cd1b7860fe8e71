package app_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestRestored_SetsAsideWhatWasUnderWay has one order wait for its clip, one for its process, and one be delivered.
func TestRestored_SetsAsideWhatWasUnderWay(t *testing.T) {
	ctx, s := t.Context(), &pipelinetest.Store{}
	place := func(source string, change func(o *pipeline.Order)) pipeline.Order {
		t.Helper()
		o, _, err := s.Place(ctx, storagetest.NewOrder(source, time.Now().Add(48*time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		change(&o)
		call := pipeline.Call{
			ID: "call of " + source, Order: o.ID, Step: pipeline.Animate, Provider: "runway",
			State: pipeline.CallKnown,
		}
		o.Call = call.ID
		if o, err = s.Move(ctx, o, pipeline.Move{Calls: []pipeline.Call{call}}); err != nil {
			t.Fatal(err)
		}
		return o
	}
	waits := place("waits", func(o *pipeline.Order) {
		o.Step, o.Phase, o.Remote = pipeline.Animate, pipeline.Waiting, "r1"
	})
	begun := place("begun", func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Render, pipeline.Begun })
	over := place("over", func(o *pipeline.Order) { o.Status, o.Step = pipeline.Delivered, pipeline.Deliver })
	for _, want := range []int{2, 0} {
		if n, err := app.Restored(ctx, s); err != nil || n != want {
			t.Errorf("%d are set aside, want %d: %v", n, want, err)
		}
	}
	for id, want := range map[int64]pipeline.Status{
		waits.ID: pipeline.Parked, begun.ID: pipeline.Parked, over.ID: pipeline.Delivered,
	} {
		o, err := s.Order(ctx, id)
		if err != nil || o.Status != want ||
			want == pipeline.Parked && (o.Reason != pipeline.ReasonRestored || pipeline.MayResume(o, true)) {
			t.Errorf("order %d is %s, %q: %v", id, o.Status, o.Reason, err)
		}
	}
	o, err := s.Order(ctx, waits.ID)
	if err != nil {
		t.Fatal(err)
	}
	next, m, err := pipeline.Retry(o)
	if err != nil || next.Status != pipeline.Open || next.Phase != pipeline.Waiting || next.Remote != "r1" ||
		len(m.Calls) > 0 {
		t.Errorf("what the provider was given isn't asked for: %+v, %+v, %v", next, m, err)
	}
}
