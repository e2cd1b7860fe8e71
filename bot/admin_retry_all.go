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
func (v *visit) readAll(arg string) (reason string, ok bool) {
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

// retryable are the reasons for which orders are parked, the most frequent first. Those for which something may be
// paid for twice come only when they are named.
func (d *Desk) retryable(ctx context.Context, reason string) (reasons []pipeline.Reason, counts map[pipeline.Reason]int, err error) {
	counts, err = d.Admin.CountParked(ctx)
	for _, r := range slices.SortedFunc(maps.Keys(counts), func(a, b pipeline.Reason) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	}) {
		if string(r) == reason || reason == everyReason && r != pipeline.ReasonUnknownStart {
			reasons = append(reasons, r)
		}
	}
	return reasons, counts, err
}

// askRetryAll shows how many orders are parked for what, with a button for each reason and one for all.
func (d *Desk) askRetryAll(ctx context.Context, v *visit, reason string) (s screen, err error) {
	reasons, counts, err := d.retryable(ctx, reason)
	if err != nil {
		return s, err
	}
	if unknown := counts[pipeline.ReasonUnknownStart]; unknown > 0 && reason == everyReason {
		reasons = append(reasons, pipeline.ReasonUnknownStart)
	}
	if len(reasons) == 0 {
		s.line("✅ " + v.fill("admin.retryall.none", nil))
		return s, nil
	}
	s.line("🔁 " + v.fill("admin.retryall", nil))
	safe := 0
	for _, r := range reasons[:min(len(reasons), shownRetries)] {
		n := strconv.Itoa(counts[r])
		s.line(n + " · " + v.why(r))
		b := state.Button{Label: v.fill("admin.retryall.reason", phrase.Args{"n": n, "reason": v.why(r)}), Action: action(doAdminRetryAll, r), Style: state.Primary}
		if r == pipeline.ReasonUnknownStart {
			b.Style = state.Danger
			s.lines = append(s.lines, v.fill("admin.retryall.unknown", nil))
		} else {
			safe++
		}
		s.row(b)
	}
	if all := sumOf(counts) - counts[pipeline.ReasonUnknownStart]; safe > 1 {
		s.row(state.Button{Label: v.fill("admin.retryall.all", phrase.Args{"n": strconv.Itoa(all)}), Action: action(doAdminRetryAll, everyReason), Style: state.Primary})
	}
	return s, nil
}

func sumOf(counts map[pipeline.Reason]int) (n int) {
	for _, x := range counts {
		n += x
	}
	return n
}

// pressRetryAll takes parked orders up again: those of a reason, or all. Without a reason it asks.
func (d *Desk) pressRetryAll(ctx context.Context, v *visit, reason string) error {
	if reason == "" {
		s, err := d.askRetryAll(ctx, v, everyReason)
		return v.swap(s, err)
	}
	reasons, counts, err := d.retryable(ctx, reason)
	if err != nil {
		return err
	}
	left := 0
	for _, r := range reasons {
		left += counts[r]
		orders, err := d.Admin.ParkedFor(ctx, state.ParkedFilter{Reason: r}, max(retriesOnce-len(v.change.Moves), 0))
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
	v.did("/retry all "+reason, "retriedall "+strconv.Itoa(n))
	s := screen{lines: []string{"🔁 " + v.fill("admin.retriedall", phrase.Args{"n": strconv.Itoa(n)})}}
	if left -= n; left > 0 {
		s.row(state.Button{Label: v.fill("admin.retryall.rest", phrase.Args{"n": strconv.Itoa(left)}), Action: action(doAdminRetryAll, reason), Style: state.Primary})
	}
	v.notice("") // what was pressed stays, so that all of ops read what was asked
	v.say(state.Say{Message: s.message()})
	return nil
}
