package storagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// Tables is an engine's sqlstore.Store itself, which both engines embed.
func Tables(e storage.Engine) *sqlstore.Store {
	return reflect.ValueOf(e).Elem().FieldByName("Store").Addr().Interface().(*sqlstore.Store)
}

// sumKeys and sumColumns are the tables of sums: what their rows are called by, and what they add up.
var (
	sumKeys = map[string][]string{
		"order_days": {"day", "status", "reason"}, "shop_months": {"month", "shop"},
		"ledger_spans": {"span", "provider"},
	}
	sumColumns = map[string][]string{
		"order_days": {"n"}, "shop_months": {"used", "clips", "renders", "unknown"},
		"ledger_spans": {"calls", "unknown", "settled", "estimated", "under_way"},
	}
)

// notAsQueued finds the orders that provider_queue doesn't have as they are: those that it is to have, and all that it
// has.
const notAsQueued = `
SELECT x.id FROM orders x LEFT JOIN provider_queue q ON q.id = x.id
WHERE x.id IN (SELECT id FROM orders WHERE ` + ledger.IsQueued + `) AND (q.id IS NULL OR NOT (` + ledger.AsQueued + `))
UNION ALL
SELECT q.id FROM provider_queue q LEFT JOIN orders x ON x.id = q.id WHERE x.id IS NULL OR NOT (` + ledger.AsQueued + `)`

