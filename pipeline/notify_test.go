package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestNotifyStatus_SaysWhatIsSoAndComesBackWhenTheChatSaysSo(t *testing.T) {
	full := &pipeline.Fault{
		Kind: pipeline.Transient, RateLimited: true, RetryAfter: 7 * time.Second, Err: errors.New("429"),
	}
	for name, x := range map[string]struct {
		err   error
		since time.Duration // that the order has changed
		again time.Duration // at the least; 0: it is over with it
	}{
		"said":           {},
		"a limit is met": {err: full, again: 7 * time.Second},
		"the chat is down": {
			err: &pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("502")}, again: 16 * time.Second,
		},
		"nobody knows":            {err: errors.New("connection reset"), again: 16 * time.Second},
		"the chat is closed":      {err: &pipeline.Fault{Kind: pipeline.Rejected, Err: errors.New("403")}},
		"for longer than anybody": {err: full, since: 7 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				o, calls := standing(pipeline.Open, animate, waiting)
				o.Changed = time.Now().Add(-x.since)
				w.store.Put(o, calls...)
				w.chat.tell = func(pipeline.Order) (pipeline.StatusRef, error) {
					return pipeline.StatusRef{Ref: "line"}, x.err
				}
				again, err := w.pipe.NotifyStatus(t.Context(), 1, o.Version)
				if in := time.Until(again); err != nil || again.IsZero() != (x.again == 0) ||
					x.again > 0 && (in < x.again || in > x.again*3/2) {
					t.Errorf("again %v, %v", again, err)
				}
				if ref := w.order(1).StatusRef; (ref == "line") != (x.err == nil) {
					t.Errorf("the line is called %q", ref)
				}
				if given := name == "the chat is closed" ||
					x.since > 0; given != strings.Contains(w.log.String(), "status message not sent") {
					t.Errorf("log %q", w.log.String())
				}
			})
		})
	}
}

func TestNotifyStatus_WhatIsNotThereIsOver(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		o, _ := standing(pipeline.Open, animate, ready)
		o.Thread.Platform = "slack" // which another process has
		w.store.Put(o)
		for _, id := range []int64{1, 404} {
			if again, err := w.pipe.NotifyStatus(t.Context(), id, 1); err != nil || !again.IsZero() ||
				len(w.chat.told) > 0 {
				t.Errorf("order %d: again %v, %v, told %q", id, again, err, w.chat.told)
			}
		}
		synctest.Wait()
		w.store.Before = func(string) error { return errors.New("connection refused") }
		if _, err := w.pipe.NotifyStatus(t.Context(), 1, 1); err == nil {
			t.Error("an order that can't be read has been told")
		}
		w.store.Before = nil
	})
}

func TestRefreshStatus_ALineThatMovesIsToldAgainWhileTheOrderIsOpen(t *testing.T) {
	for status, want := range map[pipeline.Status]int{pipeline.Open: 4, pipeline.Cancelled: 1} {
		inWorld(t, func(t *testing.T, w *world) {
			o, _ := standing(status, animate, ready)
			w.store.Put(o)
			w.chat.tell = func(pipeline.Order) (pipeline.StatusRef, error) {
				return pipeline.StatusRef{Ref: "line", Again: 4 * time.Second}, nil
			}
			w.pipe.RefreshStatus(1)
			w.sleep(13 * time.Second)
			synctest.Wait()
			if n := len(w.chat.told); n != want {
				t.Errorf("%s: told %d times, want %d", status, n, want)
			}
		})
	}
}

func TestSweep_WakesWhatNothingHasLookedAt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		late, _ := standing(pipeline.Open, animate, ready)
		late.Due = time.Now().Add(-61 * time.Second)
		w.store.Put(late)
		for id, change := range []func(o *pipeline.Order){
			func(o *pipeline.Order) { o.Due = time.Now().Add(-59 * time.Second) },
			func(o *pipeline.Order) { o.Due, o.Status = time.Now().Add(-time.Hour), pipeline.Parked },
		} {
			o := late
			o.ID, o.Source = int64(id+2), strings.Repeat("x", id+1)
			change(&o)
			w.store.Put(o)
		}
		if err := w.pipe.Sweep(t.Context()); err != nil {
			t.Error(err)
		}
		var woken []int64
		for _, j := range w.store.Jobs() {
			if j.Number == late.Wakeup+1 {
				woken = append(woken, j.ID)
			}
		}
		if !slices.Equal(woken, []int64{1}) || !strings.Contains(w.log.String(), "count=1") {
			t.Errorf("woken %v, log %q", woken, w.log.String())
		}
		synctest.Wait()
		w.store.Before = func(op string) error { return map[string]error{"Wake": errors.New("refused")}[op] }
		if err := w.pipe.Sweep(t.Context()); err == nil {
			t.Error("an order that couldn't be woken is no error")
		}
		synctest.Wait()
		w.store.Before = func(string) error { return errors.New("refused") }
		if err := w.pipe.Sweep(t.Context()); err == nil {
			t.Error("orders that couldn't be listed are no error")
		}
		w.store.Before = nil
	})
}
