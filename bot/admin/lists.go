package admin

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	PageOrders     = 8
	pageShops      = 10
	pageSpenders   = 8
	shownIncidents = 6
	sparkDays      = 7
)

// paged reads a page of a list, and whether another comes after it. One that lies past the end is the first.
func paged[T any](
	ctx context.Context, page, size int, read func(ctx context.Context, skip, limit int) ([]T, error),
) (all []T, at int, more bool, err error) {
	all, err = read(ctx, page*size, size+1)
	if len(all) == 0 && page > 0 && err == nil {
		return paged(ctx, 0, size, read)
	}
	return all[:min(len(all), size)], page, len(all) > size, err
}

// stuck lists what needs a person: parked orders, and what else goes on.
func (c *Console) stuck(ctx context.Context, v Demand, page int) (s present.Screen, err error) {
	orders, page, more, err := paged(ctx, page, PageOrders, c.opts.Figures.Parked)
	if err != nil {
		return s, err
	}
	incidents, err := c.opts.Store.Incidents(ctx)
	if err != nil {
		return s, err
	}
	incidents = slices.DeleteFunc(incidents, func(i bot.Incident) bool { return strings.HasPrefix(i.Key, "parked:") })
	s.Line("🔧 " + v.Fill("admin.stuck", nil))
	if len(orders) == 0 {
		s.Line(v.Fill("admin.stuck.none", nil))
	}
	ids := present.Tags(orders)
	for i, o := range orders {
		s.Line(ids[i] + " " + v.Span(v.Now.Sub(o.Changed)) + " · " + v.Why(o.Reason))
	}
	if len(incidents) > 0 && page == 0 {
		s.Title("🚨 " + v.Fill("admin.stuck.incidents", nil))
		for _, i := range incidents[:min(len(incidents), shownIncidents)] {
			s.Long(v.Span(v.Now.Sub(i.Since)) + " · " + strings.ReplaceAll(i.Text, "\n", " · "))
		}
	}
	s.Buttons = present.OrderButtons(orders)
	if len(orders) > 1 {
		s.Row(bot.Button{Label: v.Fill("admin.retryall.button", nil), Action: intent.Action(intent.DoAdminRetryAll)})
	}
	s.Buttons = append(s.Buttons, v.Pages(intent.DoAdminStuck, page, more))
	return s, nil
}

// shops lists the shops behind a number with what they have had this month.
func (c *Console) shops(ctx context.Context, v Demand, after int64) (s present.Screen, err error) {
	all, err := c.opts.Figures.Shops(ctx, v.Month(v.Now, 0), after, pageShops+1)
	if err != nil {
		return s, err
	}
	more := len(all) > pageShops
	all = all[:min(len(all), pageShops)]
	s.Line("🏪 " + v.Fill("admin.shops", present.Args{"month": v.ThisMonth()}))
	if len(all) == 0 {
		s.Line(v.Fill("admin.shops.none", nil))
	}
	ids, uses := make([]string, len(all)), make([]string, len(all))
	for i, u := range all {
		limit := "∞"
		if n := u.Shop.LimitOr(c.opts.Limit); n > 0 {
			limit = strconv.Itoa(n)
		}
		ids[i], uses[i] = strconv.FormatInt(u.ID, 10), strconv.Itoa(u.OrdersInPeriod)+"/"+limit
	}
	ids, uses = present.Aligned(ids), present.Aligned(uses)
	for i, u := range all {
		s.Line(
			ids[i] + " " + present.Bar(
				int64(u.OrdersInPeriod), int64(u.Shop.LimitOr(c.opts.Limit)), present.ShortBar,
			) + " " + uses[i] + " " + v.NameOf(u.Shop),
		)
	}
	if len(all) > 0 {
		s.Title(v.Fill("admin.shops.limit", nil))
	}
	next := after
	if more {
		next = all[len(all)-1].ID
	}
	s.Row(v.Turn(intent.DoAdminShops, max(after-pageShops, 0), after, next)...)
	return s, nil
}

