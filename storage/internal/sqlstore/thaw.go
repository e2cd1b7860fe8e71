package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
)

// thawOrders leaves an order's own time alone when only its wakeup is late.
const thawOrders = `
UPDATE orders SET alarm = alarm + 1, alarm_due = $1, due = CASE WHEN due > $2 THEN $1 ELSE due END
WHERE status = 'open' AND (due > $2 OR alarm_due > $2) AND NOT (reason = 'budget' AND due <= $3 AND alarm_due <= $3)
RETURNING id, alarm, alarm_due, ` + depth

// Thaw implements bot.Reporting. Drafts are the conversation's own, and are left to it.
func (s Store) Thaw(ctx context.Context, far, tomorrow time.Time) (int, error) {
	n, now := 0, sqldb.Millis(time.Now())
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		messages, err := chats.WakeMessages(ctx, tx,
			`UPDATE says SET claimed = 0 WHERE ended = 0 AND claimed > $1 RETURNING id`, sqldb.Millis(far))
		if err != nil {
			return nil, err
		}
		looks, err := wakeOrders(ctx, tx, thawOrders, now, sqldb.Millis(far), sqldb.Millis(tomorrow))
		if err != nil {
			return nil, err
		}
		jobs := append(messages, looks...)
		n = len(jobs)
		each := func(func(...any) error) error { n++; return nil }
		err = tx.Query(ctx, fmt.Sprintf(`UPDATE river_job SET scheduled_at = %s WHERE queue IN ('%s', '%s', '%s')
			AND state IN ('available', 'retryable', 'scheduled') AND scheduled_at > %s RETURNING id`,
			fmt.Sprintf(s.QueueTime, 1), queue.NotifyStatus, queue.SendMessage, queue.Cron,
			fmt.Sprintf(s.QueueTime, 2)),
			[]any{now, sqldb.Millis(far)}, each)
		if err != nil {
			return nil, err
		}
		// Without a leader the queue neither moves on what was scheduled nor begins what is periodic.
		return jobs, tx.Query(ctx, fmt.Sprintf(`DELETE FROM river_leader WHERE expires_at > %s RETURNING name`,
			fmt.Sprintf(s.QueueTime, 1)), []any{sqldb.Millis(far)}, each)
	})
	if err != nil {
		return 0, fmt.Errorf("thaw what is due too late: %w", err)
	}
	return n, nil
}
