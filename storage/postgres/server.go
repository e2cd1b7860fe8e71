package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// limits are what the server is told of each connection, so that nothing hangs for ever.
var limits = map[string]string{
	"statement_timeout":                   "60s",
	"idle_in_transaction_session_timeout": "60s",
	"jit":                                 "off", // no statement here takes as long as compiling it would
}

// connect makes the pool. PgBouncer refuses limits among a connection's first words, unless it was told to ignore
// them; then they are set as soon as it is open.
func connect(ctx context.Context, config *pgxpool.Config) (*pgxpool.Pool, error) {
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	err = pool.Ping(ctx)
	var refused *pgconn.PgError
	if err == nil || !errors.As(err, &refused) || refused.Code != "08P01" {
		return pool, err
	}
	pool.Close()
	late := map[string]string{}
	for name := range limits {
		late[name] = config.ConnConfig.RuntimeParams[name]
		delete(config.ConnConfig.RuntimeParams, name)
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		for name, value := range late {
			_, err := conn.Exec(ctx, `SELECT set_config($1, $2, false)`, pgx.QueryExecModeSimpleProtocol, name, value)
			if err != nil {
				return err
			}
		}
		return nil
	}
	if pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	return pool, pool.Ping(ctx)
}

// suits is an error when the database can't be worked with, and says what to change.
func suits(ctx context.Context, pool *pgxpool.Pool) error {
	var encoding string
	const text = `SELECT current_setting('server_encoding')`
	err := pool.QueryRow(ctx, text, pgx.QueryExecModeSimpleProtocol).Scan(&encoding)
	if err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database's encoding is %s, which can't hold what people write: make one with "+
			"CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	sessions, err := keepsSessions(ctx, pool)
	if err == nil && !sessions {
		err = errors.New("a pooler in transaction mode stands before the database (PgBouncer's pool_mode, or port " +
			"6543 of some hosts), where LISTEN, prepared statements and a session's locks don't work: " +
			"use the pooler's session mode, or the database's own address")
	}
	return err
}

// keepsSessions reports whether two connections are two sessions of the server. In transaction mode the server's
// session goes to the client that asks next: then the second sees what the first has set, or the first doesn't any
// more.
func keepsSessions(ctx context.Context, pool *pgxpool.Pool) (bool, error) {
	first, err := pool.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer first.Release()
	second, err := pool.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer second.Release()
	mark := rand.Text()
	const set = `SELECT set_config('sajangpick.session', $1, false)`
	if _, err := first.Exec(ctx, set, pgx.QueryExecModeSimpleProtocol, mark); err != nil {
		return false, err
	}
	tx, err := second.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // it changed nothing
	const ask = `SELECT coalesce(current_setting('sajangpick.session', true), '')`
	var mine, others string
	if err := tx.QueryRow(ctx, ask, pgx.QueryExecModeSimpleProtocol).Scan(&others); err != nil {
		return false, err
	}
	err = first.QueryRow(ctx, ask, pgx.QueryExecModeSimpleProtocol).Scan(&mine)
	return mine == mark && others != mark, err
}

// Connections is how many sessions of the server there are to share.
type Connections struct {
	Own     int // most that this process holds, the one that listens included
	Allowed int // most that this user may hold on this database with all its processes
	Taken   int // by all clients, now
}

// Connections asks the server. It is not part of storage.Engine: SQLite has none.
func (e *engine) Connections(ctx context.Context) (c Connections, err error) {
	c.Own = int(e.pool.Config().MaxConns) + apart
	err = e.pool.QueryRow(ctx, `
		SELECT least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
			- coalesce(current_setting('reserved_connections', true)::int, 0),
			(SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
			(SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())),
			(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')`).Scan(&c.Allowed, &c.Taken)
	return c, err
}
