package bot

import (
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// What the program behind an order's callback is told of.
const (
	EventDelivered = "order.delivered" // the short of a cut is there
	EventFailed    = "order.failed"    // it can't be made
	EventCancelled = "order.cancelled"
	// it goes on, or ends, when its person says whether its photo is to be used as it is
	EventQuestion = "order.question"
)

// OrderEvent is what a callback is told of an order that stands so; "" when that is nothing.
func OrderEvent(o pipeline.Order) string {
	switch {
	case o.Status == pipeline.Delivered:
		return EventDelivered
	case o.Status == pipeline.Failed:
		return EventFailed
	case o.Status == pipeline.Cancelled:
		return EventCancelled
	case o.AwaitsAnswer():
		return EventQuestion
	}
	return ""
}

// OrderEventID is the same for an event however often it is told: a receiver that has seen it may ignore it.
func OrderEventID(order int64, cut int, event string) string {
	return fmt.Sprintf("evt_%d_%d_%s", order, cut, strings.TrimPrefix(event, "order."))
}
