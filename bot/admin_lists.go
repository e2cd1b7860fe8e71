package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	pageOrders     = 8
	pageShops      = 10
	pageSpenders   = 8
	shownIncidents = 6
	sparkDays      = 7
)

// paged reads a page of a list, and whether another comes after it. One that lies past the end is the first.
func paged[T any](ctx context.Context, page, size int, read func(ctx context.Context, skip, limit int) ([]T, error)) (all []T, at int, more bool, err error) {
	all, err = read(ctx, page*size, size+1)
	if len(all) == 0 && page > 0 && err == nil {
		return paged(ctx, 0, size, read)
	}
	return all[:min(len(all), size)], page, len(all) > size, err
}

// stuck lists what needs a person: parked orders, and what else goes on.
func (c *Console_) stuck(ctx context.Context, v demand, page int) (s screen, err error) {
	orders, page, more, err := paged(ctx, page, pageOrders, c.Admin.Parked)
	if err != nil {
		return s, err
	}
	incidents, err := c.Admin.Incidents(ctx)
	if err != nil {
		return s, err
	}
	incidents = slices.DeleteFunc(incidents, func(i state.Incident) bool { return strings.HasPrefix(i.Key, "parked:") })
	s.line("🔧 " + v.fill("admin.stuck", nil))
	if len(orders) == 0 {
		s.line(v.fill("admin.stuck.none", nil))
	}
	ids := tags(orders)
	for i, o := range orders {
		s.line(ids[i] + " " + v.span(v.now.Sub(o.Changed)) + " · " + v.why(o.Reason))
	}
	if len(incidents) > 0 && page == 0 {
		s.title("🚨 " + v.fill("admin.stuck.incidents", nil))
		for _, i := range incidents[:min(len(incidents), shownIncidents)] {
			s.long(v.span(v.now.Sub(i.Since)) + " · " + strings.ReplaceAll(i.Text, "\n", " · "))
		}
	}
	s.buttons = orderButtons(orders)
	if len(orders) > 1 {
		s.row(state.Button{Label: v.fill("admin.retryall.button", nil), Action: action(doAdminRetryAll)})
	}
	s.buttons = append(s.buttons, v.pages(doAdminStuck, page, more))
	return s, nil
}

// shops lists the shops behind a number with what they have had this month.
func (c *Console_) shops(ctx context.Context, v demand, after int64) (s screen, err error) {
	all, err := c.Admin.Shops(ctx, v.month(v.now, 0), after, pageShops+1)
	if err != nil {
		return s, err
	}
	more := len(all) > pageShops
	all = all[:min(len(all), pageShops)]
	s.line("🏪 " + v.fill("admin.shops", phrase.Args{"month": v.thisMonth()}))
	if len(all) == 0 {
		s.line(v.fill("admin.shops.none", nil))
	}
	ids, uses := make([]string, len(all)), make([]string, len(all))
	for i, u := range all {
		limit := "∞"
		if n := u.Shop.LimitOr(c.Limit); n > 0 {
			limit = strconv.Itoa(n)
		}
		ids[i], uses[i] = strconv.FormatInt(u.ID, 10), strconv.Itoa(u.Used)+"/"+limit
	}
	ids, uses = aligned(ids), aligned(uses)
	for i, u := range all {
		s.line(ids[i] + " " + bar(int64(u.Used), int64(u.Shop.LimitOr(c.Limit))) + " " + uses[i] + " " + v.nameOf(u.Shop))
	}
	if len(all) > 0 {
		s.title(v.fill("admin.shops.limit", nil))
	}
	next := after
	if more {
		next = all[len(all)-1].ID
	}
	s.row(v.turn(doAdminShops, max(after-pageShops, 0), after, next)...)
	return s, nil
}

// bought is what was bought of a provider in some time.
type bought struct {
	calls, unknown int
	cost           pipeline.Credits
	guessed        pipeline.Credits // part of the cost that isn't settled yet
}

