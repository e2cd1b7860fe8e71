package pipeline

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// blurred is a Store whose first commit fails without saying whether it did; after that the reservation is refused.
type blurred struct {
	row
	written bool // the first commit did
	tried   int
}

func (b *blurred) Move(ctx context.Context, o Order, m Move) (Order, error) {
	if b.tried++; b.tried > 1 {
		return Order{}, &HeldError{Reason: ReasonBudget}
	}
	if b.written {
		if _, err := b.row.Move(ctx, o, m); err != nil {
			return Order{}, err
		}
	}
	return Order{}, errors.New("connection reset")
}

// TestWrite_ACallThatWasBegunIsNotHeldBackByItself refuses the second try of a begin, whose first try may have taken
// the last credits of the budget.
func TestWrite_ACallThatWasBegunIsNotHeldBackByItself(t *testing.T) {
	for _, written := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			p, b := quiet(), &blurred{written: written}
			o := begun(Animate)
			o.Phase, o.Call = Ready, ""
			p.opts.Store, b.o = b, o
			next, m := p.reserver.reserve(o)
			got, err := p.writer.write(t.Context(), &answer{change: change{before: o, next: next, move: m}})
			switch {
			case written && (err != nil || got.Call != next.Call || got.Version != o.Version+1):
				t.Errorf("begun, and then %v: %+v", err, got)
			case !written && !errors.As(err, new(*HeldError)):
				t.Errorf("not begun, and then %v: %+v", err, got)
			}
		})
	}
}

