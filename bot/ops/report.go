package ops

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
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
	tally     bot.Tally
	spent     []bot.SpendRow
	balance   bot.LedgerAudit
	unchecked bool // the balance isn't known
	stuck     bot.Overview
	incidents []bot.Incident
	health    []bot.Provider
	usage     []Reconciled
}

// reporter says how a day was, and whether providers count as we do.
type reporter struct {
	*watcher
	reporting bot.Reporting
	health    func() []bot.Provider
	usage     map[string]Usage
}

// Report tells how the day before was, once for each time of its schedule. It may be called at any time.
func (r reporter) Report(ctx context.Context, schedule interface{ Next(time.Time) time.Time }) error {
	now := time.Now()
	tick := schedule.Next(now.Add(-reportWithin))
	if tick.After(now) {
		return nil
	}
	for next := schedule.Next(tick); !next.After(now); next = schedule.Next(tick) {
		tick = next
	}
	x, err := r.readDay(ctx, pipeline.Midnight(tick, -1, r.zone))
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return r.send(ctx, "report:"+strconv.FormatInt(tick.Unix(), 10), func(v view) bot.OutgoingMessage {
		s := v.report(x)
		return bot.OutgoingMessage{Message: s.Message()}
	})
}

func (r reporter) readDay(ctx context.Context, from time.Time) (x day, err error) {
	x.from = from
	to := pipeline.Midnight(from, 1, r.zone)
	if x.tally, err = r.reporting.Tally(ctx, from, to); err != nil {
		return x, err
	}
	if x.spent, err = r.observed.SpendByShop(ctx, from, to); err != nil {
		return x, err
	}
	x.balance, x.unchecked = r.tryLedger(ctx)
	if x.stuck, err = r.observed.Overview(ctx, from, from); err != nil {
		return x, err
	}
	if x.incidents, err = r.store.Incidents(ctx); err != nil {
		return x, err
	}
	if r.health != nil {
		x.health = r.health()
	}
	for _, name := range r.guide.ProviderNames(nil) {
		u, err := r.Reconcile(ctx, name, lastDay(time.Now()))
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
func (r reporter) tryLedger(ctx context.Context) (b bot.LedgerAudit, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, ledgerLimit)
	defer cancel()
	b, err := r.Ledger(ctx)
	if err != nil {
		r.log.Warn("the report goes out without the ledger's audit", "err", err)
	}
	return b, err != nil
}

// report is a day on one screen of a phone.
func (v view) report(x day) (s present.Screen) {
	s.Line("☀️ " + v.Fill("ops.report", present.Args{"date": v.Date(v.Local(x.from))}))
	v.reportOrders(&s, x.tally)
	s.Title(v.Fill("ops.report.spent", nil))
	v.reportSpent(&s, x)
	s.Title(v.Fill("ops.report.now", nil))
	v.reportStuck(&s, x)
	switch {
	case x.unchecked:
		s.Lines = append(s.Lines, "🧮 "+v.Fill("ops.ledger.unknown", nil))
	case len(x.balance.Inconsistencies) == 0:
		s.Line("🧮 " + v.Fill("ops.ledger.even", nil))
	default:
		s.Lines = append(s.Lines, "🧮 "+v.odd(x.balance))
	}
	for _, u := range x.usage {
		v.reportUsage(&s, u)
	}
	return s
}

// reportStuck shows what goes on that shouldn't.
func (v view) reportStuck(s *present.Screen, x day) {
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
		s.Line("✅ " + v.Fill("ops.report.well", nil))
		return
	}
	if parked > 0 {
		s.Line("🔧 " + v.Fill("ops.report.parked", present.Args{"n": strconv.Itoa(parked)}))
	}
	if late > 0 {
		s.Line("🐢 " + v.Fill("ops.report.late", present.Args{"n": strconv.Itoa(late)}))
	}
	for _, text := range rest[:min(len(rest), shownOthers)] {
		s.Long(text)
	}
	s.Row(bot.Button{Label: v.Fill("admin.stuck.button", nil), Action: intent.Action(intent.DoAdminStuck, 0)})
}

func (v view) reportOrders(s *present.Screen, t bot.Tally) {
	whole := 0
	for _, n := range t.Orders {
		whole += n
	}
	if whole == 0 {
		s.Line(v.Fill("ops.report.none", nil))
		return
	}
	s.Title(v.Fill("ops.report.orders", present.Args{"n": strconv.Itoa(whole)}))
	wide := len(strconv.Itoa(whole))
	for _, status := range []pipeline.Status{
		pipeline.Delivered, pipeline.Failed, pipeline.Cancelled, pipeline.Parked, pipeline.Open,
	} {
		if n := t.Orders[status]; n > 0 {
			s.Line(present.Figures(strconv.Itoa(n), wide) + " " +
				present.Bar(int64(n), int64(whole), present.ShortBar) + " " + v.Fill("admin.is."+string(status), nil))
		}
	}
	reasons := slices.SortedFunc(maps.Keys(t.Reasons), func(a, b pipeline.Reason) int {
		return cmp.Or(t.Reasons[b]-t.Reasons[a], cmp.Compare(a, b))
	})
	for _, r := range reasons[:min(len(reasons), shownReasons)] {
		s.Line("· " + strconv.Itoa(t.Reasons[r]) + " " + v.Why(r))
	}
	if t.Took > 0 {
		s.Line("⏱ " + v.Fill("ops.report.took", present.Args{"time": v.Span(t.Took)}))
	}
}

func (v view) reportSpent(s *present.Screen, x day) {
	sums := present.ByProvider(x.spent)
	left := map[string]pipeline.Credits{}
	for _, p := range x.health {
		left[p.Name] = p.Credits
	}
	names := v.Guide.ProviderNames(nil)
	costs := make([]string, len(names))
	for i, name := range names {
		costs[i] = present.Credits(sums[name].Cost)
	}
	for i, name := range names {
		text := present.Figures(costs[i], present.Widest(costs)) + " " + v.Provider(name)
		if n, known := left[name]; known && n >= 0 {
			text += " · " + v.Fill("ops.report.left", present.Args{"n": present.Credits(n)})
		}
		s.Line(text)
		if n := sums[name].Unknown; n > 0 {
			s.Line("❓ " + v.Fill("admin.spend.unknown", present.Args{"n": strconv.Itoa(n)}))
		}
	}
}
