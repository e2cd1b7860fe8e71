// Package sqlite keeps orders and their queue in one SQLite file, for one process.
//
// A commit is durable when it returns (WAL with synchronous=FULL: https://sqlite.org/pragma.html#pragma_synchronous),
// which costs a write to the disk; so writes that come at the same time share one commit (see writer).
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/schema"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore"
	driver "modernc.org/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// columns asks for the tables that are really there.
const columns = `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`

// statisticsLife is how long a connection lives, since it reads the planner's statistics when it is opened.
const statisticsLife = time.Hour

// readers is how many reads go on beside the one writer.
const readers = 4

type engine struct {
	sqlstore.Store
	pace.Local // no other process has the file
	process    string
	lock       *flock.Flock
	disk       *sql.DB // one connection, shared by the writer, the queue and migrations
	read       *sql.DB // read-only connections
	writer     *writer
	queue      *queue.Queue[*sql.Tx]
	schema     *schema.Schema[*sql.Tx]

	started   atomic.Bool
	migrating sync.Mutex
	closing   sync.Once
	closed    error
}

// Open opens or makes the file at path, and its folder. Another process that has it open is an
// error: PATH.lock tells.
func Open(ctx context.Context, path string, o storage.Options) (storage.Engine, error) {
	o = o.WithDefaults()
	path, err := place(path)
	if err != nil {
		return nil, err
	}
	lock, err := hold(path)
	if err != nil {
		return nil, err
	}
	e := &engine{lock: lock, process: queue.Process()}
	if err := e.open(ctx, path, o); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *engine) open(ctx context.Context, path string, o storage.Options) (err error) {
	if err := makePrivate(path); err != nil {
		return err
	}
	if e.disk, err = connect(ctx, path, 1, "_txlock=immediate", "_pragma=journal_mode(WAL)",
		"_pragma=synchronous(FULL)", "_pragma=foreign_keys(1)", "_pragma=busy_timeout(10000)"); err != nil {
		return err
	}
	if e.read, err = connect(ctx, path, readers, "mode=ro", "_pragma=query_only(1)",
		"_pragma=busy_timeout(10000)"); err != nil {
		return err
	}
	e.read.SetConnMaxLifetime(statisticsLife)
	jobs := riversqlite.New(e.disk)
	if e.queue, err = queue.New(jobs, e.process, o, true); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if e.schema, err = schema.New(goose.DialectSQLite3, e.disk, folder, jobs, columns); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	e.writer = newWriter(e.disk, e.queue)
	e.Store = sqlstore.New(sqldb.Conn{
		Read: reader{e.read}, Write: e.writer.write, QueueTime: `datetime($%d / 1000.0, 'unixepoch', 'subsec')`,
	})
	return nil
}

// place is the file itself, whatever links lead to it, so that two names of it have one lock.
func place(path string) (string, error) {
	if path == "" || path == ":memory:" {
		return "", errors.New("sqlite: DATABASE_URL names no file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	return filepath.Join(folder, filepath.Base(path)), nil
}

func connect(ctx context.Context, path string, conns int, params ...string) (*sql.DB, error) {
	address := url.URL{Scheme: "file", Path: path}
	for _, p := range params {
		address.RawQuery += "&" + p
	}
	opens, err := driver.NewConnector(address.String())
	if err != nil {
		return nil, fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	db := sql.OpenDB(connector{opens})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: DATABASE_URL: %w", err), db.Close())
	}
	return db, nil
}

func (e *engine) Migrate(ctx context.Context) error {
	e.migrating.Lock()
	defer e.migrating.Unlock()
	if err := e.schema.Up(ctx); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

// optimize refreshes the planner's statistics, in some 0.1 s however large the file is: it looks at a sample of those
// tables that have changed much.
var optimize = []sqldb.Statement{{Text: `PRAGMA analysis_limit = 1000`}, {Text: `PRAGMA optimize = 0x10002`}}

// PurgeExpired is that of the store, and lets the planner know how large its tables have become.
func (e *engine) PurgeExpired(ctx context.Context, before time.Time) error {
	if err := e.Store.PurgeExpired(ctx, before); err != nil {
		return err
	}
	err := e.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		return nil, tx.Run(ctx, optimize...)
	})
	if err != nil {
		return fmt.Errorf("sqlite: refresh statistics: %w", err)
	}
	return nil
}

func (e *engine) Start(ctx context.Context, h storage.Handlers) error {
	if err := e.Ready(ctx); err != nil {
		return err
	}
	if !e.started.CompareAndSwap(false, true) {
		return errors.New("sqlite: it was started before") // and its own jobs aren't to be adopted
	}
	if err := e.adopt(ctx); err != nil {
		return err
	}
	return e.queue.Start(ctx, h)
}

func (e *engine) Stop(ctx context.Context) error { return e.queue.Stop(ctx) }

// Process implements storage.Engine. That it lives is known by the file's lock.
func (e *engine) Process() string { return e.process }

func (e *engine) Ready(ctx context.Context) error {
	if err := e.schema.Check(ctx, e.Read); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return e.queue.Ready()
}

func (e *engine) Close() error {
	e.closing.Do(func() {
		if e.queue != nil {
			now, cancel := context.WithCancel(context.Background())
			cancel()
			_ = e.queue.Stop(now) // it says that jobs were cancelled, which is what was asked for
		}
		if e.writer != nil {
			e.writer.close()
		}
		for _, db := range []*sql.DB{e.read, e.disk} {
			if db != nil {
				e.closed = errors.Join(e.closed, db.Close())
			}
		}
		e.closed = errors.Join(e.closed, e.lock.Close())
	})
	return e.closed
}
