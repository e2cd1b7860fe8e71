package upgrade

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// LeaderOfTheFuture has the queue's leader die while Postgres's clock is a day ahead: without a leader nothing that is
// scheduled is ever run. Thaw ends it. The only process of an SQLite file does so at its start.
func LeaderOfTheFuture(t *testing.T, fresh func(t *testing.T) storagetest.Raw) {
	r := fresh(t)
	e, d := storagetest.Ready(t, r.Open), storagetest.NewHandlerLog()
	_, err := r.DB.ExecContext(t.Context(),
		`INSERT INTO river_leader (leader_id, elected_at, expires_at) VALUES ('dead', now(), now() + interval '1 day')`)
	storagetest.Check(t, err)
	storagetest.Start(t, e, d)
	o := storagetest.Place(t, e, storagetest.NewOrder("1", time.Now().Add(100*time.Millisecond)))
	n, err := e.Thaw(t.Context(), time.Now().Add(6*time.Hour), time.Now().Add(30*time.Hour))
	if err != nil || n != 1 {
		t.Errorf("%d thawed, %v", n, err)
	}
	if got := storagetest.Next(t, d.Advanced).ID; got != o.ID {
		t.Errorf("order %d is looked at", got)
	}
}
