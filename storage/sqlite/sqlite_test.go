package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/contract"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimPath); path != "" {
		victim(path)
	}
	os.Exit(storagetest.Main(m))
}

func empty(t *testing.T) storagetest.Open { return opening(storagetest.SQLite(t)) }

func fresh(t *testing.T) storagetest.Open { return opening(storagetest.Migrated(t)) }

func opening(path string) storagetest.Open {
	return func(t *testing.T) storage.Engine { return open(t, path, storage.Options{}) }
}

func open(t testing.TB, path string, o storage.Options) storage.Engine {
	t.Helper()
	e, err := sqlite.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func migrated(t *testing.T, path string) storage.Engine {
	t.Helper()
	e := open(t, path, storage.Options{})
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := e.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSQLiteStore_KeepsItsContract(t *testing.T) {
	t.Parallel()
	contract.Store(t, empty, fresh)
}

func TestSQLiteState_KeepsItsContract(t *testing.T) {
	t.Parallel()
	contract.State(t, fresh)
}

func TestState_NoAnswerIsHalfOfOneWhenTheDatabaseFails(t *testing.T) {
	t.Parallel()
	contract.Outages(t, fresh(t))
}

func TestSQLiteOpen_AFileHasOneProcess(t *testing.T) {
	t.Parallel()
	path := storagetest.Migrated(t)
	migrated(t, path)
	other := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, other); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, other} {
		_, err := sqlite.Open(t.Context(), name, storage.Options{})
		if err == nil {
			t.Fatal("it opened twice")
		}
		for _, want := range []string{"DATABASE_URL", "another process", "postgres://"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q is not in %v", want, err)
			}
		}
	}
}

func TestSQLiteOpen_TakesAnyNameOfAFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"새 폴더/주문?mode=ro#1 %41.db", "a&_pragma=foreign_keys(0).db"} {
		path := filepath.Join(t.TempDir(), filepath.FromSlash(name))
		migrated(t, path)
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestSQLiteOpen_APathThatCannotBeIsAnError(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", ":memory:", filepath.Join(file, "x.db"), t.TempDir(), file} {
		e, err := sqlite.Open(t.Context(), path, storage.Options{})
		if err == nil {
			e.Close()
			t.Errorf("%q opened", path)
		} else if !strings.Contains(err.Error(), "DATABASE_URL") {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// TestSQLiteQueue_KeepsATestsTime drives minutes of wakeups in moments, as the pipeline's tests do.
func TestSQLiteQueue_KeepsATestsTime(t *testing.T) {
	path := storagetest.Migrated(t)
	synctest.Test(t, func(t *testing.T) {
		e := migrated(t, path)
		start := time.Now()
		o, _, err := e.Place(t.Context(), storagetest.NewOrder("web/1", start.Add(2*time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		looked := make(chan time.Duration, 10)
		err = e.Start(t.Context(), storage.Handlers{
			Advance: func(context.Context, int64, int64) (time.Time, error) {
				looked <- time.Since(start)
				if time.Since(start) < 3*time.Minute {
					return time.Now().Add(30 * time.Second), nil
				}
				return time.Time{}, nil
			},
			NotifyStatus: func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		for want := 2 * time.Minute; want <= 3*time.Minute; want += 30 * time.Second {
			if got := <-looked; got < want || got > want+10*time.Second {
				t.Errorf("looked after %v, want %v", got, want)
			}
		}
		if late, err := e.Overdue(t.Context(), time.Now(), 10); err != nil || len(late) != 1 || late[0] != o.ID {
			t.Errorf("late are %v, %v", late, err)
		}
		if err := e.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestSQLite_AWriteThatFailsSpoilsNoOther lets good and bad moves share commits.
func TestSQLite_AWriteThatFailsSpoilsNoOther(t *testing.T) {
	t.Parallel()
	e := migrated(t, storagetest.Migrated(t))
	o, _, err := e.Place(t.Context(), storagetest.NewOrder("bad", time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	placed := make(chan error, 200)
	for i := range cap(placed) {
		go func() {
			if i%2 == 0 {
				_, _, err := e.Place(
					t.Context(), storagetest.NewOrder(strings.Repeat("x", i+1), time.Now().Add(time.Hour)),
				)
				placed <- err
				return
			}
			bad := pipeline.Call{ID: "c", Order: o.ID, State: "nonsense"}
			if _, err := e.Move(t.Context(), o, pipeline.Move{Calls: []pipeline.Call{bad}}); err == nil {
				t.Error("a bad move was written")
			}
			placed <- nil
		}()
	}
	for range cap(placed) {
		if err := <-placed; err != nil {
			t.Error(err)
		}
	}
	if now, err := e.Order(t.Context(), o.ID); err != nil || now.Version != 1 {
		t.Errorf("the order of the bad moves is at %d, %v", now.Version, err)
	}
	all, err := e.Recent(t.Context(), "telegram", "77", 1000)
	if err != nil || len(all) != 101 {
		t.Errorf("%d orders, %v", len(all), err)
	}
}

func TestEngine_PurgeExpiredKeepsThePlannersStatistics(t *testing.T) {
	t.Parallel()
	path := storagetest.Migrated(t)
	e := migrated(t, path)
	for i := range 5 {
		if _, _, err := e.Place(t.Context(), storagetest.NewOrder(strconv.Itoa(i), time.Now())); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.PurgeExpired(t.Context(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"orders", "cuts", "history"} {
		if known := column(t, db, `SELECT stat FROM sqlite_stat1 WHERE tbl = '`+table+`'`); !slices.ContainsFunc(
			known, func(s string) bool { return strings.HasPrefix(s, "5 ") },
		) {
			t.Errorf("of %s is known %q", table, known)
		}
	}
}
