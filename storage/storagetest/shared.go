package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var sharedPromises = Promises{
	"FourMigrateAnEmptyDatabaseAtOnce":          fourMigrate,
	"OneMessageAtTwoEnginesIsOneOrder":          oneMessageTwoEngines,
	"OneOfManyMovesWinsAcrossEngines":           oneMoveAcrossEngines,
	"EachJobRunsOnceOnSomeEngine":               eachJobOnce,
	"TakeIsSharedByAllEngines":                  func(t *testing.T, open Open) { neverExceeds(t, asStores(several(t, open, 2))...) },
	"TurnsAreBookedFromAllEngines":              func(t *testing.T, open Open) { turnsComeApart(t, asBookers(several(t, open, 2))...) },
	"OneThatWasAloneCountsWithTheNextThatComes": countsTogether,
	"PeriodicRunsOnOneOfTwo":                    periodicOnOne,
	"ABudgetIsSharedByAllEngines":               budgetShared,
	"WhatAProcessThatIsGoneHadBegunIsTakenOver": goneIsTakenOver,
	"WhatOneNotifiesTheOthersHear":              heardElsewhere,
}

func several(t *testing.T, open Open, n int) []storage.Engine {
	t.Helper()
	engines := make([]storage.Engine, n)
	for i := range engines {
		engines[i] = ready(t, open)
	}
	return engines
}

func fourMigrate(t *testing.T, open Open) {
	var wg sync.WaitGroup
	for range 4 {
		e := open(t)
		t.Cleanup(func() { check(t, e.Close()) })
		wg.Go(func() {
			if err := e.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
			if err := e.Ready(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func oneMessageTwoEngines(t *testing.T, open Open) {
	engines := several(t, open, 2)
	var wg sync.WaitGroup
	ids, fresh := make([]int64, 20), make([]bool, 20)
	for i := range ids {
		wg.Go(func() {
			o, is, err := engines[i%2].Place(t.Context(), NewOrder("telegram/77/5", later()))
			if err != nil {
				t.Error(err)
			}
			ids[i], fresh[i] = o.ID, is
		})
	}
	wg.Wait()
	n := 0
	for i := range ids {
		if ids[i] != ids[0] {
			t.Errorf("orders %d and %d", ids[0], ids[i])
		}
		if fresh[i] {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d were fresh", n)
	}
}

func oneMoveAcrossEngines(t *testing.T, open Open) {
	engines := several(t, open, 2)
	o := place(t, engines[0], NewOrder("web/1", later()))
	for range 10 {
		var wg sync.WaitGroup
		won := make(chan pipeline.Order, 8)
		for i := range 8 {
			wg.Go(func() {
				if moved, err := engines[i%2].Move(t.Context(), o, pipeline.Move{}); err == nil {
					won <- moved
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d won", len(won))
		}
		o = <-won
	}
}

func eachJobOnce(t *testing.T, open Open) {
	const orders = 60
	d := newHandlerLog()
	engines := several(t, open, 3)
	for _, e := range engines {
		start(t, e, d)
	}
	var wg sync.WaitGroup
	for i := range orders {
		wg.Go(func() {
			if _, _, err := engines[i%3].Place(t.Context(), NewOrder(fmt.Sprint(i), time.Now())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[int64]bool{}
	for range orders {
		if j := next(t, d.looks); seen[j.order] {
			t.Errorf("order %d came twice", j.order)
		} else {
			seen[j.order] = true
		}
	}
	for _, e := range engines { // a second run of any job would end before this does
		check(t, e.Stop(t.Context()))
	}
	if n := len(d.looks) + len(d.tells); n > 0 {
		t.Errorf("%d jobs ran more than once", n)
	}
}

func periodicOnOne(t *testing.T, open Open) {
	runs := make(chan time.Time, 100)
	h := newHandlerLog().handlers()
	h.Periodic = []storage.Periodic{{Name: "sweep", Schedule: each(time.Second),
		Run: func(context.Context) error { runs <- time.Now(); return nil }}}
	for _, e := range several(t, open, 2) {
		check(t, e.Start(t.Context(), h))
	}
	next(t, runs) // that of the start, which comes beside the first tick
	first := next(t, runs)
	for range 2 {
		next(t, runs)
	}
	if last := next(t, runs); last.Sub(first) < 2*time.Second {
		t.Errorf("three ticks of a second took %v", last.Sub(first))
	}
}

func budgetShared(t *testing.T, open Open) {
	const asked, fit = 24, 5
	engines := several(t, open, 3)
	var all sync.WaitGroup
	var begun atomic.Int32
	for i := range asked {
		o := place(t, engines[0], NewOrder(fmt.Sprint(i), later()))
		all.Go(func() {
			_, err := engines[i%3].Move(
				t.Context(), o, reserved(fmt.Sprint(i), o, fit*15_00, time.Now().Add(-time.Hour)),
			)
			switch {
			case err == nil:
				begun.Add(1)
			case !errors.As(err, new(*pipeline.HeldError)):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := begun.Load(); n != fit {
		t.Errorf("%d calls began where %d fit into the budget", n, fit)
	}
}

func asStores(engines []storage.Engine) (all []OrderStore) {
	for _, e := range engines {
		all = append(all, e)
	}
	return all
}
