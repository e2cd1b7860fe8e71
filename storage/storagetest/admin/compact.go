package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// CompactPromises are about rows of old orders that are deleted.
var CompactPromises = storagetest.Promises{
	"ACompactedOrderLeavesItsSums":      compactedSums,
	"ACompactedOrderIsNotPlacedAgain":   compactedOnce,
	"WhatIsKeptOrDoesNotAddUpStays":     compactedRest,
	"APageIsAllOrNothing":               compactedAtOnce,
	"TwoAtOnceCompactEachOrderOnce":     compactedByTwo,
	"SumsThatLackACompactedOrderAreOdd": compactedAudited,
	"ManyAuditAtOnceAndNothingIsOdd":    compactedAuditedByMany,
	"AForgottenShopsOrdersHaveNoSource": compactedForgotten,
}

var lastYear = time.Date(2025, 3, 31, 14, 30, 0, 0, time.UTC) // late on the last day of March, in Seoul

// Ends places an order of a shop as it was in lastYear, and brings it to its end with so many cuts and these calls.
func Ends(
	t *testing.T, e storage.Engine, shop int64, source string, status pipeline.Status, shown int,
	calls ...pipeline.Call,
) pipeline.Order {
	t.Helper()
	o := storagetest.NewOrder(source, storagetest.Later())
	o.Shop, o.Placed = shop, lastYear
	o = storagetest.Place(t, e, o)
	for i := range calls {
		c := &calls[i]
		c.ID, c.Order, c.Cut = fmt.Sprint(source, i), o.ID, max(c.Cut, 1)
		c.Begun = lastYear.Add(time.Duration(c.Cut) * 20 * time.Minute) // the second cut's in April
		if c.Provider = "runway"; c.Step == pipeline.Render {
			c.Provider = "creatomate"
		}
	}
	for n := 1; n <= max(shown, 1); n++ {
		o.Cut.N, o.Cut.ShortKey = n, "shorts/1.mp4"
		o = storagetest.Move(t, e, o, pipeline.Move{Cut: true, Calls: calls})
		calls = nil
	}
	o.Status, o.Shown, o.Cuts = status, shown, shown
	if status == pipeline.Failed {
		o.Reason = pipeline.ReasonPhotoRefused
	}
	return storagetest.Move(t, e, o, pipeline.Move{Note: "the end"})
}

// ended are orders of every outcome, all of them purged.
func ended(t *testing.T, e storage.Engine) (shop int64, ids []int64) {
	t.Helper()
	shop = storagetest.NewShop(t, e, "77", bot.Shop{Name: "바다식당"})
	clip := pipeline.Call{Step: pipeline.Animate, State: pipeline.CallSettled, Estimated: 1500, Settled: 1250}
	cut := pipeline.Call{Step: pipeline.Render, State: pipeline.CallSettled, Estimated: 300, Settled: 300}
	second, refunded, unknown, void := cut, clip, clip, clip
	second.Cut, refunded.State, refunded.Settled, unknown.State, unknown.Settled, void.State, void.Settled =
		2, pipeline.CallRefunded, 0, pipeline.CallUnknown, 0, pipeline.CallVoid, 0
	for _, o := range []pipeline.Order{
		Ends(t, e, shop, "delivered", pipeline.Delivered, 1, clip, cut),
		Ends(t, e, shop, "cut twice", pipeline.Delivered, 2, clip, cut, cut, second),
		Ends(t, e, shop, "refused", pipeline.Failed, 0, refunded),
		Ends(t, e, shop, "in vain", pipeline.Failed, 0, void),
		Ends(t, e, 0, "lost", pipeline.Cancelled, 0, unknown),
		Ends(t, e, shop, "never begun", pipeline.Cancelled, 0),
	} {
		storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
		ids = append(ids, o.ID)
	}
	return shop, ids
}

// compactAll compacts everything that may be, and returns how much that was.
func compactAll(t *testing.T, e storage.Engine) (n int) {
	t.Helper()
	for done := false; !done; {
		some, over, err := e.Compact(t.Context(), storagetest.Later())
		storagetest.Check(t, err)
		n, done = n+some, over
	}
	return n
}

