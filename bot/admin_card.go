package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	cardLegs   = 8 // of an order's way, the last ones
	cardCalls  = 4
	pageEvents = 8
)

// card is one order at a glance: who and what, what it waits for, its steps and what they cost.
func (c *Console_) card(ctx context.Context, v demand, o pipeline.Order) (s screen, err error) {
	events, err := c.Admin.History(ctx, o.ID)
	if err != nil {
		return s, err
	}
	calls, err := c.Admin.Calls(ctx, o.ID)
	if err != nil {
		return s, err
	}
	s.long("#" + strconv.FormatInt(o.ID, 10) + " " + v.what(o))
	s.line(sign(o.Status) + " " + v.standing(o))
	if o.Reason != pipeline.ReasonNone {
		s.line(v.why(o.Reason))
	}
	if o.Detail != "" {
		s.long(o.Detail)
	}
	if o.Fallback != pipeline.ReasonNone {
		s.long("🖼 " + v.fill("admin.plain", phrase.Args{"name": v.why(o.Fallback)}))
	}
	if w := v.waits(o); w != "" {
		s.long("⏳ " + w)
	}
	shop, err := shopOf(ctx, c.Store, o.Shop)
	if err != nil {
		return s, err
	}
	v.whose(&s, o, shop)
	s.line("🕐 " + v.clock(o.Placed) + " · " + v.fill("admin.ago", phrase.Args{"time": v.span(v.now.Sub(o.Placed))}))
	s.title(v.fill("admin.steps", nil))
	v.legs(&s, o, events)
	if len(calls) > 0 {
		s.title(v.fill("admin.ledger", nil))
		v.ledger(&s, calls)
	}
	s.row(v.deedButtons(o)...)
	s.row(state.Button{Label: v.fill("admin.again", nil), Action: action(doAdminOrder, o.ID)},
		state.Button{Label: v.fill("admin.history", nil), Action: action(doAdminOrder, o.ID, 0)}, v.back())
	return s, nil
}

// sign shows a status.
func sign(s pipeline.Status) string {
	return map[pipeline.Status]string{
		pipeline.Open: "▶", pipeline.Delivered: "✅", pipeline.Failed: "❌", pipeline.Cancelled: "🚫", pipeline.Parked: "🔧",
	}[s]
}

// isHeld reports whether an order rests because an admin or the budget holds it back.
func isHeld(o pipeline.Order) bool {
	return o.Status == pipeline.Open && o.Phase == pipeline.Ready && (o.Reason == pipeline.ReasonPaused || o.Reason == pipeline.ReasonBudget)
}

// providerOf names who does a paid step.
func providerOf(s pipeline.Step) string {
	if s == pipeline.Render {
		return "creatomate"
	}
	return "runway"
}

// leg is a stretch of an order's way: one step, until it was left or given up.
type leg struct {
	step     pipeline.Step
	from, to time.Time
	status   pipeline.Status // it ended so; open: it led on
	tries    int             // requests that were begun
}

// legsOf finds the stretches in an order's history.
func legsOf(events []pipeline.Event) (legs []leg) {
	for _, e := range events {
		n := len(legs) - 1
		if n < 0 || legs[n].step != e.Step && e.Status == pipeline.Open || legs[n].status != pipeline.Open && e.Status == pipeline.Open {
			if n >= 0 && legs[n].status == pipeline.Open {
				legs[n].to = e.At
			}
			legs = append(legs, leg{step: e.Step, from: e.At, status: pipeline.Open})
			n++
		}
		if legs[n].status == pipeline.Open && e.Status != pipeline.Open {
			legs[n].status, legs[n].to = e.Status, e.At
		}
		if e.Status == pipeline.Open && e.Phase == pipeline.Begun {
			legs[n].tries++
		}
	}
	return legs
}

