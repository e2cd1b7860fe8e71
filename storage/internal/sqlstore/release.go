package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

const (
	// releasePage is how many orders one transaction lets go: what else is to be written waits for it.
	releasePage = 100
	// releaseFor is how long Release begins another page: its caller has others to answer.
	releaseFor = 20 * time.Millisecond

	// heldBack finds a page of orders at a step behind the last one. Its first condition is an index's text.
	heldBack = `
    SELECT q.id FROM provider_queue q JOIN orders o ON o.id = q.id
    WHERE q.phase = 'ready' AND q.reason IN ('paused', 'budget')
        AND q.reason = $2 AND q.step = $3 AND q.id > $4 AND o.due > $1 ORDER BY q.id LIMIT $5)`

	// The conditions stand outside as well: another process may have let the same orders go since they were found.
	wakeHeld = `
UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1
WHERE status = 'open' AND reason = $2 AND step = $3 AND due > $1 AND id IN (` + heldBack + ` RETURNING id, alarm, due, ` + depth

	// queueHeld has an order ask by itself at a time of its own.
	queueHeld = `
UPDATE orders SET reason = 'turn', due = $6 + id % 3600 * 1000
WHERE status = 'open' AND reason = $2 AND step = $3 AND due > $1 AND id IN (` + heldBack + ` RETURNING id`
)

// Release implements bot.Admin. What is nearer to its end goes first. The version stays: an order that begins meanwhile
// needs no release. What waits for a clip waits for its turn from then on, and needs no job: it has the one that would
// have ended its hold.
func (s Store) Release(ctx context.Context, reasons ...pipeline.Reason) (ids []int64, err error) {
	began := time.Now()
	for _, step := range []pipeline.Step{pipeline.Render, pipeline.Animate} { // those that are paid
		for _, reason := range reasons {
			args := []any{sqldb.Millis(began), string(reason), string(step), int64(0), int64(releasePage)}
			for {
				woken, found, err := s.releaseNext(ctx, step, args)
				if ids = append(ids, woken...); err != nil {
					return ids, fmt.Errorf("release orders: %w", err)
				}
				if len(found) < releasePage {
					break
				}
				if args[3] = found[releasePage-1]; time.Since(began) > releaseFor {
					return ids, bot.ErrMoreHeld
				}
			}
		}
	}
	return ids, nil
}

// releaseNext lets a page go, and gives which of it were woken and all of it, sorted.
func (s Store) releaseNext(ctx context.Context, step pipeline.Step, args []any) (woken, all []int64, err error) {
	if step != pipeline.Animate {
		woken, err = s.wake(ctx, wakeHeld, args...)
		return woken, woken, err
	}
	args = append(args[:len(args):len(args)], args[0].(int64)+pipeline.TurnAsksAgain.Milliseconds())
	err = s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		all = nil
		return nil, tx.Query(ctx, queueHeld, args, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			all = append(all, id)
			return err
		})
	})
	slices.Sort(all)
	return nil, all, err
}
