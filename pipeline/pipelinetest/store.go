// Package pipelinetest is what tests of the core need: orders in memory, with a queue that runs in the fake time of
// testing/synctest. Its store passes the contract that the databases pass.
package pipelinetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Store is a pipeline.Store in memory. Its zero value is empty and ready.
type Store struct {
	// Before and After are called at each transaction of the method that op names, Before also at each read, outside
	// of the store's lock. An error of Before is the method's, and nothing is written; one of After is that of a
	// commit whose answer is lost. Either may be nil.
	Before, After func(op string) error

	Now func() time.Time // the clock of the caller; nil: time.Now

	mu     sync.Mutex
	rows   map[int64]*row
	last   int64 // number of the newest order
	calls  map[string]pipeline.Call
	flags  map[string]string
	limits map[string][]time.Time
	places map[string]places // by provider
	jobs   []Job
	rang   chan struct{} // closed when a job comes; nil: nothing waits
}

// Job is an entry in the queue.
type Job struct {
	Kind   Kind
	ID     int64 // of the order, the message or the draft
	Number int64 // of the wakeup, or the version that the person is told of
	Due    time.Time
}

// Kind says which handler a job is for.
type Kind string

const (
	Wakeup Kind = "wakeup"
	Notify Kind = "notify" // tells an order's person
	Send   Kind = "send"   // a message; the core has none
	Draft  Kind = "draft"  // a draft that is due; the core has none
)

type row struct {
	order  pipeline.Order // its Cut is in cuts
	taken  bool           // its turn has come, and it has not asked yet
	cuts   map[int]pipeline.Cut
	events []pipeline.Event
}

func (r *row) read() (pipeline.Order, bool) {
	o := r.order
	cut, found := r.cuts[o.Cut.N]
	o.Cut = cut
	return o, found
}

func (s *Store) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// write is a transaction.
func (s *Store) write(op string, f func() error) error {
	if s.Before != nil {
		if err := s.Before(op); err != nil {
			return err
		}
	}
	s.mu.Lock()
	err := f()
	s.mu.Unlock()
	if err == nil && s.After != nil {
		err = s.After(op)
	}
	return err
}

func (s *Store) view(op string, f func()) error {
	if s.Before != nil {
		if err := s.Before(op); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	return nil
}

func (s *Store) add(j Job) {
	s.jobs = append(s.jobs, j)
	if s.rang != nil {
		close(s.rang)
		s.rang = nil
	}
}

// Place implements pipeline.Store.
func (s *Store) Place(_ context.Context, o pipeline.Order) (placed pipeline.Order, fresh bool, err error) {
	err = s.write("Place", func() error {
		placed, fresh = s.place(o)
		return nil
	})
	if err != nil {
		return pipeline.Order{}, false, err
	}
	return placed, fresh, nil
}

func (s *Store) place(o pipeline.Order) (placed pipeline.Order, fresh bool) {
	o = kept(o)
	for _, r := range s.rows {
		if r.order.Source == o.Source {
			placed, _ = r.read()
			return placed, false
		}
	}
	s.last++
	o.ID, o.Version, o.Wakeup, o.WakeupAt, o.Changed = s.last, 1, 1, o.Due, exact(s.now())
	if o.Placed.IsZero() {
		o.Placed = o.Changed
	}
	o.Cut.N = max(o.Cut.N, 1)
	s.put(o, "placed")
	return o, true
}

// Put makes an order stand as o does, whatever was there: a state that a test begins with. It has the wakeup that o
// says.
func (s *Store) Put(o pipeline.Order, calls ...pipeline.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, o.ID)
	s.put(kept(o), "put there by a test")
	for _, c := range calls {
		if err := s.call(o, c); err != nil {
			panic(err)
		}
	}
}