// totals are all sums that people are told.
func totals(t *testing.T, e storage.Engine, shop int64) (all []any) {
	t.Helper()
	add := func(x any, err error) {
		t.Helper()
		storagetest.Check(t, err)
		all = append(all, x)
	}
	for _, month := range []time.Time{lastYear, lastYear.Add(time.Hour), time.Now()} {
		from := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.FixedZone("", 9*60*60))
		spent, err := e.SpendByShop(t.Context(), from, from.AddDate(0, 1, 0))
		add(spent, err)
		spenders, err := e.Spenders(t.Context(), month, 0, 10)
		add(spenders, err)
		used, err := e.OrdersInPeriod(t.Context(), shop, month)
		add(used, err)
		shops, err := e.Shops(t.Context(), month, 0, 10)
		add(shops, err)
	}
	spent, err := e.SpendByProvider(t.Context(), lastYear.Truncate(3*time.Hour))
	add(spent, err)
	tally, err := e.Tally(t.Context(), lastYear.Add(-24*time.Hour), lastYear.Add(24*time.Hour))
	tally.Took = 0 // of the orders that are still there
	add(tally, err)
	v, err := e.Overview(t.Context(), time.Now(), lastYear)
	add(v.Orders, err)
	add(Balance(t, e), nil)
	return all
}

func compactedSums(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop, ids := ended(t, e)
	before := totals(t, e, shop)
	storagetest.Same(t, before[len(before)-1], bot.LedgerAudit{})
	if n := compactAll(t, e); n != len(ids) {
		t.Fatalf("%d were compacted, of %d", n, len(ids))
	}
	storagetest.Same(t, totals(t, e, shop), before)
	for _, table := range []string{"orders", "cuts", "history", "calls"} {
		if n := rows(t, e, table); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	for _, id := range ids {
		_, err := e.Order(t.Context(), id)
		_, noShort := e.Short(t.Context(), id, pipeline.Tall)
		for _, err := range []error{err, noShort} {
			if !errors.Is(err, pipeline.ErrPurged) || !errors.Is(err, pipeline.ErrNotFound) {
				t.Errorf("order %d: %v", id, err)
			}
		}
		storagetest.Check(t, e.MarkPurged(t.Context(), id)) // by another process, which had listed it before
		if _, err := e.Move(
			t.Context(), pipeline.Order{ID: id, Version: 3}, pipeline.Move{},
		); !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("order %d was moved: %v", id, err)
		}
	}
	if _, err := e.Order(t.Context(), 99); !errors.Is(err, pipeline.ErrNotFound) || errors.Is(err, pipeline.ErrPurged) {
		t.Errorf("one that never was: %v", err)
	}
	if n := compactAll(t, e); n != 0 {
		t.Errorf("%d were compacted twice", n)
	}
	most := int64(0)
	query(t, e, `SELECT max(length(spent) + length(status) + length(reason)) FROM past_orders`, &most)
	if most > 200 { // beside 33 bytes of numbers, and two entries of indexes
		t.Errorf("an order leaves %d bytes of text", most)
	}
}

// rows counts those of a table.
func rows(t *testing.T, e storage.Engine, table string) (n int64) {
	t.Helper()
	query(t, e, `SELECT count(*) FROM `+table, &n)
	return n
}

func query(t *testing.T, e storage.Engine, text string, to any) {
	t.Helper()
	storagetest.Check(
		t,
		storagetest.Tables(e).Read.Query(
			t.Context(), text, nil, func(scan func(...any) error) error { return scan(to) },
		),
	)
}

func compactedOnce(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := sell(t, e, "a")
	storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	again := func(when string) {
		t.Helper()
		var gone *pipeline.PurgedError
		if _, _, err := e.Place(
			t.Context(), storagetest.NewOrder(o.Source, storagetest.Later()),
		); !errors.As(err, &gone) ||
			gone.Source != o.Source || !errors.Is(err, pipeline.ErrPurged) {
			t.Errorf("%s, it is placed again: %v", when, err)
		}
		c := storagetest.NewChange(t, e, "77")
		c.Key, c.Place = "redelivered", []pipeline.Order{
			storagetest.NewOrder("fresh", storagetest.Later()), storagetest.NewOrder(o.Source, storagetest.Later()),
		}
		if _, err := e.Commit(t.Context(), c); !errors.As(err, &gone) || gone.Source != o.Source {
			t.Errorf("%s, a change places it again: %v", when, err)
		}
		c.Place = nil // nothing of the change was written
		c.Key += when
		storagetest.Commit(t, e, c)
	}
	again("purged")
	if n := compactAll(t, e); n != 1 {
		t.Fatalf("%d were compacted", n)
	}
	again("compacted")
	if n := rows(t, e, "orders"); n != 0 {
		t.Errorf("there are %d orders", n)
	}
	storagetest.Place(t, e, storagetest.NewOrder("b", storagetest.Later()))
}

