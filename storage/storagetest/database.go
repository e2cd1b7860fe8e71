package storagetest

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// Postgres makes an empty database on the server that TEST_DATABASE_URL names, and returns its address.
// The test's end drops it, whoever is connected.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("TEST_DATABASE_URL is not set: run `make test`, which starts a PostgreSQL for the tests")
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL is not an address") // the error would show its password
	}
	name := "test_" + strings.ToLower(rand.Text())
	command(t, server, `CREATE DATABASE `+name)
	t.Cleanup(func() { command(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	address.Path = "/" + name
	return address.String()
}

// Backup is a copy of a database that Postgres or Migrated has made, which no process works on meanwhile.
func Backup(t testing.TB, database string) string {
	t.Helper()
	if path, found := strings.CutPrefix(database, "sqlite:"); found {
		file, err := os.ReadFile(path) // closed: all of it is in the one file
		if err != nil {
			t.Fatal(err)
		}
		if path = SQLite(t); os.WriteFile(path, file, 0o600) != nil {
			t.Fatal("the backup can't be written")
		}
		return "sqlite:" + path
	}
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal("the database's is not an address") // the error would show its password
	}
	server, name := os.Getenv("TEST_DATABASE_URL"), "test_"+strings.ToLower(rand.Text())
	command(t, server, `CREATE DATABASE `+name+` TEMPLATE `+strings.TrimPrefix(address.Path, "/"))
	t.Cleanup(func() { command(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	address.Path = "/" + name
	return address.String()
}

func command(t testing.TB, server, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("TEST_DATABASE_URL: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, text); err != nil {
		t.Fatal(err)
	}
}

// SQLite is the path of a database that isn't there yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "orders.db")
}

// Migrated is the path of a SQLite database that is up to date: bringing one up is most of what a small
// test costs.
func Migrated(t testing.TB) string {
	t.Helper()
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := SQLite(t)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// migrated is the file of an empty database, made once.
var migrated = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "sajangpick-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "orders.db")
	e, err := sqlite.Open(context.Background(), path, storage.Options{})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(e.Migrate(context.Background()), e.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
