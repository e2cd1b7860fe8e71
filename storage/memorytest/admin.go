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

// ListAudit implements bot.Admin.
func (s *Store) ListAudit(_ context.Context, skip, limit int) (all []bot.AuditEntry, err error) {
	err = s.view("ListAudit", func(t tx) { all = slices.Clone(t.audit) })
	slices.Reverse(all)
	return paged(all, skip, limit), err
}

// Flag implements bot.Admin.
func (s *Store) Flag(_ context.Context, name string) (value string, err error) {
	err = s.view("Flag", func(t tx) { value = t.Tx.Flag(name) })
	return value, err
}

// SetFlagOnce implements bot.Admin.
func (s *Store) SetFlagOnce(_ context.Context, name, value string) (there string, err error) {
	err = s.write("SetFlagOnce", func(t tx) error {
		if there = t.Tx.Flag(name); there == "" {
			there = value
			t.SetFlag(name, value)
		}
		return nil
	})
	return there, err
}

// RaiseFlag implements bot.Admin.
func (s *Store) RaiseFlag(_ context.Context, name, value string) (there string, err error) {
	err = s.write("RaiseFlag", func(t tx) error {
		there = max(t.Tx.Flag(name), value)
		t.SetFlag(name, there)
		return nil
	})
	return there, err
}

// Release implements bot.Admin.
func (s *Store) Release(_ context.Context, reasons ...pipeline.Reason) (ids []int64, err error) {
	err = s.write("Release", func(t tx) error {
		ids = t.wake(t.Now(), func(o pipeline.Order) bool {
			return o.Phase == pipeline.Ready && slices.Contains(reasons, o.Reason) && o.Due.After(t.Now())
		})
		return nil
	})
	return ids, err
}

// wake makes open orders due.
func (t tx) wake(due time.Time, is func(o pipeline.Order) bool) (ids []int64) {
	for o := range t.Orders(func(o pipeline.Order) bool { return o.Status == pipeline.Open && is(o) }) {
		t.Wake(o.ID, due, due)
		ids = append(ids, o.ID)
	}
	return ids
}

func (t tx) open(key, text string) (news bool) {
	if _, goesOn := t.incidents[key]; goesOn {
		return false
	}
	put(&t.incidents, key, bot.Incident{Key: key, Text: text, Since: t.Now()})
	return true
}

// OpenIncident implements bot.Admin.
func (s *Store) OpenIncident(_ context.Context, key, text string) (news bool, err error) {
	err = s.write("OpenIncident", func(t tx) error {
		news = t.open(pipelinetest.Kept(key), pipelinetest.Kept(text))
		return nil
	})
	return news && err == nil, err
}

// CloseIncident implements bot.Admin.
func (s *Store) CloseIncident(_ context.Context, key string) (i bot.Incident, went bool, err error) {
	err = s.write("CloseIncident", func(t tx) error {
		if i, went = t.incidents[key]; went {
			delete(t.incidents, key)
		}
		return nil
	})
	return i, went && err == nil, err
}

// Incidents implements bot.Admin.
func (s *Store) Incidents(context.Context) (all []bot.Incident, err error) {
	err = s.view("Incidents", func(t tx) {
		for _, i := range t.incidents {
			all = append(all, i)
		}
	})
	slices.SortFunc(all, func(a, b bot.Incident) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Key, b.Key))
	})
	return all, err
}

