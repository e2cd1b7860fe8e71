package ops

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Kinds of incidents about one order, whose number stands behind them.
const (
	parkedKind = "parked"
	lateKind   = "late"
	dishKind   = "dish" // no incident, but a word about an order, too

	// RefusedKind is the kind of incidents in which a chat, whose name stands behind it, has had so many photos refused
	// that it may not order until tomorrow.
	RefusedKind = "refused"
)

const (
	minLate   = 10 * time.Minute // no step is late before
	lateTimes = 3                // nor before so many times as long as it usually takes
	maxLate   = 100              // orders of a step in one pass
	maxParked = 1000
)

func orderKey(kind string, id int64) string { return kind + ":" + strconv.FormatInt(id, 10) }

// Noticed is to be called when an order has changed in a way that its person is told: a parked one needs
// an admin at once, and so does a provider for whose sake shorts come without clips.
func (o *Ops) Noticed(ctx context.Context, order int64) error {
	x, err := o.opts.Store.Order(ctx, order)
	if err != nil {
		return fmt.Errorf("ops: %w", err)
	}
	if x.Status != pipeline.Parked {
		err = errors.Join(o.noClip(ctx, x), o.dishChanged(ctx, x), o.refused(ctx, x))
	} else {
		var goesOn map[string]bot.Incident
		if goesOn, err = bot.OpenIncidents(ctx, o.opts.Store); err == nil {
			err = o.parked(ctx, x, goesOn)
		}
	}
	if err != nil {
		return fmt.Errorf("ops: %w", err)
	}
	return nil
}

// parked tells of a parked order. One that was taken up again and is parked again is news.
func (o *Ops) parked(ctx context.Context, x pipeline.Order, goesOn map[string]bot.Incident) error {
	key := orderKey(parkedKind, x.ID)
	if i, ok := goesOn[key]; ok {
		if !i.Since.Before(x.Changed) {
			return nil
		}
		if err := o.over(ctx, i, nil); err != nil {
			return err
		}
	}
	return o.begin(ctx, key, func(v view) string { return o.parkedText(ctx, v, x) })
}

func (o *Ops) parkedText(ctx context.Context, v view, x pipeline.Order) string {
	var s present.Screen
	s.Lines = append(s.Lines, "🛑 "+v.Fill("ops.parked", present.Args{
		"n": strconv.FormatInt(x.ID, 10), "stage": v.Fill("admin.step."+string(x.Step), nil),
	}))
	s.Long(v.What(x))
	if shop, err := bot.ShopOf(ctx, o.opts.Store, x.Shop); err != nil {
		o.opts.Log.Warn("parked order's shop not read", "order", x.ID, "err", err)
	} else {
		v.Whose(&s, x, shop)
	}
	s.Line(v.Why(x.Reason))
	s.Long(x.Detail)
	s.Lines = append(s.Lines, v.Fill("ops.todo."+string(todo(x.Reason)), nil))
	return strings.Join(s.Lines, "\n")
}

// todo sorts reasons by what an admin does about them.
func todo(r pipeline.Reason) pipeline.Reason {
	switch r {
	case pipeline.ReasonBusy, pipeline.ReasonOutOfCredits, pipeline.ReasonSetup, pipeline.ReasonTemplate,
		pipeline.ReasonUnknownStart, pipeline.ReasonCantDeliver, pipeline.ReasonMaybeDelivered, pipeline.ReasonUnfit,
		pipeline.ReasonRestored:
		return r
	}
	return pipeline.ReasonTrouble
}

// sweepParked ends what was told of orders that are parked no more, and tells what was missed.
func (o *Ops) sweepParked(ctx context.Context) error {
	parked, err := o.opts.Store.Parked(ctx, 0, maxParked)
	if err != nil {
		return err
	}
	goesOn, err := bot.OpenIncidents(ctx, o.opts.Store)
	if err != nil {
		return err
	}
	still := map[string]bool{}
	for _, x := range parked {
		still[orderKey(parkedKind, x.ID)] = true
		if err := o.parked(ctx, x, goesOn); err != nil {
			return err
		}
	}
	if len(parked) == maxParked { // the rest isn't in sight
		return nil
	}
	return o.overUnless(ctx, parkedKind, still)
}

