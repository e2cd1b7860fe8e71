package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/sajangpick/sajangpick/bot"
)

const (
	// lockClass is the first number of the advisory locks of processes; the second is the process's name.
	lockClass = 0x5361_6a61
	// signEvery is how often the session that holds the lock is looked at, and the others' locks are.
	signEvery = time.Second
	// goneAfter is how long a process's lock must be missing before what it had begun is taken over: one that has
	// only lost its connection, as all do when the server restarts, has it back by then.
	goneAfter = 3 * time.Second
	// presenceLimit is how long one look may take.
	presenceLimit = 5 * time.Second
)

// presence shows that this process lives: a session of its own holds an advisory lock, which the server frees when
// the process is gone, however it went.
type presence struct {
	config *pgx.ConnConfig
	key    int32
	log    *slog.Logger
	conn   *pgx.Conn // nil: it is lost
	on     *ears     // for whom it listens
	stop   context.CancelFunc
	done   sync.WaitGroup
	ended  chan struct{} // closed when nothing is kept any more

	mu   sync.Mutex
	ears *ears // nil: nothing is to be heard
}

// live takes the lock, and then takes over what processes that are gone had begun, until Close.
func (e *engine) live(ctx context.Context) error {
	n, err := strconv.ParseUint(e.process, 16, 32)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	p := &presence{
		config: e.pool.Config().ConnConfig.Copy(), key: int32(uint32(n)), log: e.log, ended: make(chan struct{}),
	}
	if err := p.show(ctx); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if err := e.Recover(ctx, "none", nil); err != nil { // for callbacks that came while no process was there
		p.conn.Close(ctx)
		return err
	}
	e.life = p
	ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	p.done.Go(func() { p.keep(ctx) })
	p.done.Go(func() { e.takeOver(ctx) })
	return nil
}

// end gives the lock back.
func (p *presence) end() {
	p.stop()
	p.done.Wait()
}

// show takes the lock, in a new session if need be, or sees that the session is still there.
func (p *presence) show(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, presenceLimit)
	defer cancel()
	if p.conn != nil {
		if err := p.conn.Ping(ctx); err == nil {
			return nil
		}
		p.drop()
	}
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return err
	}
	p.conn = conn
	held := false
	// A machine that has lost its power says nothing: the server asks it.
	_, err = conn.Exec(
		ctx, `SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2`,
	)
	if err != nil {
		p.drop()
		return err
	}
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, $2)`, int32(lockClass), p.key).Scan(&held)
	if err == nil && !held { // our own session of before, which the server hasn't given up yet
		err = errors.New("the lock that shows that this process lives is taken")
	}
	if err != nil {
		p.drop()
	}
	return err
}

func (p *presence) drop() {
	if p.on != nil {
		p.on.end(errors.New("the connection is lost"))
		p.on = nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.conn.Close(ctx) // it is given up either way
	p.conn = nil
}

func (p *presence) keep(ctx context.Context) {
	defer close(p.ended)
	well := true
	for p.rest(ctx) {
		err := p.show(ctx)
		if err != nil && ctx.Err() == nil && well {
			p.log.Warn("other processes may take this one for dead", "err", err)
		}
		well = err == nil
	}
	if p.conn != nil {
		p.drop()
	}
}

// wait reports whether ctx lasted for d.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// begunBy lists the processes that have something under way, or have placed orders since $3 that have no line yet or
// whose photo isn't opened yet, and whether each lives; and whether the process of the lock $2 is the only one that
// lives. The time since then ends at $4: of a range with one end Postgres takes a third of the table to be in it while
// it has no statistics, and would read all of it.
const begunBy = `
WITH begun AS (
    SELECT substr(call_id, 1, 8) AS process FROM orders
        WHERE status = 'open' AND phase = 'begun' AND call_id ~ '^[0-9a-f]{8}-'
    UNION SELECT right(attempted_by[array_upper(attempted_by, 1)], 8) FROM river_job WHERE state = 'running'
    UNION SELECT right(leader_id, 8) FROM river_leader
    UNION SELECT placed_by FROM orders WHERE placed > $3 AND placed < $4 AND (told = '' OR version = 1) AND placed_by <> ''
)
SELECT process, EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1
    AND l.objid = ('x' || process)::bit(32)::bigint::oid AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
FROM begun WHERE process ~ '^[0-9a-f]{8}$'
UNION ALL SELECT 'alone', count(*) = 1 AND bool_and(l.objid = CAST($2 AS bigint)::oid) FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// takeOver takes over what processes that are gone had begun, until ctx ends.
func (e *engine) takeOver(ctx context.Context) {
	missing := map[string]time.Time{}
	for wait(ctx, signEvery) {
		if err := e.look(ctx, missing); err != nil && ctx.Err() == nil {
			clear(missing) // what was seen before says nothing about now
			e.slots.alone.Store(false)
			e.log.Warn("can't see which processes live", "err", err)
		}
	}
}

// look takes over from those that have been missing for long enough; missing has since when each is.
func (e *engine) look(ctx context.Context, missing map[string]time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, presenceLimit)
	defer cancel()
	seen := map[string]bool{}
	var gone []string
	now := time.Now()
	err := e.Read.Query(ctx, begunBy, []any{
		int64(lockClass), int64(uint32(e.life.key)),
		now.Add(-bot.FirstLine).UnixMilli(), now.AddDate(1, 0, 0).UnixMilli(),
	}, func(scan func(...any) error) error {
		var process string
		var lives bool
		err := scan(&process, &lives)
		if err == nil && process == "alone" {
			e.slots.alone.Store(lives)
			return nil
		}
		if err != nil || lives {
			return err
		}
		seen[process] = true
		if since, known := missing[process]; !known {
			missing[process] = time.Now()
		} else if time.Since(since) >= goneAfter {
			gone = append(gone, process)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for process := range missing {
		if !seen[process] {
			delete(missing, process)
		}
	}
	for _, process := range gone {
		if err := e.takeOverFrom(ctx, process); err != nil {
			return err
		}
		e.log.Warn("took over what a process that is gone had begun", "process", process)
	}
	return nil
}

// takeOverFrom wakes the orders and messages of a process that is gone, gives its jobs back to the queue, and
// lets another become the queue's leader. What had come due while there was no leader is due at once.
func (e *engine) takeOverFrom(ctx context.Context, process string) error {
	var says []int64
	const running = `state = 'running' AND right(attempted_by[array_upper(attempted_by, 1)], 8) = $1`
	err := e.Read.Query(ctx, `SELECT CAST(args ->> 'say' AS bigint) FROM river_job WHERE queue = 'say' AND `+running,
		[]any{process}, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			says = append(says, id)
			return err
		})
	if err == nil {
		err = e.Recover(ctx, process, says)
	}
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error {
		for _, text := range []string{
			`DELETE FROM river_leader WHERE right(leader_id, 8) = $1`,
			`UPDATE river_job SET state = 'available' WHERE ` + running,
			`UPDATE river_job SET state = 'available' WHERE $1 <> '' AND state IN ('scheduled', 'retryable')
				AND scheduled_at <= now()`,
		} {
			if _, err := tx.Exec(ctx, text, process); err != nil {
				return err
			}
		}
		return nil
	})
}