func (s *Store) put(o pipeline.Order, note string) {
	if s.rows == nil {
		s.rows = map[int64]*row{}
	}
	r := &row{order: o, cuts: map[int]pipeline.Cut{o.Cut.N: o.Cut}}
	s.rows[o.ID] = r
	r.tell(o, note)
	s.add(Job{Kind: Wakeup, ID: o.ID, Number: o.Wakeup, Due: o.WakeupAt})
}

func (r *row) tell(o pipeline.Order, note string) {
	r.events = append(r.events, pipeline.Event{
		At: o.Changed, Version: o.Version, Status: o.Status, Step: o.Step, Phase: o.Phase, Attempt: o.Attempt,
		Note: kept(note),
	})
}

// Order implements pipeline.Store.
func (s *Store) Order(_ context.Context, id int64) (o pipeline.Order, err error) {
	found := false
	err = s.view("Order", func() {
		if r := s.rows[id]; r != nil {
			o, found = r.read()
		}
	})
	if err == nil && !found {
		err = pipeline.ErrNotFound
	}
	return o, err
}

// Move implements pipeline.Store.
func (s *Store) Move(_ context.Context, o pipeline.Order, m pipeline.Move) (moved pipeline.Order, err error) {
	err = s.write("Move", func() (err error) {
		moved, err = s.tryMove(o, m)
		return err
	})
	if err != nil {
		return pipeline.Order{}, err
	}
	return moved, nil
}

// tryMove writes a move whole, or nothing of it.
func (s *Store) tryMove(o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	if m.Reserve != nil {
		if err := s.reserve(o.ID, *m.Reserve); err != nil {
			return o, err
		}
	}
	r := s.rows[o.ID]
	if r == nil || r.order.Version != o.Version {
		return o, pipeline.ErrMoved
	}
	before := maps.Clone(s.calls)
	for _, c := range m.Calls {
		if err := s.call(o, c); err != nil {
			s.calls = before
			return o, err
		}
	}
	return s.move(r, kept(o), m), nil
}

func (s *Store) move(r *row, o pipeline.Order, m pipeline.Move) pipeline.Order {
	old := r.order
	o.Version, o.Changed = old.Version+1, exact(s.now())
	o.Source, o.Placed, o.Thread.Chat, o.StatusRef = old.Source, old.Placed, old.Thread.Chat, old.StatusRef
	o.PlacedBy = old.PlacedBy
	o.Wakeup = old.Wakeup
	if m.Wakeup {
		o.Wakeup, o.WakeupAt = old.Wakeup+1, o.Due
		s.add(Job{Kind: Wakeup, ID: o.ID, Number: o.Wakeup, Due: o.WakeupAt})
	}
	if m.Notify {
		s.add(Job{Kind: Notify, ID: o.ID, Number: o.Version, Due: o.Changed})
	}
	if m.Cut {
		r.cuts[o.Cut.N] = o.Cut
	}
	if m.Older != nil {
		r.cuts[m.Older.N] = kept(*m.Older)
	}
	r.order, r.taken = o, false
	r.tell(o, m.Note)
	return o
}

// reserve is nil when a paid call may begin.
func (s *Store) reserve(order int64, r pipeline.Reservation) error {
	if s.flags[paused] != "" {
		return &pipeline.HeldError{Reason: pipeline.ReasonPaused}
	}
	spent := pipeline.Credits(0)
	for _, c := range s.calls {
		if c.Provider == r.Provider && !c.Begun.Before(exact(r.Since)) {
			spent += cost(c)
		}
	}
	switch {
	case r.Budget > 0 && spent+r.Cost > r.Budget:
		return &pipeline.HeldError{Reason: pipeline.ReasonBudget}
	case r.AtOnce > 0 && s.places[r.Provider].closed.After(s.now()):
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn, After: s.places[r.Provider].closed.Sub(s.now())}
	case r.AtOnce > 0 && s.underWay(r.Provider)+s.renders() >= s.places[r.Provider].atOnce(r.AtOnce):
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn}
	case r.Rate.N > 0:
		return s.takeStart(order, r)
	}
	return nil
}