// spend shows what was paid for today and this month, and by whom.
func (c *Console) spend(ctx context.Context, v Demand, page int) (s present.Screen, err error) {
	tomorrow := v.Today(v.Now, 1)
	month, err := c.opts.Figures.SpendByShop(ctx, v.Month(v.Now, 0), tomorrow)
	if err != nil {
		return s, err
	}
	var today map[string]present.Bought
	days := make([]int64, sparkDays)
	for i := range days { // the last one is today
		rows, err := c.opts.Figures.SpendByShop(ctx, v.Today(v.Now, i-sparkDays+1), v.Today(v.Now, i-sparkDays+2))
		if err != nil {
			return s, err
		}
		today = present.ByProvider(rows)
		days[i] = int64(today[v.Guide.Clips.Name].Cost)
	}
	s.Line("💳 " + v.Fill("admin.spend", nil))
	v.sums(&s, today, present.ByProvider(month))
	clips := present.Args{"name": v.Provider(v.Guide.Clips.Name)}
	s.Title(present.Spark(days) + " " + v.Fill("admin.spend.days", clips))
	more, err := c.spenders(ctx, v, &s, page)
	s.Row(v.Pages(intent.DoAdminSpend, page, more)...)
	return s, err
}

// sums show what each provider got, and what of it isn't certain.
func (v Demand) sums(s *present.Screen, today, month map[string]present.Bought) {
	names := map[string]pipeline.Credits{}
	for name, b := range month {
		names[name] = b.Cost
	}
	var open present.Bought
	for _, name := range v.Guide.ProviderNames(names) {
		t, m := today[name], month[name]
		open.Unknown, open.Guessed = open.Unknown+m.Unknown, open.Guessed+m.Guessed
		costs, calls := present.Column(t.Cost, m.Cost), present.Aligned([]string{
			strconv.Itoa(t.Calls), strconv.Itoa(m.Calls),
		})
		s.Title(v.Provider(name))
		for i, when := range []string{v.Fill("admin.today", nil), v.ThisMonth()} {
			s.Line(costs[i] + " · " + v.Fill("admin.times", present.Args{"n": calls[i]}) + " · " + when)
		}
	}
	if open.Guessed > 0 || open.Unknown > 0 {
		s.Lines = append(s.Lines, "")
	}
	if open.Guessed > 0 {
		s.Line(v.Fill("admin.spend.guessed", present.Args{"n": present.Credits(open.Guessed)}))
	}
	if open.Unknown > 0 {
		s.Line("❓ " + v.Fill("admin.spend.unknown", present.Args{"n": strconv.Itoa(open.Unknown)}))
	}
}

// spenders show a page of the shops that cost most, and report whether there are more.
func (c *Console) spenders(ctx context.Context, v Demand, s *present.Screen, page int) (more bool, err error) {
	month := v.Month(v.Now, 0)
	dearest, err := c.opts.Figures.Spenders(ctx, month, 0, 1)
	if err != nil || len(dearest) == 0 {
		return false, err
	}
	all, err := c.opts.Figures.Spenders(ctx, month, page*pageSpenders, pageSpenders+1)
	if err != nil {
		return false, err
	}
	more = len(all) > pageSpenders
	all = all[:min(len(all), pageSpenders)]
	s.Title(v.Fill("admin.spend.shops", nil))
	var clips, renders []pipeline.Credits
	for _, x := range all {
		clips, renders = append(clips, x.Clips), append(renders, x.Renders)
	}
	left, right := present.Column(clips...), present.Column(renders...)
	for i, x := range all {
		doubt, name := "", v.Fill("admin.shop.nobody", nil)
		if x.Unknown > 0 {
			doubt = "❓"
		}
		if x.Shop != 0 {
			name = v.NameOf(bot.Shop{ID: x.Shop, Name: x.Name})
		}
		s.Line(
			left[i] + " · " + right[i] + " " + present.Bar(
				int64(x.Clips), int64(dearest[0].Clips), present.ShortBar,
			) + " " + doubt + name,
		)
	}
	return more, nil
}
