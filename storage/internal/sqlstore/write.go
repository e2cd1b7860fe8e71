package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// errTaken says that the source has an order.
var errTaken = errors.New("source is taken")

// insertOrder looks before it inserts, so that a message that comes twice doesn't use up a number, and whether its
// order is kept no more.
var insertOrder = fmt.Sprintf(`
INSERT INTO orders (%s, source, chat, placed, told, alarm_due, placed_by, version, alarm)
SELECT %s, 1, 1 WHERE NOT EXISTS (SELECT 1 FROM orders WHERE source IN ($%[3]d, $%[4]d))
	AND NOT EXISTS (SELECT 1 FROM past_orders WHERE source = $%[5]d AND source <> 0)
ON CONFLICT (source) DO NOTHING RETURNING id`,
	strings.Join(columns, ", "), sqldb.Parameters(1, len(columns)+6), len(columns)+1, len(columns)+7, len(columns)+8)

// Place implements pipeline.Store.
func (s Store) Place(ctx context.Context, o pipeline.Order) (pipeline.Order, bool, error) {
	o = entry(o, time.Now())
	var placed pipeline.Order
	var fresh bool
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		var err error
		if placed, fresh, err = place(ctx, tx, o); err != nil || !fresh {
			return nil, err
		}
		return []queue.Job{look(placed)}, nil
	})
	if err != nil {
		return pipeline.Order{}, false, fmt.Errorf("place order: %w", err)
	}
	return placed, fresh, nil
}

// entry is a new order as its first row will show it.
func entry(o pipeline.Order, now time.Time) pipeline.Order {
	o = kept(o, now)
	o.Version, o.Wakeup, o.WakeupAt = 1, 1, o.Due
	if o.Placed.IsZero() {
		o.Placed = o.Changed
	}
	o.Cut.N = max(o.Cut.N, 1)
	return o
}

// place writes an entry, unless its source has an order: then that one is the result.
func place(ctx context.Context, tx sqldb.Tx, o pipeline.Order) (placed pipeline.Order, fresh bool, err error) {
	err = tx.Run(ctx, sqldb.Statement{
		Text: insertOrder,
		Args: append(values(o), o.Source, o.Thread.Chat, sqldb.Millis(o.Placed), o.StatusRef, sqldb.Millis(o.WakeupAt),
			o.PlacedBy, purgedSource(o.Source), sourceKey(o.Source)),
		Dest: []any{&o.ID}, ErrNoRows: errTaken,
	})
	if errors.Is(err, errTaken) {
		if placed, err = one(ctx, tx, `WHERE o.source = $1`, o.Source); errors.Is(err, pipeline.ErrNotFound) {
			err = &pipeline.PurgedError{Source: o.Source}
		}
		return placed, false, err
	}
	if err != nil {
		return o, false, err
	}
	cut, err := cutStatement(o)
	if err != nil {
		return o, false, err
	}
	return o, true, tx.Run(ctx, cut.OfNew(), eventStatement(o, 1, "placed"))
}

// look is the job of an order's live wakeup.
func look(o pipeline.Order) queue.Job {
	depth := map[pipeline.Step]int{pipeline.Animate: 1, pipeline.Render: 2, pipeline.Deliver: 3}[o.Step]
	return queue.Job{Kind: queue.Advance, ID: o.ID, Number: o.Wakeup, Due: o.WakeupAt, Depth: depth}
}

var updateOrder = fmt.Sprintf(`
UPDATE orders SET (%s) = (%s), version = version + 1, taken = false, alarm = alarm + $%d, alarm_due = $%d
WHERE id = $%d AND version = $%d`,
	strings.Join(columns, ", "), sqldb.Parameters(1, len(columns)), len(columns)+1, len(columns)+2, len(columns)+3,
	len(columns)+4)

const (
	// isOpen keeps to orders that are open. One that stays open or is delivered counts in its shop's month before and
	// after: whether its row or its calls are changed first makes no difference to the sums then, as it does where an
	// order fails together with its call, so that both may be one statement.
	isOpen = ` AND status = 'open'`
	// isNotPaused is false while an admin has stopped paid work. %d is the number of a parameter, empty or bot.Paused.
	isNotPaused = ` AND NOT EXISTS (SELECT 1 FROM switches WHERE name = $%d AND value <> '')`
	moved       = ` RETURNING alarm, told, chat`
)

// Move implements pipeline.Store. It leaves the name of the progress line and the chat's id alone: both may have
// changed in between.
func (s Store) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	now := time.Now()
	if s.Chain != nil && isStep(o) && !m.Wakeup && !m.Notify && !m.Reserve.IsLimited() {
		next, err := s.step(ctx, o, m, now)
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, pipeline.ErrMoved) { // else it may be paused, or not open
			return pipeline.Order{}, fmt.Errorf("move order %d: %w", o.ID, err)
		}
	}
	var next pipeline.Order
	err := s.WriteLimited(ctx, reservedUnder(m.Reserve), func(
		ctx context.Context, tx sqldb.Tx,
	) (jobs []queue.Job, err error) {
		next, jobs, err = move(ctx, tx, s.Lock, o, m, now)
		return jobs, err
	})
	if err != nil {
		return pipeline.Order{}, fmt.Errorf("move order %d: %w", o.ID, err)
	}
	return next, nil
}

// isStep reports whether a move may be one statement, if its order is open: see isOpen.
func isStep(o pipeline.Order) bool {
	return o.Status == pipeline.Open || o.Status == pipeline.Delivered
}

