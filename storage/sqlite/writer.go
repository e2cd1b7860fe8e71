package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// maxWrites is how many writes share one commit at most, so that no write waits long for the others.
const maxWrites = 128

// writer commits writes together: while the disk takes one commit, those that come in gather for the next.
// A lone write doesn't wait. Each write has a savepoint, so that one that fails takes no other along.
type writer struct {
	db    *sql.DB
	queue *queue.Queue[*sql.Tx]

	writes chan *request
	quit   chan struct{}
	done   chan struct{}
}

// request is one store method that waits for its commit.
type request struct {
	ctx   context.Context
	op    sqldb.TxFunc
	jobs  []queue.Job
	err   error
	ended chan struct{}
}

func newWriter(db *sql.DB, q *queue.Queue[*sql.Tx]) *writer {
	w := &writer{
		db: db, queue: q,
		writes: make(chan *request), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w
}

// write returns after the commit. Once it is in, it doesn't look at ctx: its end is near, and certain.
func (w *writer) write(ctx context.Context, op sqldb.TxFunc) error {
	one := &request{ctx: ctx, op: op, ended: make(chan struct{})}
	select {
	case w.writes <- one:
		<-one.ended
		return one.err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errors.New("sqlite: closed")
	}
}

func (w *writer) close() {
	close(w.quit)
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case first := <-w.writes:
			together := w.gather([]*request{first})
			if err := w.commit(together); err != nil {
				for _, one := range together {
					one.err = err
				}
			}
			for _, one := range together {
				close(one.ended)
			}
		case <-w.quit:
			return
		}
	}
}

// gather adds the writes that wait already.
func (w *writer) gather(together []*request) []*request {
	for len(together) < maxWrites {
		select {
		case one := <-w.writes:
			together = append(together, one)
		default:
			return together
		}
	}
	return together
}

// commit fills in each write's own error. Its result is the error of all of them: nothing was written.
func (w *writer) commit(together []*request) error {
	// A file on the disk needs no time limit, and statements without one are cheaper.
	ctx := context.Background()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sqlite: begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	in := transaction{tx}
	var jobs []queue.Job
	for _, one := range together {
		if one.err = one.ctx.Err(); one.err != nil {
			continue
		}
		if one.err, err = attempt(ctx, in, one, len(together) > 1); err != nil {
			return err
		}
		if one.err == nil {
			jobs = append(jobs, one.jobs...)
		}
	}
	if err := w.queue.Add(ctx, tx, jobs); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlite: commit: %w", err)
	}
	w.queue.Committed(jobs)
	return nil
}

// attempt runs one write, and takes back what it did if it fails.
func attempt(ctx context.Context, in sqldb.Tx, one *request, company bool) (own, all error) {
	if company {
		if err := in.Run(ctx, sqldb.Statement{Text: `SAVEPOINT one`}); err != nil {
			return nil, err
		}
	}
	one.jobs, own = one.op(ctx, in)
	switch {
	case own == nil && company:
		return nil, in.Run(ctx, sqldb.Statement{Text: `RELEASE one`})
	case own != nil && company:
		return own, in.Run(ctx, sqldb.Statement{Text: `ROLLBACK TO one`}, sqldb.Statement{Text: `RELEASE one`})
	case own != nil:
		return own, own // alone: the transaction goes
	default:
		return nil, nil
	}
}
