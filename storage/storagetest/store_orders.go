package storagetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var orderPromises = orderSuite{
	"OneMessageIsOneOrder":               oneMessageIsOneOrder,
	"FiftyAtOnceOfOneMessageAreOneOrder": fiftyAtOnceAreOne,
	"WhatIsPlacedIsReadBack":             placedIsReadBack,
	"WhatIsMovedIsReadBack":              movedIsReadBack,
	"AStaleVersionWritesNothing":         staleWritesNothing,
	"AMoveIsAllOrNothing":                moveIsAllOrNothing,
	"OneOfManyMovesWins":                 oneOfManyMovesWins,
	"PostponeKeepsTheVersion":            postponeKeepsTheVersion,
	"AMoveKeepsWhatWasToldMeanwhile":     moveKeepsTold,
	"ANewCutLeavesTheOldOne":             newCut,
	"WhatIsMissingIsNotFound":            missingIsNotFound,
	"LateComesLongestOverdueFirst":       lateInOrder,
	"RecentIsNewestFirst":                recentNewestFirst,
	"HostileTextComesBack":               hostileText,
}

func oneMessageIsOneOrder(t *testing.T, e OrderStore) {
	first := place(t, e, NewOrder("telegram/77/5", later()))
	other := NewOrder("telegram/77/5", later())
	other.Cut.Words.Menu = "된장찌개"
	again, fresh, err := e.Place(t.Context(), other)
	check(t, err)
	if fresh {
		t.Error("the second is fresh")
	}
	same(t, again, first)
	next := place(t, e, NewOrder("telegram/77/6", later()))
	if next.ID != first.ID+1 {
		t.Errorf("the number after %d is %d: a repeat used one up", first.ID, next.ID)
	}
}

func fiftyAtOnceAreOne(t *testing.T, e OrderStore) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids, fresh := map[int64]bool{}, 0
	for range 50 {
		wg.Go(func() {
			o, is, err := e.Place(t.Context(), NewOrder("slack/C1/1.2", later()))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			ids[o.ID] = true
			if is {
				fresh++
			}
		})
	}
	wg.Wait()
	if len(ids) != 1 || fresh != 1 {
		t.Errorf("%d orders, %d of them fresh", len(ids), fresh)
	}
}

func placedIsReadBack(t *testing.T, e OrderStore) {
	o := NewOrder("web/1", later())
	o.Placed = time.Date(2026, 11, 22, 9, 0, 0, 123456789, time.FixedZone("KST", 9*3600))
	placed := place(t, e, o)
	same(t, order(t, e, placed.ID), placed)
	if placed.Version != 1 || placed.Wakeup != 1 || placed.Changed.IsZero() {
		t.Errorf("version %d, alarm %d, changed %v", placed.Version, placed.Wakeup, placed.Changed)
	}
	if want := o.Placed.UTC().Truncate(time.Millisecond); !placed.Placed.Equal(want) {
		t.Errorf("placed %v, want %v", placed.Placed, want)
	}
	same(t, placed.Cut, o.Cut)
	same(t, placed.Thread, o.Thread)
	same(t, placed.Photo, o.Photo)
}

func movedIsReadBack(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	o.Status, o.Step, o.Phase = pipeline.Parked, pipeline.Render, pipeline.Unknown
	o.Due, o.Attempt, o.UnknownRestarts, o.Reason, o.Detail = later(), 3, 1, pipeline.ReasonTemplate, "no element price"
	o.PhotoKey, o.ClipKey, o.Call, o.Remote, o.Progress, o.Shown, o.Cuts = "p/1", "c/1", "call-1", "r-1", 0.25, 1, 3
	o.Fallback, o.Cut.Size = pipeline.ReasonDishChanged, pipeline.Square
	o.Framing = pipeline.Framing{
		Ratio: "4:3", Dish: pipeline.Box{Left: .125, Top: .25, Right: .875, Bottom: 1}, Sure: .9, ClipW: 1104,
		ClipH: 832, ClipSeconds: 4.8,
	}
	o.Cut.ShortKey, o.Cut.Receipt, o.Cut.Words.Price = "s/1", "msg-9", "19,000원"
	o.Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	o.Callback = "https://pos.example.com/hook?token=sesame"
	moved := move(t, e, o, pipeline.Move{Wakeup: true, Cut: true})
	same(t, order(t, e, o.ID), moved)
	if moved.Version != 2 || moved.Wakeup != 2 {
		t.Errorf("version %d, alarm %d", moved.Version, moved.Wakeup)
	}
	o.Version, o.Wakeup, o.Changed, o.Due = moved.Version, moved.Wakeup, moved.Changed, moved.Due
	o.WakeupAt = moved.Due
	same(t, moved, o)
}