func compactedRest(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := storagetest.NewShop(t, e, "77", bot.Shop{})
	storagetest.Place(t, e, storagetest.NewOrder("open", storagetest.Later()))
	storagetest.PlaceAs(t, e, "parked", pipeline.Parked, pipeline.Fetch, pipeline.ReasonSetup)
	sell(t, e, "kept")
	paid := Ends(t, e, shop, "unpaid", pipeline.Delivered, 1)
	storagetest.Check(t, e.MarkPurged(t.Context(), paid.ID))
	if n, done, err := e.Compact(t.Context(), time.Now().Add(-time.Hour)); n != 0 || !done || err != nil {
		t.Errorf("what ended just now: %d, %v, %v", n, done, err)
	}
	if n := compactAll(t, e); n != 0 {
		t.Errorf("%d were compacted", n)
	}
	if got := odd(t, e, paid.ID); !strings.Contains(got, "without a paid clip") {
		t.Errorf("what is odd about it: %q", got)
	}
	paid = storagetest.ReadOrder(t, e, paid.ID)
	storagetest.Move(t, e, paid, pipeline.Move{Calls: []pipeline.Call{
		{
			ID: "k", Order: paid.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallSettled,
			Begun: lastYear,
		},
		{
			ID: "l", Order: paid.ID, Cut: 1, Step: pipeline.Render, Provider: "creatomate",
			State: pipeline.CallSettled, Begun: lastYear,
		},
	}})
	storagetest.Same(t, odd(t, e, paid.ID), "")
	if n := compactAll(t, e); n != 1 || rows(t, e, "orders") != 3 {
		t.Errorf("once it is mended, %d are compacted", n)
	}
}

var errCutOff = errors.New("cut off")

// cutOff ends a transaction before one of its statements.
type cutOff struct {
	sqldb.Tx
	left *int
}

func (c cutOff) Run(ctx context.Context, statements ...sqldb.Statement) error {
	for _, s := range statements {
		if *c.left--; *c.left < 0 {
			return errCutOff
		}
		if err := c.Tx.Run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func compactedAtOnce(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	_, ids := ended(t, e)
	count := func() (all []int64) {
		for _, table := range []string{"orders", "cuts", "history", "calls", "past_orders"} {
			all = append(all, rows(t, e, table))
		}
		return all
	}
	before := count()
	tables := storagetest.Tables(e)
	write := tables.Write
	for n := 0; ; n++ {
		tables.Write = func(ctx context.Context, op sqldb.TxFunc) error {
			return write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
				left := n
				return op(ctx, cutOff{tx, &left})
			})
		}
		_, _, err := e.Compact(t.Context(), storagetest.Later())
		if tables.Write = write; err == nil {
			if n < 5*len(ids) {
				t.Errorf("it took %d statements", n)
			}
			break
		}
		if !errors.Is(err, errCutOff) {
			t.Fatal(err)
		}
		storagetest.Same(t, count(), before)
		storagetest.SumsHold(t, e)
	}
	storagetest.Same(t, count(), []int64{0, 0, 0, 0, int64(len(ids))})
}

func compactedByTwo(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	var placed []pipeline.Order
	for i := range 210 { // more than two pages
		placed = append(placed, storagetest.NewOrder(fmt.Sprint(i), storagetest.Later()))
		placed[i].Status, placed[i].Reason = pipeline.Failed, pipeline.ReasonPhotoSmall
	}
	c := storagetest.NewChange(t, e, "77")
	c.Place = placed
	for _, o := range storagetest.Commit(t, e, c) {
		storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	}
	var both sync.WaitGroup
	var did [2]int
	for i := range did {
		both.Go(func() { did[i] = compactAll(t, e) })
	}
	both.Wait()
	if did[0]+did[1] != len(placed) || rows(t, e, "past_orders") != int64(len(placed)) || rows(t, e, "orders") != 0 {
		t.Errorf("they compacted %d of %d", did, len(placed))
	}
}

func compactedForgotten(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := storagetest.NewShop(t, e, "77", bot.Shop{})
	for _, when := range []string{"after it is compacted", "after it is purged", "before"} {
		o := Ends(t, e, shop, when, pipeline.Failed, 0)
		if when != "before" {
			storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
		}
		if when == "after it is compacted" {
			compactAll(t, e)
		}
	}
	_, err := e.ForgetShop(t.Context(), shop)
	storagetest.Check(t, err)
	left, err := e.OrdersOf(t.Context(), shop, 0, 10)
	storagetest.Check(t, err)
	for _, o := range left {
		storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	}
	if n := compactAll(t, e); n != 2 {
		t.Errorf("%d were compacted", n)
	}
	known := int64(-1)
	query(t, e, `SELECT count(*) FROM past_orders WHERE source <> 0`, &known)
	if known != 0 {
		t.Errorf("%d sources are still known", known)
	}
}
