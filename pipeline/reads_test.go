package pipeline_test

import (
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// counted counts what a world's store is asked for.
func (w *world) counted(ops ...string) map[string]*atomic.Int32 {
	n := map[string]*atomic.Int32{}
	for _, op := range ops {
		n[op] = &atomic.Int32{}
	}
	w.store.Before = func(op string) error {
		if c := n[op]; c != nil {
			c.Add(1)
		}
		return nil
	}
	return n
}

// TestPipeline_ReadsAnOrderOncePerCallback lets both callbacks of an order come: what is in between is known from the
// changes that this process makes itself.
func TestPipeline_ReadsAnOrderOncePerCallback(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.chat.photo = func() (io.ReadCloser, error) {
			time.Sleep(time.Millisecond) // until the line is there
			return io.NopCloser(strings.NewReader("photo")), nil
		}
		n := w.counted("Order", "Move", "SaveStatusRef", "Calls")
		o := w.place()
		for _, provider := range []string{"runway", "creatomate"} {
			w.sleep(time.Second)
			if err := w.pipe.HandleCallback(
				t.Context(), provider, o.ID, pipeline.CallbackToken(w.pipe, provider, o.ID), "",
			); err != nil {
				t.Fatal(err)
			}
		}
		w.sleep(time.Second)
		if reads, moves := n["Order"].Load(), n["Move"].Load(); reads > 3 || moves != 6 ||
			n["SaveStatusRef"].Load() != 1 || n["Calls"].Load() != 0 {
			t.Errorf(
				"%d reads, %d changes, the line's name %d times, the ledger %d times", reads, moves,
				n["SaveStatusRef"].Load(), n["Calls"].Load(),
			)
		}
		if got := w.order(o.ID); got.Status != pipeline.Delivered || got.StatusRef != "line" {
			t.Errorf("%s, its line is %q", stands(got), got.StatusRef)
		}
	})
}
