package sqlite

import (
	"context"
	"errors"
	"fmt"
)

// adopt takes over what a dead process left: no other process may have the file, so jobs that seem to run and a
// leader that seems to lead belong to it, and no process waits for the answers to requests that it began.
func (e *engine) adopt(ctx context.Context) error {
	for _, text := range []string{
		`UPDATE river_job SET state = 'available' WHERE state = 'running'`,
		`DELETE FROM river_leader`,
	} {
		if _, err := e.disk.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("sqlite: take over the queue: %w", err)
		}
	}
	if err := errors.Join(e.ReleaseAll(ctx), e.Recover(ctx, "", nil)); err != nil {
		return fmt.Errorf("sqlite: take over orders: %w", err)
	}
	return nil
}
