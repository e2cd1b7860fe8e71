package monitor

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestRecovery_AnOrderThatFailsWhileOthersGetThroughIsLeftAlone(t *testing.T) {
	r, start := &Recovery{Names: pipeline.Providers{Clips: "runway", Cuts: "creatomate"}}, time.Now()
	at := func(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }
	through := func(minute int) {
		before := pipeline.Order{Version: 1, Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Begun}
		after := before
		after.Version, after.Phase, after.Changed = 2, pipeline.Waiting, at(minute)
		r.Moved(before, after)
	}
	failed := func(since, last int) pipeline.Order {
		return pipeline.Order{Changed: at(last), Trouble: pipeline.Trouble{Since: at(since), Service: "runway"}}
	}
	through(0)
	for _, x := range []struct {
		name        string
		through     []int
		since, last int
		want        bool
	}{
		{"nothing got through since", nil, 1, 2, false},
		{"one got through afterwards", []int{3}, 1, 2, true},
		{"that was before", nil, 4, 5, false},
		{"one got through meanwhile", []int{7, 9}, 6, 8, false},
		{"one did in the same minute, and again", []int{9}, 8, 8, true},
	} {
		for _, minute := range x.through {
			through(minute)
		}
		if got := r.Proven(failed(x.since, x.last)); got != x.want {
			t.Errorf("%s: %v", x.name, got)
		}
	}
	for minute := range 3 * maxGood {
		through(minute + 10)
	}
	if n := len(r.good["runway"]); n > maxGood || !r.Proven(failed(3*maxGood+8, 3*maxGood+8)) {
		t.Errorf("%d times are remembered, or not the last", n)
	}
}

func TestRecovery_AnAnswerHurriesWhoFailedAndNoneThatOnlyMetLimits(t *testing.T) {
	for _, x := range []struct {
		phase   pipeline.Phase
		attempt int
		want    bool
	}{
		{pipeline.Ready, 0, false}, {pipeline.Ready, 1, true}, {pipeline.Waiting, patientFrom - 1, true},
		{pipeline.Ready, patientFrom, false}, {pipeline.Unknown, 1, false},
	} {
		if got := mayHurry(pipeline.Order{Phase: x.phase, Attempt: x.attempt}); got != x.want {
			t.Errorf("%s after %d tries: %v", x.phase, x.attempt, got)
		}
	}
}
