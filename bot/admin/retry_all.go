package admin

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	everyReason  = "all" // in the place of a reason
	RetriesOnce  = 200   // orders that one press takes up again
	shownRetries = 8
)

// readAll finds the reason behind /retry all; everyReason when there is none.
func (v Demand) readAll(arg string) (reason string, ok bool) {
	words := strings.Fields(arg)
	if len(words) == 0 || !intent.Listed("all 모두 전체 전부 다", strings.ToLower(words[0])) {
		return "", false
	}
	named := intent.Squeezed(strings.Join(words[1:], ""))
	for _, r := range pipeline.Reasons() {
		if named != "" && (named == intent.Squeezed(string(r)) || named == intent.Squeezed(v.Why(r))) {
			return string(r), true
		}
	}
	return everyReason, true
}

// riskyRetry reports whether something may be paid for, or sent, twice when an order is taken up that is parked for a
// reason. Such orders come only when the reason is named.
func riskyRetry(r pipeline.Reason) bool {
	switch r {
	case pipeline.ReasonUnknownStart, pipeline.ReasonMaybeDelivered, pipeline.ReasonTemplate, pipeline.ReasonUnfit,
		pipeline.ReasonRestored:
		return true
	}
	return false
}

// parkedBy counts parked orders by reason: those of a reason, or all but the risky ones. The most frequent come first.
func (c *Console) parkedBy(
	ctx context.Context, reason string,
) (reasons, risky []pipeline.Reason, counts map[pipeline.Reason]int, err error) {
	counts, err = c.opts.Figures.CountParked(ctx)
	for _, r := range slices.SortedFunc(maps.Keys(counts), func(a, b pipeline.Reason) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	}) {
		switch {
		case string(r) == reason, reason == everyReason && !riskyRetry(r):
			reasons = append(reasons, r)
		case reason == everyReason:
			risky = append(risky, r)
		}
	}
	return reasons, risky, counts, err
}

// askRetryAll shows how many orders are parked for what, with a button for each reason and one for all.
func (c *Console) askRetryAll(ctx context.Context, v Demand, reason string) (s present.Screen, err error) {
	reasons, risky, counts, err := c.parkedBy(ctx, reason)
	if err != nil {
		return s, err
	}
	if len(reasons)+len(risky) == 0 {
		s.Line("✅ " + v.Fill("admin.retryall.none", nil))
		return s, nil
	}
	s.Line("🔁 " + v.Fill("admin.retryall", nil))
	all := 0
	for _, r := range reasons {
		all += counts[r]
	}
	for _, r := range slices.Concat(reasons[:min(len(reasons), shownRetries)], risky) {
		n := strconv.Itoa(counts[r])
		s.Line(n + " · " + v.Why(r))
		style := bot.Primary
		if riskyRetry(r) {
			style = bot.Danger
		}
		s.Row(bot.Button{
			Label:  v.Fill("admin.retryall.reason", present.Args{"n": n, "reason": v.Why(r)}),
			Action: intent.Action(intent.DoAdminRetryAll, r), Style: style,
		})
	}
	if len(risky) > 0 || len(reasons) == 1 && riskyRetry(reasons[0]) {
		s.Lines = append(s.Lines, v.Fill("admin.retryall.risky", nil))
	}
	if len(reasons) > 1 {
		s.Row(bot.Button{
			Label:  v.Fill("admin.retryall.all", present.Args{"n": strconv.Itoa(all)}),
			Action: intent.Action(intent.DoAdminRetryAll, everyReason), Style: bot.Primary,
		})
	}
	return s, nil
}

// pressRetryAll takes parked orders up again: those of a reason, or all. Without a reason it asks.
func (c *Console) pressRetryAll(ctx context.Context, v Demand, reason string) error {
	if reason == "" {
		s, err := c.askRetryAll(ctx, v, everyReason)
		return v.Swap(s, err)
	}
	reasons, _, counts, err := c.parkedBy(ctx, reason)
	if err != nil {
		return err
	}
	left := 0
	for _, r := range reasons {
		left += counts[r]
		orders, err := c.opts.Figures.ParkedFor(ctx, r, max(RetriesOnce-len(v.Change.Moves), 0))
		if err != nil {
			return err
		}
		for _, o := range orders {
			if next, m, err := pipeline.Retry(o); err == nil {
				v.moves(&o, next, m)
			}
		}
	}
	n := len(v.Change.Moves)
	if n == 0 {
		v.ShowNotice(v.Fill("admin.retryall.none", nil))
		return nil
	}
	v.Audit("/retry all "+reason, "retriedall "+strconv.Itoa(n))
	s := present.Screen{Lines: []string{"🔁 " + v.Fill("admin.retriedall", present.Args{"n": strconv.Itoa(n)})}}
	if left -= n; left > 0 {
		s.Row(bot.Button{
			Label:  v.Fill("admin.retryall.rest", present.Args{"n": strconv.Itoa(left)}),
			Action: intent.Action(intent.DoAdminRetryAll, reason), Style: bot.Primary,
		})
	}
	v.ShowNotice("") // what was pressed stays, so that all of ops read what was asked
	v.Send(bot.OutgoingMessage{Message: s.Message()})
	return nil
}
