package postgres_test

import (
	"database/sql"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/upgrade"
)

// TestPostgresUpgrade_KeepsWhatWasThereBeforeAdmins brings up a database with rows in it that was made before there
// were admins.
func TestPostgresUpgrade_KeepsWhatWasThereBeforeAdmins(t *testing.T) {
	t.Parallel()
	address := storagetest.Postgres(t)
	conn := connect(t, address)
	db := sql.OpenDB(stdlib.GetConnector(*conn.Config()))
	defer db.Close()
	old, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), upgrade.BeforeAdmins); err != nil {
		t.Fatal(err)
	}
	upgrade.FromBeforeAdmins(t, func(t *testing.T) storage.Engine { return open(t, address, storage.Options{}) })
}

// TestAuditLedger_ComparesProviderQueueWithTheOrders changes that table behind its trigger's back.
func TestAuditLedger_ComparesProviderQueueWithTheOrders(t *testing.T) {
	t.Parallel()
	address := storagetest.Postgres(t)
	e, conn := storagetest.Ready(t, func(t *testing.T) storage.Engine {
		return open(t, address, storage.Options{})
	}), connect(t, address)
	for _, source := range []string{"lost", "changed", "left over"} {
		o := storagetest.NewOrder(source, time.Now().Add(time.Hour))
		if o.Step, o.Phase, o.Reason = pipeline.Animate, pipeline.Ready, pipeline.ReasonTurn; source == "left over" {
			o.Status, o.Reason = pipeline.Cancelled, pipeline.ReasonNone
		}
		storagetest.Place(t, e, o)
	}
	for _, x := range []struct {
		change string
		want   []string
	}{
		{`SELECT 1`, nil},
		{`DELETE FROM provider_queue WHERE id = 1; UPDATE provider_queue SET phase = 'begun' WHERE id = 2;
			INSERT INTO provider_queue SELECT 3, shop, step, phase, reason, taken FROM orders WHERE id = 3;
			INSERT INTO provider_queue VALUES (9, 0, 'render', 'ready', '', false)`, []string{
			"order 1: is not in provider_queue as it is", "order 2: is not in provider_queue as it is",
			"order 3: is not in provider_queue as it is", "order 9: does not exist, and is in provider_queue",
		}},
		{`DELETE FROM provider_queue WHERE id IN (3, 9); UPDATE orders SET reason = 'paused' WHERE id < 3`, nil},
	} {
		if _, err := conn.Exec(t.Context(), x.change+`; UPDATE audits SET at = 0, upto = 0`); err != nil {
			t.Fatal(err)
		}
		b, err := e.AuditLedger(t.Context())
		if err != nil || !slices.Equal(b.Inconsistencies, x.want) {
			t.Errorf("%s: %q, want %q: %v", x.change, b.Inconsistencies, x.want, err)
		}
	}
}
