package chats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// longestLease is longer than any lease is taken for: what ends later comes from a clock that was ahead, and is over.
const longestLease = time.Hour

// Lease implements bot.Store.
func (s Tables) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	now, held := time.Now(), errors.New("another has it")
	err := s.Run(ctx, sqldb.Statement{
		Text: `INSERT INTO leases (name, holder, ends) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends = excluded.ends
			WHERE leases.ends <= $4 OR leases.holder = excluded.holder OR leases.ends > $5`,
		Args: []any{
			sqldb.Clean(name), sqldb.Clean(holder), sqldb.Millis(now.Add(ttl)), sqldb.Millis(now),
			sqldb.Millis(now.Add(max(ttl, longestLease))),
		},
		ErrNoRows: held,
	})
	switch {
	case errors.Is(err, held):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("lease %q: %w", name, err)
	}
	return true, nil
}

// HeartbeatLease is the name, as it is stored, of the row that holds when the service was last there.
const HeartbeatLease = "alive"

// Heartbeat implements bot.Store.
func (s Tables) Heartbeat(ctx context.Context) error {
	_, err := s.Lease(ctx, HeartbeatLease, "", 0)
	return err
}

// LastHeartbeat implements bot.Store.
func (s Tables) LastHeartbeat(ctx context.Context) (time.Time, error) {
	var last int64
	err := s.Read.Query(ctx, `SELECT ends FROM leases WHERE name = $1`, []any{HeartbeatLease}, func(
		scan func(...any) error,
	) error {
		return scan(&last)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("last heartbeat: %w", err)
	}
	return sqldb.FromMillis(last), nil
}

// Active implements bot.Store.
func (s Tables) Active(ctx context.Context, since time.Time) ([]bot.Chat, error) {
	all, err := Chats(ctx, s.Read, `WHERE heard >= $1 AND NOT away ORDER BY platform, id`, sqldb.Millis(since))
	if err != nil {
		return nil, fmt.Errorf("list active chats: %w", err)
	}
	return all, nil
}
