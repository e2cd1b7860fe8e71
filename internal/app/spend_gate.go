package app

import (
	"context"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
)

// spendGate is what this process has read last of what holds paid steps back: that an admin has stopped them, and
// what is spent of the day's credits. Nothing is decided by it: a call asks in the transaction that begins it
// (pipeline.Reservation).
type spendGate struct {
	store  bot.Admin
	budget pipeline.Credits // Runway's, a day; 0: no limit
	clip   pipeline.Credits // what one costs
	zone   *time.Location   // in which days begin

	mu     sync.Mutex
	paused bool
	held   bool      // the pause is over, and what it has held back is still to be let go
	day    time.Time // when the day began that spent is of
	spent  pipeline.Credits
}

// DayBudget is what may be spent at Runway in a day; 0: no limit.
func DayBudget(cfg config.Config) pipeline.Credits { return pipeline.Credits(100 * cfg.DailyCredits) }

// midnight is when the day of t began.
func (b *spendGate) midnight(t time.Time) time.Time { return pipeline.Midnight(t, 0, b.zone) }

// refresh reads how things are. After an error all stays as it was, but for a pause that is over.
func (b *spendGate) refresh(ctx context.Context) error {
	paused, err := b.store.Flag(ctx, bot.Paused)
	if err != nil {
		return err
	}
	day := b.midnight(time.Now())
	spent := map[string]pipeline.Credits{}
	if b.budget > 0 {
		if spent, err = b.store.SpendByProvider(ctx, day); err != nil {
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
func (b *spendGate) spending() pipeline.Credits {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.midnight(time.Now()).After(b.day) {
		return 0
	}
	return b.spent
}

// stopped reports whether an admin has stopped paid work, as far as it was read.
func (b *spendGate) stopped() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paused
}
