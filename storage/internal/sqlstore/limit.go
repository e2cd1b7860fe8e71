package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// lockLimit makes the limit's row if need be, locks it until the transaction ends, and reads it as it
// is then: whoever asks at the same time waits here, and sees what was taken.
const lockLimit = `
INSERT INTO limits (name, used) VALUES ($1, '[]')
ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING used`

// Take implements pipeline.Store. The window is 5 % longer than per, for the clocks of several machines and
// for the way to the other side. n and per may change from call to call.
func (s Store) Take(ctx context.Context, limit string, n int, per time.Duration) (time.Duration, error) {
	if n < 1 || per <= 0 {
		return 0, fmt.Errorf("take %q: a limit is at least 1 in a time, not %d in %v", limit, n, per)
	}
	var wait time.Duration
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		var text string
		lock := Statement{Text: lockLimit, Args: []any{clean(limit)}, Dest: []any{&text}}
		if err := tx.Run(ctx, lock); err != nil {
			return nil, err
		}
		var used []int64
		if err := json.Unmarshal([]byte(text), &used); err != nil {
			return nil, err
		}
		var left []int64
		left, wait = take(used, n, per+per/20, time.Now())
		now, err := json.Marshal(left)
		if err != nil {
			return nil, err
		}
		return nil, tx.Run(ctx, Statement{
			Text: `UPDATE limits SET used = $1 WHERE name = $2`, Args: []any{string(now), clean(limit)},
		})
	})
	if err != nil {
		return 0, fmt.Errorf("take %q: %w", limit, err)
	}
	return wait, nil
}

// take is the sliding window itself. used are the times of the last requests in milliseconds.
// Times in the future come from a clock that was wrong, and count as now.
func take(used []int64, n int, window time.Duration, at time.Time) (left []int64, wait time.Duration) {
	now := at.UnixMilli()
	length := (window + time.Millisecond - 1).Milliseconds()
	left = []int64{}
	for _, t := range used {
		if t = min(t, now); t > now-length {
			left = append(left, t)
		}
	}
	slices.Sort(left)
	if len(left) < n {
		return append(left, now), 0
	}
	free := left[len(left)-n] + length // when only n-1 are left in the window
	return left, time.Duration(max(free-now, 1)) * time.Millisecond
}
