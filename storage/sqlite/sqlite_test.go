package sqlite_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func fresh(t *testing.T) storagetest.Open {
	path := storagetest.SQLite(t)
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

func TestStore(t *testing.T) { storagetest.Store(t, fresh) }
