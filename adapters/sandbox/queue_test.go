package sandbox_test

import (
	"context"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

func TestSandbox_OneIsRenderedAtATimeAndTheOthersSayThatTheyWait(t *testing.T) {
	frame, next := make(chan float64), make(chan struct{})
	s := open(t, sandbox.Options{Parallel: 1, RunwayConcurrency: 2, Clip: func(
		ctx context.Context, j sandbox.ClipJob,
	) error {
		for done := range frame {
			j.Progress(done)
			next <- struct{}{}
		}
		return instantClip(ctx, j)
	}})
	clip := "/v1/tasks/" + s.startClip()
	second := "/v1/tasks/" + s.startClip()
	cut := "/v2/renders/" + s.ask("POST", "/v2/renders", document(mediaSite(t))).want(t, 202).body["id"].(string)
	for n := range 3 {
		done := float64(n+1) / 4
		frame <- done
		<-next
		if a := s.ask("GET", clip, nil).body; a["status"] != "RUNNING" || a["progress"] != done {
			t.Errorf("after frame %d of 4: %v", n+1, a)
		}
		if a := s.ask("GET", second, nil).body; a["status"] != "PENDING" || a["progress"] != nil {
			t.Errorf("the second clip is %v", a)
		}
		if a := s.ask("GET", cut, nil).body; a["status"] != "planned" {
			t.Errorf("the cut is %v", a)
		}
	}
	close(frame)
	s.poll(clip, "SUCCEEDED")
	s.poll(second, "SUCCEEDED")
	s.poll(cut, "succeeded")
}
