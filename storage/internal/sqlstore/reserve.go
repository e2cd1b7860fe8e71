package sqlstore

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// spentSince is what a provider's calls cost: those in the spans from $2 on, and those begun in [$3, $4) before them.
const spentSince = `SELECT CAST(coalesce(sum(cost), 0) AS bigint) FROM (
    SELECT settled + estimated AS cost FROM ledger_spans WHERE provider = $1 AND span >= $2
UNION ALL
    SELECT ` + settledCost + ` + ` + estimatedCost + ` FROM calls c WHERE c.provider = $1 AND c.begun >= $3 AND c.begun < $4
) parts`

// reserve is nil when a paid call may begin in this transaction, else a *pipeline.HeldError. The row of a budget
// is locked until the transaction ends, so that the next one sees this call in the ledger. It comes before the
// order's row is locked, in every transaction.
func reserve(ctx context.Context, tx Tx, order int64, r pipeline.Reservation) error {
	paused, lock, taken, spent, underWay, waiting := "", "", "", pipeline.Credits(0), int64(0), int64(0)
	todo := []Statement{{
		Text: `SELECT coalesce(max(value), '') FROM switches WHERE name = $1`,
		Args: []any{bot.Paused}, Dest: []any{&paused},
	}}
	if r.Budget > 0 || r.AtOnce > 0 {
		todo = append(todo, Statement{Text: lockLimit, Args: []any{clean("budget " + r.Provider)}, Dest: []any{&lock}})
	}
	if r.AtOnce > 0 {
		todo = append(todo, Statement{Text: callsUnderWay, Args: []any{clean(r.Provider)}, Dest: []any{&underWay}},
			Statement{Text: waitForRender, Dest: []any{&waiting}}, seePlaces(r.Provider, &taken))
	}
	if r.Budget > 0 {
		since := millis(r.Since)
		first := (since + spanLength - 1) / spanLength
		todo = append(todo, Statement{
			Text: spentSince, Args: []any{clean(r.Provider), first, since, first * spanLength},
			Dest: []any{(*int64)(&spent)},
		})
	}
	if err := tx.Run(ctx, todo...); err != nil {
		return err
	}
	p, err := readPlaces(taken)
	if err != nil {
		return err
	}
	closed := p.wait(time.Now())
	switch {
	case paused != "":
		return &pipeline.HeldError{Reason: pipeline.ReasonPaused}
	case r.Budget > 0 && spent+r.Cost > r.Budget:
		return &pipeline.HeldError{Reason: pipeline.ReasonBudget}
	case r.AtOnce > 0 && (closed > 0 || underWay+waiting >= p.atOnce(int64(r.AtOnce))):
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn, After: closed}
	}
	if r.Rate.N > 0 {
		return takeStart(ctx, tx, order, r)
	}
	return nil
}

// takeStart counts an order's start under its provider's rate. One that older orders come before is refused.
func takeStart(ctx context.Context, tx Tx, order int64, r pipeline.Reservation) error {
	starts, all, err := lockStarts(ctx, tx, r.Provider, r.Rate)
	if err != nil {
		return err
	}
	free, older := int64(min(starts.free(), all.free())), int64(0)
	if free > 0 {
		err := tx.Run(ctx, Statement{Text: olderTurns, Args: []any{order, free}, Dest: []any{&older}})
		if err != nil {
			return err
		}
	}
	if free <= older {
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn, After: max(starts.wait(), all.wait())}
	}
	if err := starts.take(ctx, tx, 0); err != nil {
		return err
	}
	return all.take(ctx, tx, 0)
}

// lockStarts reads what a provider's starts are counted under, and keeps others from it until the transaction ends.
func lockStarts(ctx context.Context, tx Tx, provider string, r pipeline.Rate) (starts, all window, err error) {
	if starts, err = lockWindow(ctx, tx, pipeline.StartsLimit(provider), r.Starts()); err == nil {
		all, err = lockWindow(ctx, tx, provider, r)
	}
	return starts, all, err
}