// step is a move that needs no transaction around it: one statement writes all of it or nothing. ErrMoved as well when
// the order isn't open, or its paid call may not begin.
func (s Store) step(ctx context.Context, o pipeline.Order, m pipeline.Move, now time.Time) (pipeline.Order, error) {
	w, err := written(o, m, now)
	if err != nil {
		return o, err
	}
	update := w.update
	update.Text += isOpen
	if m.Reserve != nil {
		update.Args = append(update.Args, bot.Paused)
		update.Text += fmt.Sprintf(isNotPaused, len(update.Args))
	}
	update.Text += moved
	return *w.order, s.Chain(ctx, update, w.rest...)
}

func move(
	ctx context.Context, tx sqldb.Tx, lock string, o pipeline.Order, m pipeline.Move, now time.Time,
) (pipeline.Order, []queue.Job, error) {
	if m.Reserve != nil {
		if err := reserve(ctx, tx, lock, o.ID, *m.Reserve); err != nil {
			return o, nil, err
		}
	}
	w, err := written(o, m, now)
	if err != nil {
		return o, nil, err
	}
	err = pipeline.ErrMoved
	if isStep(o) {
		update := w.update
		update.Text += isOpen + moved
		err = tx.Chain(ctx, update, w.rest...)
	}
	if errors.Is(err, pipeline.ErrMoved) {
		update := w.update
		update.Text += moved
		err = tx.Run(ctx, append([]sqldb.Statement{update}, w.rest...)...)
	}
	if err != nil {
		return o, nil, err
	}
	next := *w.order
	var jobs []queue.Job
	if m.Wakeup {
		jobs = append(jobs, look(next))
	}
	if m.Notify {
		jobs = append(jobs, queue.Job{Kind: queue.NotifyStatus, ID: next.ID, Number: next.Version})
	}
	return next, jobs, nil
}

// writing is what a move comes to in statements.
type writing struct {
	order  *pipeline.Order // as it is once update was run
	update sqldb.Statement // without its end: moved, behind what else must hold
	rest   []sqldb.Statement
}

func written(o pipeline.Order, m pipeline.Move, now time.Time) (writing, error) {
	from := o.Version
	o = kept(o, now)
	o.Version = from + 1
	rest, err := aside(o, m)
	if err != nil {
		return writing{}, err
	}
	fresh := int64(0)
	if m.Wakeup {
		fresh, o.WakeupAt = 1, o.Due
	}
	return writing{&o, sqldb.Statement{
		Text: updateOrder, Args: append(values(o), fresh, sqldb.Millis(o.WakeupAt), o.ID, from),
		Dest: []any{&o.Wakeup, &o.StatusRef, &o.Thread.Chat}, ErrNoRows: pipeline.ErrMoved,
	}, rest}, nil
}

// aside is what a move writes beside the order's row.
func aside(o pipeline.Order, m pipeline.Move) ([]sqldb.Statement, error) {
	rest := []sqldb.Statement{eventStatement(o, o.Version, m.Note)}
	if m.Cut {
		cut, err := cutStatement(o)
		if err != nil {
			return nil, err
		}
		rest = append(rest, cut)
	}
	if m.Older != nil {
		older := o
		older.Cut = *m.Older
		cut, err := cutStatement(kept(older, o.Changed))
		if err != nil {
			return nil, err
		}
		rest = append(rest, cut)
	}
	for _, c := range m.Calls {
		if c.Order != o.ID {
			return nil, fmt.Errorf("call %q belongs to order %d", c.ID, c.Order)
		}
		rest = append(rest, ledger.CallStatement(c))
	}
	return rest, nil
}

// Postpone implements pipeline.Store.
func (s Store) Postpone(ctx context.Context, o pipeline.Order) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `UPDATE orders SET due = $1, progress = $2, taken = false WHERE id = $3 AND version = $4`,
		Args: []any{sqldb.Millis(o.Due), o.Progress, o.ID, o.Version}, ErrNoRows: pipeline.ErrMoved,
	})
	if err != nil {
		return fmt.Errorf("postpone order %d: %w", o.ID, err)
	}
	return nil
}

// SaveStatusRef implements pipeline.Store.
func (s Store) SaveStatusRef(ctx context.Context, id int64, was, ref string) error {
	there := id
	save := sqldb.Statement{
		Text: `UPDATE orders SET told = $1 WHERE id = $2 AND told IN ($3, $1) RETURNING id`,
		Args: []any{sqldb.Clean(ref), id, was}, Dest: []any{&there}, ErrNoRows: pipeline.ErrMoved,
	}
	chain := s.Chain
	if chain == nil {
		chain = func(ctx context.Context, save sqldb.Statement, _ ...sqldb.Statement) error { return s.Run(ctx, save) }
	}
	err := chain(ctx, save)
	if err != nil {
		return fmt.Errorf("name the line of order %d: %w", id, err)
	}
	return nil
}

// Wake implements pipeline.Store. It leaves Due alone, since Due is what the phase says that it is; an order
// that isn't open sleeps on, and so does one that isn't there.
func (s Store) Wake(ctx context.Context, id int64) error {
	asleep := errors.New("not open")
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		job := queue.Job{Kind: queue.Advance, ID: id}
		err := tx.Run(ctx, sqldb.Statement{
			Text: `UPDATE orders SET alarm = alarm + 1, alarm_due = $2 WHERE id = $1 AND status = 'open' RETURNING alarm, ` + depth,
			Args: []any{id, sqldb.Millis(time.Now())}, Dest: []any{&job.Number, &job.Depth}, ErrNoRows: asleep,
		})
		if err != nil {
			return nil, err
		}
		return []queue.Job{job}, nil
	})
	if err != nil && !errors.Is(err, asleep) {
		return fmt.Errorf("wake order %d: %w", id, err)
	}
	return nil
}
