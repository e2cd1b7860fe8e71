package sqlite_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func BenchmarkSQLite_Orders(b *testing.B) {
	for _, atOnce := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d_at_once", atOnce), func(b *testing.B) {
			e := open(b, storagetest.SQLite(b), storage.Options{Workers: 128})
			defer e.Close()
			if err := e.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			storagetest.Throughput(b, e, atOnce)
		})
	}
}

// BenchmarkSQLite_Screens asks a service that has been at it for a year.
func BenchmarkSQLite_Screens(b *testing.B) {
	path, now := storagetest.Migrated(b), time.Now()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	if err := storagetest.Grow(b.Context(), db, "sqlite", storagetest.Growth{
		Orders: 200_000, Shops: 300, Now: now,
	}); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	e := open(b, path, storage.Options{})
	defer e.Close()
	storagetest.Screens(b, e, now)
}
