package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/contract"
)

func TestMain(m *testing.M) { os.Exit(storagetest.Main(m)) }

func empty(t *testing.T) storagetest.Open { return opening(storagetest.Postgres(t)) }

func fresh(t *testing.T) storagetest.Open { return opening(storagetest.MigratedPostgres(t)) }

func opening(url string) storagetest.Open {
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

func migrated(t *testing.T, url string, o storage.Options) storage.Engine {
	t.Helper()
	e := open(t, url, o)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := e.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func TestPostgresStore_KeepsItsContract(t *testing.T) {
	t.Parallel()
	contract.Store(t, empty, fresh)
}

func TestPostgresState_KeepsItsContract(t *testing.T) {
	t.Parallel()
	contract.State(t, fresh)
}

func TestPostgresShared_KeepsItsContract(t *testing.T) {
	t.Parallel()
	contract.Shared(t, empty, fresh)
}

func TestPostgresJobs_OneOfADeadProcessIsRescued(t *testing.T) {
	t.Parallel()
	address := storagetest.MigratedPostgres(t)
	e := migrated(t, address, storage.Options{JobTimeout: 10 * time.Second, RescueAfter: 15 * time.Second})
	o, _, err := e.Place(t.Context(), storagetest.NewOrder("web/1", time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	// What a process leaves behind that died long ago, in the middle of the job.
	if _, err := connect(t, address).Exec(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1,
		attempted_at = now() - interval '10 minutes', attempted_by = ARRAY['dead'] WHERE kind = 'look'`); err != nil {
		t.Fatal(err)
	}
	looked := make(chan int64, 10)
	err = e.Start(t.Context(), storage.Handlers{
		Advance: func(_ context.Context, order, _ int64) (time.Time, error) {
			looked <- order
			return time.Time{}, nil
		},
		NotifyStatus: func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case id := <-looked:
		if id != o.ID {
			t.Errorf("order %d", id)
		}
	case <-time.After(30 * time.Second):
		t.Error("nobody looked")
	}
}

func TestPostgresEngine_OutlivesItsConnections(t *testing.T) {
	t.Parallel()
	address := storagetest.MigratedPostgres(t)
	e := migrated(t, address, storage.Options{})
	looked := make(chan int64, 10)
	err := e.Start(t.Context(), storage.Handlers{
		Advance: func(_ context.Context, order, _ int64) (time.Time, error) {
			looked <- order
			return time.Time{}, nil
		},
		NotifyStatus: func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, address).Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	for try := 1; ; try++ { // each dead connection may cost one error
		o, _, err := e.Place(t.Context(), storagetest.NewOrder("web/1", time.Now()))
		if err == nil {
			select {
			case id := <-looked:
				if id != o.ID {
					t.Errorf("order %d", id)
				}
			case <-time.After(30 * time.Second):
				t.Error("the queue is dead")
			}
			return
		}
		if try == 40 {
			t.Fatal(err)
		}
	}
}

func TestPostgresOpen_AnErrorNeverShowsThePassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"postgres://shop:hunter2@127.0.0.1:1/x?connect_timeout=2",
		"postgres://shop:hunter2@127.0.0.1:99999/x",
		"host=127.0.0.1 port=1 user=shop password=hunter2 connect_timeout=2 sslmode=nonsense",
	} {
		_, err := postgres.Open(t.Context(), address, storage.Options{})
		if err == nil {
			t.Fatal("it opened")
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "DATABASE_URL") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestPostgresOpen_TheAddressMayChooseItsOwnLimits(t *testing.T) {
	t.Parallel()
	plain := storagetest.Postgres(t)
	address, err := url.Parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	q.Set("pool_max_conns", "4")
	q.Set("application_name", "mine")
	address.RawQuery = q.Encode()
	e := migrated(t, address.String(), storage.Options{Conns: 9})
	handlers := storage.Handlers{
		Advance: nothing, NotifyStatus: nothing,
		Draft: func(context.Context, int64) (time.Time, error) { return time.Time{}, nil },
	}
	handlers.SendMessage = handlers.Draft
	if err := e.Start(t.Context(), handlers); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := e.Overdue(t.Context(), time.Now(), 1); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var conns int
	err = connect(t, plain).QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'mine'`).Scan(&conns)
	if err != nil || conns < 2 || conns > 4 { // the one that listens is among them
		t.Errorf("%d connections, %v", conns, err)
	}
	room, err := e.(interface {
		Connections(context.Context) (postgres.Connections, error)
	}).Connections(t.Context())
	if err != nil || room.Own != 4 || room.Taken < conns || room.Allowed <= room.Own {
		t.Errorf("%+v, %v", room, err)
	}
	q.Set("pool_max_conns", "3")
	address.RawQuery = q.Encode()
	if _, err := postgres.Open(t.Context(), address.String(), storage.Options{}); err == nil ||
		!strings.Contains(err.Error(), "pool_max_conns=3") {
		t.Errorf("three connections: %v", err)
	}
}

func nothing(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }

// TestEngine_ATransactionThatADeadlockEndedIsBegunAnew makes the engine's the one that waits last: it has the first
// order and wants the third, which another has who waits for the first.
func TestEngine_ATransactionThatADeadlockEndedIsBegunAnew(t *testing.T) {
	t.Parallel()
	address := storagetest.MigratedPostgres(t)
	e := migrated(t, address+"&deadlock_timeout=10ms", storage.Options{})
	c := bot.Change{Chat: bot.Chat{Platform: "telegram", ID: "77"}}
	for i := range 3 {
		o, _, err := e.Place(t.Context(), storagetest.NewOrder(fmt.Sprint(i), time.Now().Add(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		c.Moves = append(c.Moves, bot.Moved{Order: o})
	}
	patient := address + "&deadlock_timeout=1min"
	var conns [2]*pgx.Conn
	lock := func(i, order int) error {
		_, err := conns[i].Exec(t.Context(), `SELECT 1 FROM orders WHERE id = $1 FOR UPDATE`, order)
		return err
	}
	for i := range conns {
		conns[i] = connect(t, patient)
		if _, err := conns[i].Exec(t.Context(), `BEGIN`); err != nil {
			t.Fatal(err)
		}
		if err := lock(i, 2+i); err != nil {
			t.Fatal(err)
		}
	}
	watcher := connect(t, address)
	waiting := func(want int) {
		t.Helper()
		for n := -1; n != want; {
			if err := watcher.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
	}
	committed, locked := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := e.Commit(t.Context(), c)
		committed <- err
	}()
	waiting(1)
	go func() { locked <- lock(1, 1) }()
	waiting(2)
	if _, err := conns[0].Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if err := <-locked; err != nil { // the engine's transaction was ended, and let go
		t.Fatal(err)
	}
	if _, err := conns[1].Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if err := <-committed; err != nil {
		t.Error(err)
	}
	for _, m := range c.Moves {
		if o, err := e.Order(t.Context(), m.Order.ID); err != nil || o.Version != 2 {
			t.Errorf("order %d is at version %d: %v", m.Order.ID, o.Version, err)
		}
	}
}
