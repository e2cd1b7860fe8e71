package memorytest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// named reports whether a chat's name stands before the first space of a text.
func named(text, message string) bool {
	name, _, _ := strings.Cut(text, " ")
	return name == message
}

// ByMessage implements bot.Store.
func (s *Store) ByMessage(
	_ context.Context, platform, chat, name string,
) (o pipeline.Order, size *pipeline.Size, err error) {
	found := false
	err = s.view("ByMessage", func(t tx) {
		all := slices.Collect(t.Orders(func(o pipeline.Order) bool {
			return o.Thread.Platform == platform && o.Thread.Chat == chat
		}))
		for _, x := range slices.Backward(all[max(len(all)-900, 0):]) {
			for _, c := range slices.Backward(t.Cuts(x.ID)) {
				if named(c.Receipt, name) {
					size = new(c.Size)
					break
				}
			}
			if o = x; size != nil || x.Thread.Message == name || named(x.StatusRef, name) {
				found = true
				return
			}
		}
		for _, m := range slices.Backward(t.messages) {
			if m.gone || m.name != name || m.Thread.Platform != platform || m.Thread.Chat != chat {
				continue
			}
			if m.Order != 0 && m.Cut != 0 {
				o, found = t.Order(m.Order)
				for _, c := range t.Cuts(m.Order) {
					if c.N == m.Cut {
						size = new(c.Size)
					}
				}
			}
			return
		}
	})
	if err == nil && (!found || name == "") {
		return pipeline.Order{}, nil, pipeline.ErrNotFound
	}
	return o, size, err
}

// Short implements bot.Store.
func (s *Store) Short(_ context.Context, order int64, size pipeline.Size) (o pipeline.Order, err error) {
	found := false
	err = s.view("Short", func(t tx) { o, found = t.short(order, size) })
	if err == nil && !found {
		err = pipeline.ErrNotFound
	}
	return o, err
}

func (t tx) short(order int64, size pipeline.Size) (o pipeline.Order, found bool) {
	if o, found = t.Order(order); !found {
		return o, false
	}
	now := o.Cut.N
	for _, c := range slices.Backward(t.Cuts(order)) {
		message, _, _ := strings.Cut(c.Receipt, " ")
		if c.Size == size && c.ShortKey != "" && (message != "" || c.N == now) {
			o.Cut = c
			return o, true
		}
	}
	return o, false
}

// ShortsOf implements bot.Admin.
func (s *Store) ShortsOf(_ context.Context, shop int64, skip, limit int) (all []pipeline.Order, err error) {
	err = s.view("ShortsOf", func(t tx) {
		for _, o := range slices.Backward(slices.Collect(
			t.Orders(func(o pipeline.Order) bool { return o.Shop == shop && shop != 0 }),
		)) {
			var shorts []pipeline.Order
			for _, size := range pipeline.Sizes() {
				if x, found := t.short(o.ID, size); found {
					shorts = append(shorts, x)
				}
			}
			slices.SortFunc(shorts, func(a, b pipeline.Order) int { return cmp.Compare(b.Cut.N, a.Cut.N) })
			all = append(all, shorts...)
		}
	})
	return paged(all, skip, limit), err
}

func paged[T any](all []T, skip, limit int) []T {
	all = all[min(max(skip, 0), len(all)):]
	return all[:min(max(limit, 0), len(all))]
}

// listed lists orders that a condition holds for, by number.
func (s *Store) listed(op string, is func(o pipeline.Order) bool) (all []pipeline.Order, err error) {
	err = s.view(op, func(t tx) { all = slices.Collect(t.Orders(is)) })
	return all, err
}

func unfinished(o pipeline.Order) bool {
	return o.Status == pipeline.Open || o.Status == pipeline.Parked
}

// Unfinished implements bot.Store.
func (s *Store) Unfinished(_ context.Context, platform, chat string) ([]pipeline.Order, error) {
	return s.listed("Unfinished", func(o pipeline.Order) bool {
		return o.Thread.Platform == platform && o.Thread.Chat == chat && unfinished(o)
	})
}

