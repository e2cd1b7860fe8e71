package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Intake keeps one of the ways in which updates come to this process going: Telegram's poll or webhook, Slack's
// socket. Whatever a platform answers, it is asked again later; what fails for long or needs an operator gives
// the lease back, so that a healthy process can take over.
type Intake struct {
	Platform string
	Lease    *LeaseHolder // nil: any number of processes may do so at once
	Log      *slog.Logger
	// open begins anew whenever the lease was got. The function that it returns takes updates in until its ctx
	// ends or something goes wrong; it is called again then and goes on. It calls note(nil) whenever the platform
	// shows that updates come in, and note with an error that it gets over by itself.
	Open func() func(ctx context.Context, note func(error)) error

	mu      sync.Mutex
	up      bool
	failing time.Time // zero: it isn't
	refused bool      // by an answer that only an operator can change
	last    error
	paused  time.Duration // after the failure before; 0: there was none
	hold    int           // counts the times that the lease was got

	told   intakeNews // both are report's
	toldAt time.Time
}

const (
	IntakeRetry   = 30 * time.Second // longest pause after a passing failure
	IntakeRefused = time.Minute      // pause after an answer that only an operator can change
	IntakePatient = time.Minute      // of failing, until the lease is given back and ops are told
	intakeRetell  = 30 * time.Second
)

// Keep runs until ctx ends.
func (i *Intake) Keep(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		held, release, err := i.Lease.Take(ctx)
		switch {
		case err != nil:
			if ctx.Err() == nil {
				i.note(err)
			}
			pause = leaseAsk
		case held == nil:
			i.standBy()
			pause = leaseAsk
		default:
			pause = i.receive(held)
			release()
		}
		pace.Sleep(ctx, pause)
	}
}

// receive takes updates in for as long as the lease is held and it makes sense. It returns how long to leave
// the platform alone.
func (i *Intake) receive(held context.Context) time.Duration {
	i.mu.Lock()
	i.hold++
	i.mu.Unlock()
	next := i.Open()
	for {
		err := next(held, i.note)
		if held.Err() != nil {
			return 0
		}
		if err != nil {
			i.note(err)
		}
		pause := i.pause(err)
		if n, _ := i.News(); n.Failing {
			return pause
		}
		if !pace.Sleep(held, pause) {
			return 0
		}
	}
}

// pause is how long to leave the platform alone after err.
func (i *Intake) pause(err error) time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.paused = min(max(2*i.paused, time.Second), IntakeRetry)
	if err == nil {
		return i.paused
	}
	f := pipeline.AsFault(err)
	if f.Kind == pipeline.Misconfigured {
		return max(IntakeRefused, f.RetryAfter)
	}
	return max(i.paused, f.RetryAfter)
}

// note takes in how it goes. What goes wrong is logged once, however often it does so in a row.
func (i *Intake) note(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if err == nil {
		i.up, i.failing, i.refused, i.last, i.paused = true, time.Time{}, false, nil, 0
		return
	}
	if i.last == nil || i.last.Error() != err.Error() {
		i.Log.Warn("no updates come in", "platform", i.Platform, "err", err)
	}
	i.up, i.last = false, err
	i.refused = pipeline.AsFault(err).Kind == pipeline.Misconfigured
	if i.failing.IsZero() {
		i.failing = time.Now()
	}
}

// standBy notes that another process has the lease.
func (i *Intake) standBy() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.up, i.failing, i.refused, i.last = false, time.Time{}, false, nil
}

// intakeNews is what ops are told of.
type intakeNews struct {
	hold    int
	Failing bool
}

// News says how it goes; why is nil while that isn't known or isn't worth a word.
func (i *Intake) News() (n intakeNews, why error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.failing.IsZero() && (i.refused || time.Since(i.failing) >= IntakePatient) {
		return intakeNews{i.hold, true}, i.last
	}
	return intakeNews{i.hold, false}, nil
}

// Receiving reports whether updates come in here.
func (i *Intake) Receiving() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.up
}

// Report tells ops what has changed since it did so last. Another process may have told them that nothing comes in,
// even after this one took over, so it is said again and again that it does.
func (i *Intake) Report(ctx context.Context, ops *ops.Ops) error {
	n, why := i.News()
	switch {
	case !n.Failing && !i.Receiving():
		return nil
	case n == i.told && (n.Failing || time.Since(i.toldAt) < intakeRetell):
		return nil
	}
	if err := ops.Intake(ctx, i.Platform, why); err != nil {
		return err
	}
	i.told, i.toldAt = n, time.Now()
	return nil
}
