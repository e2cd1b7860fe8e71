package storagetest

import (
	"testing"
	"time"
)

// LeaderOfTheFuture has the queue's leader die while Postgres's clock is a day ahead: without a leader nothing that is
// scheduled is ever run. Thaw ends it. The only process of an SQLite file does so at its start.
func LeaderOfTheFuture(t *testing.T, fresh func(t *testing.T) Raw) {
	r := fresh(t)
	e, d := ready(t, r.Open), newHandlerLog()
	_, err := r.DB.ExecContext(t.Context(),
		`INSERT INTO river_leader (leader_id, elected_at, expires_at) VALUES ('dead', now(), now() + interval '1 day')`)
	check(t, err)
	start(t, e, d)
	o := place(t, e, NewOrder("1", time.Now().Add(100*time.Millisecond)))
	n, err := e.Thaw(t.Context(), time.Now().Add(6*time.Hour), time.Now().Add(30*time.Hour))
	if err != nil || n != 1 {
		t.Errorf("%d thawed, %v", n, err)
	}
	if got := next(t, d.looks).order; got != o.ID {
		t.Errorf("order %d is looked at", got)
	}
}
