package memorytest

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// AuditLedger implements bot.Admin: it looks at all orders each time.
func (s *Store) AuditLedger(context.Context) (b bot.LedgerAudit, err error) {
	err = s.view("AuditLedger", func(t tx) {
		for o := range t.Orders(func(pipeline.Order) bool { return true }) {
			for _, what := range t.odd(o) {
				b.Inconsistencies = append(b.Inconsistencies, fmt.Sprintf("order %d: %s", o.ID, what))
			}
		}
	})
	return b, err
}

// Audit implements bot.Admin. There is nothing to go on with.
func (s *Store) Audit(context.Context) error { return nil }

// odd lists what doesn't add up about an order, as the databases do. An order without its cut isn't found at all here.
func (t tx) odd(o pipeline.Order) (all []string) {
	day := t.Now().Add(-24 * time.Hour)
	over := o.Status != pipeline.Open && o.Status != pipeline.Parked
	clips, renders, called, stale := 0, 0, false, ""
	for c := range t.Calls() {
		if c.Order != o.ID {
			continue
		}
		paid := c.State == pipeline.CallKnown || c.State == pipeline.CallSettled
		if paid && c.Step == pipeline.Animate {
			clips++
		}
		if paid && c.Step == pipeline.Render && c.Cut == o.Shown {
			renders++
		}
		called = called || c.ID == o.Call
		begun := c.State == pipeline.CallBegun
		if begun && c.Begun.Before(day) || (begun || c.State == pipeline.CallKnown) && over && o.Changed.Before(day) {
			stale = max(stale, c.ID)
		}
	}
	open, paidStep := o.Status == pipeline.Open, o.Step == pipeline.Animate || o.Step == pipeline.Render
	for _, x := range []struct {
		what string
		odd  bool
	}{
		{
			"delivered without a paid clip in the ledger",
			o.Status == pipeline.Delivered && o.Fallback == "" && clips == 0,
		},
		{"delivered without a paid cut in the ledger", o.Status == pipeline.Delivered && renders == 0},
		{"a call was begun more than a day ago, and it isn't known what came of it: " + stale, stale != ""},
		{"more cuts were delivered than there are", o.Shown > o.Cut.N},
		{
			"parked or failed without a reason",
			(o.Status == pipeline.Parked || o.Status == pipeline.Failed) && o.Reason == "",
		},
		{"waits for a result that has no name", open && o.Phase == pipeline.Waiting && o.Remote == ""},
		{"is in a paid call that is not in the ledger", open && o.Phase != pipeline.Ready && paidStep && !called},
		{
			"is to be cut without a clip",
			open && (o.Step == pipeline.Render || o.Step == pipeline.Deliver) && o.ClipKey == "" && o.Fallback == "",
		},
		{"is to be delivered without a short", open && o.Step == pipeline.Deliver && o.Cut.ShortKey == ""},
	} {
		if x.odd {
			all = append(all, x.what)
		}
	}
	return all
}
