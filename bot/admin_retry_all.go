package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	everyReason  = "all" // in the place of a reason
	retriesOnce  = 200   // orders that one press takes up again
	shownRetries = 8
)

// readAll finds the reason behind /retry all; everyReason when there is none.
func (v demand) readAll(arg string) (reason string, ok bool) {
	words := strings.Fields(arg)
	if len(words) == 0 || !listed("all 모두 전체 전부 다", strings.ToLower(words[0])) {
		return "", false
	}
	named := squeezed(strings.Join(words[1:], ""))
	for _, r := range pipeline.Reasons() {
		if named != "" && (named == squeezed(string(r)) || named == squeezed(v.why(r))) {
			return string(r), true
		}
	}
	return everyReason, true
}

// riskyRetry reports whether something may be paid for, or sent, twice when an order is taken up that is parked for a
// reason. Such orders come only when the reason is named.
func riskyRetry(r pipeline.Reason) bool {
	return r == pipeline.ReasonUnknownStart || r == pipeline.ReasonMaybeDelivered || r == pipeline.ReasonUnfit
}

// parkedBy counts parked orders by reason: those of a reason, or all but the risky ones. The most frequent come first.
func (c *Console_) parkedBy(
	ctx context.Context, reason string,
) (reasons, risky []pipeline.Reason, counts map[pipeline.Reason]int, err error) {
	counts, err = c.Admin.CountParked(ctx)
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
func (c *Console_) askRetryAll(ctx context.Context, v demand, reason string) (s screen, err error) {
	reasons, risky, counts, err := c.parkedBy(ctx, reason)
	if err != nil {
		return s, err
	}
	if len(reasons)+len(risky) == 0 {
		s.line("✅ " + v.fill("admin.retryall.none", nil))
		return s, nil
	}
	s.line("🔁 " + v.fill("admin.retryall", nil))
	all := 0
	for _, r := range reasons {
		all += counts[r]
	}
	for _, r := range slices.Concat(reasons[:min(len(reasons), shownRetries)], risky) {
		n := strconv.Itoa(counts[r])
		s.line(n + " · " + v.why(r))
		style := state.Primary
		if riskyRetry(r) {
			style = state.Danger
		}
		s.row(state.Button{
			Label:  v.fill("admin.retryall.reason", phrase.Args{"n": n, "reason": v.why(r)}),
			Action: action(doAdminRetryAll, r), Style: style,
		})
	}
	if len(risky) > 0 || len(reasons) == 1 && riskyRetry(reasons[0]) {
		s.lines = append(s.lines, v.fill("admin.retryall.risky", nil))
	}
	if len(reasons) > 1 {
		s.row(state.Button{
			Label:  v.fill("admin.retryall.all", phrase.Args{"n": strconv.Itoa(all)}),
			Action: action(doAdminRetryAll, everyReason), Style: state.Primary,
		})
	}
	return s, nil
}

// pressRetryAll takes parked orders up again: those of a reason, or all. Without a reason it asks.
func (c *Console_) pressRetryAll(ctx context.Context, v demand, reason string) error {
	if reason == "" {
		s, err := c.askRetryAll(ctx, v, everyReason)
		return v.swap(s, err)
	}
	reasons, _, counts, err := c.parkedBy(ctx, reason)
	if err != nil {
		return err
	}
	left := 0
	for _, r := range reasons {
		left += counts[r]
		orders, err := c.Admin.ParkedFor(ctx, r, max(retriesOnce-len(v.change.Moves), 0))
		if err != nil {
			return err
		}
		for _, o := range orders {
			if next, m, err := pipeline.Retry(o); err == nil {
				v.moves(&o, next, m)
			}
		}
	}
	n := len(v.change.Moves)
	if n == 0 {
		v.notice(v.fill("admin.retryall.none", nil))
		return nil
	}
	v.audit("/retry all "+reason, "retriedall "+strconv.Itoa(n))
	s := screen{lines: []string{"🔁 " + v.fill("admin.retriedall", phrase.Args{"n": strconv.Itoa(n)})}}
	if left -= n; left > 0 {
		s.row(state.Button{
			Label:  v.fill("admin.retryall.rest", phrase.Args{"n": strconv.Itoa(left)}),
			Action: action(doAdminRetryAll, reason), Style: state.Primary,
		})
	}
	v.notice("") // what was pressed stays, so that all of ops read what was asked
	v.say(state.OutgoingMessage{Message: s.message()})
	return nil
}