func staleWritesNothing(t *testing.T, e OrderStore) {
	old := place(t, e, NewOrder("web/1", later()))
	now := move(t, e, old, pipeline.Move{Note: "first"})
	old.Step, old.Cut.Look = pipeline.Deliver, "neon"
	call := pipeline.Call{ID: "c1", Order: old.ID, State: pipeline.CallBegun}
	_, err := e.Move(t.Context(), old, pipeline.Move{Note: "stale", Wakeup: true, Calls: []pipeline.Call{call}})
	if !errors.Is(err, pipeline.ErrMoved) {
		t.Fatalf("got %v", err)
	}
	same(t, order(t, e, old.ID), now)
	events, err := e.History(t.Context(), old.ID)
	check(t, err)
	if len(events) != 2 {
		t.Errorf("history %+v", events)
	}
	if calls, err := e.Calls(t.Context(), old.ID); err != nil || len(calls) > 0 {
		t.Errorf("the call of the stale move: %+v, %v", calls, err)
	}
}

func moveIsAllOrNothing(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	next := o
	next.Step, next.Cut.N = pipeline.Render, 2
	_, err := e.Move(t.Context(), next, pipeline.Move{Calls: []pipeline.Call{
		{ID: "good", Order: o.ID, State: pipeline.CallBegun}, {ID: "bad", Order: o.ID, State: "nonsense"},
	}})
	if err == nil || errors.Is(err, pipeline.ErrMoved) {
		t.Fatalf("a call in a state that doesn't exist: %v", err)
	}
	same(t, order(t, e, o.ID), o)
	calls, err := e.Calls(t.Context(), o.ID)
	check(t, err)
	events, err := e.History(t.Context(), o.ID)
	check(t, err)
	if len(calls) != 0 || len(events) != 1 {
		t.Errorf("calls %+v, history %+v", calls, events)
	}
	move(t, e, next, pipeline.Move{})
}

func oneOfManyMovesWins(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() {
			mine := o
			mine.Detail = fmt.Sprint(i)
			_, errs[i] = e.Move(t.Context(), mine, pipeline.Move{Note: fmt.Sprint(i)})
		})
	}
	wg.Wait()
	now := order(t, e, o.ID)
	for i, err := range errs {
		if won := now.Detail == fmt.Sprint(i); won != (err == nil) || !won && !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("mover %d: %v, and the row says %q", i, err, now.Detail)
		}
	}
}

func postponeKeepsTheVersion(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	o.Due, o.Progress = o.Due.Add(time.Minute), 0.5
	check(t, e.Postpone(t.Context(), o))
	same(t, order(t, e, o.ID), o)
	stale := o
	move(t, e, o, pipeline.Move{})
	if err := e.Postpone(t.Context(), stale); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("a stale one: %v", err)
	}
}

func moveKeepsTold(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	check(t, e.SaveStatusRef(t.Context(), o.ID, "", "line-1"))
	moved := move(t, e, o, pipeline.Move{})
	if moved.StatusRef != "line-1" || order(t, e, o.ID).StatusRef != "line-1" {
		t.Errorf("the line's name is %q", moved.StatusRef)
	}
	for _, x := range []struct {
		was, ref, then string
		err            error
	}{
		{"", "line-1", "line-1", nil}, // its answer was lost
		{"line-1", "line-2", "line-2", nil},
		{"", "line-3", "line-2", pipeline.ErrMoved}, // by who began it before the others did
		{"line-1", "line-4", "line-2", pipeline.ErrMoved},
	} {
		err := e.SaveStatusRef(t.Context(), o.ID, x.was, x.ref)
		if now := order(t, e, o.ID); !errors.Is(err, x.err) || now.StatusRef != x.then || now.Version != moved.Version {
			t.Errorf("%q instead of %q: %v, and it is %q", x.ref, x.was, err, now.StatusRef)
		}
	}
}

func newCut(t *testing.T, e OrderStore) {
	o := place(t, e, NewOrder("web/1", later()))
	first := o.Cut
	o.Cut = pipeline.Cut{N: 2, Look: "neon", Words: pipeline.Words{Menu: "새우 로제 파스타"}}
	o = move(t, e, o, pipeline.Move{Cut: true})
	same(t, order(t, e, o.ID).Cut, o.Cut)
	o.Cut = first
	o = move(t, e, o, pipeline.Move{Cut: true})
	same(t, order(t, e, o.ID).Cut, first)
}

func missingIsNotFound(t *testing.T, e OrderStore) {
	if _, err := e.Order(t.Context(), 404); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if err := e.SaveStatusRef(t.Context(), 404, "", "x"); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("the line of no order: %v", err)
	}
	if _, err := e.Move(t.Context(), pipeline.Order{ID: 404, Version: 1, Status: pipeline.Open,
		Step: pipeline.Fetch, Phase: pipeline.Ready, Cut: pipeline.Cut{N: 1}},
		pipeline.Move{}); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("to move nothing: %v", err)
	}
	check(t, e.Wake(t.Context(), 404))
}

