package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAdvance_AnOrderThatIsOverStaysAsItIs(t *testing.T) {
	for _, status := range []pipeline.Status{pipeline.Delivered, pipeline.Failed, pipeline.Cancelled, pipeline.Parked} {
		for _, step := range []pipeline.Step{fetch, animate, render, deliver} {
			for _, phase := range []pipeline.Phase{ready, begun, waiting, unknown} {
				inWorld(t, func(t *testing.T, w *world) {
					o, calls := standing(status, step, phase)
					w.clips.check, w.cuts.check = knowsCall.check, knowsCall.check
					w.store.Put(o, calls...)
					before := w.order(1)
					again, err := w.pipe.Advance(t.Context(), 1, o.Wakeup)
					if err != nil || !again.IsZero() {
						t.Errorf("%s %s %s: again %v, %v", status, step, phase, again, err)
					}
					if step == animate || step == render {
						w.callback(map[pipeline.Step]string{animate: "runway", render: "creatomate"}[step], "r9")
						synctest.Wait()
					}
					after := w.order(1)
					lost := status == pipeline.Parked && phase == unknown && (step == animate || step == render)
					switch {
					case lost && (after.Status != pipeline.Open || after.Phase != waiting || after.Remote != "r9" ||
						after.Reason != ""):
						t.Errorf("a paid start that is named isn't found again: %s", stands(after))
					case !lost && after.Version != before.Version:
						t.Errorf("%s became %s", stands(before), stands(after))
					}
					if w.clips.starts+w.cuts.starts+len(w.chat.delivered) > 0 {
						t.Errorf("%s %s %s: something was bought or sent", status, step, phase)
					}
				})
			}
		}
	}
}

func TestAdvance_ComesBackWhenTheOrderIsDue(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		o, calls := standing(pipeline.Open, animate, waiting)
		o.Due = time.Now().Add(30 * time.Second) // it was postponed after its wakeup was set
		w.store.Put(o, calls...)
		again, err := w.pipe.Advance(t.Context(), 1, o.Wakeup)
		if err != nil || !again.Equal(o.Due) {
			t.Errorf("again %v, %v; want %v", again, err, o.Due)
		}
		if again, err := w.pipe.Advance(t.Context(), 1, o.Wakeup-1); err != nil || !again.IsZero() {
			t.Errorf("a stale wakeup: again %v, %v", again, err)
		}
		if again, err := w.pipe.Advance(t.Context(), 404, 1); err != nil || !again.IsZero() {
			t.Errorf("no such order: again %v, %v", again, err)
		}
		o.Due = time.Now().Add(-time.Second) // a stale wakeup may find it overdue
		w.store.Put(o, calls...)
		w.clips.check = runs.check
		if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup-1); err != nil || len(w.clips.asked) != 1 {
			t.Errorf("asked %v, %v", w.clips.asked, err)
		}
		synctest.Wait()
	})
	for op, says := range map[string]answers{"Order": runs, "Postpone": runs, "Calls": breaksFree} {
		inWorld(t, func(t *testing.T, w *world) {
			o, calls := standing(pipeline.Open, animate, waiting)
			w.store.Put(o, calls...)
			w.clips.check = says.check
			w.store.Before = func(got string) error {
				return map[bool]error{got == op: errors.New("connection refused")}[true]
			}
			if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err == nil ||
				!strings.Contains(err.Error(), "order 1: ") {
				t.Errorf("without %s the queue hears %v", op, err)
			}
			synctest.Wait()
			w.store.Before = nil
			if now := w.order(1); now.Version != o.Version {
				t.Errorf("without %s: %s", op, stands(now))
			}
		})
	}
}

// TestAdvance_AnErrorBeforeARequestLeftIsNoPurchaseAndIsTriedAgain takes the file store away, one kind of call each.
func TestAdvance_AnErrorBeforeARequestLeftIsNoPurchaseAndIsTriedAgain(t *testing.T) {
	for _, x := range []struct {
		op    string
		step  pipeline.Step
		phase pipeline.Phase
		want  string
		ends  string // once it is back
	}{
		{"Put", fetch, ready, "open fetch ready attempt=1 for=blobs |", "open animate waiting remote=clip-1"},
		{"Link", animate, ready, "open animate ready attempt=1 for=blobs | animate void 15/0",
			"open animate waiting remote=clip-1"},
		{"Open", animate, ready, "open animate ready attempt=1 for=blobs | animate void 15/0",
			"open animate waiting remote=clip-1"},
		{"Put", animate, waiting, "open animate waiting attempt=1 for=blobs remote=r1 | animate known 15/0 r1",
			"open render waiting remote=cut-1"},
		{"Link", render, ready, "open render ready attempt=1 for=blobs | render void 0/0",
			"open render waiting remote=cut-1"},
		{"Put", render, waiting, "open render waiting attempt=1 for=blobs remote=r1 | render known 15/0 r1",
			"delivered deliver begun shown=1"},
		{"Open", render, waiting, "open render waiting attempt=1 for=blobs remote=r1 | render known 15/0 r1",
			"delivered deliver begun shown=1"},
		{"Open", deliver, ready, "open deliver ready attempt=1 for=blobs |", "delivered deliver begun shown=1"},
	} {
		t.Run(fmt.Sprint(x.op, x.step, x.phase), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.opts.Finish = func(_ context.Context, file io.ReadSeeker, of pipeline.Ordered) (io.Reader, error) {
					want := pipeline.Ordered{Seconds: 3, Clip: true, Music: true, Title: "새우 파스타"}
					if of != want {
						t.Errorf("looked at as %+v, want %+v", of, want)
					}
					return file, nil
				}
				w.build()
				w.blobs.files = map[string]string{"photos/1.jpg": "image/jpeg:p", "shorts/1.mp4": "video/mp4:s"}
				var back atomic.Bool
				w.blobs.fail = func(op string) error {
					return map[bool]error{!back.Load() && op == x.op: errors.New("no such host")}[true]
				}
				o, calls := standing(pipeline.Open, x.step, x.phase)
				w.store.Put(o, calls...)
				if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				got := w.order(1)
				if text := strings.TrimSpace(stands(got) + " | " + w.ledger(1)); text != x.want ||
					!strings.Contains(got.Detail, "no such host") || w.clips.starts+w.cuts.starts > 0 {
					t.Errorf("got  %s\nwant %s\n%s", text, x.want, got.Detail)
				}
				w.consistent(o, got)
				back.Store(true)
				w.sleep(time.Until(got.Due))
				if _, err := w.pipe.Advance(t.Context(), 1, got.Wakeup); err != nil {
					t.Error(err)
				}
				if text := stands(w.order(1)); text != x.ends {
					t.Errorf("got %s, want %s", text, x.ends)
				}
			})
		})
	}
}
