package bot

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	reportWithin = 2 * time.Hour // a report that is later than this would only be in the way
	shownReasons = 3
	shownOthers  = 6 // incidents that are about no single order
)

// day is what a report is put together from.
type day struct {
	from      time.Time
	tally     state.Tally
	spent     []state.SpendRow
	balance   state.LedgerAudit
	unchecked bool // the balance isn't known
	stuck     state.Overview
	incidents []state.Incident
	health    []Provider
	usage     []Reconciled
}

// Report tells how the day before was, once for each time of its schedule. It may be called at any time.
func (o *Ops) Report(ctx context.Context, schedule interface{ Next(time.Time) time.Time }) error {
	now := time.Now()
	tick := schedule.Next(now.Add(-reportWithin))
	if tick.After(now) {
		return nil
	}
	for next := schedule.Next(tick); !next.After(now); next = schedule.Next(tick) {
		tick = next
	}
	x, err := o.readDay(ctx, dayOf(o.Zone, tick, -1))
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return o.say(ctx, "report:"+strconv.FormatInt(tick.Unix(), 10), func(v view) state.OutgoingMessage {
		s := v.report(x)
		return state.OutgoingMessage{Message: s.message()}
	})
}

func (o *Ops) readDay(ctx context.Context, from time.Time) (x day, err error) {
	x.from = from
	to := dayOf(o.Zone, from, 1)
	if x.tally, err = o.Night.Tally(ctx, from, to); err != nil {
		return x, err
	}
	if x.spent, err = o.Admin.SpendByShop(ctx, from, to); err != nil {
		return x, err
	}
	x.balance, x.unchecked = o.tryLedger(ctx)
	if x.stuck, err = o.Admin.Overview(ctx, from, from); err != nil {
		return x, err
	}
	if x.incidents, err = o.Admin.Incidents(ctx); err != nil {
		return x, err
	}
	if o.Health != nil {
		x.health = o.Health()
	}
	for _, name := range providerNames(nil) {
		u, err := o.Reconcile(ctx, name, lastDay(time.Now()))
		if err != nil {
			return x, err
		}
		x.usage = append(x.usage, u)
	}
	return x, nil
}

// ledgerLimit is how long a report waits for the ledger.
const ledgerLimit = 20 * time.Second

// tryLedger is Ledger for a report, which goes out without it if need be.
func (o *Ops) tryLedger(ctx context.Context) (b state.LedgerAudit, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, ledgerLimit)
	defer cancel()
	b, err := o.Ledger(ctx)
	if err != nil {
		o.Log.Warn("the report goes out without the ledger's audit", "err", err)
	}
	return b, err != nil
}

// report is a day on one screen of a phone.
func (v view) report(x day) (s screen) {
	s.line("☀️ " + v.fill("ops.report", phrase.Args{"date": v.date(v.local(x.from))}))
	v.reportOrders(&s, x.tally)
	s.title(v.fill("ops.report.spent", nil))
	v.reportSpent(&s, x)
	s.title(v.fill("ops.report.now", nil))
	v.reportStuck(&s, x)
	switch {
	case x.unchecked:
		s.lines = append(s.lines, "🧮 "+v.fill("ops.ledger.unknown", nil))
	case len(x.balance.Inconsistencies) == 0:
		s.line("🧮 " + v.fill("ops.ledger.even", nil))
	default:
		s.lines = append(s.lines, "🧮 "+v.odd(x.balance))
	}
	for _, u := range x.usage {
		v.reportUsage(&s, u)
	}
	return s
}

// reportStuck shows what goes on that shouldn't.
func (v view) reportStuck(s *screen, x day) {
	parked, late := x.stuck.Parked, 0
	var rest []string
	for _, i := range x.incidents {
		_, single := incidentOrder(i.Key)
		switch {
		case strings.HasPrefix(i.Key, lateKind+":"):
			late++
		case !single && i.Key != "ledger":
			text, _, _ := strings.Cut(i.Text, "\n")
			rest = append(rest, "· "+text)
		}
	}
	if parked+late+len(rest) == 0 {
		s.line("✅ " + v.fill("ops.report.well", nil))
		return
	}
	if parked > 0 {
		s.line("🔧 " + v.fill("ops.report.parked", phrase.Args{"n": strconv.Itoa(parked)}))
	}
	if late > 0 {
		s.line("🐢 " + v.fill("ops.report.late", phrase.Args{"n": strconv.Itoa(late)}))
	}
	for _, text := range rest[:min(len(rest), shownOthers)] {
		s.long(text)
	}
	s.row(state.Button{Label: v.fill("admin.stuck.button", nil), Action: action(doAdminStuck, 0)})
}

func (v view) reportOrders(s *screen, t state.Tally) {
	whole := 0
	for _, n := range t.Orders {
		whole += n
	}
	if whole == 0 {
		s.line(v.fill("ops.report.none", nil))
		return
	}
	s.title(v.fill("ops.report.orders", phrase.Args{"n": strconv.Itoa(whole)}))
	wide := len(strconv.Itoa(whole))
	for _, status := range []pipeline.Status{pipeline.Delivered, pipeline.Failed, pipeline.Cancelled, pipeline.Parked, pipeline.Open} {
		if n := t.Orders[status]; n > 0 {
			s.line(figures(strconv.Itoa(n), wide) + " " + bar(int64(n), int64(whole)) + " " + v.fill("admin.is."+string(status), nil))
		}
	}
	reasons := slices.SortedFunc(maps.Keys(t.Reasons), func(a, b pipeline.Reason) int {
		return cmp.Or(t.Reasons[b]-t.Reasons[a], cmp.Compare(a, b))
	})
	for _, r := range reasons[:min(len(reasons), shownReasons)] {
		s.line("· " + strconv.Itoa(t.Reasons[r]) + " " + v.why(r))
	}
	if t.Took > 0 {
		s.line("⏱ " + v.fill("ops.report.took", phrase.Args{"time": v.span(t.Took)}))
	}
}

func (v view) reportSpent(s *screen, x day) {
	sums := byProvider(x.spent)
	left := map[string]pipeline.Credits{}
	for _, p := range x.health {
		left[p.Name] = p.Credits
	}
	names := []string{"runway", "creatomate"}
	costs := make([]string, len(names))
	for i, name := range names {
		costs[i] = credits(sums[name].cost)
	}
	for i, name := range names {
		text := figures(costs[i], widest(costs)) + " " + v.provider(name)
		if n, known := left[name]; known && n >= 0 {
			text += " · " + v.fill("ops.report.left", phrase.Args{"n": credits(n)})
		}
		s.line(text)
		if n := sums[name].unknown; n > 0 {
			s.line("❓ " + v.fill("admin.spend.unknown", phrase.Args{"n": strconv.Itoa(n)}))
		}
	}
}
