package orders

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
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

func oneMessageIsOneOrder(t *testing.T, e storagetest.OrderStore) {
	first := storagetest.Place(t, e, storagetest.NewOrder("telegram/77/5", storagetest.Later()))
	other := storagetest.NewOrder("telegram/77/5", storagetest.Later())
	other.Cut.Words.Menu = "된장찌개"
	again, fresh, err := e.Place(t.Context(), other)
	storagetest.Check(t, err)
	if fresh {
		t.Error("the second is fresh")
	}
	storagetest.Same(t, again, first)
	next := storagetest.Place(t, e, storagetest.NewOrder("telegram/77/6", storagetest.Later()))
	if next.ID != first.ID+1 {
		t.Errorf("the number after %d is %d: a repeat used one up", first.ID, next.ID)
	}
}

func fiftyAtOnceAreOne(t *testing.T, e storagetest.OrderStore) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids, fresh := map[int64]bool{}, 0
	for range 50 {
		wg.Go(func() {
			o, is, err := e.Place(t.Context(), storagetest.NewOrder("slack/C1/1.2", storagetest.Later()))
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

func placedIsReadBack(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.NewOrder("web/1", storagetest.Later())
	o.Placed = time.Date(2026, 11, 22, 9, 0, 0, 123456789, time.FixedZone("KST", 9*3600))
	placed := storagetest.Place(t, e, o)
	storagetest.Same(t, storagetest.ReadOrder(t, e, placed.ID), placed)
	if placed.Version != 1 || placed.Wakeup != 1 || placed.Changed.IsZero() {
		t.Errorf("version %d, alarm %d, changed %v", placed.Version, placed.Wakeup, placed.Changed)
	}
	if want := o.Placed.UTC().Truncate(time.Millisecond); !placed.Placed.Equal(want) {
		t.Errorf("placed %v, want %v", placed.Placed, want)
	}
	storagetest.Same(t, placed.Cut, o.Cut)
	storagetest.Same(t, placed.Thread, o.Thread)
	storagetest.Same(t, placed.Photo, o.Photo)
}

func movedIsReadBack(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	o.Status, o.Step, o.Phase = pipeline.Parked, pipeline.Render, pipeline.Unknown
	o.Due, o.Attempt, o.UnknownRestarts, o.Reason, o.Detail = storagetest.Later(), 3, 1, pipeline.ReasonTemplate,
		"no element price"
	o.PhotoKey, o.ClipKey, o.Call, o.Remote, o.Progress, o.Shown, o.Cuts = "p/1", "c/1", "call-1", "r-1", 0.25, 1, 3
	o.Fallback, o.Cut.Size = pipeline.ReasonDishChanged, pipeline.Square
	o.Framing = pipeline.Framing{
		Ratio: "4:3", Dish: pipeline.Box{Left: .125, Top: .25, Right: .875, Bottom: 1}, Sure: .9, ClipW: 1104,
		ClipH: 832, ClipSeconds: 4.8,
	}
	o.Cut.ShortKey, o.Cut.Receipt, o.Cut.Words.Price = "s/1", "msg-9", "19,000원"
	o.Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	o.Callback = "https://pos.example.com/hook?token=sesame"
	moved := storagetest.Move(t, e, o, pipeline.Move{Wakeup: true, Cut: true})
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), moved)
	if moved.Version != 2 || moved.Wakeup != 2 {
		t.Errorf("version %d, alarm %d", moved.Version, moved.Wakeup)
	}
	o.Version, o.Wakeup, o.Changed, o.Due = moved.Version, moved.Wakeup, moved.Changed, moved.Due
	o.WakeupAt = moved.Due
	storagetest.Same(t, moved, o)
}

func staleWritesNothing(t *testing.T, e storagetest.OrderStore) {
	old := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	now := storagetest.Move(t, e, old, pipeline.Move{Note: "first"})
	old.Step, old.Cut.Look = pipeline.Deliver, "neon"
	call := pipeline.Call{ID: "c1", Order: old.ID, State: pipeline.CallBegun}
	_, err := e.Move(t.Context(), old, pipeline.Move{Note: "stale", Wakeup: true, Calls: []pipeline.Call{call}})
	if !errors.Is(err, pipeline.ErrMoved) {
		t.Fatalf("got %v", err)
	}
	storagetest.Same(t, storagetest.ReadOrder(t, e, old.ID), now)
	events, err := e.History(t.Context(), old.ID)
	storagetest.Check(t, err)
	if len(events) != 2 {
		t.Errorf("history %+v", events)
	}
	if calls, err := e.Calls(t.Context(), old.ID); err != nil || len(calls) > 0 {
		t.Errorf("the call of the stale move: %+v, %v", calls, err)
	}
}

func moveIsAllOrNothing(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	next := o
	next.Step, next.Cut.N = pipeline.Render, 2
	_, err := e.Move(t.Context(), next, pipeline.Move{Calls: []pipeline.Call{
		{ID: "good", Order: o.ID, State: pipeline.CallBegun}, {ID: "bad", Order: o.ID, State: "nonsense"},
	}})
	if err == nil || errors.Is(err, pipeline.ErrMoved) {
		t.Fatalf("a call in a state that doesn't exist: %v", err)
	}
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), o)
	calls, err := e.Calls(t.Context(), o.ID)
	storagetest.Check(t, err)
	events, err := e.History(t.Context(), o.ID)
	storagetest.Check(t, err)
	if len(calls) != 0 || len(events) != 1 {
		t.Errorf("calls %+v, history %+v", calls, events)
	}
	storagetest.Move(t, e, next, pipeline.Move{})
}