// sweepLate tells of orders that are in their step for much longer than orders usually are.
func (o *Ops) sweepLate(ctx context.Context) error {
	usual, err := o.opts.Store.MedianStepTimes(ctx)
	if err != nil {
		return err
	}
	late := map[string]bool{}
	for _, step := range []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver} {
		patience := max(minLate, lateTimes*usual[step])
		orders, err := o.opts.Reporting.Stalled(ctx, step, time.Now().Add(-patience), maxLate)
		if err != nil {
			return err
		}
		for _, x := range orders {
			if !x.Trouble.Since.IsZero() { // which is told for all such orders at once
				continue
			}
			key := orderKey(lateKind, x.ID)
			late[key] = true
			if err := o.begin(ctx, key, func(v view) string { return lateText(v, x, usual[step]) }); err != nil {
				return err
			}
		}
	}
	return o.overUnless(ctx, lateKind, late)
}

func lateText(v view, x pipeline.Order, usual time.Duration) string {
	var s present.Screen
	args := present.Args{
		"n": strconv.FormatInt(x.ID, 10), "stage": v.Fill("admin.step."+string(x.Step), nil),
		"time": v.Span(v.now.Sub(x.Since).Truncate(time.Minute)),
	}
	s.Lines = append(s.Lines, "🐢 "+v.Fill("ops.late", args))
	s.Long(v.What(x))
	if usual > 0 {
		s.Line(v.Fill("ops.usual", present.Args{"time": v.Span(usual)}))
	}
	if w := v.Waits(x); w != "" {
		s.Long("⏳ " + w)
	}
	s.Long(x.Detail)
	return strings.Join(s.Lines, "\n")
}

// overUnless ends the incidents of a kind that aren't among those that go on.
func (o *Ops) overUnless(ctx context.Context, kind string, still map[string]bool) error {
	all, err := o.opts.Store.Incidents(ctx)
	if err != nil {
		return err
	}
	var over []bot.Incident
	orders := map[string]pipeline.Order{}
	for _, i := range all {
		id, ok := incidentOrder(i.Key)
		if !ok || !strings.HasPrefix(i.Key, kind+":") || still[i.Key] {
			continue
		}
		x, err := o.opts.Store.Order(ctx, id)
		switch {
		case err != nil:
			return err
		case kind == lateKind && x.Status == pipeline.Parked: // which is told by itself
			err = o.close(ctx, i)
		default:
			over, orders[i.Key] = append(over, i), x
		}
		if err != nil {
			return err
		}
	}
	return o.allOver(ctx, over, func(v view, i bot.Incident) string {
		x := orders[i.Key]
		return v.Fill("ops.over.order", present.Args{"n": strconv.FormatInt(x.ID, 10), "stage": v.Standing(x)})
	})
}

// refused tells of a chat that has sent the last photo that may be refused in a day.
func (o *Ops) refused(ctx context.Context, x pipeline.Order) error {
	if x.Reason != pipeline.ReasonPhotoRefused && x.Fallback != pipeline.ReasonPhotoRefused || x.Thread.Chat == "" {
		return nil
	}
	n, err := o.opts.Store.Refused(ctx, x.Thread.Platform, x.Thread.Chat, pipeline.Midnight(x.Changed, 0, o.opts.Zone))
	if err != nil || n < bot.MaxRefused {
		return err
	}
	return o.begin(ctx, RefusedKind+":"+x.Thread.Platform+":"+x.Thread.Chat, func(v view) string {
		var s present.Screen
		s.Lines = append(s.Lines, "🚫 "+v.Fill("ops.refused", present.Args{"n": strconv.Itoa(n)}))
		if shop, err := bot.ShopOf(ctx, o.opts.Store, x.Shop); err != nil {
			o.opts.Log.Warn("shop of a refused photo not read", "order", x.ID, "err", err)
		} else {
			v.Whose(&s, x, shop)
		}
		s.Lines = append(s.Lines, v.Fill("ops.refused.todo", nil))
		return strings.Join(s.Lines, "\n")
	})
}

// sweepRefused ends those of earlier days. Ops needn't hear that a day has begun.
func (o *Ops) sweepRefused(ctx context.Context) error {
	all, err := o.opts.Store.Incidents(ctx)
	if err != nil {
		return err
	}
	today := pipeline.Midnight(time.Now(), 0, o.opts.Zone)
	for _, i := range all {
		if strings.HasPrefix(i.Key, RefusedKind+":") && i.Since.Before(today) {
			if err := o.over(ctx, i, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