// byProvider is what was spent, by the provider's name.
func byProvider(rows []state.SpendRow) map[string]bought {
	sums := map[string]bought{}
	for _, x := range rows {
		sums[x.Provider] = bought{calls: x.Calls, unknown: x.Unknown, cost: x.Settled + x.Estimated, guessed: x.Estimated}
	}
	return sums
}

// spend shows what was paid for today and this month, and by whom.
func (c *Console_) spend(ctx context.Context, v demand, page int) (s screen, err error) {
	tomorrow := v.today(v.now, 1)
	month, err := c.Admin.SpendByShop(ctx, v.month(v.now, 0), tomorrow)
	if err != nil {
		return s, err
	}
	var today map[string]bought
	days := make([]int64, sparkDays)
	for i := range days { // the last one is today
		rows, err := c.Admin.SpendByShop(ctx, v.today(v.now, i-sparkDays+1), v.today(v.now, i-sparkDays+2))
		if err != nil {
			return s, err
		}
		today = byProvider(rows)
		days[i] = int64(today["runway"].cost)
	}
	s.line("💳 " + v.fill("admin.spend", nil))
	v.sums(&s, today, byProvider(month))
	s.title(spark(days) + " " + v.fill("admin.spend.days", nil))
	more, err := c.spenders(ctx, v, &s, page)
	s.row(v.pages(doAdminSpend, page, more)...)
	return s, err
}

// sums show what each provider got, and what of it nobody is sure of.
func (v demand) sums(s *screen, today, month map[string]bought) {
	names := map[string]pipeline.Credits{}
	for name, b := range month {
		names[name] = b.cost
	}
	var open bought
	for _, name := range providerNames(names) {
		t, m := today[name], month[name]
		open.unknown, open.guessed = open.unknown+m.unknown, open.guessed+m.guessed
		costs, calls := column(t.cost, m.cost), aligned([]string{strconv.Itoa(t.calls), strconv.Itoa(m.calls)})
		s.title(v.provider(name))
		for i, when := range []string{v.fill("admin.today", nil), v.thisMonth()} {
			s.line(costs[i] + " · " + v.fill("admin.times", phrase.Args{"n": calls[i]}) + " · " + when)
		}
	}
	if open.guessed > 0 || open.unknown > 0 {
		s.lines = append(s.lines, "")
	}
	if open.guessed > 0 {
		s.line(v.fill("admin.spend.guessed", phrase.Args{"n": credits(open.guessed)}))
	}
	if open.unknown > 0 {
		s.line("❓ " + v.fill("admin.spend.unknown", phrase.Args{"n": strconv.Itoa(open.unknown)}))
	}
}

// spenders show a page of the shops that cost most, and report whether there are more.
func (c *Console_) spenders(ctx context.Context, v demand, s *screen, page int) (more bool, err error) {
	month := v.month(v.now, 0)
	dearest, err := c.Admin.Spenders(ctx, month, 0, 1)
	if err != nil || len(dearest) == 0 {
		return false, err
	}
	all, err := c.Admin.Spenders(ctx, month, page*pageSpenders, pageSpenders+1)
	if err != nil {
		return false, err
	}
	more = len(all) > pageSpenders
	all = all[:min(len(all), pageSpenders)]
	s.title(v.fill("admin.spend.shops", nil))
	var clips, renders []pipeline.Credits
	for _, x := range all {
		clips, renders = append(clips, x.Clips), append(renders, x.Renders)
	}
	left, right := column(clips...), column(renders...)
	for i, x := range all {
		doubt, name := "", v.fill("admin.shop.nobody", nil)
		if x.Unknown > 0 {
			doubt = "❓"
		}
		if x.Shop != 0 {
			name = v.nameOf(state.Shop{ID: x.Shop, Name: x.Name})
		}
		s.line(left[i] + " · " + right[i] + " " + bar(int64(x.Clips), int64(dearest[0].Clips)) + " " + doubt + name)
	}
	return more, nil
}
