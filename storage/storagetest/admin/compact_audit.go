package admin

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func compactedAudited(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	_, ids := ended(t, e)
	sell(t, e, "this month's")
	compactAll(t, e)
	storagetest.Same(t, Balance(t, e), bot.LedgerAudit{})
	audited := func(spent string) string {
		t.Helper()
		storagetest.Check(t, storagetest.Tables(e).Write(t.Context(), func(
			ctx context.Context, tx sqldb.Tx,
		) ([]queue.Job, error) {
			return nil, tx.Run(ctx, sqldb.Statement{
				Text: `UPDATE past_orders SET spent = $1 WHERE id = $2`, Args: []any{spent, ids[0]},
			},
				sqldb.Statement{Text: `DELETE FROM audits WHERE name = 'past'`})
		}))
		return strings.Join(Balance(t, e).Inconsistencies, "|")
	}
	var spent string
	query(t, e, fmt.Sprint(`SELECT spent FROM past_orders WHERE id = `, ids[0]), &spent)
	if got := audited("[]"); !strings.Contains(
		got, `the sum "202503 creatomate calls" is 3, and its compacted orders come to 2`,
	) {
		t.Errorf("an order lost what it spent, and the audit says %q", got)
	}
	storagetest.Same(t, audited(spent), "")
}

func compactedAuditedByMany(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	ended(t, e)
	sell(t, e, "this month's")
	compactAll(t, e)
	for range 5 {
		change(t, e, `DELETE FROM audits`)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := e.AuditLedger(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		storagetest.Same(t, Balance(t, e), bot.LedgerAudit{})
	}
}
