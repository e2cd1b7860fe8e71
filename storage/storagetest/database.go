package storagetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// Postgres makes an empty database on the server that TEST_DATABASE_URL names, and returns its address.
// The test's end drops it, also with clients connected.
func Postgres(t testing.TB) string {
	t.Helper()
	return created(t, "")
}

// MigratedPostgres makes a database as Postgres does, with all tables in it: a copy of one that is migrated once. A
// TestMain ends with DropTemplate.
func MigratedPostgres(t testing.TB) string {
	t.Helper()
	name, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return created(t, name)
}

// serverVariable names the server that the tests' databases are on.
const serverVariable = "TEST_DATABASE_URL"

var (
	template     = sync.OnceValues(makeTemplate)
	templateMade atomic.Pointer[string]
)

func makeTemplate() (name string, err error) {
	name = newName()
	if err := execute(`CREATE DATABASE ` + name); err != nil {
		return "", err
	}
	templateMade.Store(&name)
	address, err := addressOf(name)
	if err != nil {
		return "", err
	}
	e, err := postgres.Open(context.Background(), address, storage.Options{})
	if err != nil {
		return "", err
	}
	return name, errors.Join(e.Migrate(context.Background()), e.Close())
}

// DropTemplate drops what MigratedPostgres has copied.
func DropTemplate() error {
	if name := templateMade.Load(); name != nil {
		return execute(`DROP DATABASE ` + *name + ` WITH (FORCE)`)
	}
	return nil
}

// Backup is a copy of a database that one of the other functions has made, which no process works on meanwhile.
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
	return created(t, strings.TrimPrefix(address.Path, "/"))
}

// created is the address of a new database, a copy of another one unless that has no name.
func created(t testing.TB, from string) string {
	t.Helper()
	name := newName()
	if from != "" {
		from = ` TEMPLATE ` + from
	}
	if err := execute(`CREATE DATABASE ` + name + from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
	})
	address, err := addressOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func newName() string { return "test_" + strings.ToLower(rand.Text()) }

func addressOf(database string) (string, error) {
	address, err := url.Parse(os.Getenv(serverVariable))
	if err != nil {
		return "", errors.New(serverVariable + " is not an address") // the error would show its password
	}
	address.Path = "/" + database
	return address.String(), nil
}

// execute has the server execute a command.
func execute(text string) error {
	server := os.Getenv(serverVariable)
	if server == "" {
		return errors.New(serverVariable + " is not set: run `make test`, which starts a PostgreSQL for the tests")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("%s: %w", serverVariable, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
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
