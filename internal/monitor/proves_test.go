package monitor

import (
	"slices"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestProves_NamesWhoHasDoneTheirPart(t *testing.T) {
	clips, chat := []string{"runway"}, []string{"telegram", pipeline.ServiceBlobs}
	made, cut := []string{"runway", pipeline.ServiceBlobs}, []string{"creatomate", pipeline.ServiceBlobs}
	type at struct {
		step  pipeline.Step
		phase pipeline.Phase
	}
	for _, x := range []struct {
		from, to at
		status   pipeline.Status // afterwards
		change   func(before, after *pipeline.Order)
		want     []string
	}{
		{at{pipeline.Fetch, pipeline.Begun}, at{pipeline.Animate, pipeline.Begun}, pipeline.Open, nil, chat},
		{at{pipeline.Fetch, pipeline.Begun}, at{pipeline.Fetch, pipeline.Ready}, pipeline.Open, nil, nil},
		{at{pipeline.Fetch, pipeline.Begun}, at{pipeline.Fetch, pipeline.Begun}, pipeline.Failed, nil, nil},
		{
			at{pipeline.Fetch, pipeline.Begun}, at{pipeline.Animate, pipeline.Begun}, pipeline.Open,
			func(_, after *pipeline.Order) { after.Version = 3 }, nil,
		},
		{at{pipeline.Animate, pipeline.Ready}, at{pipeline.Animate, pipeline.Begun}, pipeline.Open, nil, nil},
		{at{pipeline.Animate, pipeline.Begun}, at{pipeline.Animate, pipeline.Waiting}, pipeline.Open, nil, clips},
		{at{pipeline.Animate, pipeline.Unknown}, at{pipeline.Animate, pipeline.Waiting}, pipeline.Open, nil, clips},
		{at{pipeline.Animate, pipeline.Begun}, at{pipeline.Animate, pipeline.Waiting}, pipeline.Parked, nil, nil},
		{at{pipeline.Animate, pipeline.Waiting}, at{pipeline.Animate, pipeline.Waiting}, pipeline.Open, nil, nil},
		{at{pipeline.Animate, pipeline.Waiting}, at{pipeline.Animate, pipeline.Ready}, pipeline.Open, nil, nil},
		{at{pipeline.Animate, pipeline.Waiting}, at{pipeline.Render, pipeline.Begun}, pipeline.Open, nil, made},
		{
			at{pipeline.Animate, pipeline.Waiting}, at{pipeline.Render, pipeline.Begun}, pipeline.Open,
			func(_, after *pipeline.Order) { after.Fallback = pipeline.ReasonBusy }, nil,
		},
		{
			at{pipeline.Render, pipeline.Begun}, at{pipeline.Render, pipeline.Waiting}, pipeline.Open, nil,
			[]string{"creatomate"},
		},
		{at{pipeline.Render, pipeline.Waiting}, at{pipeline.Deliver, pipeline.Begun}, pipeline.Open, nil, cut},
		{at{pipeline.Deliver, pipeline.Begun}, at{pipeline.Deliver, pipeline.Begun}, pipeline.Delivered, nil, chat},
		{at{pipeline.Deliver, pipeline.Begun}, at{pipeline.Deliver, pipeline.Ready}, pipeline.Open, nil, nil},
		{
			at{pipeline.Deliver, pipeline.Begun}, at{pipeline.Deliver, pipeline.Begun}, pipeline.Delivered,
			func(before, _ *pipeline.Order) { before.Status = pipeline.Parked }, nil,
		},
		{ // a new cut was taken back
			at{pipeline.Render, pipeline.Waiting}, at{pipeline.Deliver, pipeline.Begun}, pipeline.Delivered,
			func(before, _ *pipeline.Order) { before.Fallback = pipeline.ReasonBusy }, nil,
		},
	} {
		o := pipeline.Order{
			Status: pipeline.Open, Step: x.from.step, Phase: x.from.phase, Version: 3,
			Thread: pipeline.Thread{Platform: "telegram"},
		}
		after := o
		after.Status, after.Step, after.Phase, after.Version = x.status, x.to.step, x.to.phase, 4
		if x.change != nil {
			x.change(&o, &after)
		}
		got := proves(pipeline.Providers{Clips: "runway", Cuts: "creatomate"}, o, after)
		if !slices.Equal(got, x.want) {
			t.Errorf("%v to %v %s: %q, want %q", x.from, x.to, x.status, got, x.want)
		}
	}
}
