package pipelinetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Overdue implements pipeline.Store.
func (s *Store) Overdue(_ context.Context, t time.Time, limit int) (ids []int64, err error) {
	var late []pipeline.Order
	err = s.view("Overdue", func() {
		for _, r := range s.rows {
			if r.order.Status == pipeline.Open && r.order.Due.Before(exact(t)) {
				late = append(late, r.order)
			}
		}
	})
	slices.SortFunc(late, func(a, b pipeline.Order) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
	for _, o := range late[:min(limit, len(late))] {
		ids = append(ids, o.ID)
	}
	return ids, err
}

// Calls implements pipeline.Store.
func (s *Store) Calls(_ context.Context, order int64) (all []pipeline.Call, err error) {
	err = s.view("Calls", func() {
		for _, c := range s.calls {
			if c.Order == order {
				all = append(all, c)
			}
		}
	})
	slices.SortFunc(all, func(a, b pipeline.Call) int {
		return cmp.Or(a.Begun.Compare(b.Begun), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// History is that of bot.Records.
func (s *Store) History(_ context.Context, order int64) (all []pipeline.Event, err error) {
	err = s.view("History", func() {
		if r := s.rows[order]; r != nil {
			all = slices.Clone(r.events)
		}
	})
	return all, err
}

// Recent is that of bot.Orders.
func (s *Store) Recent(_ context.Context, platform, chat string, limit int) (all []pipeline.Order, err error) {
	err = s.view("Recent", func() {
		for _, r := range s.rows {
			o, found := r.read()
			if found && o.Thread.Platform == platform && o.Thread.Chat == chat {
				all = append(all, o)
			}
		}
	})
	slices.SortFunc(all, func(a, b pipeline.Order) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(limit, len(all))], err
}

func (s *Store) underWay(provider string) (n int) {
	for _, c := range s.calls {
		if c.Provider == provider && (c.State == pipeline.CallBegun || c.State == pipeline.CallKnown) {
			n++
		}
	}
	return n
}

// TakeTurns implements pipeline.Store.
func (s *Store) TakeTurns(_ context.Context, t pipeline.Turns) (ids []int64, again time.Duration, err error) {
	err = s.write("TakeTurns", func() error {
		now, there, taken := exact(s.now()), map[int64]int{}, 0
		p := s.places[t.Provider]
		if t.AtOnce > 0 && p.closed.After(now) {
			again = p.closed.Sub(now)
			return nil
		}
		if t.AtOnce > 0 && p.less > 0 && now.Sub(p.noted) >= time.Minute {
			p.less, p.noted = p.less-1, now
			s.places[t.Provider] = p
		}
		free := p.atOnce(t.AtOnce) - s.underWay(t.Provider) - s.renders()
		if t.AtOnce == 0 {
			free, _ = s.starts(t.Provider, t.Rate, 0)
		}
		var waiting []*row
		for _, r := range s.rows {
			o := r.order
			waits := o.Reason == pipeline.ReasonTurn && o.Phase == pipeline.Ready
			switch {
			case o.Status != pipeline.Open || o.Step != t.Step:
			case waits && !r.taken:
				waiting = append(waiting, r)
			case waits:
				free--
				taken++
				there[o.Shop]++
			case o.Phase == pipeline.Begun || o.Phase == pipeline.Waiting:
				there[o.Shop]++
			}
		}
		if trying := p.closed.Add(10 * time.Second).Sub(now); t.AtOnce > 0 && !p.closed.IsZero() && trying > 0 {
			free, again = min(free, 1-taken), trying
		}
		slices.SortFunc(waiting, func(a, b *row) int { return cmp.Compare(a.order.ID, b.order.ID) })
		place := map[int64]int{}
		for _, r := range waiting {
			there[r.order.Shop]++
			place[r.order.ID] = there[r.order.Shop]
		}
		if t.AtOnce > 0 {
			slices.SortStableFunc(waiting, func(a, b *row) int {
				return cmp.Compare(place[a.order.ID], place[b.order.ID])
			})
		}
		for _, r := range waiting[:min(max(free, 0), len(waiting))] {
			r.order.Due, r.order.WakeupAt = now, now
			r.order.Wakeup++
			r.taken = true
			s.add(Job{Kind: Wakeup, ID: r.order.ID, Number: r.order.Wakeup, Due: now})
			ids = append(ids, r.order.ID)
		}
		slices.Sort(ids)
		if t.AtOnce == 0 && len(waiting) > 0 {
			_, again = s.starts(t.Provider, t.Rate, taken+len(ids))
		}
		return nil
	})
	return ids, again, err
}

// places is how much less a provider takes at once than it was said to, and before when it takes nothing.
type places struct {
	less          int
	noted, closed time.Time
}

func (p places) atOnce(most int) int { return max(most-p.less, min(most, 1)) }

// Throttled implements pipeline.Store.
func (s *Store) Throttled(_ context.Context, provider string, more int, closed time.Time) error {
	return s.write("Throttled", func() error {
		p := s.places[provider]
		p.less += more
		if closed = exact(closed); closed.After(p.closed) {
			p.closed = closed
		}
		if more > 0 || closed.IsZero() {
			p.noted = exact(s.now())
		}
		if s.places == nil {
			s.places = map[string]places{}
		}
		s.places[provider] = p
		return nil
	})
}

// renders counts the orders whose clip is bought and whose render has not begun.
func (s *Store) renders() (n int) {
	for _, r := range s.rows {
		if o := r.order; o.Status == pipeline.Open && o.Step == pipeline.Render && o.Phase == pipeline.Ready {
			n++
		}
	}
	return n
}

// starts says how many may be made now under a provider's rate, and when the next may be, after so many more.
func (s *Store) starts(provider string, r pipeline.Rate, more int) (free int, wait time.Duration) {
	starts, all := s.window(pipeline.StartsLimit(provider), r.Starts()), s.window(provider, r)
	for range more {
		starts.used, all.used = append(starts.used, s.now()), append(all.used, s.now())
	}
	return min(starts.n-len(starts.used), all.n-len(all.used)), max(starts.wait(), all.wait())
}

// window is a limit's requests that count now, the earliest first.
type window struct {
	used   []time.Time
	n      int
	length time.Duration
	now    time.Time
}

func (s *Store) window(limit string, r pipeline.Rate) window {
	w := window{n: r.N, length: r.Per + r.Per/20, now: s.now()}
	for i, t := range s.limits[limit] {
		if t.Sub(w.now) > time.Minute { // of a clock that was wrong
			t = w.now
			s.limits[limit][i] = t
		}
		if w.now.Sub(t) < w.length {
			w.used = append(w.used, t)
		}
	}
	slices.SortFunc(w.used, time.Time.Compare)
	return w
}

func (w window) wait() time.Duration {
	if len(w.used) < w.n {
		return 0
	}
	return w.used[len(w.used)-w.n].Add(w.length).Sub(w.now)
}

// take counts one more, which is made after the wait.
func (s *Store) take(limit string, w window, wait time.Duration) {
	if s.limits == nil {
		s.limits = map[string][]time.Time{}
	}
	s.limits[limit] = append(w.used, s.now().Add(wait))
}

// Take is that of storage.Engine.
func (s *Store) Take(
	_ context.Context, limit string, r pipeline.Rate, ahead time.Duration,
) (wait time.Duration, err error) {
	if r.N < 1 || r.Per <= 0 {
		return 0, errors.New("a limit is at least 1 in a time")
	}
	err = s.write("Take", func() error {
		w := s.window(limit, r)
		if wait = w.wait(); wait <= min(ahead, time.Minute) {
			s.take(limit, w, wait)
		}
		return nil
	})
	return wait, err
}

// paused is the flag that holds paid calls back.
const paused = "paused"

// SetFlag sets a flag; "paused" holds paid calls back while it isn't empty.
func (s *Store) SetFlag(_ context.Context, name, value string) error {
	return s.write("SetFlag", func() error {
		if s.flags == nil {
			s.flags = map[string]string{}
		}
		s.flags[name] = value
		return nil
	})
}
