package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// lockLimit makes the limit's row if need be, locks it until the transaction ends, and reads it as it
// is then: a caller that asks at the same time waits here, and sees what was taken.
const lockLimit = `
INSERT INTO limits (name, used) VALUES ($1, '[]')
ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING used`

// Take implements pipeline.Store. N and Per may change from call to call.
func (s Store) Take(ctx context.Context, limit string, r pipeline.Rate, ahead time.Duration) (time.Duration, error) {
	if r.N < 1 || r.Per <= 0 {
		return 0, fmt.Errorf("take %q: a limit is at least 1 in a time, not %d in %v", limit, r.N, r.Per)
	}
	var wait time.Duration
	err := s.WriteLimited(ctx, limit, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		w, err := lockWindows(ctx, tx, s.Lock, limited{limit, r})
		if err != nil {
			return nil, err
		}
		if wait = w[0].wait(); wait > min(ahead, maxAhead) {
			return nil, nil
		}
		return nil, takeWindows(ctx, tx, wait, w...)
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

// limited is a limit with its rate.
type limited struct {
	name string
	rate pipeline.Rate
}

// lockWindows reads limits, in whose order they are locked everywhere, and keeps others from them until the transaction
// ends. lock is Store.Lock.
func lockWindows(ctx context.Context, tx sqldb.Tx, lock string, limits ...limited) ([]window, error) {
	var names []string
	for _, l := range limits {
		names = append(names, l.name)
	}
	texts := map[string]string{}
	if err := lockLimits(ctx, tx, lock, texts, names...); err != nil {
		return nil, err
	}
	var all, mended []window
	for _, l := range limits {
		used, text := []int64(nil), texts[sqldb.Clean(l.name)]
		if err := json.Unmarshal([]byte(text), &used); err != nil {
			return nil, err
		}
		w := newWindow(used, l.rate, time.Now())
		w.limit = l.name
		all = append(all, w)
		if w.mended { // else it would count from now on each time that it is read, and block the limit until it comes
			mended = append(mended, w)
		}
	}
	return all, saveWindows(ctx, tx, mended...)
}

// lockLimits locks limits by their names, and reads them into texts unless it is nil. Those that aren't there yet are
// made.
func lockLimits(ctx context.Context, tx sqldb.Tx, lock string, texts map[string]string, names ...string) error {
	found := map[string]string{}
	if lock != "" || texts != nil {
		var args []any
		for _, n := range names {
			args = append(args, sqldb.Clean(n))
		}
		err := tx.Query(ctx, `SELECT name, used FROM limits WHERE name IN (`+sqldb.Parameters(1, len(args))+
			`) ORDER BY name`+
			lock, args,
			func(scan func(...any) error) error {
				var name, text string
				err := scan(&name, &text)
				found[name] = text
				return err
			})
		if err != nil {
			return err
		}
		slices.Sort(names)
		for _, n := range names {
			if _, there := found[sqldb.Clean(n)]; there {
				continue
			}
			var text string
			if err := tx.Run(ctx, sqldb.Statement{
				Text: lockLimit, Args: []any{sqldb.Clean(n)}, Dest: []any{&text},
			}); err != nil {
				return err
			}
			found[sqldb.Clean(n)] = text
		}
	}
	if texts != nil {
		maps.Copy(texts, found)
	}
	return nil
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

// takeWindows counts one request in each of some windows, which is made after the wait.
func takeWindows(ctx context.Context, tx sqldb.Tx, wait time.Duration, all ...window) error {
	var taken []window
	for _, w := range all {
		taken = append(taken, w.with(wait))
	}
	return saveWindows(ctx, tx, taken...)
}

func saveWindows(ctx context.Context, tx sqldb.Tx, all ...window) error {
	if len(all) == 0 {
		return nil
	}
	text, args := "UPDATE limits SET used = CASE name", []any{}
	for _, w := range all {
		used, err := json.Marshal(w.used)
		if err != nil {
			return err
		}
		args = append(args, sqldb.Clean(w.limit), string(used))
		text += fmt.Sprintf(" WHEN $%d THEN $%d", len(args)-1, len(args))
	}
	text += " ELSE used END WHERE name IN ("
	for i := range all {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("$%d", 2*i+1)
	}
	return tx.Run(ctx, sqldb.Statement{Text: text + ")", Args: args})
}
