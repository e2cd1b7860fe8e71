package sqlstore

import (
	"context"

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
func reserve(ctx context.Context, tx Tx, r pipeline.Reservation) error {
	paused, lock, spent, underWay := "", "", pipeline.Credits(0), int64(0)
	todo := []Statement{{
		Text: `SELECT coalesce(max(value), '') FROM switches WHERE name = $1`,
		Args: []any{bot.Paused}, Dest: []any{&paused},
	}}
	if r.Budget > 0 || r.AtOnce > 0 {
		todo = append(todo, Statement{Text: lockLimit, Args: []any{clean("budget " + r.Provider)}, Dest: []any{&lock}})
	}
	if r.AtOnce > 0 {
		todo = append(todo, Statement{Text: callsUnderWay, Args: []any{clean(r.Provider)}, Dest: []any{&underWay}})
	}
	if r.Budget > 0 {
		since := millis(r.Since)
		first := (since + spanLength - 1) / spanLength
		todo = append(todo, Statement{
			Text: spentSince, Args: []any{clean(r.Provider), first, since, first * spanLength}, Dest: []any{(*int64)(&spent)},
		})
	}
	if err := tx.Run(ctx, todo...); err != nil {
		return err
	}
	switch {
	case paused != "":
		return &pipeline.HeldError{Reason: pipeline.ReasonPaused}
	case r.Budget > 0 && spent+r.Cost > r.Budget:
		return &pipeline.HeldError{Reason: pipeline.ReasonBudget}
	case r.AtOnce > 0 && underWay >= int64(r.AtOnce):
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn}
	}
	return nil
}