// Parked implements bot.Admin.
func (s *Store) Parked(_ context.Context, skip, limit int) ([]pipeline.Order, error) {
	all, err := s.listed("Parked", func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
	return paged(all, skip, limit), err
}

// ParkedFor implements bot.Admin.
func (s *Store) ParkedFor(_ context.Context, why pipeline.Reason, limit int) ([]pipeline.Order, error) {
	all, err := s.listed("ParkedFor", func(o pipeline.Order) bool {
		return o.Status == pipeline.Parked && o.Reason == why
	})
	return paged(all, 0, limit), err
}

// CountParked implements bot.Admin.
func (s *Store) CountParked(context.Context) (map[pipeline.Reason]int, error) {
	all, err := s.listed("CountParked", func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
	counts := map[pipeline.Reason]int{}
	for _, o := range all {
		counts[o.Reason]++
	}
	return counts, err
}

// SpendByProvider implements bot.Admin.
func (s *Store) SpendByProvider(_ context.Context, since time.Time) (map[string]pipeline.Credits, error) {
	spent := map[string]pipeline.Credits{}
	err := s.view("SpendByProvider", func(t tx) {
		for c := range t.Calls() {
			if c.Begun.Before(pipelinetest.Kept(since)) {
				continue
			}
			switch c.State {
			case pipeline.CallSettled:
				spent[c.Provider] += c.Settled
			case pipeline.CallBegun, pipeline.CallKnown, pipeline.CallUnknown:
				spent[c.Provider] += c.Estimated
			}
		}
	})
	return spent, err
}

// SpendByShop implements bot.Admin.
func (s *Store) SpendByShop(_ context.Context, from, to time.Time) (rows []bot.SpendRow, err error) {
	by := map[string]*bot.SpendRow{}
	err = s.view("SpendByShop", func(t tx) {
		for c := range t.Calls() {
			if c.Begun.Before(from) || !c.Begun.Before(to) || c.State == pipeline.CallVoid {
				continue
			}
			r := by[c.Provider]
			if r == nil {
				r = &bot.SpendRow{Provider: c.Provider}
				by[c.Provider] = r
			}
			r.Calls++
			switch c.State {
			case pipeline.CallSettled:
				r.Settled += c.Settled
			case pipeline.CallUnknown:
				r.Unknown++
				r.Estimated += c.Estimated
			case pipeline.CallBegun, pipeline.CallKnown:
				r.Estimated += c.Estimated
			}
		}
	})
	for _, r := range by {
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b bot.SpendRow) int { return cmp.Compare(a.Provider, b.Provider) })
	return rows, err
}

// Shops implements bot.Admin.
func (s *Store) Shops(_ context.Context, since time.Time, after int64, limit int) (all []bot.ShopUse, err error) {
	err = s.view("Shops", func(t tx) {
		for _, shop := range t.shops {
			if shop.ID <= after || len(all) == max(limit, 0) {
				continue
			}
			u := bot.ShopUse{Shop: pipelinetest.Kept(shop), OrdersInPeriod: t.inPeriod(shop.ID, since)}
			for _, c := range t.chats {
				if c.Shop == shop.ID {
					u.Chats++
				}
			}
			all = append(all, u)
		}
	})
	return all, err
}

// Overview implements bot.Admin.
func (s *Store) Overview(_ context.Context, since, month time.Time) (v bot.Overview, err error) {
	v = bot.Overview{
		Orders: map[pipeline.Status]int{}, Open: map[pipeline.Step]int{}, Failures: map[pipeline.Reason]int{},
	}
	err = s.view("Overview", func(t tx) {
		for o := range t.Orders(func(pipeline.Order) bool { return true }) {
			if !o.Placed.Before(month) {
				v.Orders[o.Status]++
			}
			switch o.Status {
			case pipeline.Open:
				v.Open[o.Step]++
				v.Oldest = append(v.Oldest, o)
				begun := o.Placed
				if o.Shown > 0 {
					begun = o.Since
				}
				if v.Longest.IsZero() || begun.Before(v.Longest) {
					v.Longest = begun
				}
			case pipeline.Parked:
				v.Parked++
			}
			if (o.Status == pipeline.Parked || o.Status == pipeline.Failed) && !o.Changed.Before(since) {
				v.Failures[o.Reason]++
			}
		}
		slices.SortStableFunc(v.Oldest, func(a, b pipeline.Order) int { return a.Changed.Compare(b.Changed) })
		v.Oldest = v.Oldest[:min(len(v.Oldest), 5)]
		for _, m := range t.messages {
			if m.waits() {
				v.OutboxPending++
			}
		}
	})
	return v, err
}
