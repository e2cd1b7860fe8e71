package main

import (
	"context"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// brake holds paid steps back: all of them while an admin has stopped them, and clips when the day's
// credits are spent. It answers from what it has read last.
type brake struct {
	store  state.Admin
	budget pipeline.Credits // Runway's, a day; 0: no limit
	clip   pipeline.Credits // what one costs
	zone   *time.Location   // in which days begin

	mu     sync.Mutex
	paused bool
	held   bool      // the pause is over; what this process has held back since it ended elsewhere is to be let go
	day    time.Time // when the day began that spent is of
	spent  pipeline.Credits
}

// pausedFor is how long an order rests before it looks again whether it may go on; a resume wakes it anyway.
const pausedFor = 10 * time.Minute

// Gate is pipeline.Options.Gate. It counts what goes through before it is in the ledger, so that a crowd
// doesn't go far over the budget.
func (b *brake) Gate(s pipeline.Step) (pipeline.Reason, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.paused {
		return pipeline.ReasonPaused, pausedFor
	}
	if b.budget <= 0 || s != pipeline.Animate {
		return pipeline.ReasonNone, 0
	}
	now := time.Now()
	if day := b.midnight(now, 0); day.After(b.day) {
		b.day, b.spent = day, 0
	}
	if b.spent >= b.budget {
		return pipeline.ReasonBudget, b.midnight(now, 1).Sub(now)
	}
	b.spent += b.clip
	return pipeline.ReasonNone, 0
}

// midnight is when the day of t began, or the one that is so many later.
func (b *brake) midnight(t time.Time, later int) time.Time {
	y, m, d := t.In(b.zone).Date()
	return time.Date(y, m, d+later, 0, 0, 0, 0, b.zone)
}

// refresh reads how things are. After an error all stays as it was, but for a pause that is over.
func (b *brake) refresh(ctx context.Context) error {
	paused, err := b.store.Switch(ctx, state.Paused)
	if err != nil {
		return err
	}
	day := b.midnight(time.Now(), 0)
	spent := map[string]pipeline.Credits{}
	if b.budget > 0 {
		if spent, err = b.store.Spending(ctx, day); err != nil {
			return err
		}
	}
	b.mu.Lock()
	b.held = paused == "" && (b.paused || b.held)
	b.paused, b.day, b.spent = paused != "", day, spent["runway"]
	held := b.held
	b.mu.Unlock()
	if !held {
		return nil
	}
	if _, err := b.store.Release(ctx, pipeline.ReasonPaused); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = false
	return nil
}

// spending is what was spent today, as far as it was read.
func (b *brake) spending() pipeline.Credits {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.midnight(time.Now(), 0).After(b.day) {
		return 0
	}
	return b.spent
}

// stopped tells whether an admin has stopped paid work, as far as it was read.
func (b *brake) stopped() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paused
}
