package monitor

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// GateStore is what a SpendGate reads, and lets go.
type GateStore interface {
	Flag(ctx context.Context, name string) (string, error)
	SpendByProvider(ctx context.Context, since time.Time) (map[string]pipeline.Credits, error)
	Release(ctx context.Context, reasons ...pipeline.Reason) ([]int64, error)
}

// SpendGate is what this process has read last of what holds paid steps back: that an admin has stopped them, and
// what is spent of the day's credits. Nothing is decided by it: a call asks in the transaction that begins it
// (pipeline.Reservation).
type SpendGate struct {
	Store    GateStore
	Provider string           // whose credits are counted
	Budget   pipeline.Credits // of it, a day; 0: no limit
	Price    pipeline.Credits // of one piece of its work
	Zone     *time.Location   // in which days begin
	Log      *slog.Logger

	refreshing sync.Mutex // one Refresh after the other

	mu     sync.Mutex
	paused bool
	held   bool      // the pause is over, and what it has held back is still to be let go
	day    time.Time // when the day began that spent is of
	spent  pipeline.Credits
}

// midnight is when the day of t began.
func (g *SpendGate) midnight(t time.Time) time.Time { return pipeline.Midnight(t, 0, g.Zone) }

// Refresh reads how things are, and lets some of what a pause held back go when it is over. After an error all stays as
// it was, but for a pause that is over.
func (g *SpendGate) Refresh(ctx context.Context) error {
	g.refreshing.Lock()
	defer g.refreshing.Unlock()
	return g.refresh(ctx)
}

func (g *SpendGate) refresh(ctx context.Context) error {
	if err := g.look(ctx); err != nil {
		return err
	}
	return g.release(ctx)
}

func (g *SpendGate) look(ctx context.Context) error {
	paused, err := g.Store.Flag(ctx, bot.Paused)
	if err != nil {
		return err
	}
	day := g.midnight(time.Now())
	spent := map[string]pipeline.Credits{}
	if g.Budget > 0 {
		if spent, err = g.Store.SpendByProvider(ctx, day); err != nil {
			return err
		}
	}
	g.mu.Lock()
	// A process that has just begun doesn't know of a pause that another one has ended and not let go.
	g.held = paused == "" && (g.paused || g.held || g.day.IsZero())
	g.paused, g.day, g.spent = paused != "", day, spent[g.Provider]
	g.mu.Unlock()
	return nil
}

// release lets some orders go that a pause has held back which is over.
func (g *SpendGate) release(ctx context.Context) error {
	if !g.holds() {
		return nil
	}
	switch _, err := g.Store.Release(ctx, pipeline.ReasonPaused); {
	case errors.Is(err, bot.ErrMoreHeld):
		return nil
	case err != nil:
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = false
	return nil
}

// holds reports whether there are still such orders.
func (g *SpendGate) holds() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held
}

// RefreshNow is a Refresh for a flag that was set in this process: it counts at once, also when it ends a pause that
// this process never knew of. An error is logged, and the next Refresh does what was missed.
func (g *SpendGate) RefreshNow() {
	ctx, cancel := context.WithTimeout(context.Background(), tickLimit)
	defer cancel()
	g.refreshing.Lock()
	defer g.refreshing.Unlock()
	g.mu.Lock()
	g.held = true
	g.mu.Unlock()
	if err := g.refresh(ctx); err != nil {
		g.Log.Warn("refresh of service flags failed", "err", err)
	}
}

// Spent is what was spent today, as far as it was read.
func (g *SpendGate) Spent() pipeline.Credits {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.midnight(time.Now()).After(g.day) {
		return 0
	}
	return g.spent
}

// Paused reports whether an admin has stopped paid work, as far as it was read.
func (g *SpendGate) Paused() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.paused
}