func oneOfManyMovesWins(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
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
	now := storagetest.ReadOrder(t, e, o.ID)
	for i, err := range errs {
		if won := now.Detail == fmt.Sprint(i); won != (err == nil) || !won && !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("mover %d: %v, and the row says %q", i, err, now.Detail)
		}
	}
}

func postponeKeepsTheVersion(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	o.Due, o.Progress = o.Due.Add(time.Minute), 0.5
	storagetest.Check(t, e.Postpone(t.Context(), o))
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), o)
	stale := o
	storagetest.Move(t, e, o, pipeline.Move{})
	if err := e.Postpone(t.Context(), stale); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("a stale one: %v", err)
	}
}

func moveKeepsTold(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Check(t, e.SaveStatusRef(t.Context(), o.ID, "", "line-1"))
	moved := storagetest.Move(t, e, o, pipeline.Move{})
	if moved.StatusRef != "line-1" || storagetest.ReadOrder(t, e, o.ID).StatusRef != "line-1" {
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
		if now := storagetest.ReadOrder(t, e, o.ID); !errors.Is(err, x.err) || now.StatusRef != x.then ||
			now.Version != moved.Version {
			t.Errorf("%q instead of %q: %v, and it is %q", x.ref, x.was, err, now.StatusRef)
		}
	}
}

func newCut(t *testing.T, e storagetest.OrderStore) {
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	first := o.Cut
	o.Cut = pipeline.Cut{N: 2, Look: "neon", Words: pipeline.Words{Menu: "새우 로제 파스타"}}
	o = storagetest.Move(t, e, o, pipeline.Move{Cut: true})
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID).Cut, o.Cut)
	o.Cut = first
	o = storagetest.Move(t, e, o, pipeline.Move{Cut: true})
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID).Cut, first)
}

func missingIsNotFound(t *testing.T, e storagetest.OrderStore) {
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
	storagetest.Check(t, e.Wake(t.Context(), 404))
}

func lateInOrder(t *testing.T, e storagetest.OrderStore) {
	now := time.Now()
	due := func(source string, ago time.Duration) pipeline.Order {
		return storagetest.Place(t, e, storagetest.NewOrder(source, now.Add(-ago)))
	}
	second, first, third := due("2", time.Minute), due("1", time.Hour), due("3", time.Second)
	due("not yet", -time.Hour)
	over := due("over", 2*time.Hour)
	over.Status = pipeline.Delivered
	storagetest.Move(t, e, over, pipeline.Move{})
	ids, err := e.Overdue(t.Context(), now, 10)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64{first.ID, second.ID, third.ID})
	ids, err = e.Overdue(t.Context(), now, 2)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64{first.ID, second.ID})
}

func recentNewestFirst(t *testing.T, e storagetest.OrderStore) {
	a := storagetest.Place(t, e, storagetest.NewOrder("a", storagetest.Later()))
	elsewhere := storagetest.NewOrder("b", storagetest.Later())
	elsewhere.Thread.Chat = "78"
	storagetest.Place(t, e, elsewhere)
	c, d := storagetest.Place(t, e, storagetest.NewOrder("c", storagetest.Later())), storagetest.Place(
		t, e, storagetest.NewOrder("d", storagetest.Later()),
	)
	all, err := e.Recent(t.Context(), "telegram", "77", 10)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []pipeline.Order{d, c, a})
	all, err = e.Recent(t.Context(), "telegram", "77", 1)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []pipeline.Order{d})
	all, err = e.Recent(t.Context(), "slack", "77", 10)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []pipeline.Order(nil))
}
