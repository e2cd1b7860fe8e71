package rows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// errTaken says that the source has an order.
var errTaken = errors.New("source is taken")

// insertOrder looks before it inserts, so that a message that comes twice doesn't use up a number.
var insertOrder = fmt.Sprintf(`
INSERT INTO orders (%s, source, placed, told, alarm_due, version, alarm)
SELECT %s, 1, 1 WHERE NOT EXISTS (SELECT 1 FROM orders WHERE source = $%[3]d)
ON CONFLICT (source) DO NOTHING RETURNING id`,
	strings.Join(columns, ", "), parameters(1, len(columns)+4), len(columns)+1)

// Place implements pipeline.Store.
func (s Store) Place(ctx context.Context, o pipeline.Order) (pipeline.Order, bool, error) {
	now := time.Now()
	o = kept(o, now)
	o.Version, o.Alarm, o.AlarmDue = 1, 1, o.Due
	if o.Placed.IsZero() {
		o.Placed = o.Changed
	}
	o.Cut.N = max(o.Cut.N, 1)
	placed, fresh := o, true
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		placed, fresh = o, true
		err := tx.Run(ctx, Statement{
			Text: insertOrder, Args: append(values(o), o.Source, millis(o.Placed), o.Told, millis(o.AlarmDue)),
			Into: []any{&placed.ID}, Miss: errTaken,
		})
		if errors.Is(err, errTaken) {
			fresh = false
			placed, err = one(ctx, tx, `WHERE o.source = $1`, o.Source)
			return nil, err
		}
		if err != nil {
			return nil, err
		}
		cut, err := cutStatement(placed)
		if err != nil {
			return nil, err
		}
		if err := tx.Run(ctx, cut, eventStatement(placed, 1, "placed")); err != nil {
			return nil, err
		}
		return []queue.Job{
			{Kind: queue.Look, Order: placed.ID, Number: placed.Alarm, Due: placed.Due},
		}, nil
	})
	if err != nil {
		return pipeline.Order{}, false, fmt.Errorf("place order: %w", err)
	}
	return placed, fresh, nil
}

var updateOrder = fmt.Sprintf(`
UPDATE orders SET (%s) = (%s), version = version + 1, alarm = alarm + $%d, alarm_due = $%d
WHERE id = $%d AND version = $%d RETURNING alarm, told`,
	strings.Join(columns, ", "), parameters(1, len(columns)), len(columns)+1, len(columns)+2, len(columns)+3, len(columns)+4)

// Move implements pipeline.Store. It leaves o.Told alone: Told may have come in between.
func (s Store) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	from := o.Version
	o = kept(o, time.Now())
	o.Version = from + 1
	rest, err := aside(o, m)
	if err != nil {
		return pipeline.Order{}, fmt.Errorf("move order %d: %w", o.ID, err)
	}
	fresh := int64(0)
	if m.Alarm {
		fresh, o.AlarmDue = 1, o.Due
	}
	err = s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		update := Statement{
			Text: updateOrder, Args: append(values(o), fresh, millis(o.AlarmDue), o.ID, from),
			Into: []any{&o.Alarm, &o.Told}, Miss: pipeline.ErrMoved,
		}
		if err := tx.Run(ctx, append([]Statement{update}, rest...)...); err != nil {
			return nil, err
		}
		var jobs []queue.Job
		if m.Alarm {
			jobs = append(jobs, queue.Job{Kind: queue.Look, Order: o.ID, Number: o.Alarm, Due: o.Due})
		}
		if m.Tell {
			jobs = append(jobs, queue.Job{Kind: queue.Tell, Order: o.ID, Number: o.Version})
		}
		return jobs, nil
	})
	if err != nil {
		return pipeline.Order{}, fmt.Errorf("move order %d: %w", o.ID, err)
	}
	return o, nil
}

// aside is what a move writes beside the order's row.
func aside(o pipeline.Order, m pipeline.Move) ([]Statement, error) {
	rest := []Statement{eventStatement(o, o.Version, m.Note)}
	if m.Cut {
		cut, err := cutStatement(o)
		if err != nil {
			return nil, err
		}
		rest = append(rest, cut)
	}
	for _, c := range m.Calls {
		if c.Order != o.ID {
			return nil, fmt.Errorf("call %q belongs to order %d", c.ID, c.Order)
		}
		rest = append(rest, callStatement(c))
	}
	return rest, nil
}

// Postpone implements pipeline.Store.
func (s Store) Postpone(ctx context.Context, o pipeline.Order) error {
	err := s.run(ctx, Statement{
		Text: `UPDATE orders SET due = $1, progress = $2 WHERE id = $3 AND version = $4`,
		Args: []any{millis(o.Due), o.Progress, o.ID, o.Version}, Miss: pipeline.ErrMoved,
	})
	if err != nil {
		return fmt.Errorf("postpone order %d: %w", o.ID, err)
	}
	return nil
}

// Told implements pipeline.Store. pipeline.ErrNotFound when there is no such order.
func (s Store) Told(ctx context.Context, id int64, ref string) error {
	err := s.run(ctx, Statement{
		Text: `UPDATE orders SET told = $1 WHERE id = $2`,
		Args: []any{clean(ref), id}, Miss: pipeline.ErrNotFound,
	})
	if err != nil {
		return fmt.Errorf("told order %d: %w", id, err)
	}
	return nil
}

// Wake implements pipeline.Store. It leaves Due alone, since Due is what the phase says that it is; an order
// that isn't open sleeps on, and so does one that isn't there.
func (s Store) Wake(ctx context.Context, id int64) error {
	asleep := errors.New("not open")
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		var alarm int64
		err := tx.Run(ctx, Statement{
			Text: `UPDATE orders SET alarm = alarm + 1, alarm_due = $2 WHERE id = $1 AND status = 'open' RETURNING alarm`,
			Args: []any{id, millis(time.Now())}, Into: []any{&alarm}, Miss: asleep,
		})
		if err != nil {
			return nil, err
		}
		return []queue.Job{{Kind: queue.Look, Order: id, Number: alarm}}, nil
	})
	if err != nil && !errors.Is(err, asleep) {
		return fmt.Errorf("wake order %d: %w", id, err)
	}
	return nil
}

// Recover makes orders whose paid request was begun by a process that is dead due now, with a fresh
// alarm. Only an engine that knows itself alone may call it.
func (s Store) Recover(ctx context.Context) error {
	now := time.Now()
	return s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		var jobs []queue.Job
		err := tx.Query(ctx, `UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1
			WHERE status = 'open' AND phase = 'begun' RETURNING id, alarm`, []any{millis(now)},
			func(scan func(...any) error) error {
				j := queue.Job{Kind: queue.Look}
				err := scan(&j.Order, &j.Number)
				jobs = append(jobs, j)
				return err
			})
		return jobs, err
	})
}

func (s Store) run(ctx context.Context, st Statement) error {
	return s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		return nil, tx.Run(ctx, st)
	})
}
