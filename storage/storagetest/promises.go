// Package storagetest has the contract of every database and every store of files in packages below it: suites that
// an engine's own tests run. A new engine runs contract.Store, contract.State and package upgrade over itself; a store
// of files runs blobs.Run. Here is what they share, and what tests elsewhere need of a database: empty ones, orders to
// place, the statements that are sent.
package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// Open opens one database; each call opens the same one again. It doesn't migrate.
type Open func(t *testing.T) storage.Engine

// OrderStore is what the core keeps orders in, with what others read of it, the limits that all processes share and the
// flag that holds paid calls back.
type OrderStore interface {
	pipeline.Store
	History(ctx context.Context, order int64) ([]pipeline.Event, error)
	Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error)
	Take(ctx context.Context, limit string, r pipeline.Rate, ahead time.Duration) (wait time.Duration, err error)
	SetFlag(ctx context.Context, name, value string) error
}

// Promises are the tests of a suite, by name.
type Promises map[string]func(t *testing.T, open Open)

// Run holds the engines that fresh makes, one a promise, to the promises of a suite.
func Run(t *testing.T, fresh func(t *testing.T) Open, tests Promises) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

// Ready is an engine on a migrated database. However a test ends, the sums that are kept must hold.
func Ready(t *testing.T, open Open) storage.Engine {
	t.Helper()
	e := open(t)
	t.Cleanup(func() {
		SumsHold(t, e)
		Check(t, e.Close())
	})
	Check(t, e.Migrate(t.Context()))
	return e
}

// Several are engines on one database, each of them Ready.
func Several(t *testing.T, open Open, n int) []storage.Engine {
	t.Helper()
	engines := make([]storage.Engine, n)
	for i := range engines {
		engines[i] = Ready(t, open)
	}
	return engines
}

// Check wants no error.
func Check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Same compares whole values. A list that is nil equals an empty one, as in the database.
func Same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

// Later is so far away that no test sees it.
func Later() time.Time { return time.Now().Add(time.Hour) }
