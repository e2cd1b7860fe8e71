package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"
)

// How long a lease lasts unless it is renewed, how often it is, and how often a process that doesn't have it
// asks for it.
const (
	leaseTime  = 20 * time.Second
	leaseRenew = 5 * time.Second
	leaseAsk   = 5 * time.Second
	leaseLimit = time.Second // for giving it back
)

// lease lets one process at a time do something. It is used by one goroutine.
type lease struct {
	name   string
	holder string
	store  interface {
		Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	}
	log *slog.Logger
}

// newLease is nil for a database that has one process anyway.
func (a *app) newLease(name string) *lease {
	if !a.cfg.Database.Postgres.Set() {
		return nil
	}
	return &lease{name: name, holder: rand.Text(), store: a.engine, log: a.log}
}

// take asks for the lease once. held ends when it is lost, at the latest when it could have been given to
// another process; release gives it back, and must be called. A nil lease is always had.
func (l *lease) take(ctx context.Context) (held context.Context, release func(), err error) {
	if l == nil {
		return ctx, func() {}, nil
	}
	asked := time.Now()
	ok, err := l.store.Lease(ctx, l.name, l.holder, leaseTime)
	if err != nil || !ok {
		return nil, nil, err
	}
	held, lost := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer lost()
		l.renew(held, asked.Add(leaseTime))
	}()
	return held, func() {
		lost()
		<-done
		// So that the next process needn't wait. A shutdown has ended ctx by now.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLimit)
		defer cancel()
		if _, err := l.store.Lease(ctx, l.name, l.holder, 0); err != nil {
			l.log.Warn("lease not released", "lease", l.name, "err", err)
		}
	}, nil
}

// renew keeps the lease until ctx ends or it is lost. ends is when it ends by itself.
func (l *lease) renew(ctx context.Context, ends time.Time) {
	for {
		pause := min(leaseRenew, time.Until(ends))
		if pause <= 0 || !sleep(ctx, pause) {
			return
		}
		asked := time.Now()
		try, cancel := context.WithDeadline(ctx, ends)
		ok, err := l.store.Lease(try, l.name, l.holder, leaseTime)
		cancel()
		switch {
		case err != nil && ctx.Err() == nil:
			l.log.Warn("lease not renewed", "lease", l.name, "err", err)
		case !ok:
			return
		default:
			ends = asked.Add(leaseTime)
		}
	}
}

// sleep reports whether ctx lasted for d.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
