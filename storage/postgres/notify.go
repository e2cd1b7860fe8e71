package postgres

import (
	"context"
	"errors"
	"fmt"
)

// channel is where processes tell each other what their pages show. River has channels of its own.
const channel = "sajangpick_page"

// Notify implements bot.Access. Postgres takes at most 8000 bytes.
func (e *engine) Notify(ctx context.Context, text string) error {
	if _, err := e.pool.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, text); err != nil {
		return fmt.Errorf("postgres: notify: %w", err)
	}
	return nil
}

// ears are what listens to what processes notify.
type ears struct {
	ready func()
	heard func(text string)
	lost  chan error // why nothing is heard any more
}

// end says once why nothing is heard any more.
func (e *ears) end(err error) {
	select {
	case e.lost <- err:
	default:
	}
}

// Listen implements bot.Access. What is notified is heard by the session that shows that this process lives, so that
// it needs no connection of its own.
func (e *engine) Listen(ctx context.Context, ready func(), heard func(text string)) error {
	p := e.life
	if p == nil {
		return errors.New("postgres: listen: not started")
	}
	mine := &ears{ready: ready, heard: heard, lost: make(chan error, 1)}
	p.mu.Lock()
	taken := p.ears != nil
	if !taken {
		p.ears = mine
	}
	p.mu.Unlock()
	if taken {
		return errors.New("postgres: listen: this process listens already")
	}
	defer func() {
		p.mu.Lock()
		p.ears = nil
		p.mu.Unlock()
	}()
	select {
	case err := <-mine.lost:
		return fmt.Errorf("postgres: listen: %w", err)
	case <-ctx.Done():
		return ctx.Err()
	case <-p.ended:
		return errors.New("postgres: listen: closed")
	}
}

func (p *presence) listener() *ears {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ears
}

// rest waits until the session is to be looked at, hears what is notified meanwhile, and reports whether ctx lasted.
func (p *presence) rest(ctx context.Context) bool {
	until, cancel := context.WithTimeout(ctx, signEvery)
	defer cancel()
	e := p.listener()
	if p.conn != nil && e != p.on {
		p.hear(until, e)
	}
	for p.on != nil {
		n, err := p.conn.WaitForNotification(until)
		if err != nil { // the time is over, or the look that follows says what is wrong
			break
		}
		p.on.heard(n.Payload)
	}
	<-until.Done()
	return ctx.Err() == nil
}

// hear lets the session listen for e, or to nothing any more.
func (p *presence) hear(ctx context.Context, e *ears) {
	text := "LISTEN " + channel
	if e == nil {
		text = "UNLISTEN " + channel
	}
	p.on = nil
	if _, err := p.conn.Exec(ctx, text); err != nil {
		if e != nil {
			e.end(err)
		}
		return
	}
	if p.on = e; e != nil {
		e.ready()
	}
}