// counts reports whether an order counts in its shop's month.
func (t tx) counts(o pipeline.Order) bool {
	if o.Shown > 0 || o.Status != pipeline.Failed && o.Status != pipeline.Cancelled {
		return true
	}
	for c := range t.Calls() {
		if c.Order == o.ID && c.State != pipeline.CallVoid && c.State != pipeline.CallRefunded {
			return true
		}
	}
	return false
}

// seoul is where months begin.
var seoul = time.FixedZone("KST", 9*60*60)

// OrdersInPeriod implements bot.Store.
func (s *Store) OrdersInPeriod(_ context.Context, shop int64, since time.Time) (n int, err error) {
	err = s.view("OrdersInPeriod", func(t tx) { n = t.inPeriod(shop, since) })
	return n, err
}

func (t tx) inPeriod(shop int64, since time.Time) (n int) {
	y, m, _ := since.In(seoul).Date()
	from := time.Date(y, m, 1, 0, 0, 0, 0, seoul)
	for range t.Orders(func(o pipeline.Order) bool {
		return shop != 0 && o.Shop == shop && !o.Placed.Before(from) && t.counts(o)
	}) {
		n++
	}
	return n
}

// Former implements bot.Store: no shop is forgotten here.
func (s *Store) Former(context.Context, string, string) (int64, error) { return 0, nil }

// Refused implements bot.Store.
func (s *Store) Refused(_ context.Context, platform, chat string, since time.Time) (int, error) {
	all, err := s.listed("Refused", func(o pipeline.Order) bool {
		return !o.Placed.Before(pipelinetest.Kept(since)) && o.Thread.Platform == platform && o.Thread.Chat == chat &&
			(o.Reason == pipeline.ReasonPhotoRefused || o.Fallback == pipeline.ReasonPhotoRefused)
	})
	return len(all), err
}

// TrackInUse implements bot.Store.
func (s *Store) TrackInUse(_ context.Context, shop int64, track string) (plays bool, err error) {
	err = s.view("TrackInUse", func(t tx) {
		for o := range t.Orders(func(o pipeline.Order) bool { return o.Shop == shop && shop != 0 }) {
			plays = plays || slices.ContainsFunc(t.Cuts(o.ID), func(c pipeline.Cut) bool { return c.Music == track })
		}
	})
	return plays, err
}

// lately is how many delivered orders say what is usual.
const lately = 30

// MedianStepTimes implements bot.Store.
func (s *Store) MedianStepTimes(context.Context) (map[pipeline.Step]time.Duration, error) {
	const end pipeline.Step = "end"
	steps := []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver}
	took := map[pipeline.Step][]time.Duration{}
	err := s.view("MedianStepTimes", func(t tx) {
		all := slices.Collect(t.Orders(func(o pipeline.Order) bool { return o.Status == pipeline.Delivered }))
		for _, o := range all[max(len(all)-lately, 0):] {
			began, came := map[pipeline.Step]time.Time{}, map[pipeline.Step]time.Time{}
			first := func(in map[pipeline.Step]time.Time, step pipeline.Step, at time.Time) {
				if in[step].IsZero() {
					in[step] = at
				}
			}
			for _, e := range t.Events(o.ID) {
				if e.Status == pipeline.Delivered {
					first(came, end, e.At)
					continue
				}
				first(came, e.Step, e.At)
				if e.Phase != pipeline.Ready || e.Step == pipeline.Fetch || e.Step == pipeline.Deliver {
					first(began, e.Step, e.At)
				}
			}
			for i, step := range steps {
				over := came[append(steps, end)[i+1]]
				if !began[step].IsZero() && !over.Before(began[step]) {
					took[step] = append(took[step], over.Sub(began[step]))
				}
			}
		}
	})
	usual := map[pipeline.Step]time.Duration{}
	for step, all := range took {
		slices.Sort(all)
		usual[step] = all[len(all)/2]
	}
	return usual, err
}

var _ bot.Store = (*Store)(nil)
