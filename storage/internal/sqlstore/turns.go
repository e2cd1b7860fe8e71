package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

const (
	// callsUnderWay counts a provider's calls that it may be working on.
	callsUnderWay = `SELECT count(*) FROM calls WHERE provider = $1 AND state IN ('begun', 'known')`

	waitsForTurn = `status = 'open' AND reason = 'turn' AND phase = 'ready' AND step = `

	// turnsTaken counts the orders whose turn has come and that have not begun yet.
	turnsTaken = `SELECT count(*) FROM orders WHERE ` + waitsForTurn + `$1 AND due <= $2`

	// takeTurns lets the first of each shop go before the second of any; those that are at the step count.
	takeTurns = `
UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1 WHERE due > $1 AND id IN (
    SELECT w.id FROM (
        SELECT id, shop, row_number() OVER (PARTITION BY shop ORDER BY id) AS place FROM orders
        WHERE ` + waitsForTurn + `$2 AND due > $1
    ) w LEFT JOIN (
        SELECT shop, count(*) AS n FROM orders WHERE status = 'open' AND step = $2
            AND (phase IN ('begun', 'waiting') OR reason = 'turn' AND due <= $1) GROUP BY shop
    ) u ON u.shop = w.shop
    ORDER BY w.place + coalesce(u.n, 0), w.id LIMIT $3)
RETURNING id, alarm, due, ` + depth
)

// TakeTurns implements pipeline.Store.
func (s Store) TakeTurns(ctx context.Context, step pipeline.Step, provider string, atOnce int) (ids []int64, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		ids = nil
		var underWay, taken int64
		now := millis(time.Now())
		err := tx.Run(ctx,
			Statement{Text: callsUnderWay, Args: []any{clean(provider)}, Dest: []any{&underWay}},
			Statement{Text: turnsTaken, Args: []any{string(step), now}, Dest: []any{&taken}},
		)
		free := int64(atOnce) - underWay - taken
		if err != nil || free <= 0 {
			return nil, err
		}
		jobs, err := wakeOrders(ctx, tx, takeTurns, now, string(step), free)
		for _, j := range jobs {
			ids = append(ids, j.ID)
		}
		slices.Sort(ids)
		return jobs, err
	})
	if err != nil {
		return nil, fmt.Errorf("take turns: %w", err)
	}
	return ids, nil
}

// releasePage is how many orders one transaction lets go: what else is to be written waits for it.
const releasePage = 500

// Release implements bot.Admin. The version stays: an order that begins meanwhile needs no release. What waits for a
// clip waits for its turn from then on, and needs no job: it has the one that would have ended its hold.
func (s Store) Release(ctx context.Context, reasons ...pipeline.Reason) ([]int64, error) {
	if len(reasons) == 0 {
		return nil, nil
	}
	now := time.Now()
	args := []any{millis(now), int64(releasePage)}
	for _, r := range reasons {
		args = append(args, string(r))
	}
	held := `status = 'open' AND phase = 'ready' AND due > $1 AND reason IN (` + parameters(3, len(args)) + `) ORDER BY id LIMIT $2`
	wake := `UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1 WHERE id IN (
		SELECT id FROM orders WHERE step <> 'animate' AND ` + held + `) RETURNING id, alarm, due, ` + depth
	queueUp := fmt.Sprintf(`UPDATE orders SET reason = 'turn', due = $%d WHERE id IN (
		SELECT id FROM orders WHERE step = 'animate' AND `+held+`) RETURNING id`, len(args)+1)
	var ids []int64
	for {
		page, err := s.wake(ctx, wake, args...)
		ids = append(ids, page...)
		if err != nil {
			return ids, fmt.Errorf("release orders: %w", err)
		}
		if len(page) < releasePage {
			break
		}
	}
	for n := releasePage; n == releasePage; {
		err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
			n = 0
			return nil, tx.Query(ctx, queueUp, append(args, millis(now.Add(pipeline.TurnAsksAgain))), func(func(...any) error) error { n++; return nil })
		})
		if err != nil {
			return ids, fmt.Errorf("release orders: %w", err)
		}
	}
	return ids, nil
}
