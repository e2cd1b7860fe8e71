package apptest

import (
	"errors"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Change does to an order what a person asked for, as the conversation does.
func (p *Process) Change(id int64, f func(pipeline.Order) (pipeline.Order, pipeline.Move, error)) {
	p.t.Helper()
	for {
		o, err := p.Engine.Order(p.t.Context(), id)
		if err != nil {
			p.t.Fatal(err)
		}
		o, m, err := f(o)
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err = p.Engine.Move(p.t.Context(), o, m); err == nil {
			p.Pipe.Wake(id)
			return
		}
		if !errors.Is(err, pipeline.ErrMoved) {
			p.t.Fatal(err)
		}
	}
}

// Rendered counts the documents that were rendered with a text in them.
func (w *World) Rendered(text string) (n int) {
	w.Sources.Range(func(source, _ any) bool {
		if strings.Contains(source.(string), text) {
			n++
		}
		return true
	})
	return n
}

func Delivered(o pipeline.Order) bool { return o.Status == pipeline.Delivered }

func (w *World) Bought(id int64, clips, cuts int) {
	w.T.Helper()
	got := w.Starts()
	if got[PaidStep{id, "runway"}] != clips || got[PaidStep{id, "creatomate"}] != cuts {
		w.T.Errorf("bought %v, want %d clips and %d cuts", got, clips, cuts)
	}
}

// Settled checks that the ledger says of each call how it ended.
func (p *Process) Settled(id int64, calls int) {
	p.t.Helper()
	all, err := p.Engine.Calls(p.t.Context(), id)
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
