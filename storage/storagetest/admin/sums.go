package admin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// SumPromises are about what was spent.
var SumPromises = storagetest.Promises{
	"SpendIsSummedByProvider":               spendSummed,
	"SpendersAreShopsWithTheDearestFirst":   spendersListed,
	"WhatIsNotSettledCountsWithItsEstimate": spendingEstimated,
	"AServiceThatWorksAddsUp":               addsUp,
	"WhatDoesNotAddUpIsNamed":               oddNamed,
	"EveryPageIsAuditedAndTwentyAreTold":    oddPaged,
	"WhatIsMendedIsOddNoMore":               oddMended,
	"CallsUnderWayAreCompared":              underWayCompared,
}

// buy places an order of a shop with one paid call.
func buy(t *testing.T, e storage.Engine, shop int64, id string, c pipeline.Call) {
	t.Helper()
	o := storagetest.NewOrder(id, storagetest.Later())
	o.Shop = shop
	o = storagetest.Place(t, e, o)
	c.ID, c.Order, c.Cut = id, o.ID, 1
	storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{c}})
}

var midnight = time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC) // of Seoul

// bought are the calls of a day: of two shops, one of which isn't there, and some of the days beside it.
func bought(t *testing.T, e storage.Engine) (shop int64) {
	shop = storagetest.NewShop(t, e, "77", bot.Shop{Name: "바다식당"})
	for id, c := range map[string]pipeline.Call{
		"settled":  {State: pipeline.CallSettled, Estimated: 1500, Settled: 1250},
		"known":    {State: pipeline.CallKnown, Estimated: 1500},
		"unknown":  {State: pipeline.CallUnknown, Estimated: 1500},
		"begun":    {State: pipeline.CallBegun},
		"refunded": {State: pipeline.CallRefunded, Estimated: 1500},
		"void":     {State: pipeline.CallVoid, Estimated: 1500},
	} {
		c.Provider, c.Step, c.Begun = "runway", pipeline.Animate, midnight.Add(time.Hour)
		buy(t, e, shop, id, c)
	}
	cut := pipeline.Call{Provider: "creatomate", Step: pipeline.Render, State: pipeline.CallSettled, Settled: 300}
	for id, begun := range map[string]time.Time{
		"cut": midnight, "yesterday's": midnight.Add(-time.Millisecond), "tomorrow's": midnight.Add(24 * time.Hour),
	} {
		cut.Begun = begun
		buy(t, e, 0, id, cut)
	}
	cut.State, cut.Begun = pipeline.CallVoid, midnight
	buy(t, e, shop, "in vain", cut)
	return shop
}

func spendSummed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	bought(t, e)
	got, err := e.SpendByShop(t.Context(), midnight, midnight.Add(24*time.Hour))
	storagetest.Check(t, err)
	storagetest.Same(t, got, []bot.SpendRow{
		{Provider: "creatomate", Calls: 1, Settled: 300},
		{Provider: "runway", Calls: 5, Unknown: 1, Settled: 1250, Estimated: 3000},
	})
	// Sums are kept by three hours: what lies before and behind whole ones counts as well.
	for _, x := range []struct {
		from, to time.Duration
		calls    int
	}{
		{0, time.Millisecond, 1}, {-time.Millisecond, 0, 1}, {time.Millisecond, time.Hour, 0},
		{time.Millisecond, time.Hour + 1e6, 5},
		{-time.Millisecond, 24*time.Hour + time.Millisecond, 8}, {2 * time.Hour, 24 * time.Hour, 0},
		{time.Minute, 4 * time.Hour, 5}, {time.Hour, 0, 0},
	} {
		got, err := e.SpendByShop(t.Context(), midnight.Add(x.from), midnight.Add(x.to))
		storagetest.Check(t, err)
		calls := 0
		for _, s := range got {
			calls += s.Calls
		}
		if calls != x.calls {
			t.Errorf("%v to %v: %d calls, want %d", x.from, x.to, calls, x.calls)
		}
	}
}

