package postgres_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/upgrade"
)

// TestAnUpgradeKeepsWhatWasThere brings up a database with rows in it that was made before there were admins.
func TestAnUpgradeKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	address := storagetest.Postgres(t)
	conn := connect(t, address)
	db := sql.OpenDB(stdlib.GetConnector(*conn.Config()))
	defer db.Close()
	old, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), upgrade.BeforeAdmins); err != nil {
		t.Fatal(err)
	}
	upgrade.FromBeforeAdmins(t, func(t *testing.T) storage.Engine { return open(t, address, storage.Options{}) })
}
