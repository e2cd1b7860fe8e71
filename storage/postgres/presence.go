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

const (
	// living lists the locks of the processes that live.
	living = `SELECT CAST(objid AS bigint) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1
    AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

	// begunBy lists the processes that have something under way, or have placed orders since $1 that have no line yet
	// or whose photo isn't opened yet. The time since then ends at $2: of a range with one end Postgres takes a third
	// of the table to be in it while it has no statistics, and would read all of it.
	begunBy = `
    SELECT substr(call_id, 1, 8) FROM orders WHERE status = 'open' AND phase = 'begun' AND call_id ~ '^[0-9a-f]{8}-'
    UNION SELECT right(attempted_by[array_upper(attempted_by, 1)], 8) FROM river_job
        WHERE state = 'running' AND attempted_by <> '{}'
    UNION SELECT right(leader_id, 8) FROM river_leader
    UNION SELECT placed_by FROM orders WHERE placed > $1 AND placed < $2 AND (told = '' OR version = 1) AND placed_by <> ''`

	// lookOn is for how long it is read what was begun after a process is gone: what it had sent to the server may be
	// committed after that.
	lookOn = 10 * time.Second
	// lookAnyway is how often it is read otherwise, which goes through all open orders: a process may come and go
	// between two looks.
	lookAnyway = time.Minute
)

// sights is what this process has seen of the others.
type sights struct {
	alive   map[uint64]bool      // by their locks; nil: nothing is known
	until   time.Time            // it is read what was begun
	next    time.Time            // it is read anyway
	missing map[string]time.Time // since when those are that have begun something
}

// takeOver takes over what processes that are gone had begun, until ctx ends.
func (e *engine) takeOver(ctx context.Context) {
	var s sights
	for wait(ctx, signEvery) {
		if err := e.look(ctx, &s); err != nil && ctx.Err() == nil {
			s = sights{} // what was seen before says nothing about now
			e.slots.alone.Store(false)
			e.log.Warn("can't see which processes live", "err", err)
		}
	}
}

// look takes over from those that have been missing for long enough.
func (e *engine) look(ctx context.Context, s *sights) error {
	ctx, cancel := context.WithTimeout(ctx, presenceLimit)
	defer cancel()
	alive := map[uint64]bool{}
	err := e.Read.Query(ctx, living, []any{int64(lockClass)}, func(scan func(...any) error) error {
		var lock int64
		err := scan(&lock)
		alive[uint64(lock)] = true
		return err
	})
	if err != nil {
		return err
	}
	e.slots.alone.Store(len(alive) == 1 && alive[uint64(uint32(e.life.key))])
	now, lost := time.Now(), s.alive == nil
	for lock := range s.alive {
		lost = lost || !alive[lock]
	}
	if s.alive = alive; lost {
		s.until = now.Add(lookOn)
	}
	if len(s.missing) == 0 && now.After(s.until) && now.Before(s.next) {
		return nil
	}
	s.next = now.Add(lookAnyway)
	missing := map[string]time.Time{}
	err = e.Read.Query(ctx, begunBy, []any{
		now.Add(-bot.FirstLine).UnixMilli(), now.AddDate(1, 0, 0).UnixMilli(),
	}, func(scan func(...any) error) error {
		var process string
		err := scan(&process)
		lock, other := strconv.ParseUint(process, 16, 32)
		if len(process) != 8 || other != nil || alive[lock] {
			return err
		}
		missing[process] = now
		if since, known := s.missing[process]; known {
			missing[process] = since
		}
		return err
	})
	if err != nil {
		return err
	}
	s.missing = missing
	for process, since := range missing {
		if now.Sub(since) < goneAfter {
			continue
		}
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
	var messages []int64
	const running = `state = 'running' AND right(attempted_by[array_upper(attempted_by, 1)], 8) = $1`
	err := e.Read.Query(ctx, `SELECT CAST(args ->> 'say' AS bigint) FROM river_job WHERE queue = 'say' AND `+running,
		[]any{process}, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			messages = append(messages, id)
			return err
		})
	if err == nil {
		err = e.Recover(ctx, process, messages)
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