func spendersListed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := bought(t, e)
	first := bot.Spender{Shop: shop, Name: "바다식당", Clips: 4250, Unknown: 1}
	nobody := bot.Spender{Renders: 900}
	for _, x := range []struct {
		month       time.Time
		skip, limit int
		want        []bot.Spender
	}{
		{midnight, 0, 10, []bot.Spender{first, nobody}}, {midnight, 1, 10, []bot.Spender{nobody}},
		{midnight, 0, 1, []bot.Spender{first}},
		{midnight.AddDate(0, 1, 0), 0, 10, nil},
	} {
		got, err := e.Spenders(t.Context(), x.month, x.skip, x.limit)
		storagetest.Check(t, err)
		storagetest.Same(t, got, x.want)
	}
}

func spendingEstimated(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	bought(t, e)
	for since, want := range map[time.Time]map[string]pipeline.Credits{
		midnight:                      {"runway": 4250, "creatomate": 600},
		midnight.Add(time.Hour):       {"runway": 4250, "creatomate": 300},
		midnight.Add(25 * time.Hour):  {},
		midnight.Add(-24 * time.Hour): {"runway": 4250, "creatomate": 900},
	} {
		got, err := e.SpendByProvider(t.Context(), since)
		storagetest.Check(t, err)
		storagetest.Same(t, got, want)
	}
}

// sell delivers an order the whole way, as the steps do.
func sell(t *testing.T, e storage.Engine, source string) pipeline.Order {
	t.Helper()
	storagetest.Check(t, storagetest.Walk(t.Context(), e, source))
	all, err := e.Recent(t.Context(), "telegram", "77", 1)
	storagetest.Check(t, err)
	o := all[0]
	o.Status, o.Shown, o.Cut.ShortKey, o.Cut.Receipt = pipeline.Delivered, 1, "shorts/"+source+".mp4", "9"
	return storagetest.Move(t, e, o, pipeline.Move{Cut: true})
}

// Balance is what the ledger's audit finds.
func Balance(t *testing.T, e storage.Engine) bot.LedgerAudit {
	t.Helper()
	b, err := e.AuditLedger(t.Context())
	storagetest.Check(t, err)
	return b
}

func addsUp(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	sell(t, e, "a")
	sell(t, e, "b")
	waits := storagetest.Place(t, e, storagetest.NewOrder("c", storagetest.Later()))
	waits.Step, waits.Phase, waits.Call, waits.Remote = pipeline.Animate, pipeline.Waiting, "k", "task-1"
	storagetest.Move(t, e, waits, pipeline.Move{Calls: []pipeline.Call{
		{
			ID: "k", Order: waits.ID, Step: pipeline.Animate, State: pipeline.CallKnown,
			Begun: time.Now().Add(-48 * time.Hour),
		}}})
	storagetest.PlaceAs(t, e, "d", pipeline.Failed, pipeline.Fetch, pipeline.ReasonPhotoSmall)
	// a short that shows the photo itself needs no clip
	plain := storagetest.Place(t, e, storagetest.NewOrder("e", storagetest.Later()))
	plain.Step, plain.Phase, plain.ClipKey, plain.Fallback = pipeline.Render, pipeline.Ready, "",
		pipeline.ReasonOutOfCredits
	plain = storagetest.Move(t, e, plain, pipeline.Move{Calls: []pipeline.Call{
		{ID: "v", Order: plain.ID, Step: pipeline.Animate, State: pipeline.CallVoid, Note: "no credits"}}})
	storagetest.Same(t, Balance(t, e), bot.LedgerAudit{})
	plain.Status, plain.Shown, plain.Step, plain.Cut.ShortKey = pipeline.Delivered, 1, pipeline.Deliver, "shorts/e.mp4"
	storagetest.Move(t, e, plain, pipeline.Move{Cut: true, Calls: []pipeline.Call{
		{ID: "w", Order: plain.ID, Cut: 1, Step: pipeline.Render, State: pipeline.CallSettled}}})
	storagetest.Same(t, odd(t, e, plain.ID), "")
}

