package pipeline

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// TestAdvance_AnOldRowDoesNotLoseACallback hands over a row from before the clip was accepted, with the callback that
// names the work; the provider doesn't say whose it is.
func TestAdvance_AnOldRowDoesNotLoseACallback(t *testing.T) {
	p, r := opens(nil)
	p.opts.Clips = silent{}
	r.o.Step, r.o.Phase, r.o.Call, r.o.Remote, r.o.Version = Animate, Waiting, "call", "clip-1", 3
	r.o.Due = time.Now().Add(time.Hour)
	old := r.o
	old.Phase, old.Remote, old.Version = Begun, "", 2
	o, err := p.driver.advance(t.Context(), 12, withRow(&runner.Hint{Remote: "clip-1", At: time.Now()}, old))
	if err != nil || len(r.notes) != 1 || o.Attempt != 1 {
		t.Errorf("%v %+v %q", err, o, r.notes)
	}
}

// silent is a provider that has no word of what it is asked for.
type silent struct{ Animator }

func (silent) Check(context.Context, string) (Progress, error) {
	return Progress{
		State: Broken, Fault: &Fault{Kind: Transient, Reason: ReasonTrouble, Err: errors.New("it came to nothing")},
	}, nil
}

func (r *row) Calls(context.Context, int64) ([]Call, error) {
	return []Call{{Step: Animate, Cut: 1, Remote: "clip-1"}}, nil
}
