package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// slots are turns that this process counts itself while it is alone.
type slots struct {
	own    pace.Local
	alone  atomic.Bool // see presence
	booked atomic.Int64
}

// The database's clock counts, in microseconds. next is when a limit's next turn would be due if there were no bursts;
// one that is further away than $5 comes from a clock that was wrong. Nothing is written when the first turn, which is
// $3 before that, is further away than $4.
const (
	clockNow = `CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)`
	dueNext  = `CASE WHEN s.next > excluded.next + $5 THEN excluded.next - $2 ELSE greatest(s.next, excluded.next - $2) END`
	bookTurn = `
INSERT INTO slots AS s (name, next) VALUES ($1, ` + clockNow + ` + $2)
ON CONFLICT (name) DO UPDATE SET next = ` + dueNext + ` + $2 WHERE ` + dueNext + ` - $3 <= excluded.next - $2 + $4
RETURNING next - $2 - $3 - ` + clockNow
	lookTurn   = `SELECT next - $2 - ` + clockNow + ` FROM slots WHERE name = $1`
	forgetSlot = `DELETE FROM slots WHERE next < ` + clockNow + ` - 3600000000`
)

// forgetEvery is after how many turns those that are long over are forgotten.
const forgetEvery = 10_000

// Book implements pace.Booker.
func (e *engine) Book(ctx context.Context, l pace.Limit, n int, most time.Duration) (time.Duration, error) {
	if e.slots.alone.Load() {
		return e.slots.own.Book(ctx, l, n, most)
	}
	all, burst := (time.Duration(n) * l.Rate.Every).Microseconds(),
		(time.Duration(l.Rate.Burst-1) * l.Rate.Every).Microseconds()
	far := 2*(all+burst+most.Microseconds()) + time.Minute.Microseconds()
	var first int64
	err := e.pool.QueryRow(ctx, bookTurn, l.Name, all, burst, most.Microseconds(), far).Scan(&first)
	if errors.Is(err, pgx.ErrNoRows) {
		if err = e.pool.QueryRow(ctx, lookTurn, l.Name, burst).Scan(&first); err == nil {
			return max(time.Duration(first)*time.Microsecond, most+time.Millisecond), nil
		}
	}
	if err == nil && e.slots.booked.Add(1)%forgetEvery == 0 {
		_, err = e.pool.Exec(ctx, forgetSlot)
	}
	if err != nil {
		return 0, fmt.Errorf("book a turn of %q: %w", l.Name, err)
	}
	return time.Duration(first) * time.Microsecond, nil
}
