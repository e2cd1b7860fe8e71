package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// refreshIfChanged lets the person know of a change that they would notice, soon and without promise:
// what must be said has a job of its own (Move.Tell).
func (p *Pipeline) refreshIfChanged(o Order) {
	if o.Status != Open || o.Phase == Begun {
		p.refreshStatus(o.ID)
	}
}

// refreshStatus refreshes the progress line of an order in the background. A chat that refuses it for now is
// tried again: otherwise a line that moves would stand still from then on.
func (p *Pipeline) refreshStatus(id int64) {
	p.spawn(p.telling, func(ctx context.Context) {
		if !p.tells.enter(id, &callback{}) { // whoever is telling will look once more
			return
		}
		again, err := p.notifyNewest(ctx, id)
		switch {
		case err != nil && ctx.Err() == nil:
			p.Log.Warn("status message not refreshed", "order", id, "err", err)
		case !again.IsZero():
			p.refreshStatusAt(again, id)
		}
	})
}

// refreshStatusAt refreshes a line later. One time is enough, however many changes could not be told meanwhile.
func (p *Pipeline) refreshStatusAt(t time.Time, id int64) {
	if _, planned := p.planned.LoadOrStore(id, true); planned {
		return
	}
	time.AfterFunc(time.Until(t), func() {
		p.planned.Delete(id)
		p.refreshStatus(id)
	})
}

// NotifyStatus is the queue's way to the person: it says how an order stands. It returns when to try
// again, or the zero time when it has been said. What is told is always the newest state, so
// repeats and late jobs do no harm; the version is there to tell the queue's jobs apart.
func (p *Pipeline) NotifyStatus(ctx context.Context, id, _ int64) (time.Time, error) {
	if !p.tells.enter(id, &callback{}) { // whoever is telling will look once more
		return time.Now().Add(time.Second), nil
	}
	return p.notifyNewest(ctx, id)
}

// notifyNewest says how an order stands, for as long as others want that meanwhile.
func (p *Pipeline) notifyNewest(ctx context.Context, id int64) (again time.Time, err error) {
	p.tells.fly(id, nil, func(*callback) { again, err = p.notifyStatus(ctx, id) })
	return again, err
}

func (p *Pipeline) notifyStatus(ctx context.Context, id int64) (time.Time, error) {
	o, err := p.Store.Order(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("tell order %d: %w", id, err)
	}
	chat, err := p.chat(o)
	if err != nil {
		return time.Time{}, nil // another process has that platform, or nobody has it any more
	}
	ctx, cancel := context.WithTimeout(ctx, p.Times.Call)
	defer cancel()
	told, err := chat.NotifyStatus(ctx, o)
	if err != nil {
		f := AsFault(err)
		if (f.Kind == Transient || f.Kind == Indeterminate) && time.Since(o.Changed) < p.Times.GiveUp {
			tries := 4
			if f.RateLimited { // somebody waits for the line's first words
				tries = 1
			}
			return time.Now().Add(p.wait(f, tries)), nil
		}
		p.Log.Warn("status message not sent", "order", id, "platform", o.Thread.Platform, "err", err)
		return time.Time{}, nil
	}
	if told.Ref != "" && told.Ref != o.StatusRef {
		if err := p.Store.SaveStatusRef(ctx, id, told.Ref); err != nil {
			return time.Time{}, fmt.Errorf("tell order %d: %w", id, err)
		}
	}
	if told.Again > 0 && o.Status == Open {
		time.AfterFunc(told.Again, func() { p.refreshStatus(id) })
	}
	return time.Time{}, nil
}
