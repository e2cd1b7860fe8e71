package pipeline

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestMayResume_WhatMayBePaidForTwiceStaysWithAnAdmin(t *testing.T) {
	stays := []Reason{ReasonUnknownStart, ReasonTemplate, ReasonUnfit, ReasonMaybeDelivered, ReasonRestored}
	for _, r := range Reasons() {
		for _, canPay := range []bool{true, false} {
			want := !slices.Contains(stays, r) && (canPay || r != ReasonOutOfCredits)
			if got := MayResume(Order{Status: Parked, Reason: r}, canPay); got != want {
				t.Errorf("%s, it can be paid %v: %v", r, canPay, got)
			}
		}
	}
}

func TestRestored_SetsAsideWhatWasUnderWay(t *testing.T) {
	o := waits(Animate)
	o.Trouble, o.Changed = Trouble{
		Since: time.Now(), Reason: ReasonBusy,
	}, time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	want := o
	want.Status, want.Reason, want.Trouble = Parked, ReasonRestored, Trouble{}
	want.Detail = "it was under way at the backup of 2026-11-30 or later; runway has its work as " + o.Remote +
		", which is asked for"
	by := Providers{Clips: "runway", Cuts: "creatomate"}
	got, m, err := Restored(o, nil, by, 0)
	if err != nil || !reflect.DeepEqual(got, want) ||
		!reflect.DeepEqual(m, Move{Note: "parked: restored from a backup"}) {
		t.Errorf("%+v %+v, %v", got, m, err)
	}
	for _, s := range []Status{Delivered, Failed, Cancelled} {
		o.Status = s
		if got, m, err := Restored(o, nil, by, 0); err != ErrNoChange || !reflect.DeepEqual(got, o) ||
			!reflect.DeepEqual(m, Move{}) {
			t.Errorf("%s: %+v %+v, %v", s, got, m, err)
		}
	}
}

// TestFix_EachFieldOfACutMakesANewOne changes one thing at a time that a short shows, or is.
func TestFix_EachFieldOfACutMakesANewOne(t *testing.T) {
	o := Order{
		Status: Delivered, Step: Deliver, Phase: Begun, Version: 9, ClipKey: "clip", Shown: 2, Cuts: 3,
		Cut: Cut{N: 2, Look: "clean", Music: "calm", ShortKey: "short", Receipt: "9", Words: Words{Menu: "빵", Won: 1}},
	}
	square, same := Square, o.Cut.Words
	edits := []Edit{{Look: "bold"}, {Music: "bright"}, {Size: &square}}
	for i := range reflect.TypeFor[Words]().NumField() {
		w := o.Cut.Words
		switch f := reflect.ValueOf(&w).Elem().Field(i); f.Kind() {
		case reflect.Int:
			f.SetInt(f.Int() + 1)
		case reflect.String:
			f.SetString(f.String() + "!")
		default:
			w.Options = []Option{{Name: "소", Won: 1}}
		}
		edits = append(edits, Edit{Words: &w})
	}
	for _, e := range edits {
		want := Cut{N: 4, Look: "clean", Music: "calm", Words: o.Cut.Words}
		if e.Words != nil {
			want.Words = *e.Words
		}
		if e.Look != "" {
			want.Look = e.Look
		}
		if e.Music != "" {
			want.Music = e.Music
		}
		if e.Size != nil {
			want.Size = *e.Size
		}
		next, m, err := Fix(o, e)
		if err != nil || !reflect.DeepEqual(next.Cut, want) || next.Cuts != 4 || next.Shown != 2 ||
			next.Status != Open ||
			next.Step != Render || next.Phase != Ready ||
			!reflect.DeepEqual(m, Move{Cut: true, Wakeup: true, Notify: true, Note: "a new cut"}) {
			t.Errorf("%+v: %+v %+v, %v", e, next, m, err)
		}
	}
	for _, x := range []struct {
		change func(*Order)
		edit   Edit
	}{
		{func(*Order) {}, Edit{}},
		{func(*Order) {}, Edit{Words: &same, Look: "clean", Music: "calm", Size: new(Size)}},
		{func(o *Order) { o.ClipKey = "" }, edits[0]},
		{func(o *Order) { o.Status = Cancelled }, edits[0]},
		{func(o *Order) { o.Cuts = MaxCuts }, edits[0]},
		{func(o *Order) { o.Cut.N, o.Cuts = MaxCuts, 0 }, edits[0]},
	} {
		o := o
		x.change(&o)
		if next, m, err := Fix(o, x.edit); err != ErrNoChange || !reflect.DeepEqual(next, o) ||
			!reflect.DeepEqual(m, Move{}) {
			t.Errorf("%s %+v: %+v %+v, %v", fmt.Sprint(o.Status, o.Cuts), x.edit, next, m, err)
		}
	}
	for _, step := range []Step{Fetch, Animate} { // nothing is cut yet
		for _, version := range []int64{1, 2} {
			before := Order{Status: Open, Step: step, Version: version, Due: time.Now().Add(time.Hour), Cut: o.Cut}
			next, m, err := Fix(before, edits[0])
			if err != nil || next.Cut.Look != "bold" || next.Cut.N != 2 || next.Cut.ShortKey != "short" ||
				next.Due.Before(before.Due) != (version == 1) || m.Wakeup || !m.Cut || !m.Notify {
				t.Errorf("%s %d: %+v %+v, %v", step, version, next, m, err)
			}
		}
	}
}
