// Package storagetest is the contract of every database and every store of files: suites that an engine's own tests
// run. A new engine runs Store, State, Upgraded and Releases over itself; a store of files runs Blobs.
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

// Store is the contract of storage.Engine. fresh makes an empty database.
func Store(t *testing.T, fresh func(t *testing.T) Open) {
	for name, tests := range map[string]Promises{
		"queue": queuePromises, "life": lifePromises, "leases": leasePromises, "turns": turnPromises,
	} {
		t.Run(name, func(t *testing.T) { run(t, fresh, tests) })
	}
	Orders(t, func(t *testing.T) OrderStore { return ready(t, fresh(t)) })
}

// OrderStore is what the core keeps orders in, with the flag that holds paid calls back.
type OrderStore interface {
	pipeline.Store
	SetFlag(ctx context.Context, name, value string) error
}

// Orders is the contract of pipeline.Store, as far as it needs no queue that runs. fresh makes an empty one.
func Orders(t *testing.T, fresh func(t *testing.T) OrderStore) {
	for name, tests := range map[string]orderSuite{
		"orders": orderPromises, "ledger": ledgerPromises, "limits": limitPromises,
	} {
		t.Run(name, func(t *testing.T) {
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, fresh(t))
				})
			}
		})
	}
}

// orderSuite is the tests of a part of it, by name.
type orderSuite map[string]func(t *testing.T, e OrderStore)

// State is the contract of its bot.Store, state.Workspaces and state.Admin. fresh makes a database that nothing is in;
// it may be migrated.
func State(t *testing.T, fresh func(t *testing.T) Open) {
	for name, tests := range map[string]Promises{
		"changes": changePromises, "chats": chatPromises, "says": sayPromises, "finding": findPromises,
		"workspaces": workspacePromises, "access": accessPromises,
		"overview": overviewPromises, "audit": auditPromises, "sums": sumPromises, "forgetting": forgetPromises,
		"compacting": compactPromises, "two shops": twoPromises, "reporting": reportingPromises,
		"troubles": troublePromises,
	} {
		t.Run(name, func(t *testing.T) { run(t, fresh, tests) })
	}
}

// Talk is that part of Store and State which a simulation needs: what chats, messages and orders in trouble are kept
// in, as long as no shop is forgotten and nothing is summed up.
func Talk(t *testing.T, fresh func(t *testing.T) Open) {
	for name, tests := range map[string]Promises{
		"leases": leasePromises, "changes": changePromises, "chats": chatPromises, "says": sayPromises,
		"finding": findPromises, "troubles": troublePromises,
	} {
		t.Run(name, func(t *testing.T) { run(t, fresh, tests) })
	}
	Orders(t, func(t *testing.T) OrderStore { return ready(t, fresh(t)) })
}

// Shared is the contract of engines that several processes may open at once.
func Shared(t *testing.T, fresh func(t *testing.T) Open) { run(t, fresh, sharedPromises) }

// Promises are the tests of a suite, by name.
type Promises map[string]func(t *testing.T, open Open)

func run(t *testing.T, fresh func(t *testing.T) Open, tests Promises) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

// ready is an engine on a migrated database. However a test ends, the sums that are kept must hold.
func ready(t *testing.T, open Open) storage.Engine {
	t.Helper()
	e := open(t)
	t.Cleanup(func() {
		SumsHold(t, e)
		check(t, e.Close())
	})
	check(t, e.Migrate(t.Context()))
	return e
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// NewOrder is an order with something in each field, due at the given time.
func NewOrder(source string, due time.Time) pipeline.Order {
	return pipeline.Order{
		Source: source, Shop: 3,
		Thread: pipeline.Thread{Platform: "telegram", Chat: "77", Topic: "2", Message: "5", User: "501", Lang: "ko"},
		Maker:  "김사장",
		Photo:  pipeline.Photo{Ref: "AgACAgUAAx", Unique: "AQADx", Name: "점심.jpg", Bytes: 204_800, Opened: 1},
		Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Ready, Due: due,
		Cut: pipeline.Cut{N: 1, Look: "warm", Music: "cafe", Words: pipeline.Words{
			Menu: "새우 파스타", Price: "18,000원", Won: 18000, Regular: 21000, Shop: "사장네", Logo: "shops/1/logo.png",
			Options: []pipeline.Option{{Name: "곱빼기", Won: 21000}}, Sticker: "신메뉴",
		}},
		Callback: "https://pos.example.com/hook?secret=7",
	}
}

func place(t *testing.T, e OrderStore, o pipeline.Order) pipeline.Order {
	t.Helper()
	placed, fresh, err := e.Place(t.Context(), o)
	check(t, err)
	if !fresh {
		t.Fatalf("%q was there already", o.Source)
	}
	return placed
}

func move(t *testing.T, e OrderStore, o pipeline.Order, m pipeline.Move) pipeline.Order {
	t.Helper()
	moved, err := e.Move(t.Context(), o, m)
	check(t, err)
	return moved
}

func order(t *testing.T, e OrderStore, id int64) pipeline.Order {
	t.Helper()
	o, err := e.Order(t.Context(), id)
	check(t, err)
	return o
}

// same compares whole values. A list that is nil equals an empty one, as in the database.
func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

// later is so far away that no test sees it.
func later() time.Time { return time.Now().Add(time.Hour) }
