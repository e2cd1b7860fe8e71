package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestPresence_OpenOrdersAreReadOnlyAfterAProcessIsGone watches the looks for other processes, of which there is one a
// second: they come to read locks alone, until another process goes.
func TestPresence_OpenOrdersAreReadOnlyAfterAProcessIsGone(t *testing.T) {
	t.Parallel()
	url := storagetest.MigratedPostgres(t)
	e, other := migrated(t, url, storage.Options{}), open(t, url, storage.Options{})
	sent := storagetest.Watch(e)
	for _, e := range []storage.Engine{other, e} {
		storagetest.Start(t, e, storagetest.NewHandlerLog())
	}
	// looks lists the looks until one of some sort, and whether each has read what was begun.
	looks := func(enough func(read []bool) bool) (read []bool) {
		for !enough(read) {
			<-time.After(10 * time.Millisecond)
			for _, s := range sent.Take() {
				switch {
				case strings.Contains(s.Text, "pg_locks"):
					read = append(read, false)
				case strings.Contains(s.Text, "phase = 'begun'") && len(read) > 0:
					read[len(read)-1] = true
				}
			}
		}
		return read
	}
	quiet := func(read []bool) bool {
		return len(read) > 3 && !slices.Contains(read[len(read)-4:len(read)-1], true)
	}
	if read := looks(quiet); !slices.Contains(read, true) {
		t.Error("what was begun before the start isn't read")
	}
	storagetest.Check(t, other.Close())
	if read := looks(func(read []bool) bool { return slices.Contains(read, true) }); len(read) > 30 {
		t.Errorf("it is read at look %d after a process is gone", len(read))
	}
}
