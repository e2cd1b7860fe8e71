package postgres

import (
	"context"
	"fmt"
	"time"
)

// migrating is the advisory lock of the process that changes the schema; River's migrations take none, and
// processes that start together on an empty database would break one another's.
const migrating = 0x73616a616e67 // "sajang"

func (e *engine) Migrate(ctx context.Context) error {
	pooled, err := e.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("postgres: migrate: %w", err)
	}
	// The lock lives as long as this connection, which isn't given back to the pool.
	conn := pooled.Hijack()
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, `SET statement_timeout = 0`); err != nil {
		return fmt.Errorf("postgres: migrate: %w", err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(migrating)); err != nil {
		return fmt.Errorf("postgres: wait for who migrates now: %w", err)
	}
	if err := e.schema.Up(ctx); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}
