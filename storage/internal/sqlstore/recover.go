package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
)

// Recover takes over what a process that is gone had begun: its answers aren't waited for any more, so its orders are
// due now, with a fresh wakeup. process is the name that its calls begin with; empty: whatever was begun, for an
// engine that is alone. It may be called again, and by several at once. The orders that wait for a provider are
// looked at too: a callback may have come to that process. So are those that it has placed, and whose photos it
// was to open; lines that it may not have begun are told by others. messages are the messages whose jobs it ran; they
// are free again, with those behind them in their chats that it may have gone on with.
func (s Store) Recover(ctx context.Context, process string, messages []int64) error {
	calls, placed := "%", "%"
	if process != "" {
		calls, placed = process+"-%", process
	}
	at := time.Now()
	now := sqldb.Millis(at)
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		jobs, err := wakeOrders(ctx, tx, `UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1
			WHERE status = 'open' AND (phase = 'begun' AND call_id LIKE $2 OR phase = 'waiting'
				OR version = 1 AND placed_by <> '' AND placed_by LIKE $3) AND due > $1
			RETURNING id, alarm, due, `+depth, now, calls, placed)
		if err != nil {
			return nil, err
		}
		lines, err := freeLines(ctx, tx, placed, at.Add(-bot.FirstLine))
		if jobs = append(jobs, lines...); err != nil || len(messages) == 0 {
			return jobs, err
		}
		args := []any{now}
		for _, id := range messages {
			args = append(args, id)
		}
		more, err := chats.WakeMessages(ctx, tx, `UPDATE says SET claimed = 0 WHERE ended = 0 AND claimed > $1 AND EXISTS (
			SELECT 1 FROM says j WHERE j.platform = says.platform AND j.chat = says.chat
			AND j.id IN (`+sqldb.Parameters(2, len(args))+`)) RETURNING id`, args...)
		return append(jobs, more...), err
	})
	if err != nil {
		return fmt.Errorf("take over what was begun: %w", err)
	}
	return nil
}

// freeLines lets others open the photos and begin the lines of orders that were placed since a time by processes whose
// names are like one, and tells those that are still to be told.
func freeLines(ctx context.Context, tx sqldb.Tx, process string, since time.Time) (jobs []queue.Job, err error) {
	err = tx.Query(ctx, `UPDATE orders SET placed_by = ''
		WHERE placed > $1 AND placed < $3 AND (told = '' OR version = 1) AND placed_by <> '' AND placed_by LIKE $2
		RETURNING id, version, status = 'open' AND told = ''`,
		[]any{sqldb.Millis(since), process, sqldb.Millis(since.AddDate(1, 0, 0))}, func(scan func(...any) error) error {
			j, untold := queue.Job{Kind: queue.NotifyStatus}, false
			err := scan(&j.ID, &j.Number, &untold)
			if untold { // one that has ended has its job already
				jobs = append(jobs, j)
			}
			return err
		})
	return jobs, err
}

// ReleaseAll gives back every message that is claimed. Only an engine that knows itself alone may call it.
func (s Store) ReleaseAll(ctx context.Context) error {
	return s.Run(ctx, sqldb.Statement{Text: `UPDATE says SET claimed = 0 WHERE ended = 0`})
}