func oddNamed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	longAgo := time.Now().Add(-25 * time.Hour)
	for _, x := range []struct {
		name   string
		change func(o *pipeline.Order) []pipeline.Call
		want   string
	}{
		{"a short without a paid call", func(o *pipeline.Order) []pipeline.Call {
			o.Status, o.Shown = pipeline.Delivered, 1
			return nil
		}, "delivered without a paid clip in the ledger|delivered without a paid cut in the ledger"},
		{"a new cut without a paid call", func(o *pipeline.Order) []pipeline.Call {
			o.Status, o.Cut.N, o.Shown = pipeline.Delivered, 2, 2
			return []pipeline.Call{
				{ID: "a", Step: pipeline.Animate, Cut: 1, State: pipeline.CallSettled},
				{ID: "b", Step: pipeline.Render, Cut: 1, State: pipeline.CallSettled},
				{ID: "c", Step: pipeline.Render, Cut: 2, State: pipeline.CallRefunded},
			}
		}, "delivered without a paid cut in the ledger"},
		{"a request that was forgotten", func(o *pipeline.Order) []pipeline.Call {
			return []pipeline.Call{{ID: "a", Step: pipeline.Animate, State: pipeline.CallBegun, Begun: longAgo}}
		}, "a call was begun more than a day ago, and what came of it isn't known (call IDa)"},
		{"more delivered than there is", func(o *pipeline.Order) []pipeline.Call {
			o.Shown = 2
			return nil
		}, "more cuts were delivered than there are"},
		{"set aside for nothing", func(o *pipeline.Order) []pipeline.Call {
			o.Status = pipeline.Parked
			return nil
		}, "parked or failed without a reason"},
		{"waiting for nothing", func(o *pipeline.Order) []pipeline.Call {
			o.Step, o.Phase, o.Call = pipeline.Animate, pipeline.Waiting, "a"
			return []pipeline.Call{{ID: "a", Step: pipeline.Animate, State: pipeline.CallKnown, Begun: time.Now()}}
		}, "waits for a result that has no name"},
		{"off the books", func(o *pipeline.Order) []pipeline.Call {
			o.Step, o.Phase, o.Call = pipeline.Animate, pipeline.Begun, "a"
			return nil
		}, "is in a paid call that is not in the ledger (call IDa)"},
		{"nothing to cut", func(o *pipeline.Order) []pipeline.Call {
			o.Step, o.ClipKey = pipeline.Render, ""
			return nil
		}, "is to be cut without a clip"},
		{"nothing to deliver", func(o *pipeline.Order) []pipeline.Call {
			o.Step, o.Cut.ShortKey = pipeline.Deliver, ""
			return nil
		}, "is to be delivered without a short"},
	} {
		o := storagetest.NewOrder(x.name, storagetest.Later())
		o.ClipKey, o.Cut.ShortKey = "clips/1.mp4", "shorts/1.mp4"
		o = storagetest.Place(t, e, o)
		calls := x.change(&o)
		for i := range calls {
			calls[i].Order, calls[i].ID = o.ID, fmt.Sprint(o.ID, calls[i].ID)
		}
		if o.Call != "" {
			o.Call = fmt.Sprint(o.ID, o.Call)
		}
		storagetest.Move(t, e, o, pipeline.Move{Cut: true, Calls: calls})
		storagetest.Same(t, odd(t, e, o.ID), strings.ReplaceAll(x.want, "ID", fmt.Sprint(o.ID)))
	}
	o := storagetest.Place(t, e, storagetest.NewOrder("no cut", storagetest.Later()))
	o.Cut.N = 2
	storagetest.Move(t, e, o, pipeline.Move{})
	storagetest.Same(t, odd(t, e, o.ID), "its cut does not exist")
}

func oddMended(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.PlaceAs(t, e, "a", pipeline.Parked, pipeline.Fetch, "")
	if got := odd(t, e, o.ID); got != "parked or failed without a reason" {
		t.Fatalf("odd is %q", got)
	}
	o.Status, o.Reason = pipeline.Cancelled, pipeline.ReasonSetup
	storagetest.Move(t, e, o, pipeline.Move{})
	storagetest.Same(t, Balance(t, e), bot.LedgerAudit{})
}

