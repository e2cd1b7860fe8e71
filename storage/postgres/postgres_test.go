package postgres_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func fresh(t *testing.T) storagetest.Open {
	url := storagetest.Postgres(t)
	return func(t *testing.T) storage.Engine { return open(t, url, storage.Options{Conns: 8}) }
}

func open(t testing.TB, url string, o storage.Options) storage.Engine {
	t.Helper()
	e, err := postgres.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestStore(t *testing.T)  { storagetest.Store(t, fresh) }
func TestShared(t *testing.T) { storagetest.Shared(t, fresh) }
