package sqlite_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/upgrade"
)

func raw(t *testing.T) storagetest.Raw {
	path := storagetest.SQLite(t)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return storagetest.Raw{
		Open:    func(t *testing.T) storage.Engine { return open(t, path, storage.Options{}) },
		DB:      db,
		Columns: `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2`,
		Indexes: `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1`,
	}
}

func TestSQLiteUpgrade_FromEveryRelease(t *testing.T) {
	t.Parallel()
	upgrade.Releases(t, "sqlite", raw)
}

func TestSQLiteUpgrade_AnswersOddSchemas(t *testing.T) {
	t.Parallel()
	upgrade.OddSchemas(t, raw)
}

func TestOpen_FilesAreForTheirUserAlone(t *testing.T) {
	t.Parallel()
	path := storagetest.SQLite(t)
	for _, before := range []os.FileMode{0, 0o644} { // it is made, and was left open by an earlier version
		if before != 0 {
			for _, f := range []string{path, path + ".lock"} {
				if err := os.Chmod(f, before); err != nil {
					t.Fatal(err)
				}
			}
		}
		e := open(t, path, storage.Options{})
		if err := e.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{path, path + "-wal", path + "-shm", path + ".lock"} {
			if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("after %v, %s is %v, %v", before, f, info, err)
			}
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
