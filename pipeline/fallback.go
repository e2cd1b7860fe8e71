package pipeline

import (
	"context"
	"fmt"
)

// ClipVerdict is what came of comparing a clip with the photo that it was made from.
type ClipVerdict struct {
	Changed string // in what the clip shows another dish, for operators; empty: it shows the same
	Decides bool   // the photo itself takes a changed clip's place; else the clip is used, and operators are told
}

// compare compares a clip with its photo. A clip that can't be compared is taken, for
// want of anything better; one whose comparison was cut off by the end of this process is compared by the next.
func (p *Pipeline) compare(ctx context.Context, o Order, clip string) (ClipVerdict, error) {
	if p.opts.CheckClip == nil {
		return ClipVerdict{}, nil
	}
	v, err := p.opts.CheckClip(ctx, o.PhotoKey, clip)
	switch {
	case ctx.Err() != nil:
		return ClipVerdict{}, fmt.Errorf("compare the clip of order %d: %w", o.ID, context.Cause(ctx))
	case err != nil:
		p.opts.Log.Warn("clip not compared with its photo", "order", o.ID, "err", err)
		return ClipVerdict{}, nil
	}
	return v, nil
}

// fallback lets an order go on with the photo itself in place of a clip: there is none, or it isn't used. m has the
// paid call as it ended; one that isn't waited for any more is closed here.
func (p *Pipeline) fallback(o Order, m *Move, why Reason, err error) (Order, *Move) {
	calls := orphanedCalls(m.Calls)
	if len(calls) == 0 {
		calls = abandon(o)
	}
	if len(calls) == 0 && o.Call != "" { // unknown, and it stays so
		calls = []Call{p.call(o, CallUnknown)}
	}
	for i := range calls {
		calls[i].Note = note(why, err)
	}
	p.opts.Log.Warn(
		"short made without a clip (fallback)", "order", o.ID, "remote", o.Remote, "reason", why, "err", err,
	)
	o.Fallback, o.Reason, o.Detail = why, ReasonNone, err.Error()
	o, m = p.startStep(o, "without a clip: "+err.Error())
	m.Calls, m.Notify = append(calls, m.Calls...), true
	return o, m
}

// note is what the ledger says of a clip that an order goes on without.
func note(why Reason, err error) string {
	if why == ReasonDishChanged {
		return "not used: the dish changed, " + err.Error()
	}
	return "goes on without a clip: " + err.Error()
}

// usesFallback reports whether an order that would end in its present step goes on without that step's result.
func (p *Pipeline) usesFallback(o Order) bool { return p.opts.AlwaysFallback && o.Step == Animate }
