package pipeline

import (
	"context"
	"fmt"
	"time"
)

// maxRestarts is how often a start is made once more that the provider has answered with an error that doesn't
// tell whether it was begun, each time after a longer silence. One whose answer was lost is made once more.
const maxRestarts = 3

// stillDown is how long a start waits that is to be made once more while its provider doesn't answer.
const stillDown = time.Minute

// NoSuchWork is an id that no provider gives to any work: asking for it shows whether the provider answers.
const NoSuchWork = "00000000-0000-4000-8000-000000000000"

// restartUnknown starts a call of unknown outcome once more after its grace time, when it may and when its provider
// answers: else that would be lost as well.
func (d *driver) restartUnknown(ctx context.Context, o Order) (Order, *Move) {
	answered := o.Attempt > 0
	if d.opts.Times.NeverRetry || o.UnknownRestarts >= maxRestarts || o.UnknownRestarts > 0 && !answered {
		err := fmt.Errorf("%s: a paid start was lost and its outcome is unknown", o.Step)
		return d.settler.park(o, &Move{}, ReasonUnknownStart, err)
	}
	if err := d.requester.answers(ctx, o); err != nil {
		if d.settler.policy.tooLong(o, stillDown) {
			err = fmt.Errorf("%s: a paid start was lost, and its provider doesn't answer: %w", o.Step, err)
			return d.settler.park(o, &Move{}, ReasonUnknownStart, err)
		}
		o.Due = time.Now().Add(d.settler.policy.spread(min(stillDown, d.opts.Times.RetryUnknown)))
		o.Detail = AsFault(err).Err.Error()
		d.settler.logRetry(o, o.UnknownRestarts+1, err)
		return o, &Move{Wakeup: true, Note: "not started once more yet: " + o.Detail}
	}
	o.UnknownRestarts++
	o, m := d.reserver.reserve(o)
	m.Note = "started once more after an unknown outcome"
	return o, m
}

// MayResume reports whether a parked order may go on by itself. One whose paid start or delivery may have been made
// stays with an admin; and so does one that can't be paid for, unless canPay says that this is known to be over.
func MayResume(o Order, canPay bool) bool {
	switch o.Reason {
	case ReasonUnknownStart, ReasonTemplate, ReasonUnfit, ReasonMaybeDelivered, ReasonRestored:
		return false
	case ReasonOutOfCredits:
		return canPay
	}
	return true
}
