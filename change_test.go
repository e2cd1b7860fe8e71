package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/pipeline"
)

// change does to an order what a person asked for, as the desk does.
func (p *process) change(id int64, f func(pipeline.Order) (pipeline.Order, pipeline.Move, error)) {
	p.t.Helper()
	for {
		o, err := p.engine.Order(p.t.Context(), id)
		if err != nil {
			p.t.Fatal(err)
		}
		o, m, err := f(o)
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err = p.engine.Move(p.t.Context(), o, m); err == nil {
			p.pipe.Wake(id)
			return
		}
		if !errors.Is(err, pipeline.ErrMoved) {
			p.t.Fatal(err)
		}
	}
}

func cheaper(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
	w := o.Cut.Words
	w.Price, w.Won = "17,000원", 17000
	return pipeline.Fix(o, pipeline.Edit{Words: &w})
}

// rendered counts the documents that were rendered with a text in them.
func (w *world) rendered(text string) (n int) {
	w.sources.Range(func(source, _ any) bool {
		if strings.Contains(source.(string), text) {
			n++
		}
		return true
	})
	return n
}

func delivered(o pipeline.Order) bool { return o.Status == pipeline.Delivered }

func at(s pipeline.Step, ph pipeline.Phase) func(pipeline.Order) bool {
	return func(o pipeline.Order) bool { return o.Step == s && o.Phase == ph }
}

// changing starts a process whose clips are held, with one order in it.
func changing(t *testing.T, faults ...sandbox.Fault) (*world, *process, int64) {
	t.Helper()
	w := newWorld(t, databases()["sqlite"](t))
	w.holding.Store(true)
	w.faults(faults...)
	p := w.start(talkative(), nil)
	t.Cleanup(p.stop)
	o, err := p.place("a")
	if err != nil {
		t.Fatal(err)
	}
	return w, p, o.ID
}

func (w *world) bought(id int64, clips, cuts int) {
	w.t.Helper()
	got := w.starts()
	if got[paidStep{id, "runway"}] != clips || got[paidStep{id, "creatomate"}] != cuts {
		w.t.Errorf("bought %v, want %d clips and %d cuts", got, clips, cuts)
	}
}

