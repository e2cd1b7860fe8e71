package pipeline

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// blurred is a Store whose first commit fails without saying whether it did; after that the reservation is refused.
type blurred struct {
	row
	written bool // the first commit did
	tried   int
}

func (b *blurred) Move(ctx context.Context, o Order, m Move) (Order, error) {
	if b.tried++; b.tried > 1 {
		return Order{}, &HeldError{Reason: ReasonBudget}
	}
	if b.written {
		if _, err := b.row.Move(ctx, o, m); err != nil {
			return Order{}, err
		}
	}
	return Order{}, errors.New("connection reset")
}

// TestWrite_ACallThatWasBegunIsNotHeldBackByItself refuses the second try of a begin, whose first try may have taken
// the last credits of the budget.
func TestWrite_ACallThatWasBegunIsNotHeldBackByItself(t *testing.T) {
	for _, written := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			p, b := quiet(), &blurred{written: written}
			o := begun(Animate)
			o.Phase, o.Call = Ready, ""
			p.Store, b.o = b, o
			next, m := p.reserve(o)
			got, err := p.write(t.Context(), &answer{change: change{before: o, next: next, move: m}})
			switch {
			case written && (err != nil || got.Call != next.Call || got.Version != o.Version+1):
				t.Errorf("begun, and then %v: %+v", err, got)
			case !written && !errors.As(err, new(*HeldError)):
				t.Errorf("not begun, and then %v: %+v", err, got)
			}
		})
	}
}

func TestHold_AStartOfUnknownOutcomeStaysUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, why := range []Reason{ReasonPaused, ReasonBudget} {
			p := quiet()
			before := unknownStart(p, false)
			next, m := p.restartUnknown(t.Context(), before)
			got, m := p.hold(before, next, *m, &HeldError{Reason: why})
			if m != nil || got.Phase != Unknown || got.Call != before.Call || got.UnknownRestarts != 0 ||
				time.Until(got.Due) != pausedFor {
				t.Errorf("%s: %+v %+v", why, got, m)
			}
		}
	})
}