func lateInOrder(t *testing.T, e OrderStore) {
	now := time.Now()
	due := func(source string, ago time.Duration) pipeline.Order {
		return place(t, e, NewOrder(source, now.Add(-ago)))
	}
	second, first, third := due("2", time.Minute), due("1", time.Hour), due("3", time.Second)
	due("not yet", -time.Hour)
	over := due("over", 2*time.Hour)
	over.Status = pipeline.Delivered
	move(t, e, over, pipeline.Move{})
	ids, err := e.Overdue(t.Context(), now, 10)
	check(t, err)
	same(t, ids, []int64{first.ID, second.ID, third.ID})
	ids, err = e.Overdue(t.Context(), now, 2)
	check(t, err)
	same(t, ids, []int64{first.ID, second.ID})
}

func recentNewestFirst(t *testing.T, e OrderStore) {
	a := place(t, e, NewOrder("a", later()))
	elsewhere := NewOrder("b", later())
	elsewhere.Thread.Chat = "78"
	place(t, e, elsewhere)
	c, d := place(t, e, NewOrder("c", later())), place(t, e, NewOrder("d", later()))
	all, err := e.Recent(t.Context(), "telegram", "77", 10)
	check(t, err)
	same(t, all, []pipeline.Order{d, c, a})
	all, err = e.Recent(t.Context(), "telegram", "77", 1)
	check(t, err)
	same(t, all, []pipeline.Order{d})
	all, err = e.Recent(t.Context(), "slack", "77", 10)
	check(t, err)
	same(t, all, []pipeline.Order(nil))
}

func hostileText(t *testing.T, e OrderStore) {
	for i, text := range []string{
		`'; DROP TABLE orders; --`, `"$1" \ %s {{.}}`, "🍝👩‍🍳\u202e냉면", "줄\r\n바꿈\t", "한글 (조합형)",
	} {
		o := NewOrder(fmt.Sprint(text, i), later())
		o.Thread.Chat, o.Photo.Name, o.Cut.Words.Menu, o.Cut.Words.Options[0].Name = text, text, text, text
		placed := place(t, e, o)
		placed.Detail = text
		moved := move(t, e, placed, pipeline.Move{Note: text})
		got := order(t, e, placed.ID)
		same(t, got, moved)
		for _, s := range []string{
			got.Thread.Chat, got.Photo.Name, got.Cut.Words.Menu, got.Cut.Words.Options[0].Name, got.Detail,
		} {
			if s != text {
				t.Errorf("%q became %q", text, s)
			}
		}
	}
	// What no database keeps is replaced, the same each time.
	o := NewOrder("nul \x00 \xff", later())
	o.Cut.Words.Menu = "a\x00b\xffc"
	placed := place(t, e, o)
	if placed.Cut.Words.Menu != "a\uFFFDb\uFFFDc" {
		t.Errorf("got %q", placed.Cut.Words.Menu)
	}
	same(t, order(t, e, placed.ID), placed)
	if again, fresh, err := e.Place(t.Context(), o); err != nil || fresh || again.ID != placed.ID {
		t.Errorf("the same message again: order %d, fresh %v, %v", again.ID, fresh, err)
	}
}

func newestOfEachSize(t *testing.T, open Open) {
	e := ready(t, open)
	shop := found(t, e, "77", bot.Shop{Name: "사장네"})
	o := NewOrder("a", later())
	o.Shop = shop
	o = place(t, e, o)
	cut := func(n int, size pipeline.Size, short, receipt string) {
		t.Helper()
		o.Cut.N, o.Cuts, o.Cut.Size, o.Cut.ShortKey, o.Cut.Receipt = n, n, size, short, receipt
		if message, _, _ := strings.Cut(receipt, " "); message != "" {
			o.Status, o.Shown = pipeline.Delivered, n
		}
		o = move(t, e, o, pipeline.Move{Cut: true})
	}
	reads := func(size pipeline.Size, want string) {
		t.Helper()
		short, err := e.Short(t.Context(), o.ID, size)
		if want == "" && !errors.Is(err, pipeline.ErrNotFound) ||
			want != "" && (err != nil || short.Cut.ShortKey != want || short.ID != o.ID) {
			t.Errorf("%q: %+v, %v", size, short.Cut, err)
		}
	}
	cut(1, pipeline.Tall, "", "")
	reads(pipeline.Tall, "")
	cut(1, pipeline.Tall, "s/1.mp4", "m1")
	cut(2, pipeline.Still, "s/2.jpg", "m2")
	cut(3, pipeline.Still, "s/3.jpg", " F3") // is just on its way, uploaded and not to be seen yet
	reads(pipeline.Still, "s/3.jpg")
	cut(4, pipeline.Tall, "", "") // cut 3 was taken back, this one is being made
	reads(pipeline.Tall, "s/1.mp4")
	reads(pipeline.Still, "s/2.jpg")
	reads(pipeline.Square, "")
	stand(t, e, "b", pipeline.Failed, pipeline.Render, pipeline.ReasonTrouble)
	for skip, want := range [][]int{{2, 1}, {1}, {}} {
		all, err := e.ShortsOf(t.Context(), shop, skip, 2)
		check(t, err)
		var cuts []int
		for _, o := range all {
			cuts = append(cuts, o.Cut.N)
		}
		same(t, cuts, want)
	}
}
