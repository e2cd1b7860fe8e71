package simtest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// orders are all there are, by number.
func (w *world) orders() (all []pipeline.Order) { return w.appendOrders(nil) }

func (w *world) appendOrders(all []pipeline.Order) []pipeline.Order {
	_ = w.store.View("orders", func(tx pipelinetest.Tx) {
		all = slices.AppendSeq(all, tx.Orders(func(pipeline.Order) bool { return true }))
	})
	return all
}

// ledger is every paid call, by its id.
func (w *world) ledger() map[string]pipeline.Call { return w.putLedger(map[string]pipeline.Call{}) }

func (w *world) putLedger(all map[string]pipeline.Call) map[string]pipeline.Call {
	_ = w.store.View("ledger", func(tx pipelinetest.Tx) {
		for c := range tx.Calls() {
			all[c.ID] = c
		}
	})
	return all
}

// checked is what was looked at last. It is kept for its memory: the world is looked at thousands of times.
type checked struct {
	orders []pipeline.Order
	ledger map[string]pipeline.Call
	ids    []string
	wakes  []bool
}

func (w *world) look() *checked {
	c := &w.checked
	if c.ledger == nil {
		c.ledger = map[string]pipeline.Call{}
	}
	clear(c.ledger)
	c.orders, c.ledger = w.appendOrders(c.orders[:0]), w.putLedger(c.ledger)
	c.ids = slices.AppendSeq(c.ids[:0], maps.Keys(c.ledger))
	slices.Sort(c.ids)
	c.wakes = append(c.wakes[:0], make([]bool, len(c.orders))...)
	return c
}

// check looks whether all holds that must hold after each event that has written something.
func (w *world) check() {
	if !w.written {
		return
	}
	w.written = false
	w.outside(func() {
		c := w.look()
		w.checkWakeups(c.orders, c.wakes)
		w.checkLedger(c)
		w.checkStarts(c.orders, c.ledger)
		w.checkBudget(c.ledger)
		w.checkMonth(c.orders)
		w.checkAudit(w.wasSkewed)
	})
}

// checkAudit lets the service itself look whether the ledger adds up. What a clock has begun that is a day behind was
// begun a day ago by what is written: that it is soon decided on is seen at the end, when nothing is excused.
func (w *world) checkAudit(skewed bool) {
	odd, err := w.store.AuditLedger(context.Background())
	all := slices.DeleteFunc(odd.Inconsistencies, func(what string) bool {
		return skewed && strings.Contains(what, "a call was begun more than a day ago")
	})
	if err != nil || len(all) > 0 {
		w.fail("the ledger doesn't add up: %q %v", all, err)
	}
}

// wakeupSlack is how much later than it is due an order may be looked at: a job that failed comes back later.
const wakeupSlack = 5 * time.Minute

func (w *world) checkWakeups(orders []pipeline.Order, wakes []bool) {
	now := time.Now()
	for _, j := range w.store.Jobs() {
		if j.Kind != pipelinetest.Wakeup {
			continue
		}
		if o := &orders[j.ID-1]; j.Number == o.Wakeup {
			late := o.Due
			if late.Before(now) {
				late = now
			}
			wakes[j.ID-1] = wakes[j.ID-1] || !j.Due.After(late.Add(wakeupSlack))
		}
	}
	for i := range orders {
		o := &orders[i]
		// A clock that is wrong sets wakeups for wrong times, until the sweeps have found it.
		if o.Status == pipeline.Open && !wakes[i] && !w.wasSkewed {
			w.fail("order %d is open and has no wakeup: %s %s, due in %s", o.ID, o.Step, o.Phase, o.Due.Sub(now))
		}
	}
}

// checkLedger compares calls with their orders and with what providers have accepted.
func (w *world) checkLedger(all *checked) {
	orders, ledger := all.orders, all.ledger
	for _, id := range all.ids {
		c := ledger[id]
		if c.Order < 1 || int(c.Order) > len(orders) {
			w.fail("call %s is of no order", c.ID)
			continue
		}
		o, open := &orders[c.Order-1], c.State == pipeline.CallBegun || c.State == pipeline.CallKnown
		if open && o.Call != c.ID {
			w.fail("call %s of order %d is %s, and the order isn't in it", c.ID, o.ID, c.State)
		}
		if open != c.Ended.IsZero() && c.State != pipeline.CallUnknown {
			w.fail("call %s is %s and ended at %s", c.ID, c.State, c.Ended)
		}
	}
	for _, p := range []*provider{w.providers["runway"], w.providers["creatomate"]} {
		for _, x := range p.works {
			c, written := ledger[x.call]
			switch {
			case !written:
				w.fail("%s was paid for %s, which the ledger doesn't have", p.name, x.call)
			case c.State == pipeline.CallVoid:
				w.fail("call %s was accepted as %s, and the ledger says that it certainly wasn't", x.call, x.remote)
			case c.Remote != "" && c.Remote != x.remote:
				w.fail("call %s was accepted as %s, and the ledger has %s", x.call, x.remote, c.Remote)
			case c.State == pipeline.CallRefunded && x.price != 0:
				w.fail("call %s cost %d, and the ledger says that it was refunded", x.call, x.price)
			case c.Settled == 0 && c.Estimated == 0: // found by its callback, and given up: its price isn't known
			case c.State == pipeline.CallSettled && !x.broken() && c.Settled != x.price:
				w.fail("call %s cost %d, and the ledger has %d", x.call, x.price, c.Settled)
			}
		}
	}
}