// legs lists an order's steps with their times.
func (v demand) legs(s *screen, o pipeline.Order, events []pipeline.Event) {
	all := legsOf(events)
	if over := len(all) - cardLegs; over > 0 {
		all = all[over:]
		s.line(v.fill("admin.earlier", phrase.Args{"n": strconv.Itoa(over)}))
	}
	for i, l := range all {
		mark := sign(l.status)
		switch {
		case l.status != pipeline.Open:
		case i < len(all)-1:
			mark = "✅"
		default:
			l.to = v.now
		}
		parts := []string{v.fill("admin.step."+string(l.step), nil), v.span(l.to.Sub(l.from))}
		if l.tries > 1 {
			parts = append(parts, v.fill("admin.tries", phrase.Args{"n": strconv.Itoa(l.tries)}))
		}
		s.line(mark + " " + v.local(l.from).Format("15:04:05") + " " + strings.Join(parts, " · "))
	}
}

// ledger lists what was bought for an order.
func (v demand) ledger(s *screen, calls []pipeline.Call) {
	if over := len(calls) - cardCalls; over > 0 {
		calls = calls[over:]
		s.line(v.fill("admin.earlier", phrase.Args{"n": strconv.Itoa(over)}))
	}
	costs := make([]string, len(calls))
	for i, c := range calls {
		costs[i] = cost(c)
	}
	for i, text := range aligned(costs) {
		c := calls[i]
		s.line(text + " " + v.fill("admin.step."+string(c.Step), nil) + " · " + v.fill("admin.call."+string(c.State), nil))
		if c.Remote != "" {
			s.long(c.Remote)
		}
		if c.Note != "" {
			s.long(c.Note)
		}
	}
}

// cost is what a call cost as far as anybody knows.
func cost(c pipeline.Call) string {
	switch c.State {
	case pipeline.CallVoid, pipeline.CallRefunded:
		return "0"
	case pipeline.CallSettled:
		return credits(c.Settled)
	case pipeline.CallUnknown:
		if c.Estimated == 0 {
			return "?"
		}
	}
	if c.Estimated == 0 {
		return "…"
	}
	return "~" + credits(c.Estimated)
}

// deedButtons are what may be done to an order as it stands.
func (v demand) deedButtons(o pipeline.Order) (row []state.Button) {
	add := func(key, verb string, style state.ButtonStyle) {
		row = append(row, state.Button{Label: v.fill(key, nil), Action: action(verb, o.ID, "card"), Style: style})
	}
	switch _, _, err := pipeline.Retry(o); {
	case err != nil || isEmptied(o):
	case o.Reason == pipeline.ReasonMaybeDelivered:
		add("admin.button.came", doAdminCame, state.Primary)
		add("admin.button.resend", doAdminResend, "")
	default:
		add("admin.button.retry", doAdminRetry, state.Primary)
	}
	if _, _, err := pipeline.Cancel(o); err == nil {
		add("admin.button.cancel", doAdminCancel, state.Danger)
	}
	_, _, err := pipeline.Redeliver(o)
	if err == nil || o.Shown > 0 && o.Cut.ShortKey != "" && !isEmptied(o) {
		add("admin.button.resend", doAdminResend, "")
	}
	return row
}

// history is a page of all that happened to an order, the latest first.
func (c *Console_) history(ctx context.Context, v demand, o pipeline.Order, page int) (s screen, err error) {
	events, err := c.Admin.History(ctx, o.ID)
	if err != nil {
		return s, err
	}
	page = min(page, max(len(events)-1, 0)/pageEvents)
	to := len(events) - page*pageEvents
	from := max(to-pageEvents, 0)
	s.line("#" + strconv.FormatInt(o.ID, 10) + " " + v.fill("admin.history", nil))
	for i := to - 1; i >= from; i-- {
		e := events[i]
		text := v.clock(e.At) + v.local(e.At).Format(":05") + " " + sign(e.Status) + " " + v.fill("admin.step."+string(e.Step), nil)
		if e.Attempt > 0 {
			text += " · " + v.fill("admin.tries", phrase.Args{"n": strconv.Itoa(e.Attempt + 1)})
		}
		s.line(text)
		if e.Note != "" {
			s.long(e.Note)
		}
	}
	var row []state.Button
	if page > 0 {
		row = append(row, state.Button{Label: "◀", Action: action(doAdminOrder, o.ID, page-1)})
	}
	row = append(row, state.Button{Label: v.fill("admin.card", nil), Action: action(doAdminOrder, o.ID)})
	if from > 0 {
		row = append(row, state.Button{Label: "▶", Action: action(doAdminOrder, o.ID, page+1)})
	}
	s.row(row...)
	return s, nil
}
