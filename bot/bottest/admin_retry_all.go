package bottest

import (
	"github.com/sajangpick/sajangpick/pipeline"
)

// Parked lets orders of a reason be parked.
func (t *Talk) Parked(n int, why pipeline.Reason) (orders []pipeline.Order) {
	t.Helper()
	for range n {
		orders = append(orders, t.Order("새우 파스타", Ends(pipeline.Parked, why, "no")))
	}
	return orders
}
