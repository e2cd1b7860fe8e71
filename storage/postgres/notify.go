package postgres

import (
	"context"
	"fmt"
	"time"
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

// pingEvery is how often a connection that hears nothing is looked at: a network that swallows packets says nothing.
const pingEvery = 30 * time.Second

// Listen implements bot.Access. It takes one connection of the pool for as long as it runs.
func (e *engine) Listen(ctx context.Context, ready func(), heard func(text string)) error {
	pooled, err := e.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("postgres: listen: %w", err)
	}
	conn := pooled.Hijack() // what it listens to must not go back into the pool
	defer func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(late)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("postgres: listen: %w", err)
	}
	ready()
	for {
		wait, cancel := context.WithTimeout(ctx, pingEvery)
		n, err := conn.WaitForNotification(wait)
		quiet := wait.Err() != nil
		cancel()
		switch {
		case err == nil:
			heard(n.Payload)
		case ctx.Err() != nil:
			return ctx.Err()
		case !quiet:
			return fmt.Errorf("postgres: listen: %w", err)
		default:
			if err := conn.Ping(ctx); err != nil {
				return fmt.Errorf("postgres: listen: %w", err)
			}
		}
	}
}