// begun looks, when work is accepted, whether the call was written down before.
func (w *world) begun(p *provider, call string) {
	if c, written := w.ledger()[call]; !written || c.Provider != p.name || c.Remote != "" {
		w.fail("%s is paid for %s, and that isn't written down: %+v", p.name, call, c)
	}
}

// place is where work belongs.
type place struct {
	order int64
	cut   int
	step  pipeline.Step
}

// checkStarts counts paid starts: one for each step of a cut, and one more for each that came to nothing, whose outcome
// was unknown, or that a person wanted.
func (w *world) checkStarts(orders []pipeline.Order, ledger map[string]pipeline.Call) {
	paid := map[place]int{}
	for _, p := range []*provider{w.providers["runway"], w.providers["creatomate"]} {
		for _, x := range p.works {
			c := ledger[x.call]
			if x.broken() || w.unknown[x.call] || c.Order < 1 || int(c.Order) > len(orders) {
				continue
			}
			at := place{c.Order, c.Cut, c.Step}
			if paid[at]++; paid[at] > 1+w.takenUp(c.Order) {
				w.fail("order %d: %s of cut %d was paid %d times", c.Order, c.Step, c.Cut, paid[at])
			}
		}
	}
}

// takenUp counts how often people have taken up an order that had ended or was parked.
func (w *world) takenUp(order int64) int { return w.happened(order, "taken up again") }

// happened counts those lines of an order's history that begin so.
func (w *world) happened(order int64, note string) (n int) {
	_ = w.store.View("happened", func(tx pipelinetest.Tx) {
		for _, e := range tx.Events(order) {
			if strings.HasPrefix(e.Note, note) {
				n++
			}
		}
	})
	return n
}

func (w *world) checkBudget(ledger map[string]pipeline.Call) {
	days := map[time.Time]pipeline.Credits{}
	for _, c := range ledger {
		if c.Provider != "runway" || w.setup.Budget == 0 {
			continue
		}
		day := pipeline.Midnight(c.Begun, 0, seoul)
		switch c.State {
		case pipeline.CallSettled:
			days[day] += c.Settled
		case pipeline.CallBegun, pipeline.CallKnown, pipeline.CallUnknown:
			days[day] += c.Estimated
		}
		if days[day] > w.setup.Budget {
			w.fail("%d are spent of a budget of %d", days[day], w.setup.Budget)
		}
	}
}

// checkMonth lets those be more that had failed, and that an admin took up again.
func (w *world) checkMonth(orders []pipeline.Order) {
	if w.setup.Limit == 0 {
		return
	}
	more := map[int64]int{}
	for _, o := range orders {
		if w.takenUp(o.ID) > 0 {
			more[o.Shop]++
		}
	}
	for shop := int64(1); shop <= 2; shop++ {
		n, err := w.store.OrdersInPeriod(context.Background(), shop, w.began)
		if err != nil || n > w.setup.Limit+more[shop] {
			w.fail("shop %d has %d shorts of %d this month: %v", shop, n, w.setup.Limit, err)
		}
	}
}

// checkHeard looks, at the end, whether each order's person has heard what has become of it.
func (w *world) checkHeard() {
	for _, o := range w.orders() {
		line, _, _ := strings.Cut(o.StatusRef, " ")
		m := w.chats.find(o.Thread.Chat, line)
		short := thing("short", o.ID, o.Shown)
		switch {
		case o.Status == pipeline.Delivered && w.chats.accepted[short] == 0 && w.happened(o.ID, "it has arrived") == 0:
			w.fail("order %d is delivered, and its chat has no short of cut %d", o.ID, o.Shown)
		case o.Status == pipeline.Failed && (m == nil || !strings.Contains(m.text, present.Stage(o.Thread.Lang, o))):
			w.fail("order %d failed (%s), and its person hasn't heard: %+v", o.ID, o.Reason, m)
		case o.Status == pipeline.Cancelled && m != nil && !m.gone &&
			!strings.Contains(m.text, present.Stage(o.Thread.Lang, o)):
			w.fail("order %d is cancelled, and its person reads %q", o.ID, m.text)
		}
	}
}
