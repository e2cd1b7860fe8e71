package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

const (
	// callsUnderWay counts a provider's calls that it may be working on.
	callsUnderWay = `SELECT count(*) FROM calls WHERE provider = $1 AND state IN ('begun', 'known')`

	waitsForTurn = `status = 'open' AND reason = 'turn' AND phase = 'ready' AND step = `

	// waitForRender counts the orders whose clip is bought and whose render has not begun.
	waitForRender = `SELECT count(*) FROM orders WHERE status = 'open' AND step = 'render' AND phase = 'ready'`

	// turnWaits finds an order whose turn hasn't come yet.
	turnWaits = `SELECT 1 FROM orders WHERE ` + waitsForTurn + `$1 AND due > $2 LIMIT 1`

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

	// Starts under a rate are renders. Their step stands in the text: the index is of that step.
	rendersTurn = `status = 'open' AND step = 'render' AND phase = 'ready' AND reason = 'turn'`
	oldestTurns = `
UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1 WHERE due > $1 AND id IN (
    SELECT id FROM orders WHERE ` + rendersTurn + ` AND due > $1 ORDER BY id LIMIT $2)
RETURNING id, alarm, due, ` + depth
	olderTurns = `SELECT count(*) FROM (SELECT 1 FROM orders WHERE ` + rendersTurn + ` AND id < $1 LIMIT $2) w`
)

// TakeTurns implements pipeline.Store.
func (s Store) TakeTurns(ctx context.Context, t pipeline.Turns) (ids []int64, again time.Duration, err error) {
	waits := false
	err = s.Read.Query(ctx, turnWaits, []any{string(t.Step), millis(time.Now())}, func(func(...any) error) error {
		waits = true
		return nil
	})
	if err == nil && waits {
		err = s.Write(ctx, func(ctx context.Context, tx Tx) (jobs []queue.Job, err error) {
			if t.AtOnce > 0 {
				jobs, again, err = takePlaces(ctx, tx, t)
			} else {
				jobs, again, err = takeStarts(ctx, tx, t)
			}
			ids = nil
			for _, j := range jobs {
				ids = append(ids, j.ID)
			}
			slices.Sort(ids)
			return jobs, err
		})
	}
	if err != nil {
		return nil, 0, fmt.Errorf("take turns: %w", err)
	}
	return ids, again, nil
}

// takePlaces lets go what fits under a provider's concurrency, and says when one that takes nothing does again.
func takePlaces(ctx context.Context, tx Tx, t pipeline.Turns) (jobs []queue.Job, again time.Duration, err error) {
	var underWay, waiting, taken int64
	var text string
	now := time.Now()
	err = tx.Run(ctx,
		Statement{Text: lockLimit, Args: []any{placesOf(t.Provider)}, Dest: []any{&text}},
		Statement{Text: callsUnderWay, Args: []any{clean(t.Provider)}, Dest: []any{&underWay}},
		Statement{Text: waitForRender, Dest: []any{&waiting}},
		Statement{Text: turnsTaken, Args: []any{string(t.Step), millis(now)}, Dest: []any{&taken}},
	)
	if err != nil {
		return nil, 0, err
	}
	p, err := readPlaces(text)
	if err != nil || p.wait(now) > 0 {
		return nil, p.wait(now), err
	}
	if more, grows := p.grown(now); grows {
		st, err := more.statement(t.Provider)
		if err == nil {
			err = tx.Run(ctx, st)
		}
		if err != nil {
			return nil, 0, err
		}
		p = more
	}
	free := p.atOnce(int64(t.AtOnce)) - underWay - waiting - taken
	if trying := tryFor - now.Sub(fromMillis(p.Closed)); p.Closed > 0 && trying > 0 {
		free, again = min(free, 1-taken), trying
	}
	if free <= 0 {
		return nil, again, nil
	}
	jobs, err = wakeOrders(ctx, tx, takeTurns, millis(now), string(t.Step), free)
	return jobs, again, err
}

// takeStarts lets go what fits under a provider's rate, and says when there is room for the next.
func takeStarts(ctx context.Context, tx Tx, t pipeline.Turns) (jobs []queue.Job, again time.Duration, err error) {
	starts, all, err := lockStarts(ctx, tx, t.Provider, t.Rate)
	if err != nil {
		return nil, 0, err
	}
	var taken int64
	now := millis(time.Now())
	err = tx.Run(ctx, Statement{Text: turnsTaken, Args: []any{string(t.Step), now}, Dest: []any{&taken}})
	if free := int64(min(starts.free(), all.free())) - taken; err == nil && free > 0 {
		jobs, err = wakeOrders(ctx, tx, oldestTurns, now, free)
	}
	for range int(taken) + len(jobs) { // as if they had begun
		starts, all = starts.with(0), all.with(0)
	}
	return jobs, max(starts.wait(), all.wait()), err
}

const (
	// releasePage is how many orders one transaction lets go: what else is to be written waits for it.
	releasePage = 500
	// releaseFor is how long Release begins another page: whoever called it has others to answer.
	releaseFor = 200 * time.Millisecond
)

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
	held := `status = 'open' AND phase = 'ready' AND due > $1 AND reason IN (` + parameters(3, len(args)) +
		`) ORDER BY id LIMIT $2`
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
		if time.Since(now) > releaseFor {
			return ids, bot.ErrMoreHeld
		}
	}
	for n := releasePage; n == releasePage; {
		err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
			n = 0
			return nil, tx.Query(
				ctx, queueUp, append(args, millis(now.Add(pipeline.TurnAsksAgain))),
				func(func(...any) error) error { n++; return nil },
			)
		})
		if err != nil {
			return ids, fmt.Errorf("release orders: %w", err)
		}
		if n == releasePage && time.Since(now) > releaseFor {
			return ids, bot.ErrMoreHeld
		}
	}
	return ids, nil
}
