package apptest

import (
	"errors"
	"fmt"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Attempt changes an order if that can be done.
func (p *Process) Attempt(id int64, f func(pipeline.Order) (pipeline.Order, pipeline.Move, error)) {
	for {
		o, err := p.Engine.Order(p.t.Context(), id)
		var m pipeline.Move
		if err == nil {
			o, m, err = f(o)
		}
		if err == nil {
			_, err = p.Engine.Move(p.t.Context(), o, m)
		}
		switch {
		case err == nil:
			p.Pipe.Wake(id)
			return
		case errors.Is(err, pipeline.ErrNoChange):
			return
		case !errors.Is(err, pipeline.ErrMoved):
			p.t.Error(err)
			return
		}
	}
}

// Closed are the calls of an order that has come to its end, if the ledger says of each how it did.
func (p *Process) Closed(id int64) ([]pipeline.Call, error) {
	o, err := p.Engine.Order(p.t.Context(), id)
	if err != nil {
		return nil, err
	}
	if o.Status != pipeline.Delivered && o.Status != pipeline.Cancelled {
		return nil, fmt.Errorf("order %d is %s at %s: %s", id, o.Status, o.Step, o.Detail)
	}
	calls, err := p.Engine.Calls(p.t.Context(), id)
	for _, c := range calls {
		if c.State == pipeline.CallBegun || c.State == pipeline.CallKnown || c.State == pipeline.CallUnknown {
			err = fmt.Errorf("order %d: a call of %s is %s", id, c.Provider, c.State)
		}
	}
	return calls, err
}
