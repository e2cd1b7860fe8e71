package postgres_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that database/sql knows as pgx

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func BenchmarkPostgres_Orders(b *testing.B) {
	for _, atOnce := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d_at_once", atOnce), func(b *testing.B) {
			e := open(b, storagetest.Postgres(b), storage.Options{Workers: 128})
			defer e.Close()
			if err := e.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			storagetest.Throughput(b, e, atOnce)
		})
	}
}

// BenchmarkPostgres_Screens asks a service that has been at it for a year.
func BenchmarkPostgres_Screens(b *testing.B) {
	address, now := storagetest.Postgres(b), time.Now()
	e := open(b, address, storage.Options{})
	defer e.Close()
	if err := e.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := storagetest.Grow(b.Context(), db, "postgres", storagetest.Growth{
		Orders: 200_000, Shops: 300, Now: now,
	}); err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), `VACUUM ANALYZE`); err != nil {
		b.Fatal(err)
	}
	storagetest.Screens(b, e, now)
}
