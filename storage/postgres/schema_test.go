package postgres_test

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/upgrade"
)

func raw(t *testing.T) storagetest.Raw {
	url := storagetest.Postgres(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	db := sql.OpenDB(stdlib.GetConnector(*config))
	t.Cleanup(func() { db.Close() })
	return storagetest.Raw{
		Open: func(t *testing.T) storage.Engine { return open(t, url, storage.Options{Conns: 8}) },
		DB:   db,
		Columns: `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
			ORDER BY table_name COLLATE "C", column_name COLLATE "C"`,
		Indexes: `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname COLLATE "C"`,
	}
}

func TestReleases(t *testing.T) {
	t.Parallel()
	upgrade.Releases(t, "postgres", raw)
}

func TestOddSchemas(t *testing.T) {
	t.Parallel()
	upgrade.OddSchemas(t, raw)
}

func TestThaw_EndsAQueueLeaderOfTheFuture(t *testing.T) {
	t.Parallel()
	upgrade.LeaderOfTheFuture(t, raw)
}
