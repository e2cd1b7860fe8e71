package present

import (
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// estimate is how far an order is, by how long its steps took others lately.
type estimate struct {
	Whole time.Duration // of the present cut
	Left  time.Duration // never below 0
	Slow  bool          // the present step takes clearly longer than it usually does
}

// stages are the steps that an order goes through for its present cut. A later cut begins with the clip
// that is there.
func stages(o pipeline.Order) []pipeline.Step {
	all := []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver}
	if o.Cut.N > 1 && (o.Step == pipeline.Render || o.Step == pipeline.Deliver) {
		return all[2:]
	}
	return all
}

// Guess estimates an order. false: no order has been through all the steps that it needs, so the time isn't
// known.
func Guess(o pipeline.Order, usual map[pipeline.Step]time.Duration, now time.Time) (estimate, bool) {
	var e estimate
	come := false // to the present step
	for _, s := range stages(o) {
		takes, known := usual[s]
		if !known {
			return estimate{}, false
		}
		e.Whole += takes
		switch {
		case s == o.Step:
			come = true
			took := now.Sub(o.Since)
			left := takes - took
			if p := min(max(o.Progress, 0), 1); p > 0 { // the provider knows better
				left = min(left, time.Duration((1-p)*float64(takes)))
			}
			e.Left += max(0, left)
			e.Slow = took > takes+takes/2+5*time.Second
		case come:
			e.Left += takes
		}
	}
	return e, e.Whole > 0
}

// Done is the part that is behind an order, 0..1.
func (e estimate) Done() float64 { return 1 - float64(e.Left)/float64(e.Whole) }
