package durability_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func cheaper(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
	w := o.Cut.Words
	w.Price, w.Won = "17,000원", 17000
	return pipeline.Fix(o, pipeline.Edit{Words: &w})
}

func at(s pipeline.Step, ph pipeline.Phase) func(pipeline.Order) bool {
	return func(o pipeline.Order) bool { return o.Step == s && o.Phase == ph }
}

// patient are times in which a request that the test holds isn't given up.
func patient() pipeline.Times {
	times := apptest.Hurried()
	times.Call = apptest.Patience
	return times
}

// changing starts a process whose clips are held, with one order in it. The first request to each of some is held until
// it is released.
func changing(t *testing.T, on ...string) (w *apptest.World, p *apptest.Process, id int64, release func()) {
	t.Helper()
	w = apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	w.Holding.Store(true)
	release = func() {}
	for _, x := range on { // at most one
		release = w.HoldRequest(apptest.To(x))
	}
	p = w.Start(patient(), nil)
	t.Cleanup(p.Stop)
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	return w, p, o.ID, release
}

func TestFix_WhileAPaidRequestIsUnderWayLosesNothing(t *testing.T) {
	w, p, id, release := changing(t, apptest.StartClip)
	p.Until(id, at(pipeline.Animate, pipeline.Begun))
	p.Change(id, cheaper)
	release()
	close(w.Release)
	if o := p.Until(id, apptest.Delivered); o.Cut.Words.Won != 17000 || w.Rendered("18,000원") != 0 {
		t.Errorf("cut %+v", o.Cut)
	}
	w.Bought(id, 1, 1)
	p.Settled(id, 2)
}

func TestFix_DuringTheRenderMakesItAnew(t *testing.T) {
	w, p, id, release := changing(t, apptest.StartCut)
	close(w.Release)
	p.Until(id, at(pipeline.Render, pipeline.Begun))
	p.Change(id, cheaper)
	release()
	if o := p.Until(id, apptest.Delivered); o.Cut.N != 2 || w.Rendered("17,000원") != 1 {
		t.Errorf("cut %+v", o.Cut)
	}
	w.Bought(id, 1, 2)
	p.Until(id, func(pipeline.Order) bool { // the answer of the first render may come later than the second
		calls, err := p.Engine.Calls(t.Context(), id)
		return err == nil && len(calls) == 3 && calls[1].State == pipeline.CallSettled
	})
	p.Settled(id, 3)
}

func TestCancel_OfANewCutLeavesTheDeliveredOne(t *testing.T) {
	w, p, id, _ := changing(t)
	close(w.Release)
	p.Until(id, apptest.Delivered)
	release := w.HoldRequest(apptest.To(apptest.StartCut))
	p.Change(id, cheaper)
	p.Until(id, at(pipeline.Render, pipeline.Begun))
	p.Change(id, pipeline.Cancel)
	release()
	o := p.Until(id, func(pipeline.Order) bool {
		calls, err := p.Engine.Calls(t.Context(), id)
		return err == nil && len(calls) == 3 && calls[2].State == pipeline.CallSettled
	})
	if !apptest.Delivered(o) || o.Cut.N != 1 || o.Cut.Words.Won != 18000 || o.Cut.Receipt == "" {
		t.Errorf("%s, cut %+v", o.Status, o.Cut)
	}
	p.Settled(id, 3)
	p.Change(id, cheaper)
	if o := p.Until(id, func(o pipeline.Order) bool {
		return apptest.Delivered(o) && o.Shown == 3
	}); o.Cut.Words.Won != 17000 {
		t.Errorf("cut %+v", o.Cut)
	}
}

func TestCancel_AnAnswerToTheOrderIsStillWrittenDown(t *testing.T) {
	w, p, id, release := changing(t, apptest.StartClip)
	p.Until(id, at(pipeline.Animate, pipeline.Begun))
	p.Change(id, pipeline.Cancel)
	release()
	p.Until(id, func(pipeline.Order) bool {
		calls, err := p.Engine.Calls(t.Context(), id)
		return err == nil && len(calls) == 1 && calls[0].State == pipeline.CallSettled
	})
	p.Settled(id, 1)
	w.Bought(id, 1, 0)
	if o, err := p.Engine.Order(t.Context(), id); err != nil || o.Status != pipeline.Cancelled {
		t.Errorf("%s, %v", o.Status, err)
	}
}
