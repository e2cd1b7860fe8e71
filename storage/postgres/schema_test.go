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

func TestPostgresUpgrade_FromEveryRelease(t *testing.T) {
	t.Parallel()
	upgrade.Releases(t, "postgres", raw)
}

func TestPostgresUpgrade_AnswersOddSchemas(t *testing.T) {
	t.Parallel()
	upgrade.OddSchemas(t, raw)
}

// TestIndexes_AStepThatGoesOnChangesNone holds that a change of an open order, and of a call, stays within its page:
// where one of these columns is in an index, or in the condition of one, the change is written into all of the table's.
func TestIndexes_AStepThatGoesOnChangesNone(t *testing.T) {
	t.Parallel()
	raw := raw(t)
	if err := raw.Open(t).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for table, changes := range map[string][]string{
		"orders": {
			"step", "phase", "version", "changed", "since", "due", "alarm", "alarm_due", "attempt", "again", "detail",
			"photo_key", "clip_key", "call_id", "remote", "progress", "told", "taken", "framing", "photo_opened",
		},
		"calls": {"state", "remote", "estimated", "settled", "ended", "note"},
		"cuts":  {"words", "short_key", "receipt"},
	} {
		for _, column := range changes {
			var indexes []string
			found, err := raw.DB.QueryContext(t.Context(), `
SELECT d.objid::regclass FROM pg_depend d JOIN pg_class i ON i.oid = d.objid AND i.relkind = 'i'
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = '`+table+`'::regclass AND a.attname = '`+column+`'`)
			if err != nil {
				t.Fatal(err)
			}
			for found.Next() {
				var index string
				if err := found.Scan(&index); err != nil {
					t.Fatal(err)
				}
				indexes = append(indexes, index)
			}
			if err := found.Err(); err != nil {
				t.Fatal(err)
			}
			if len(indexes) > 0 {
				t.Errorf("%s.%s is in %v", table, column, indexes)
			}
		}
	}
}

func TestThaw_EndsAQueueLeaderOfTheFuture(t *testing.T) {
	t.Parallel()
	upgrade.LeaderOfTheFuture(t, raw)
}
