package postgres_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// A message that is written while the one before it is being closed waits for that row's lock. It gets its job then:
// who closed the other didn't see it.
func TestCommit_AMessageWrittenWhileTheOneBeforeIsClosedHasAJob(t *testing.T) {
	t.Parallel()
	address := storagetest.MigratedPostgres(t)
	e := migrated(t, address, storage.Options{})
	write := func(writer string) error {
		to := bot.Message{Thread: pipeline.Thread{Platform: "telegram", Chat: "77"}, Text: "x"}
		_, err := e.Commit(t.Context(), bot.Change{
			Chat: bot.Chat{Platform: "telegram", ID: writer}, Messages: []bot.OutgoingMessage{{Message: to}},
		})
		return err
	}
	if err := write("one"); err != nil {
		t.Fatal(err)
	}
	closer, err := connect(t, address).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := closer.Exec(t.Context(), `UPDATE says SET ended = 1`); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- write("two") }()
	look := connect(t, address)
	for waits := false; !waits; {
		err := look.QueryRow(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock')`).Scan(&waits)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-written:
			t.Fatalf("it waits for nothing: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := closer.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	jobs := 0
	err = look.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE queue = 'say' AND args ->> 'say' = (
		SELECT max(id)::text FROM says)`).Scan(&jobs)
	if err != nil || jobs != 1 {
		t.Errorf("%d jobs, %v", jobs, err)
	}
}
