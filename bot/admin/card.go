package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	cardLegs   = 8 // of an order's way, the last ones
	cardCalls  = 4
	pageEvents = 8
)

// card is one order at a glance: who and what, what it waits for, its steps and what they cost.
func (c *Console) card(ctx context.Context, v Demand, o pipeline.Order) (s present.Screen, err error) {
	events, err := c.opts.Store.History(ctx, o.ID)
	if err != nil {
		return s, err
	}
	calls, err := c.opts.Store.Calls(ctx, o.ID)
	if err != nil {
		return s, err
	}
	s.Long("#" + strconv.FormatInt(o.ID, 10) + " " + v.What(o))
	s.Line(sign(o.Status) + " " + v.Standing(o))
	if o.Reason != pipeline.ReasonNone {
		s.Line(v.Why(o.Reason))
	}
	s.Long(o.Detail)
	if o.Fallback != pipeline.ReasonNone {
		s.Long("🖼 " + v.Fill("admin.fallback", present.Args{"name": v.Why(o.Fallback)}))
	}
	if w := v.Waits(o); w != "" {
		s.Long("⏳ " + w)
	}
	shop, err := bot.ShopOf(ctx, c.opts.Store, o.Shop)
	if err != nil {
		return s, err
	}
	v.Whose(&s, o, shop)
	s.Line("🕐 " + v.Clock(o.Placed) + " · " + v.Fill("admin.ago", present.Args{"time": v.Span(v.Now.Sub(o.Placed))}))
	s.Title(v.Fill("admin.steps", nil))
	v.legs(&s, events)
	if len(calls) > 0 {
		s.Title(v.Fill("admin.ledger", nil))
		v.ledger(&s, calls)
	}
	s.Row(v.orderButtons(o)...)
	s.Row(bot.Button{Label: v.Fill("admin.again", nil), Action: intent.Action(intent.DoAdminOrder, o.ID)},
		bot.Button{Label: v.Fill("admin.history", nil), Action: intent.Action(intent.DoAdminOrder, o.ID, 0)}, v.Back())
	return s, nil
}

// sign shows a status.
func sign(s pipeline.Status) string {
	return map[pipeline.Status]string{
		pipeline.Open: "▶", pipeline.Delivered: "✅", pipeline.Failed: "❌", pipeline.Cancelled: "🚫",
		pipeline.Parked: "🔧",
	}[s]
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
		if n < 0 || legs[n].step != e.Step && e.Status == pipeline.Open ||
			legs[n].status != pipeline.Open && e.Status == pipeline.Open {
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
func (v Demand) legs(s *present.Screen, events []pipeline.Event) {
	all := legsOf(events)
	if over := len(all) - cardLegs; over > 0 {
		all = all[over:]
		s.Line(v.Fill("admin.earlier", present.Args{"n": strconv.Itoa(over)}))
	}
	for i, l := range all {
		mark := sign(l.status)
		switch {
		case l.status != pipeline.Open:
		case i < len(all)-1:
			mark = "✅"
		default:
			l.to = v.Now
		}
		parts := []string{v.Fill("admin.step."+string(l.step), nil), v.Span(l.to.Sub(l.from))}
		if l.tries > 1 {
			parts = append(parts, v.Fill("admin.tries", present.Args{"n": strconv.Itoa(l.tries)}))
		}
		s.Line(mark + " " + v.Local(l.from).Format("15:04:05") + " " + strings.Join(parts, " · "))
	}
}

// ledger lists what was bought for an order.
func (v Demand) ledger(s *present.Screen, calls []pipeline.Call) {
	if over := len(calls) - cardCalls; over > 0 {
		calls = calls[over:]
		s.Line(v.Fill("admin.earlier", present.Args{"n": strconv.Itoa(over)}))
	}
	costs := make([]string, len(calls))
	for i, c := range calls {
		costs[i] = cost(c)
	}
	for i, text := range present.Aligned(costs) {
		c := calls[i]
		s.Line(
			text + " " + v.Fill("admin.step."+string(c.Step), nil) + " · " + v.Fill("admin.call."+string(c.State), nil),
		)
		s.Long(c.Remote)
		s.Long(c.Note)
	}
}

// cost is what a call cost as far as is known.
func cost(c pipeline.Call) string {
	switch c.State {
	case pipeline.CallVoid, pipeline.CallRefunded:
		return "0"
	case pipeline.CallSettled:
		return present.Credits(c.Settled)
	case pipeline.CallUnknown:
		if c.Estimated == 0 {
			return "?"
		}
	}
	if c.Estimated == 0 {
		return "…"
	}
	return "~" + present.Credits(c.Estimated)
}

// orderButtons are what may be done to an order as it stands.
func (v Demand) orderButtons(o pipeline.Order) (row []bot.Button) {
	add := func(key, verb string, style bot.ButtonStyle) {
		row = append(row, bot.Button{Label: v.Fill(key, nil), Action: intent.Action(verb, o.ID, "card"), Style: style})
	}
	switch _, _, err := pipeline.Retry(o); {
	case err != nil || present.IsPurged(o):
	case o.Reason == pipeline.ReasonMaybeDelivered:
		add("admin.button.came", intent.DoAdminCame, bot.Primary)
		add("admin.button.resend", intent.DoAdminResend, "")
	default:
		add("admin.button.retry", intent.DoAdminRetry, bot.Primary)
	}
	if _, _, err := pipeline.Cancel(o); err == nil {
		add("admin.button.cancel", intent.DoAdminCancel, bot.Danger)
	}
	_, _, err := pipeline.Redeliver(o)
	if err == nil || o.Shown > 0 && o.Cut.ShortKey != "" && !present.IsPurged(o) {
		add("admin.button.resend", intent.DoAdminResend, "")
	}
	return row
}

// history is a page of all that happened to an order, the latest first.
func (c *Console) history(ctx context.Context, v Demand, o pipeline.Order, page int) (s present.Screen, err error) {
	events, err := c.opts.Store.History(ctx, o.ID)
	if err != nil {
		return s, err
	}
	page = min(page, max(len(events)-1, 0)/pageEvents)
	to := len(events) - page*pageEvents
	from := max(to-pageEvents, 0)
	s.Line("#" + strconv.FormatInt(o.ID, 10) + " " + v.Fill("admin.history", nil))
	for i := to - 1; i >= from; i-- {
		e := events[i]
		text := v.Clock(e.At) + v.Local(e.At).Format(":05") + " " + sign(e.Status) + " " + v.Fill(
			"admin.step."+string(e.Step), nil,
		)
		if e.Attempt > 0 {
			text += " · " + v.Fill("admin.tries", present.Args{"n": strconv.Itoa(e.Attempt + 1)})
		}
		s.Line(text)
		s.Long(e.Note)
	}
	var row []bot.Button
	if page > 0 {
		row = append(row, bot.Button{Label: "◀", Action: intent.Action(intent.DoAdminOrder, o.ID, page-1)})
	}
	row = append(row, bot.Button{Label: v.Fill("admin.card", nil), Action: intent.Action(intent.DoAdminOrder, o.ID)})
	if from > 0 {
		row = append(row, bot.Button{Label: "▶", Action: intent.Action(intent.DoAdminOrder, o.ID, page+1)})
	}
	s.Row(row...)
	return s, nil
}
