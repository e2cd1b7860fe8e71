package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

const (
	// callsUnderWay counts a provider's calls since the span $2 that it may be working on.
	callsUnderWay = `
SELECT CAST(coalesce(sum(under_way), 0) AS bigint) FROM ledger_spans WHERE provider = $1 AND span >= $2`

	// waitForRender counts the orders whose clip is bought and whose render has not begun. With id > 0 SQLite takes the
	// index that is for it, rather than another of all open orders.
	waitForRender = `SELECT count(*) FROM provider_queue WHERE step = 'render' AND phase = 'ready' AND id > 0`

	// underWay are the orders of provider_queue that are at a step's provider, or whose turn has come. It is an index's
	// text, as waits is.
	underWay = `(taken OR phase IN ('begun', 'waiting'))`

	// turnsTaken counts the orders whose turn has come and that have not begun yet.
	turnsTaken = `SELECT count(*) FROM provider_queue WHERE ` + underWay + ` AND step = $1 AND taken`

	// Starts under a rate are renders. Their step stands in the text: the index is of that step.
	rendersTurn = `step = 'render' AND phase = 'ready' AND reason = 'turn'`
	renderWaits = `SELECT id FROM provider_queue WHERE ` + rendersTurn + ` AND NOT taken AND id > 0 LIMIT 1`
	oldestTurns = `
UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1, taken = true
WHERE status = 'open' AND ` + rendersTurn + ` AND NOT taken AND id IN (
    SELECT id FROM provider_queue WHERE ` + rendersTurn + ` AND NOT taken ORDER BY id LIMIT $2)
RETURNING id, alarm, due, ` + depth
	olderTurns = `SELECT count(*) FROM (SELECT 1 FROM provider_queue WHERE ` + rendersTurn + ` AND id < $1 LIMIT $2) w`
)

// TakeTurns implements pipeline.Store.
func (s Store) TakeTurns(ctx context.Context, t pipeline.Turns) (ids []int64, again time.Duration, err error) {
	there, find, limit := false, renderWaits, t.Provider
	if t.AtOnce > 0 {
		find, limit = shopWaits, placesOf(t.Provider)
	}
	err = s.Read.Query(ctx, find, nil, func(func(...any) error) error {
		there = true
		return nil
	})
	if err == nil && there {
		err = s.WriteLimited(ctx, limit, func(ctx context.Context, tx sqldb.Tx) (jobs []queue.Job, err error) {
			if t.AtOnce > 0 {
				jobs, again, err = takePlaces(ctx, tx, t)
			} else {
				jobs, again, err = takeStarts(ctx, tx, s.Lock, t)
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
func takePlaces(ctx context.Context, tx sqldb.Tx, t pipeline.Turns) (jobs []queue.Job, again time.Duration, err error) {
	var underWay, waiting, taken int64
	var text string
	now := time.Now()
	err = tx.Run(ctx,
		sqldb.Statement{Text: lockLimit, Args: []any{placesOf(t.Provider)}, Dest: []any{&text}},
		sqldb.Statement{
			Text: callsUnderWay, Args: []any{sqldb.Clean(t.Provider), ledger.UnderWaySince(now)},
			Dest: []any{&underWay},
		},
		sqldb.Statement{Text: waitForRender, Dest: []any{&waiting}},
		sqldb.Statement{Text: turnsTaken, Args: []any{string(t.Step)}, Dest: []any{&taken}},
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
	if trying := tryFor - now.Sub(sqldb.FromMillis(p.Closed)); p.Closed > 0 && trying > 0 {
		free, again = min(free, 1-taken), trying
	}
	if free <= 0 {
		return nil, again, nil
	}
	if free > maxTurns {
		free, again = maxTurns, time.Millisecond
	}
	jobs, err = takeFairly(ctx, tx, sqldb.Millis(now), free)
	return jobs, again, err
}

// takeStarts lets go what fits under a provider's rate, and says when there is room for the next.
func takeStarts(
	ctx context.Context, tx sqldb.Tx, lock string, t pipeline.Turns,
) (jobs []queue.Job, again time.Duration, err error) {
	starts, all, err := lockStarts(ctx, tx, lock, t.Provider, t.Rate)
	if err != nil {
		return nil, 0, err
	}
	var taken int64
	now := sqldb.Millis(time.Now())
	err = tx.Run(ctx, sqldb.Statement{Text: turnsTaken, Args: []any{string(t.Step)}, Dest: []any{&taken}})
	if free := int64(min(starts.free(), all.free())) - taken; err == nil && free > 0 {
		jobs, err = wakeOrders(ctx, tx, oldestTurns, now, free)
	}
	for range int(taken) + len(jobs) { // as if they had begun
		starts, all = starts.with(0), all.with(0)
	}
	return jobs, max(starts.wait(), all.wait()), err
}
