package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/internal/pace"
)

// How long a lease lasts unless it is renewed, how often it is, and how often a process that doesn't have it
// asks for it.
const (
	LeaseTime  = 20 * time.Second
	LeaseRenew = 5 * time.Second
	leaseAsk   = time.Second
	leaseLimit = time.Second // for giving it back
)

// LeaseHolder lets one process at a time do something. It is used by one goroutine.
type LeaseHolder struct {
	Name   string
	Holder string
	Store  interface {
		Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	}
	Log *slog.Logger
}

// newLease is nil for a database that has one process anyway.
func (a *App) newLease(name string) *LeaseHolder {
	if !a.Cfg.Database.Postgres.Set() {
		return nil
	}
	return &LeaseHolder{Name: name, Holder: rand.Text(), Store: a.Engine, Log: a.log}
}

// Take asks for the lease once. held ends when it is lost, at the latest when it could have been given to
// another process; release gives it back, and must be called. A nil lease is always had.
func (l *LeaseHolder) Take(ctx context.Context) (held context.Context, release func(), err error) {
	if l == nil {
		return ctx, func() {}, nil
	}
	asked := time.Now()
	ok, err := l.Store.Lease(ctx, l.Name, l.Holder, LeaseTime)
	if err != nil || !ok {
		return nil, nil, err
	}
	held, lost := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer lost()
		l.renew(held, asked.Add(LeaseTime))
	}()
	return held, func() {
		lost()
		<-done
		// So that the next process needn't wait. A shutdown has ended ctx by now.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLimit)
		defer cancel()
		if _, err := l.Store.Lease(ctx, l.Name, l.Holder, 0); err != nil {
			l.Log.Warn("lease not released", "lease", l.Name, "err", err)
		}
	}, nil
}

// renew keeps the lease until ctx ends or it is lost. ends is when it ends by itself.
func (l *LeaseHolder) renew(ctx context.Context, ends time.Time) {
	for {
		pause := min(LeaseRenew, time.Until(ends))
		if pause <= 0 || !pace.Sleep(ctx, pause) {
			return
		}
		asked := time.Now()
		try, cancel := context.WithDeadline(ctx, ends)
		ok, err := l.Store.Lease(try, l.Name, l.Holder, LeaseTime)
		cancel()
		switch {
		case err != nil && ctx.Err() == nil:
			l.Log.Warn("lease not renewed", "lease", l.Name, "err", err)
		case !ok:
			return
		default:
			ends = asked.Add(LeaseTime)
		}
	}
}