// SumsHold compares every sum that is kept with what the orders and the ledger come to, and looks whether each shop
// that waits for a clip is found. An engine that a test has
// closed is left alone, and so is one that keeps none.
func SumsHold(t testing.TB, e storage.Engine) {
	t.Helper()
	if keeps := reflect.TypeFor[sqlstore.Store](); reflect.ValueOf(e).Elem().FieldByName("Store").Type() != keeps {
		return
	}
	kept, counted := map[string]int64{}, map[string]int64{}
	each := func(text string, row func(scan func(...any) error) error) {
		t.Helper()
		err := Tables(e).Read.Query(context.Background(), text, nil, row)
		if err != nil && !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for table, columns := range sumColumns {
		keys := len(sumKeys[table])
		names := append(slices.Clone(sumKeys[table]), columns...)
		each(`SELECT `+strings.Join(names, ", ")+` FROM `+table, func(scan func(...any) error) error {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			err := scan(into...)
			key := table
			for _, v := range values[:keys] {
				key += fmt.Sprint(" ", v)
			}
			for i, name := range names[keys:] {
				kept[key+" "+name] = values[keys+i].(int64)
			}
			return err
		})
	}
	recount(each, counted)
	each(`SELECT o.shop, min(o.id), coalesce(min(t.first), 0) FROM orders o LEFT JOIN turns t ON t.shop = o.shop
		WHERE o.status = 'open' AND o.step = 'animate' AND o.phase = 'ready' AND o.reason = 'turn' AND NOT o.taken
		GROUP BY o.shop`, func(scan func(...any) error) error {
		var shop, order, first int64
		err := scan(&shop, &order, &first)
		if first == 0 || first > order {
			t.Errorf("shop %d waits from order %d on, and turns has %d", shop, order, first)
		}
		return err
	})
	each(notAsQueued, func(scan func(...any) error) error {
		var order int64
		err := scan(&order)
		t.Errorf("order %d isn't in provider_queue as it is", order)
		return err
	})
	each(`SELECT id FROM orders WHERE taken AND NOT (status = 'open' AND phase = 'ready' AND reason = 'turn')`,
		func(scan func(...any) error) error {
			var order int64
			err := scan(&order)
			t.Errorf("order %d doesn't wait for a turn any more, and counts among those whose turn has come", order)
			return err
		})
	for _, sums := range []map[string]int64{kept, counted} {
		for key, n := range sums {
			if kept[key] != counted[key] {
				t.Errorf("%s: %d is kept, it comes to %d", key, kept[key], counted[key])
			}
			if n < 0 {
				t.Errorf("%s is %d", key, n)
			}
		}
	}
}

// recount adds every order and every call to sums, each under its table, key and column.
func recount(each func(string, func(func(...any) error) error), sums map[string]int64) {
	type order struct {
		placed, shop   int64
		status, reason string
		shown, paid    bool
	}
	orders := map[int64]*order{}
	seoul := time.FixedZone("", 9*60*60)
	month := func(ms int64) string { return time.UnixMilli(ms).In(seoul).Format("200601") }
	const span = 3 * time.Hour
	buy := func(id, begun, calls, settled, estimated int64, step, provider string, state pipeline.CallState) {
		unknown, underWay := int64(0), int64(0)
		switch state {
		case pipeline.CallBegun, pipeline.CallKnown:
			settled, underWay = 0, calls
		case pipeline.CallVoid:
			return
		case pipeline.CallRefunded:
			settled, estimated = 0, 0
		case pipeline.CallSettled:
			estimated = 0
		case pipeline.CallUnknown:
			unknown = calls
			fallthrough
		default:
			settled = 0
		}
		of := fmt.Sprint("ledger_spans ", begun/span.Milliseconds(), " ", provider, " ")
		sums[of+"calls"] += calls
		sums[of+"unknown"] += unknown
		sums[of+"settled"] += settled
		sums[of+"estimated"] += estimated
		sums[of+"under_way"] += underWay
		o := orders[id]
		if o == nil { // its row is odd
			return
		}
		o.paid = o.paid || state != pipeline.CallRefunded
		shop, kind := fmt.Sprint("shop_months ", month(begun), " ", o.shop, " "), "renders"
		if pipeline.Step(step) == pipeline.Animate {
			kind = "clips"
		}
		sums[shop+kind] += settled + estimated
		sums[shop+"unknown"] += unknown
	}
	each(`SELECT id, placed, shop, shown > 0, status, reason FROM orders`, func(scan func(...any) error) error {
		var id int64
		o := &order{}
		err := scan(&id, &o.placed, &o.shop, &o.shown, &o.status, &o.reason)
		orders[id] = o
		return err
	})
	each(`SELECT order_id, step, provider, state, settled, estimated, begun FROM calls`, func(
		scan func(...any) error,
	) error {
		var id, settled, estimated, begun int64
		var step, provider, state string
		err := scan(&id, &step, &provider, &state, &settled, &estimated, &begun)
		buy(id, begun, 1, settled, estimated, step, provider, pipeline.CallState(state))
		return err
	})
	each(`SELECT id, placed, shop, shown, status, reason, spent FROM past_orders`, func(scan func(...any) error) error {
		var id int64
		var spent string
		var calls [][]any
		o := &order{}
		err := scan(&id, &o.placed, &o.shop, &o.shown, &o.status, &o.reason, &spent)
		if err == nil {
			err = json.Unmarshal([]byte(spent), &calls)
		}
		orders[id] = o
		for _, c := range calls { // provider, step, state, span, calls, credits
			begun, n, credits := int64(c[3].(float64))*span.Milliseconds(), int64(c[4].(float64)), int64(c[5].(float64))
			buy(id, begun, n, credits, credits, c[1].(string), c[0].(string), pipeline.CallState(c[2].(string)))
		}
		return err
	})
	for _, o := range orders {
		nothing := pipeline.Status(o.status) == pipeline.Failed || pipeline.Status(o.status) == pipeline.Cancelled
		if o.shown || !nothing || o.paid {
			sums[fmt.Sprint("shop_months ", month(o.placed), " ", o.shop, " used")]++
		}
		if pipeline.Status(o.status) != pipeline.Failed && pipeline.Status(o.status) != pipeline.Parked {
			o.reason = ""
		}
		day := time.UnixMilli(o.placed).Add(9*time.Hour).UnixMilli() / (24 * time.Hour).Milliseconds()
		sums[fmt.Sprint("order_days ", day, " ", o.status, " ", o.reason, " n")]++
	}
}
