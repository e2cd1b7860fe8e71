package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Provider is how one who makes clips or shorts for us is.
type Provider struct {
	Name    string           // runway, creatomate
	Failing time.Time        // most of its calls have come to nothing since; zero: it is well
	Credits pipeline.Credits // what is left; below 0: nobody knows
}

const (
	shownCauses    = 3
	shownWaiting   = 3
	failuresBefore = 24 * time.Hour
)

// overview is how the service stands, on one screen.
func (c *Console_) overview(ctx context.Context, v demand) (s screen, err error) {
	all, err := c.Admin.Overview(ctx, v.now.Add(-failuresBefore), v.month(v.now, 0))
	if err != nil {
		return s, err
	}
	spent, err := c.Admin.SpendByProvider(ctx, v.today(v.now, 0))
	if err != nil {
		return s, err
	}
	paused, err := c.Admin.Flag(ctx, state.Paused)
	if err != nil {
		return s, err
	}
	s.line("📊 " + v.fill("admin.overview", nil) + " " + c.Version + " · " + v.clock(v.now))
	if paused != "" {
		s.line("⏸ " + v.fill("admin.overview.paused", c.pausedArgs(v, paused)))
	}
	v.counts(&s, all)
	c.waiting(v, &s, all.Oldest)
	v.causes(&s, all.Failures)
	c.providers(v, &s, spent)
	s.row(state.Button{Label: v.fill("admin.stuck.button", nil), Action: action(doAdminStuck, 0)},
		state.Button{Label: v.fill("admin.spend.button", nil), Action: action(doAdminSpend, 0)})
	s.row(state.Button{Label: v.fill("admin.shops.button", nil), Action: action(doAdminShops, 0)},
		state.Button{Label: v.fill("admin.log.button", nil), Action: action(doAdminLog, 0)},
		state.Button{Label: v.fill("admin.again", nil), Action: action(doAdminStatus)})
	return s, nil
}

// counts shows how many orders stand where.
func (v demand) counts(s *screen, all state.Overview) {
	steps := []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver}
	most, wide := int64(1), 1
	whole := 0
	for _, n := range all.Open {
		whole += n
		most, wide = max(most, int64(n)), max(wide, len(grouped(int64(n))))
	}
	for _, n := range all.Orders {
		wide = max(wide, len(grouped(int64(n))))
	}
	wide = max(wide, len(grouped(int64(all.Parked))), len(grouped(int64(all.OutboxPending))))
	s.title(v.fill("admin.overview.open", phrase.Args{"n": grouped(int64(whole))}))
	for _, step := range steps {
		n := int64(all.Open[step])
		s.line(figures(grouped(n), wide) + " " + bar(n, most) + " " + phrase.Step(v.chat.Lang, step))
	}
	s.line(figures(grouped(int64(all.Parked)), wide) + " " + sign(pipeline.Parked) + " " + v.fill("admin.is.parked", nil))
	if all.OutboxPending > 0 {
		s.line(figures(grouped(int64(all.OutboxPending)), wide) + " 💬 " + v.fill("admin.overview.unsaid", nil))
	}
	s.title(v.fill("admin.overview.month", phrase.Args{"month": v.thisMonth()}))
	for _, status := range []pipeline.Status{pipeline.Delivered, pipeline.Failed, pipeline.Cancelled} {
		s.line(figures(grouped(int64(all.Orders[status])), wide) + " " + sign(status) + " " + v.fill("admin.is."+string(status), nil))
	}
}

// waiting names the orders that have stood still for longest, with buttons that open them.
func (c *Console_) waiting(v demand, s *screen, oldest []pipeline.Order) {
	oldest = oldest[:min(len(oldest), shownWaiting)]
	if len(oldest) == 0 {
		return
	}
	s.title(v.fill("admin.overview.oldest", nil))
	ids := tags(oldest)
	for i, o := range oldest {
		s.line(ids[i] + " " + v.span(v.now.Sub(o.Changed)) + " · " + phrase.Step(v.chat.Lang, o.Step))
	}
	s.buttons = append(s.buttons, orderButtons(oldest)...)
}

// causes show why orders came to nothing lately, the most frequent first.
func (v demand) causes(s *screen, failures map[pipeline.Reason]int) {
	if len(failures) == 0 {
		return
	}
	reasons := slices.SortedFunc(maps.Keys(failures), func(a, b pipeline.Reason) int {
		return cmp.Or(failures[b]-failures[a], cmp.Compare(a, b))
	})
	s.title(v.fill("admin.overview.failures", nil))
	reasons = reasons[:min(len(reasons), shownCauses)]
	wide := len(strconv.Itoa(failures[reasons[0]]))
	for _, r := range reasons {
		s.line(figures(strconv.Itoa(failures[r]), wide) + " " + v.why(r))
	}
}

// providers show what was spent today, what is left, and who doesn't work.
func (c *Console_) providers(v demand, s *screen, spent map[string]pipeline.Credits) {
	s.title(v.fill("admin.overview.spent", nil))
	health := map[string]Provider{}
	if c.Health != nil {
		for _, p := range c.Health() {
			health[p.Name] = p
		}
	}
	names := providerNames(spent)
	var costs []pipeline.Credits // of each, what was spent and what is left
	for _, name := range names {
		costs = append(costs, spent[name], max(health[name].Credits, 0))
	}
	figs := column(costs...)
	wide := widest(figs)
	for i, name := range names {
		p, known := health[name]
		s.line(figs[2*i] + " " + v.provider(name) + healthy(known && p.Failing.IsZero()))
		if known && !p.Failing.IsZero() {
			s.line(figures("", wide) + " ⚠️ " + v.fill("admin.overview.failing", phrase.Args{"time": v.span(v.now.Sub(p.Failing))}))
		}
		if known && p.Credits >= 0 {
			s.line(figs[2*i+1] + " " + v.fill("admin.overview.left", nil))
		}
	}
}

func healthy(well bool) string {
	if well {
		return " ✅"
	}
	return ""
}

// providerNames are the providers that there are, and any others that were paid.
func providerNames(spent map[string]pipeline.Credits) []string {
	names := []string{"runway", "creatomate"}
	for _, name := range slices.Sorted(maps.Keys(spent)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
