package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// lockLimit makes the limit's row if need be, locks it until the transaction ends, and reads it as it
// is then: whoever asks at the same time waits here, and sees what was taken.
const lockLimit = `
INSERT INTO limits (name, used) VALUES ($1, '[]')
ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING used`

// Take implements pipeline.Store. N and Per may change from call to call.
func (s Store) Take(ctx context.Context, limit string, r pipeline.Rate, ahead time.Duration) (time.Duration, error) {
	if r.N < 1 || r.Per <= 0 {
		return 0, fmt.Errorf("take %q: a limit is at least 1 in a time, not %d in %v", limit, r.N, r.Per)
	}
	var wait time.Duration
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		w, err := lockWindow(ctx, tx, limit, r)
		if err != nil {
			return nil, err
		}
		if wait = w.wait(); wait > min(ahead, maxAhead) {
			return nil, nil
		}
		return nil, w.take(ctx, tx, wait)
	})
	if err != nil {
		return 0, fmt.Errorf("take %q: %w", limit, err)
	}
	return wait, nil
}

// maxAhead is how far in the future a request may be counted. A later time comes from a clock that was wrong.
const maxAhead = time.Minute

// window is a sliding window: the times of a limit's requests that count now, in milliseconds, the earliest first.
type window struct {
	limit  string
	used   []int64
	n      int
	length int64
	now    int64
	mended bool // a time came from a clock that was wrong, and counts from now on
}

// newWindow leaves out what is over. The window is 5 % longer than r.Per, for the clocks of several machines and for
// the way to the other side.
func newWindow(used []int64, r pipeline.Rate, at time.Time) window {
	length := r.Per + r.Per/20
	w := window{used: []int64{}, n: r.N, length: (length + time.Millisecond - 1).Milliseconds(), now: at.UnixMilli()}
	for _, t := range used {
		if t > w.now+maxAhead.Milliseconds() {
			t, w.mended = w.now, true
		}
		if t > w.now-w.length {
			w.used = append(w.used, t)
		}
	}
	slices.Sort(w.used)
	return w
}

// lockWindow reads a limit, and keeps others from it until the transaction ends.
func lockWindow(ctx context.Context, tx Tx, limit string, r pipeline.Rate) (window, error) {
	var text string
	if err := tx.Run(ctx, Statement{Text: lockLimit, Args: []any{clean(limit)}, Dest: []any{&text}}); err != nil {
		return window{}, err
	}
	var used []int64
	if err := json.Unmarshal([]byte(text), &used); err != nil {
		return window{}, err
	}
	w := newWindow(used, r, time.Now())
	w.limit = limit
	if w.mended { // else it would count from now on each time that it is read, and block the limit until it comes
		return w, w.save(ctx, tx)
	}
	return w, nil
}

// free is how many requests may be made now.
func (w window) free() int { return max(w.n-len(w.used), 0) }

// wait is when the next request may be made.
func (w window) wait() time.Duration {
	if w.free() > 0 {
		return 0
	}
	next := w.used[len(w.used)-w.n] + w.length // when only n-1 are left in the window
	return time.Duration(max(next-w.now, 1)) * time.Millisecond
}

// with is the window with one more request, which is made after the wait.
func (w window) with(wait time.Duration) window {
	w.used = append(slices.Clone(w.used), w.now+wait.Milliseconds())
	return w
}

// take counts one request.
func (w window) take(ctx context.Context, tx Tx, wait time.Duration) error {
	return w.with(wait).save(ctx, tx)
}

func (w window) save(ctx context.Context, tx Tx) error {
	used, err := json.Marshal(w.used)
	if err != nil {
		return err
	}
	return tx.Run(ctx, Statement{
		Text: `UPDATE limits SET used = $1 WHERE name = $2`, Args: []any{string(used), clean(w.limit)},
	})
}
