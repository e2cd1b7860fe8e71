package sqldb

import (
	"context"
	"sync"
)

// Gates let one transaction of this process at a time ask for a limit. The others would wait for its row in the
// database, each with a connection that all else in this process then lacks.
type Gates struct {
	mu    sync.Mutex
	gates map[string]chan struct{} // holds one while a transaction is in
}

func (g *Gates) of(limit string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.gates[limit] == nil {
		if g.gates == nil {
			g.gates = map[string]chan struct{}{}
		}
		g.gates[limit] = make(chan struct{}, 1)
	}
	return g.gates[limit]
}

// WriteLimited is Write for a transaction that locks a limit before all else, first come first served; with no limit
// it is Write.
func (c *Conn) WriteLimited(ctx context.Context, limit string, op TxFunc) error {
	if c.Gates == nil || limit == "" {
		return c.Write(ctx, op)
	}
	gate := c.Gates.of(limit)
	select {
	case gate <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-gate }()
	return c.Write(ctx, op)
}
