package sqlstore

import (
	"context"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// spentSince is what the calls of provider $1 cost: those in the spans from $2 on, and those begun in [$3, $4) before
// them.
const spentSince = `SELECT CAST(coalesce(sum(cost), 0) AS bigint) FROM (
    SELECT settled + estimated AS cost FROM ledger_spans WHERE provider = $1 AND span >= $2
UNION ALL
    SELECT ` + ledger.SettledCost + ` + ` + ledger.EstimatedCost + ` FROM calls c WHERE c.provider = $1 AND c.begun >= $3 AND c.begun < $4
) parts`

// question asks several things at once: each is a SELECT of one value, with parameters of its own from $1 on.
type question struct {
	parts []string
	args  []any
	dest  []any
}

func (q *question) ask(text string, dest any, args ...any) {
	q.parts = append(q.parts, "("+sqldb.Renumbered(text, len(q.args))+")")
	q.args, q.dest = append(q.args, args...), append(q.dest, dest)
}

func (q *question) statement() sqldb.Statement {
	return sqldb.Statement{Text: "SELECT " + strings.Join(q.parts, ", "), Args: q.args, Dest: q.dest}
}

// reservedUnder is the limit that reserve locks first; empty: none.
func reservedUnder(r *pipeline.Reservation) string {
	switch {
	case !r.IsLimited():
		return ""
	case countsCalls(*r):
		return budgetOf(r.Provider)
	}
	return r.Provider
}

// countsCalls reports whether a reservation asks what a provider's other calls cost, or how many are under way.
func countsCalls(r pipeline.Reservation) bool { return r.Budget > 0 || r.AtOnce > 0 }

func budgetOf(provider string) string { return "budget " + provider }

// reserve is nil when a paid call may begin in this transaction, else a *pipeline.HeldError. The row of a limit is
// locked until the transaction ends, so that the next one sees this call in the ledger. It comes before the order's
// row is locked, in every transaction. lock is Store.Lock.
func reserve(ctx context.Context, tx sqldb.Tx, lock string, order int64, r pipeline.Reservation) error {
	paused, taken, spent, underWay, waiting := "", "", pipeline.Credits(0), int64(0), int64(0)
	var may question
	may.ask(`SELECT coalesce(max(value), '') FROM switches WHERE name = $1`, &paused, bot.Paused)
	if r.AtOnce > 0 {
		may.ask(callsUnderWay, &underWay, sqldb.Clean(r.Provider), ledger.UnderWaySince(time.Now()))
		may.ask(waitForRender, &waiting)
		may.ask(`SELECT coalesce(max(used), '') FROM limits WHERE name = $1`, &taken, placesOf(r.Provider))
	}
	if r.Budget > 0 {
		since := sqldb.Millis(r.Since)
		first := (since + ledger.SpanLength - 1) / ledger.SpanLength
		may.ask(spentSince, (*int64)(&spent), sqldb.Clean(r.Provider), first, since, first*ledger.SpanLength)
	}
	if countsCalls(r) {
		if err := lockLimits(ctx, tx, lock, nil, budgetOf(r.Provider)); err != nil {
			return err
		}
	}
	if err := tx.Run(ctx, may.statement()); err != nil {
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
		return takeStart(ctx, tx, lock, order, r)
	}
	return nil
}

// takeStart counts an order's start under its provider's rate. One that older orders come before is refused.
func takeStart(ctx context.Context, tx sqldb.Tx, lock string, order int64, r pipeline.Reservation) error {
	starts, all, err := lockStarts(ctx, tx, lock, r.Provider, r.Rate)
	if err != nil {
		return err
	}
	free, older := int64(min(starts.free(), all.free())), int64(0)
	if free > 0 {
		err := tx.Run(ctx, sqldb.Statement{Text: olderTurns, Args: []any{order, free}, Dest: []any{&older}})
		if err != nil {
			return err
		}
	}
	if free <= older {
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn, After: max(starts.wait(), all.wait())}
	}
	return takeWindows(ctx, tx, 0, starts, all)
}

// lockStarts reads what a provider's starts are counted under, and keeps others from it until the transaction ends.
func lockStarts(
	ctx context.Context, tx sqldb.Tx, lock, provider string, r pipeline.Rate,
) (starts, all window, err error) {
	both, err := lockWindows(ctx, tx, lock, limited{pipeline.StartsLimit(provider), r.Starts()}, limited{provider, r})
	if err != nil {
		return starts, all, err
	}
	return both[0], both[1], nil
}