// takeStart counts an order's start under its provider's rate, unless older orders come before it.
func (s *Store) takeStart(order int64, r pipeline.Reservation) error {
	free, wait := s.starts(r.Provider, r.Rate, 0)
	for _, x := range s.rows {
		if o := x.order; o.Status == pipeline.Open && o.Step == pipeline.Render && o.Phase == pipeline.Ready &&
			o.Reason == pipeline.ReasonTurn && o.ID < order {
			free--
		}
	}
	if free <= 0 {
		return &pipeline.HeldError{Reason: pipeline.ReasonTurn, After: wait}
	}
	s.take(pipeline.StartsLimit(r.Provider), s.window(pipeline.StartsLimit(r.Provider), r.Rate.Starts()), 0)
	s.take(r.Provider, s.window(r.Provider, r.Rate), 0)
	return nil
}

func cost(c pipeline.Call) pipeline.Credits {
	switch c.State {
	case pipeline.CallSettled:
		return c.Settled
	case pipeline.CallBegun, pipeline.CallKnown, pipeline.CallUnknown:
		return c.Estimated
	}
	return 0
}

// states are those that a call may be in.
var states = []pipeline.CallState{
	pipeline.CallBegun, pipeline.CallVoid, pipeline.CallKnown, pipeline.CallSettled, pipeline.CallRefunded,
	pipeline.CallUnknown,
}

// call writes one row of the ledger; zero fields keep what it has.
func (s *Store) call(o pipeline.Order, c pipeline.Call) error {
	old, known := s.calls[c.ID]
	switch {
	case c.Order != o.ID || known && old.Order != c.Order:
		return fmt.Errorf("call %q belongs to another order", c.ID)
	case !slices.Contains(states, c.State):
		return fmt.Errorf("call %q: state %q", c.ID, c.State)
	}
	c = kept(c)
	if known {
		if c.Settled < 0 {
			c.Settled = old.Estimated
		}
		c.Remote, c.Note = cmp.Or(c.Remote, old.Remote), cmp.Or(c.Note, old.Note)
		c.Estimated, c.Settled = cmp.Or(c.Estimated, old.Estimated), cmp.Or(c.Settled, old.Settled)
		c.Begun, c.Ended = cmp.Or(c.Begun, old.Begun), cmp.Or(c.Ended, old.Ended)
		c.Cut, c.Step, c.Provider = old.Cut, old.Step, old.Provider
	}
	if s.calls == nil {
		s.calls = map[string]pipeline.Call{}
	}
	s.calls[c.ID] = c
	return nil
}

// Postpone implements pipeline.Store.
func (s *Store) Postpone(_ context.Context, o pipeline.Order) error {
	return s.write("Postpone", func() error {
		r := s.rows[o.ID]
		if r == nil || r.order.Version != o.Version {
			return pipeline.ErrMoved
		}
		r.order.Due, r.order.Progress, r.taken = exact(o.Due), o.Progress, false
		return nil
	})
}

// SaveStatusRef implements pipeline.Store.
func (s *Store) SaveStatusRef(_ context.Context, id int64, was, ref string) error {
	return s.write("SaveStatusRef", func() error {
		r := s.rows[id]
		if ref = kept(ref); r == nil || r.order.StatusRef != was && r.order.StatusRef != ref {
			return pipeline.ErrMoved
		}
		r.order.StatusRef = ref
		return nil
	})
}

// Wake implements pipeline.Store.
func (s *Store) Wake(_ context.Context, id int64) error {
	return s.write("Wake", func() error {
		r := s.rows[id]
		if r == nil || r.order.Status != pipeline.Open {
			return nil
		}
		r.order.Wakeup++
		r.order.WakeupAt = exact(s.now())
		s.add(Job{Kind: Wakeup, ID: id, Number: r.order.Wakeup, Due: r.order.WakeupAt})
		return nil
	})
}
