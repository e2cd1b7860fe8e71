package admin

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	shownCauses    = 3
	shownWaiting   = 3
	failuresBefore = 24 * time.Hour
)

// overview is how the service stands, on one screen.
func (c *Console) overview(ctx context.Context, v Demand) (s present.Screen, err error) {
	all, err := c.opts.Figures.Overview(ctx, v.Now.Add(-failuresBefore), v.Month(v.Now, 0))
	if err != nil {
		return s, err
	}
	spent, err := c.opts.Figures.SpendByProvider(ctx, v.Today(v.Now, 0))
	if err != nil {
		return s, err
	}
	paused, err := c.opts.Store.Flag(ctx, bot.Paused)
	if err != nil {
		return s, err
	}
	s.Line("📊 " + v.Fill("admin.overview", nil) + " " + c.opts.Version + " · " + v.Clock(v.Now))
	if paused != "" {
		s.Line("⏸ " + v.Fill("admin.overview.paused", pausedArgs(v, paused)))
	}
	v.counts(&s, all)
	waitingFor(v, &s, all.Oldest)
	v.causes(&s, all.Failures)
	c.providers(v, &s, spent)
	s.Row(bot.Button{Label: v.Fill("admin.stuck.button", nil), Action: intent.Action(intent.DoAdminStuck, 0)},
		bot.Button{Label: v.Fill("admin.spend.button", nil), Action: intent.Action(intent.DoAdminSpend, 0)})
	s.Row(bot.Button{Label: v.Fill("admin.shops.button", nil), Action: intent.Action(intent.DoAdminShops, 0)},
		bot.Button{Label: v.Fill("admin.log.button", nil), Action: intent.Action(intent.DoAdminLog, 0)},
		bot.Button{Label: v.Fill("admin.again", nil), Action: intent.Action(intent.DoAdminStatus)})
	return s, nil
}

// counts shows how many orders stand where.
func (v Demand) counts(s *present.Screen, all bot.Overview) {
	steps := []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver}
	most, wide := int64(1), 1
	whole := 0
	for _, n := range all.Open {
		whole += n
		most, wide = max(most, int64(n)), max(wide, len(present.Grouped(int64(n))))
	}
	for _, n := range all.Orders {
		wide = max(wide, len(present.Grouped(int64(n))))
	}
	wide = max(wide, len(present.Grouped(int64(all.Parked))), len(present.Grouped(int64(all.OutboxPending))))
	s.Title(v.Fill("admin.overview.open", present.Args{"n": present.Grouped(int64(whole))}))
	for _, step := range steps {
		n := int64(all.Open[step])
		s.Line(
			present.Figures(present.Grouped(n), wide) + " " + present.Bar(
				n, most, present.ShortBar,
			) + " " + present.Step(v.StoredChat.Lang, step),
		)
	}
	s.Line(
		present.Figures(
			present.Grouped(int64(all.Parked)), wide,
		) + " " + sign(pipeline.Parked) + " " + v.Fill("admin.is.parked", nil),
	)
	if all.OutboxPending > 0 {
		s.Line(
			present.Figures(
				present.Grouped(int64(all.OutboxPending)), wide,
			) + " 💬 " + v.Fill("admin.overview.pending", nil),
		)
	}
	s.Title(v.Fill("admin.overview.month", present.Args{"month": v.ThisMonth()}))
	for _, status := range []pipeline.Status{pipeline.Delivered, pipeline.Failed, pipeline.Cancelled} {
		s.Line(
			present.Figures(
				present.Grouped(int64(all.Orders[status])), wide,
			) + " " + sign(status) + " " + v.Fill("admin.is."+string(status), nil),
		)
	}
}

// waitingFor names the orders that have stood still for longest, with buttons that open them.
func waitingFor(v Demand, s *present.Screen, oldest []pipeline.Order) {
	oldest = oldest[:min(len(oldest), shownWaiting)]
	if len(oldest) == 0 {
		return
	}
	s.Title(v.Fill("admin.overview.oldest", nil))
	ids := present.Tags(oldest)
	for i, o := range oldest {
		s.Line(ids[i] + " " + v.Span(v.Now.Sub(o.Changed)) + " · " + present.Step(v.StoredChat.Lang, o.Step))
	}
	s.Buttons = append(s.Buttons, present.OrderButtons(oldest)...)
}

// causes show why orders came to nothing lately, the most frequent first.
func (v Demand) causes(s *present.Screen, failures map[pipeline.Reason]int) {
	if len(failures) == 0 {
		return
	}
	reasons := slices.SortedFunc(maps.Keys(failures), func(a, b pipeline.Reason) int {
		return cmp.Or(failures[b]-failures[a], cmp.Compare(a, b))
	})
	s.Title(v.Fill("admin.overview.failures", nil))
	reasons = reasons[:min(len(reasons), shownCauses)]
	wide := len(strconv.Itoa(failures[reasons[0]]))
	for _, r := range reasons {
		s.Line(present.Figures(strconv.Itoa(failures[r]), wide) + " " + v.Why(r))
	}
}

// providers show what was spent today, what is left, and who doesn't work.
func (c *Console) providers(v Demand, s *present.Screen, spent map[string]pipeline.Credits) {
	s.Title(v.Fill("admin.overview.spent", nil))
	health := map[string]bot.Provider{}
	if c.opts.Health != nil {
		for _, p := range c.opts.Health() {
			health[p.Name] = p
		}
	}
	names := v.Guide.ProviderNames(spent)
	var costs []pipeline.Credits // of each, what was spent and what is left
	for _, name := range names {
		costs = append(costs, spent[name], max(health[name].Credits, 0))
	}
	figs := present.Column(costs...)
	wide := present.Widest(figs)
	for i, name := range names {
		p, known := health[name]
		s.Line(figs[2*i] + " " + v.Provider(name) + healthy(known && p.Failing.IsZero()))
		if known && !p.Failing.IsZero() {
			s.Line(
				present.Figures("", wide) + " ⚠️ " + v.Fill("admin.overview.failing", present.Args{
					"time": v.Span(v.Now.Sub(p.Failing)),
				}),
			)
		}
		if known && p.Credits >= 0 {
			s.Line(figs[2*i+1] + " " + v.Fill("admin.overview.left", nil))
		}
	}
}

func healthy(well bool) string {
	if well {
		return " ✅"
	}
	return ""
}
