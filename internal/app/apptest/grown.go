package apptest

import (
	"database/sql"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// Grow migrates the world's database, fills it with what a service leaves in a year, and returns one connection to it,
// beside those of the program.
func (w *World) Grow(engine string, g storagetest.Growth) *sql.DB {
	w.T.Helper()
	check := func(err error) {
		w.T.Helper()
		if err != nil {
			w.T.Fatal(err)
		}
	}
	e, err := app.OpenEngine(w.T.Context(), w.Config(), nil)
	check(err)
	check(e.Migrate(w.T.Context()))
	check(e.Close())
	db, err := w.Database()
	check(err)
	w.T.Cleanup(func() { check(db.Close()) })
	db.SetMaxOpenConns(1)
	check(storagetest.Grow(w.T.Context(), db, engine, g))
	return db
}

// Database is the world's own view of it.
func (w *World) Database() (*sql.DB, error) {
	driver, address := "pgx", w.Settings["DATABASE_URL"]
	if file, is := strings.CutPrefix(address, "sqlite:"); is {
		driver, address = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	return sql.Open(driver, address)
}
