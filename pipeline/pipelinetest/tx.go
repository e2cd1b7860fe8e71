package pipelinetest

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Tx is a transaction of a store that keeps more than the core does. Nothing of it is taken back: a caller that writes
// looks first whether all of it can be written.
type Tx struct{ s *Store }

// Write runs a transaction that writes: Before and After are called around it.
func (s *Store) Write(op string, f func(tx Tx) error) error {
	return s.write(op, func() error { return f(Tx{s}) })
}

// View runs a transaction that reads.
func (s *Store) View(op string, f func(tx Tx)) error { return s.view(op, func() { f(Tx{s}) }) }

// Now is the present time, as it is stored.
func (tx Tx) Now() time.Time { return exact(tx.s.now()) }

// Place is that of pipeline.Store.
func (tx Tx) Place(o pipeline.Order) (placed pipeline.Order, fresh bool) { return tx.s.place(o) }

// Move is that of pipeline.Store.
func (tx Tx) Move(o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	return tx.s.tryMove(o, m)
}

// Order is that of pipeline.Store.
func (tx Tx) Order(id int64) (o pipeline.Order, found bool) {
	r := tx.s.rows[id]
	if r == nil {
		return o, false
	}
	return r.read()
}

// Orders goes through those that a condition holds for, by number.
func (tx Tx) Orders(is func(o pipeline.Order) bool) iter.Seq[pipeline.Order] {
	return func(yield func(pipeline.Order) bool) {
		for id := int64(1); id <= tx.s.last; id++ {
			r := tx.s.rows[id]
			if r == nil {
				continue
			}
			if o, found := r.read(); found && is(o) && !yield(o) {
				return
			}
		}
	}
}

// Cuts lists an order's cuts, oldest first.
func (tx Tx) Cuts(order int64) (all []pipeline.Cut) {
	r := tx.s.rows[order]
	if r == nil {
		return nil
	}
	for _, n := range slices.Sorted(maps.Keys(r.cuts)) {
		all = append(all, r.cuts[n])
	}
	return all
}

// Events is an order's history, oldest first.
func (tx Tx) Events(order int64) []pipeline.Event {
	if r := tx.s.rows[order]; r != nil {
		return r.events
	}
	return nil
}

// Calls goes through the whole ledger, in no particular order.
func (tx Tx) Calls() iter.Seq[pipeline.Call] { return maps.Values(tx.s.calls) }

// Wake makes an order due, with a fresh wakeup and without a new version.
func (tx Tx) Wake(id int64, due, at time.Time) {
	o := &tx.s.rows[id].order
	o.Due, o.WakeupAt = exact(due), exact(at)
	o.Wakeup++
	tx.s.add(Job{Kind: Wakeup, ID: id, Number: o.Wakeup, Due: o.WakeupAt})
}

// Rename gives an order's chat another id.
func (tx Tx) Rename(id int64, chat string) { tx.s.rows[id].order.Thread.Chat = chat }

// Left says that the process which has placed an order is gone.
func (tx Tx) Left(id int64) { tx.s.rows[id].order.PlacedBy = "" }

// Queue adds a job.
func (tx Tx) Queue(j Job) { tx.s.add(j) }

// Flag reads what is set for the whole service; SetFlag sets it.
func (tx Tx) Flag(name string) string { return tx.s.flags[name] }

// SetFlag is that of bot.Admin.
func (tx Tx) SetFlag(name, value string) {
	if tx.s.flags == nil {
		tx.s.flags = map[string]string{}
	}
	tx.s.flags[name] = value
}

// Thaw makes due now what is due after far, but for orders and wakeups.
func (tx Tx) Thaw(far time.Time) (n int) {
	for i, j := range tx.s.jobs {
		if j.Kind != Wakeup && j.Kind != Draft && j.Due.After(far) {
			tx.s.jobs[i].Due = tx.Now()
			n++
		}
	}
	return n
}
