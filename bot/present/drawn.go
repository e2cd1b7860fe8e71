package present

import (
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Progress is how an order stands, for who draws it.
type Progress struct {
	Text string        // one line, without a bar
	Note string        // why its short shows the photo itself; empty: it doesn't
	Done float64       // of the present cut, 0..1
	Left time.Duration // 0: unknown
	Slow bool
}

// Roughly is how far an order is that has no others to be compared with.
func Roughly(o pipeline.Order) float64 {
	from, part := 0.0, 0.05
	switch o.Step {
	case pipeline.Animate:
		from, part = 0.05, 0.45
	case pipeline.Render:
		from, part = 0.5, 0.45
	case pipeline.Deliver:
		from, part = 0.95, 0.04
	}
	return from + part*min(max(o.Progress, 0), 1)
}
