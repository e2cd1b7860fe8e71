// Package postgres keeps orders and their queue in Postgres, for any number of processes at once.
package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/schema"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// columns asks for the tables that are really there, where names without a schema lead.
const columns = `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped
	AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`

type engine struct {
	sqlstore.Store
	process string
	log     *slog.Logger
	life    *presence // nil before Start
	pool    *pgxpool.Pool
	std     *sql.DB // goose's view of pool
	queue   *queue.Queue[pgx.Tx]
	schema  *schema.Schema[pgx.Tx]
	slots   slots
}

// Open connects to the database at url (a postgres:// address or a keyword list), and fails if it
// doesn't answer, isn't UTF-8, or is reached through a pooler in transaction mode. It changes nothing there.
func Open(ctx context.Context, url string, o storage.Options) (storage.Engine, error) {
	o = o.WithDefaults()
	config, err := settings(url, o)
	if err != nil {
		return nil, err
	}
	pool, err := connect(ctx, config)
	if pool == nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	e := &engine{process: queue.Process(), log: o.Log, pool: pool, std: stdlib.OpenDBFromPool(pool)}
	e.Store = sqlstore.New(sqldb.Conn{
		Read: database{pool}, Write: e.write, Chain: e.chain, Lock: " FOR UPDATE", Gates: &sqldb.Gates{},
		QueueTime: `to_timestamp(CAST($%d AS bigint) / 1000.0)`,
	})
	if err == nil {
		err = suits(ctx, pool)
	}
	if err != nil {
		err = fmt.Errorf("postgres: DATABASE_URL: %w", err)
	} else {
		err = e.prepare(o)
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

func (e *engine) prepare(o storage.Options) error {
	driver := riverpgxv5.New(e.pool)
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if e.schema, err = schema.New(goose.DialectPostgres, e.std, folder, driver, columns); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if e.queue, err = queue.New(driver, e.process, o, false); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

// The queue takes a connection out of the pool to listen on it, and the pool makes another in its place. One more shows
// that this process lives, and hears what others notify.
const (
	apart    = 2
	minConns = 4
)

// settings are what the address says, with limits for whatever may hang.
func settings(url string, o storage.Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres: DATABASE_URL: %w", err) // pgx takes the password out
	}
	// pgxpool takes pool_max_conns away from the parameters, so it's looked up in a plain reading.
	if plain, err := pgx.ParseConfig(url); err == nil && plain.RuntimeParams["pool_max_conns"] == "" {
		config.MaxConns = int32(o.Conns)
	}
	if config.MaxConns < minConns {
		return nil, fmt.Errorf("postgres: DATABASE_URL: pool_max_conns=%d is too few: write %d or more",
			config.MaxConns, minConns)
	}
	config.MaxConns -= apart
	params := maps.Clone(limits)
	// Whatever the database is, what we send is UTF-8.
	params["application_name"], params["client_encoding"] = "sajangpick", "UTF8"
	for name, value := range params {
		if _, set := config.ConnConfig.RuntimeParams[name]; !set {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.ConnConfig.ConnectTimeout = cmp.Or(config.ConnConfig.ConnectTimeout, 10*time.Second)
	return config, nil
}

// deadlock is how Postgres says that it has ended a transaction because it and another waited for each other.
const deadlock = "40P01"

// maxDeadlocks is how often a transaction that is ended so is begun in all.
const maxDeadlocks = 5

func (e *engine) write(ctx context.Context, op sqldb.TxFunc) error {
	var jobs []queue.Job
	err := undeadlocked(func() error {
		return pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) (err error) {
			if jobs, err = op(ctx, database{tx}); err != nil {
				return err
			}
			return e.queue.Add(ctx, tx, jobs)
		})
	})
	if err == nil {
		e.queue.Committed(jobs)
	}
	return err
}

func (e *engine) chain(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
	return undeadlocked(func() error { return database{e.pool}.Chain(ctx, first, rest...) })
}

// undeadlocked does again what was ended by a deadlock.
func undeadlocked(do func() error) (err error) {
	for range maxDeadlocks {
		err = do()
		if said := (*pgconn.PgError)(nil); !errors.As(err, &said) || said.Code != deadlock {
			break
		}
	}
	return err
}

func (e *engine) Start(ctx context.Context, h storage.Handlers) error {
	if err := e.Ready(ctx); err != nil {
		return err
	}
	if err := e.live(ctx); err != nil {
		return err
	}
	return e.queue.Start(ctx, h)
}

func (e *engine) Stop(ctx context.Context) error { return e.queue.Stop(ctx) }

// Process implements storage.Engine.
func (e *engine) Process() string { return e.process }

func (e *engine) Ready(ctx context.Context) error {
	if err := e.schema.Check(ctx, e.Read); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return e.queue.Ready()
}

// closeLimit is how long Close waits for connections that are in use.
const closeLimit = 2 * time.Second

func (e *engine) Close() error {
	if e.queue != nil {
		now, cancel := context.WithCancel(context.Background())
		cancel()
		_ = e.queue.Stop(now) // it says that jobs were cancelled, which is what was asked for
	}
	if e.life != nil {
		e.life.end()
	}
	err := e.std.Close()
	closed := make(chan struct{})
	go func() { e.pool.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(closeLimit): // a connection to a server that is gone never comes back
	}
	return err
}
