package pipeline_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TestAdvance_ALostAnswerSaysNothingOfWhatACallbackHasFound has another process hear of a start by its callback, and go
// on with the order, while the first one still waits for the answer, which is lost then.
func TestAdvance_ALostAnswerSaysNothingOfWhatACallbackHasFound(t *testing.T) {
	for name, x := range map[string]struct {
		says         pipeline.State
		want, ledger string
	}{
		"it is at work": {pipeline.Running, "open render waiting remote=r1", "render known 0/0 r1"},
		"it is over":    {pipeline.Succeeded, "delivered deliver begun shown=1", "render settled 0/1 r1"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				o, _ := standing(pipeline.Open, render, ready)
				w.blobs.files = map[string]string{"photos/1.jpg": "image/jpeg:p"}
				w.store.Put(o)
				other := pipeline.New(w.opts)
				w.cuts.start = func(int) (pipeline.Started, error) {
					call := w.order(1).Call
					w.cuts.check = func(string) (pipeline.Progress, error) {
						return pipeline.Progress{
							State: x.says, Ref: call, URL: "https://results.example/cut", Cost: 1_00,
						}, nil
					}
					if err := other.HandleCallback(
						t.Context(), "creatomate", 1, pipeline.CallbackToken(w.pipe, "creatomate", 1), "r1",
					); err != nil {
						t.Error(err)
					}
					synctest.Wait()
					return pipeline.Started{}, errors.New("connection reset")
				}
				if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err != nil {
					t.Fatal(err)
				}
				if now := w.order(1); stands(now) != x.want || w.ledger(1) != x.ledger {
					t.Errorf("%s | %s", stands(now), w.ledger(1))
				}
				if err := other.Stop(context.Background()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
