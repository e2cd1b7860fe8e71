package sqlite_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestTake_AClockThatWasADayAheadBlocksForOneWindowOnly asks for a request under a limit that a process with a wrong
// clock has filled.
func TestTake_AClockThatWasADayAheadBlocksForOneWindowOnly(t *testing.T) {
	path := storagetest.Migrated(t)
	e, err := sqlite.Open(t.Context(), path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tomorrow := time.Now().Add(24 * time.Hour).UnixMilli()
	if _, err := db.Exec(
		`INSERT INTO limits (name, used) VALUES ('creatomate', ?)`, fmt.Sprintf("[%d,%d]", tomorrow, tomorrow),
	); err != nil {
		t.Fatal(err)
	}
	rate, began := pipeline.Rate{N: 2, Per: time.Hour}, time.Now()
	for range 2 {
		wait, err := e.Take(t.Context(), "creatomate", rate, 0)
		if err != nil || wait == 0 || wait > 63*time.Minute {
			t.Errorf("waits %v, %v", wait, err)
		}
	}
	var used string
	if err := db.QueryRow(`SELECT used FROM limits`).Scan(&used); err != nil {
		t.Fatal(err)
	}
	var first, second int64
	if _, err := fmt.Sscanf(used, "[%d,%d]", &first, &second); err != nil || first != second ||
		first < began.UnixMilli() || first > time.Now().UnixMilli() {
		t.Errorf("from now on it counts as %s, began at %d: %v", used, began.UnixMilli(), err)
	}
}