// odd is what is said of one order.
func odd(t *testing.T, e storage.Engine, id int64) string {
	t.Helper()
	var said []string
	for _, line := range Balance(t, e).Inconsistencies {
		if what, of := strings.CutPrefix(line, fmt.Sprintf("order %d: ", id)); of {
			said = append(said, what)
		}
	}
	return strings.Join(said, "|")
}

// oddPaged has more odd orders of each kind than one look of an audit takes, while the audit of all orders rests.
func oddPaged(t *testing.T, open storagetest.Open) {
	const each = 205
	e := storagetest.Ready(t, open)
	storagetest.Same(t, Balance(t, e), bot.LedgerAudit{}) // from now on all of them are looked at only after a day
	c := storagetest.NewChange(t, e, "77")
	for i := range 3 * each {
		o := storagetest.NewOrder(fmt.Sprint(i), storagetest.Later())
		o.Status = []pipeline.Status{pipeline.Open, pipeline.Parked, pipeline.Failed}[i%3]
		if o.Status == pipeline.Open {
			o.Step, o.ClipKey = pipeline.Render, ""
		}
		c.Place = append(c.Place, o)
	}
	placed := storagetest.Commit(t, e, c)
	if b := Balance(t, e); len(b.Inconsistencies) != 20 || rows(t, e, "odd") != 3*each {
		t.Errorf("%d odd ones, of which %d are told", rows(t, e, "odd"), len(b.Inconsistencies))
	}
	change := func(text string, args ...any) { t.Helper(); change(t, e, text, args...) }
	change(`UPDATE orders SET reason = 'setup', step = 'fetch'`)
	storagetest.Same(t, Balance(t, e), bot.LedgerAudit{})
	long := placed[len(placed)-1].ID // it ended so long ago that only the look at all orders meets it
	change(`UPDATE orders SET reason = '', ended = $2 WHERE id = $1`, long, time.Now().Add(-80*time.Hour).UnixMilli())
	storagetest.Same(t, odd(t, e, long), "")
	change(`UPDATE audits SET at = $1 WHERE name = 'all'`, time.Now().Add(-21*time.Hour).UnixMilli())
	storagetest.Same(t, odd(t, e, long), "parked or failed without a reason")
}

// underWayCompared changes the sum of a week's first span and that of the last one.
func underWayCompared(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	begun := time.Now().Add(-7*24*time.Hour + 3*time.Hour)
	for i, c := range []pipeline.Call{
		{Provider: "runway", Step: pipeline.Animate, State: pipeline.CallKnown, Begun: begun},
		{Provider: "creatomate", Step: pipeline.Render, State: pipeline.CallSettled, Begun: time.Now()},
	} {
		buy(t, e, 0, fmt.Sprint(i), c)
	}
	// told is what a whole look at all spans finds, with what the order of the first call is odd for.
	told := func() (lines []string) {
		change(t, e, `UPDATE audits SET at = 0 WHERE name = 'spans'`)
		for range 12 { // of five spans each
			storagetest.Check(t, e.Audit(t.Context()))
		}
		for _, line := range Balance(t, e).Inconsistencies {
			if strings.Contains(line, "under way") {
				lines = append(lines, line[:strings.Index(line, "'s")]+line[strings.Index(line, " on "):])
			}
		}
		return lines
	}
	storagetest.Same(t, told(), []string(nil))
	change(t, e, `UPDATE ledger_spans SET under_way = 1 - under_way`)
	storagetest.Same(t, told(), []string{
		"of creatomate on 1 are kept as under way, and the ledger has 0",
		"of runway on 0 are kept as under way, and the ledger has 1",
	})
	change(t, e, `UPDATE ledger_spans SET under_way = 1 - under_way`)
	storagetest.Same(t, told(), []string(nil))
	// What is odd about a time that doesn't count any more is told no longer.
	change(t, e, `INSERT INTO odd (order_id, what, call_id) VALUES (0, 'of runway''s under way on', '7')`)
	storagetest.Same(t, told(), []string(nil))
}

func change(t *testing.T, e storage.Engine, text string, args ...any) {
	t.Helper()
	storagetest.Check(t, storagetest.Tables(e).Run(t.Context(), sqldb.Statement{Text: text, Args: args}))
}