// TestHold_WhatIsRefusedWaitsAndLosesNothing has a paid call refused, for each reason: an order that comes from its
// photo, one that waits for the same reason already, and one whose start is unknown.
func TestHold_WhatIsRefusedWaitsAndLosesNothing(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	hour := time.Hour + 12*time.Second // each order has a time of its own; this is number 12
	for _, x := range []struct {
		held HeldError
		zone *time.Location
		wait time.Duration // of an order that is at its step
		lost time.Duration // of one whose start is unknown
	}{ // in fake time it is midnight in UTC
		{HeldError{Reason: ReasonPaused}, nil, 10 * time.Minute, 10 * time.Minute},
		{HeldError{Reason: ReasonBudget}, nil, 24 * time.Hour, 10 * time.Minute},
		{HeldError{Reason: ReasonBudget}, seoul, 15 * time.Hour, 10 * time.Minute},
		{HeldError{Reason: ReasonTurn, After: 3 * time.Second}, seoul, hour, 3 * time.Second},
		{HeldError{Reason: ReasonTurn}, seoul, hour, 10 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := quiet()
			s := &refusing{held: &x.held}
			p.opts.Zone, p.opts.Store = x.zone, s
			photo := Order{ID: 12, Status: Open, Step: Fetch, Phase: Ready, Version: 3, Cut: Cut{N: 1}}
			next, m := p.reserver.startStep(photo, "photo prepared")
			m.Calls = append(m.Calls, Call{ID: "other"})
			got := s.commit(t, p, change{before: photo, next: next, move: m})
			want := photo
			want.Step, want.Phase, want.Since, want.Due = Animate, Ready, time.Now(), time.Now().Add(x.wait)
			want.Reason = x.held.Reason
			wantMove := &Move{
				Calls: []Call{{ID: "other"}}, Wakeup: true, Notify: x.held.Reason != ReasonTurn,
				Note: "photo prepared; held back: " + string(x.held.Reason),
			}
			if got.Due = got.Due.Local(); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(s.moved, wantMove) {
				t.Errorf("%+v: %+v %+v,\nwant %+v %+v", x.held, got, s.moved, want, wantMove)
			}
			want.Due = time.Now()
			next, m = p.reserver.reserve(want) // it asks once more
			again := s.commit(t, p, change{before: want, next: next, move: m})
			want.Due, again.Due = time.Now().Add(x.wait), again.Due.Local()
			if s.moved != nil || !reflect.DeepEqual(again, want) {
				t.Errorf("%+v, again: %+v %+v", x.held, again, s.moved)
			}
			lost := unknownStart(p, false)
			next, m = p.driver.restartUnknown(t.Context(), lost)
			got = s.commit(t, p, change{before: lost, next: next, move: m})
			if lost.Due = time.Now().Add(x.lost); s.moved != nil || !reflect.DeepEqual(got, lost) {
				t.Errorf("%+v, unknown: %+v %+v, want %+v", x.held, got, s.moved, lost)
			}
			began := time.Now()
			time.Sleep(time.Minute)
			synctest.Wait()
			if asked := s.at.Sub(began); (x.held.Reason == ReasonTurn) != (s.n > 0) ||
				s.n > 0 && asked != cmp.Or(x.held.After, time.Second) {
				t.Errorf("%+v: turns are taken %d times, after %v", x.held, s.n, asked)
			}
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// refusing is a Store in which no paid call may begin.
type refusing struct {
	Store
	held  *HeldError
	moved *Move // what was written instead; nil: only a time
	n     int   // how often turns were taken, and when
	at    time.Time
}

// commit has a change refused, and returns what has become of the order.
func (s *refusing) commit(t *testing.T, p *Pipeline, c change) Order {
	t.Helper()
	s.moved = nil
	o, err := p.driver.commit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (s *refusing) Move(_ context.Context, o Order, m Move) (Order, error) {
	if m.Reserve != nil {
		return Order{}, s.held
	}
	s.moved = &m
	return o, nil
}

func (s *refusing) Postpone(context.Context, Order) error { return nil }

// Order is the row as it is while a call is refused.
func (s *refusing) Order(context.Context, int64) (Order, error) { return Order{}, ErrNotFound }

func (s *refusing) TakeTurns(context.Context, Turns) ([]int64, time.Duration, error) {
	s.n, s.at = s.n+1, time.Now()
	return nil, 0, nil
}

func TestReserve_AsksForWhatTheCallNeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := quiet()
		p.opts.Budget, p.clipTerms.AtOnce, p.clipTerms.Price = 900_00, 5, 15_00
		p.cutTerms.Rate = Rate{N: 30, Per: time.Second}
		p.names.Cuts, p.opts.Process, p.opts.Zone = "creatomate", "0badcafe", time.FixedZone("KST", 9*60*60)
		now := time.Now()
		for step, want := range map[Step]struct {
			r    *Reservation
			call Call
			due  time.Duration
		}{
			Fetch: {due: 150 * time.Second}, Deliver: {due: 225 * time.Second},
			Animate: {
				&Reservation{
					Provider: "runway", Cost: 15_00, Budget: 900_00, Since: now.Add(-9 * time.Hour), AtOnce: 5,
				},
				Call{Provider: "runway", Estimated: 15_00}, 75 * time.Second,
			},
			Render: {
				&Reservation{Provider: "creatomate", Rate: Rate{N: 30, Per: time.Second}},
				Call{Provider: "creatomate"}, 75 * time.Second,
			},
		} {
			for _, why := range []Reason{ReasonNone, ReasonPaused, ReasonBudget, ReasonTurn, ReasonUnknownStart} {
				before := Order{
					ID: 12, Status: Open, Step: step, Phase: Ready, Cut: Cut{N: 2}, Since: now.Add(-time.Hour),
					Reason: why,
				}
				o, m := p.reserver.reserve(before)
				after := before
				after.Phase, after.Due, after.Call = Begun, now.Add(want.due), o.Call
				if why != ReasonNone && why != ReasonUnknownStart { // how long it waited says nothing of the step
					after.Reason, after.Since = ReasonNone, now
				}
				move := &Move{}
				if want.r != nil {
					c := want.call
					c.ID, c.Order, c.Cut, c.Step, c.State, c.Begun = o.Call, 12, 2, step, CallBegun, now
					move = &Move{Calls: []Call{c}, Reserve: want.r}
				}
				if m.Reserve != nil && step == Animate {
					m.Reserve.Since = m.Reserve.Since.Local()
				}
				if !reflect.DeepEqual(o, after) || !reflect.DeepEqual(m, move) || len(o.Call) < 30 ||
					!strings.HasPrefix(o.Call, "0badcafe-") {
					t.Errorf("%s %s: %+v %+v %+v,\nwant %+v %+v", step, why, o, m, m.Reserve, after, move)
				}
			}
		}
	})
}
