package apptest

import (
	"errors"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

var ErrDead = errors.New("the process is dead")

// Again finds the only order.
func (p *Process) Again(t *testing.T) (pipeline.Order, bool) {
	orders, err := p.Engine.Recent(t.Context(), "web", "test", 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(orders) == 0 {
		return pipeline.Order{}, false
	}
	return orders[0], true
}
