package memorytest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// Seen implements bot.Reporting.
func (s *Store) Seen(_ context.Context, keys []string) (map[string]bool, error) {
	seen := map[string]bool{}
	err := s.view("Seen", func(t tx) {
		for _, key := range keys {
			if _, was := t.updates[key]; was {
				seen[key] = true
			}
		}
	})
	return seen, err
}

// Stalled implements bot.Reporting.
func (s *Store) Stalled(_ context.Context, step pipeline.Step, at time.Time, limit int) ([]pipeline.Order, error) {
	all, err := s.listed("Stalled", func(o pipeline.Order) bool {
		held := o.Reason == pipeline.ReasonPaused || o.Reason == pipeline.ReasonBudget
		return o.Status == pipeline.Open && o.Step == step && o.Since.Before(at) && !held
	})
	slices.SortStableFunc(all, func(a, b pipeline.Order) int { return a.Since.Compare(b.Since) })
	return paged(all, 0, limit), err
}

func (t tx) troubled(at time.Time) []pipeline.Order {
	all := slices.Collect(t.Orders(func(o pipeline.Order) bool {
		return !o.Trouble.Since.IsZero() && o.Trouble.Since.Before(at) && unfinished(o)
	}))
	slices.SortStableFunc(all, func(a, b pipeline.Order) int { return a.Trouble.Since.Compare(b.Trouble.Since) })
	return all
}

// Troubled implements bot.Reporting.
func (s *Store) Troubled(_ context.Context, at time.Time, limit int) (all []pipeline.Order, err error) {
	err = s.view("Troubled", func(t tx) { all = t.troubled(at) })
	return paged(all, 0, limit), err
}

// Waiting implements bot.Reporting.
func (s *Store) Waiting(context.Context) (all []bot.Waiting, err error) {
	err = s.view("Waiting", func(t tx) {
		for _, o := range t.troubled(t.Now().Add(longestLease)) {
			i := slices.IndexFunc(all, func(w bot.Waiting) bool { return w.Service == o.Trouble.Service })
			if o.Trouble.Service == "" {
				continue
			}
			if i < 0 {
				i = len(all)
				all = append(all, bot.Waiting{Service: o.Trouble.Service})
			}
			if o.Status == pipeline.Parked {
				all[i].Parked++
			}
		}
	})
	slices.SortFunc(all, func(a, b bot.Waiting) int { return cmp.Compare(a.Service, b.Service) })
	return all, err
}

// Resume implements bot.Reporting.
func (s *Store) Resume(_ context.Context, orders []int64, grace time.Duration) (ids []int64, err error) {
	if len(orders) == 0 {
		return nil, nil
	}
	err = s.write("Resume", func(t tx) error {
		for o := range t.Orders(func(o pipeline.Order) bool { return slices.Contains(orders, o.ID) }) {
			due := t.Now()
			if o.Phase == pipeline.Unknown && o.Changed.Add(grace).After(due) {
				due = o.Changed.Add(grace)
			}
			if o.Status == pipeline.Open && o.Phase != pipeline.Begun && !o.Trouble.Since.IsZero() && o.Due.After(due) {
				t.Wake(o.ID, due, due)
				ids = append(ids, o.ID)
			}
		}
		return nil
	})
	return ids, err
}

// Thaw implements bot.Reporting.
func (s *Store) Thaw(_ context.Context, far, tomorrow time.Time) (n int, err error) {
	err = s.write("Thaw", func(t tx) error {
		n = 0
		for i := range t.messages {
			if m := &t.messages[i]; m.waits() && m.claimed.After(far) {
				m.claimed = time.Time{}
				t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: m.ID, Due: t.Now()})
				n++
			}
		}
		for o := range t.Orders(func(o pipeline.Order) bool { return o.Status == pipeline.Open }) {
			budget := o.Reason == pipeline.ReasonBudget && !o.Due.After(tomorrow) && !o.WakeupAt.After(tomorrow)
			if budget || !o.Due.After(far) && !o.WakeupAt.After(far) {
				continue
			}
			due := o.Due
			if due.After(far) {
				due = t.Now()
			}
			t.Wake(o.ID, due, t.Now())
			n++
		}
		n += t.Tx.Thaw(far)
		return nil
	})
	return n, err
}

// Recover takes over what a process that is gone had begun, as the databases do.
func (s *Store) Recover(process string, messages []int64) error {
	return s.write("Recover", func(t tx) error {
		t.wake(t.Now(), func(o pipeline.Order) bool {
			mine := o.Phase == pipeline.Begun && len(o.Call) > len(process) && o.Call[:len(process)] == process
			placed := o.Version == 1 && o.PlacedBy == process
			return (mine || placed || o.Phase == pipeline.Waiting) && o.Due.After(t.Now())
		})
		for o := range t.Orders(func(o pipeline.Order) bool {
			return o.PlacedBy == process && (o.StatusRef == "" || o.Version == 1) &&
				o.Placed.After(t.Now().Add(-bot.FirstLine))
		}) {
			t.Left(o.ID)
			if o.Status == pipeline.Open && o.StatusRef == "" {
				t.Queue(pipelinetest.Job{Kind: pipelinetest.Notify, ID: o.ID, Number: o.Version, Due: t.Now()})
			}
		}
		for i := range t.messages {
			m := &t.messages[i]
			same := func(id int64) bool {
				return t.messages[id-1].Thread.Chat == m.Thread.Chat &&
					t.messages[id-1].Thread.Platform == m.Thread.Platform
			}
			if m.waits() && m.claimed.After(t.Now()) && slices.ContainsFunc(messages, same) {
				m.claimed = time.Time{}
				t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: m.ID, Due: t.Now()})
			}
		}
		return nil
	})
}