// settled checks that the ledger says of each call how it ended.
func (p *process) settled(id int64, calls int) {
	p.t.Helper()
	all, err := p.engine.Calls(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	n := 0
	for _, c := range all {
		if c.State != pipeline.CallVoid {
			n++
		}
		if c.State != pipeline.CallVoid && (c.State != pipeline.CallSettled || c.Remote == "" || c.Ended.IsZero()) {
			p.t.Errorf("call of %s: %s %q", c.Provider, c.State, c.Remote)
		}
	}
	if n != calls {
		p.t.Errorf("%d calls in the ledger, want %d", n, calls)
	}
}

func TestAFixAfterDeliveryBuysNoSecondClip(t *testing.T) {
	w, p, id := changing(t)
	close(w.release)
	p.until(id, delivered)
	p.change(id, cheaper)
	o := p.until(id, func(o pipeline.Order) bool { return delivered(o) && o.Cut.N == 2 })
	if o.Cut.Words.Won != 17000 || w.rendered("17,000원") != 1 || w.rendered("18,000원") != 1 {
		t.Errorf("second cut %+v; rendered %d with the new price", o.Cut, w.rendered("17,000원"))
	}
	w.bought(id, 1, 2)
	p.settled(id, 3)
}

func TestAFixBeforeTheRenderCostsNothing(t *testing.T) {
	w, p, id := changing(t)
	p.until(id, at(pipeline.Animate, pipeline.Waiting))
	p.change(id, cheaper)
	close(w.release)
	o := p.until(id, delivered)
	if o.Cut.N != 1 || w.rendered("17,000원") != 1 || w.rendered("18,000원") != 0 {
		t.Errorf("cut %+v", o.Cut)
	}
	w.bought(id, 1, 1)
	p.settled(id, 2)
}

func TestAFixWhileAPaidRequestIsUnderWayLosesNothing(t *testing.T) {
	w, p, id := changing(t, sandbox.Fault{On: startClip, DelayMS: 300})
	p.until(id, at(pipeline.Animate, pipeline.Begun))
	p.change(id, cheaper)
	close(w.release)
	if o := p.until(id, delivered); o.Cut.Words.Won != 17000 || w.rendered("18,000원") != 0 {
		t.Errorf("cut %+v", o.Cut)
	}
	w.bought(id, 1, 1)
	p.settled(id, 2)
}

func TestAFixDuringTheRenderMakesItAnew(t *testing.T) {
	w, p, id := changing(t, sandbox.Fault{On: startCut, DelayMS: 300})
	close(w.release)
	p.until(id, at(pipeline.Render, pipeline.Begun))
	p.change(id, cheaper)
	if o := p.until(id, delivered); o.Cut.N != 2 || w.rendered("17,000원") != 1 {
		t.Errorf("cut %+v", o.Cut)
	}
	w.bought(id, 1, 2)
	p.until(id, func(pipeline.Order) bool { // the answer of the first render may come later than the second
		calls, err := p.engine.Calls(t.Context(), id)
		return err == nil && len(calls) == 3 && calls[1].State == pipeline.CallSettled
	})
	p.settled(id, 3)
}

func TestACancelledOrderIsNotDeliveredAndStaysInTheLedger(t *testing.T) {
	w, p, id := changing(t)
	p.until(id, at(pipeline.Animate, pipeline.Waiting))
	p.change(id, pipeline.Cancel)
	close(w.release)
	p.settled(id, 1)
	w.bought(id, 1, 0)
	if o, err := p.engine.Order(t.Context(), id); err != nil || o.Status != pipeline.Cancelled {
		t.Errorf("%s, %v", o.Status, err)
	}
}

func TestCancellingANewCutLeavesTheDeliveredOne(t *testing.T) {
	w, p, id := changing(t)
	close(w.release)
	p.until(id, delivered)
	w.faults(sandbox.Fault{On: startCut, DelayMS: 300})
	p.change(id, cheaper)
	p.until(id, at(pipeline.Render, pipeline.Begun))
	p.change(id, pipeline.Cancel)
	o := p.until(id, func(pipeline.Order) bool {
		calls, err := p.engine.Calls(t.Context(), id)
		return err == nil && len(calls) == 3 && calls[2].State == pipeline.CallSettled
	})
	if !delivered(o) || o.Cut.N != 1 || o.Cut.Words.Won != 18000 || o.Cut.Receipt == "" {
		t.Errorf("%s, cut %+v", o.Status, o.Cut)
	}
	p.settled(id, 3)
	p.change(id, cheaper)
	if o := p.until(id, func(o pipeline.Order) bool { return delivered(o) && o.Shown == 3 }); o.Cut.Words.Won != 17000 {
		t.Errorf("cut %+v", o.Cut)
	}
}

func TestAnAnswerToACancelledOrderIsStillWrittenDown(t *testing.T) {
	w, p, id := changing(t, sandbox.Fault{On: startClip, DelayMS: 300})
	p.until(id, at(pipeline.Animate, pipeline.Begun))
	p.change(id, pipeline.Cancel)
	p.until(id, func(pipeline.Order) bool {
		calls, err := p.engine.Calls(t.Context(), id)
		return err == nil && len(calls) == 1 && calls[0].State == pipeline.CallSettled
	})
	p.settled(id, 1)
	w.bought(id, 1, 0)
	if o, err := p.engine.Order(t.Context(), id); err != nil || o.Status != pipeline.Cancelled {
		t.Errorf("%s, %v", o.Status, err)
	}
}

func TestAnOrderThatWaitsForAnAdminTakesOtherWords(t *testing.T) {
	o := pipeline.Order{Status: pipeline.Parked, Step: pipeline.Animate, Reason: pipeline.ReasonOutOfCredits, Cut: pipeline.Cut{N: 1}}
	o, m, err := cheaper(o)
	if err != nil || o.Status != pipeline.Parked || o.Cut.N != 1 || o.Cut.Words.Won != 17000 || !m.Cut {
		t.Errorf("%+v, %+v, %v", o, m, err)
	}
}

func TestAnOrderHasOnlySoManyCuts(t *testing.T) {
	o := pipeline.Order{Status: pipeline.Delivered, Step: pipeline.Deliver, ClipKey: "clip", Cut: pipeline.Cut{N: pipeline.MostCuts}}
	if _, _, err := cheaper(o); !errors.Is(err, pipeline.ErrNoChange) {
		t.Errorf("cut %d: %v", pipeline.MostCuts+1, err)
	}
	o.Cut.N--
	if _, _, err := cheaper(o); err != nil {
		t.Error(err)
	}
	for range 2 { // taking cuts back doesn't give them back
		o.Status = pipeline.Delivered
		o.Shown = 1
		fixed, _, err := cheaper(o)
		if o.Cuts == 0 && err != nil || o.Cuts > 0 && !errors.Is(err, pipeline.ErrNoChange) {
			t.Fatalf("cut %d: %v", fixed.Cut.N, err)
		}
		if err == nil {
			if o, _, err = pipeline.Cancel(fixed); err != nil || o.Cut.N != 1 || o.Cuts != pipeline.MostCuts {
				t.Errorf("taken back: %d of %d, %v", o.Cut.N, o.Cuts, err)
			}
		}
	}
	o = pipeline.Order{Status: pipeline.Delivered, Step: pipeline.Deliver, ClipKey: "clip", Cut: pipeline.Cut{N: 1}}
	if _, _, err := pipeline.Fix(o, pipeline.Edit{Words: &o.Cut.Words}); !errors.Is(err, pipeline.ErrNoChange) {
		t.Errorf("the same words: %v", err)
	}
}
