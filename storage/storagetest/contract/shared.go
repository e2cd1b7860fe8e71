package contract

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
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/chats"
	"github.com/sajangpick/sajangpick/storage/storagetest/jobs"
	"github.com/sajangpick/sajangpick/storage/storagetest/orders"
)

var sharedPromises = storagetest.Promises{
	"OneMessageAtTwoEnginesIsOneOrder": oneMessageTwoEngines,
	"OneOfManyMovesWinsAcrossEngines":  oneMoveAcrossEngines,
	"EachJobRunsOnceOnSomeEngine":      eachJobOnce,
	"TakeIsSharedByAllEngines": func(t *testing.T, open storagetest.Open) {
		orders.NeverExceeds(t, asStores(storagetest.Several(t, open, 2))...)
	},
	"TurnsAreBookedFromAllEngines": func(t *testing.T, open storagetest.Open) {
		jobs.TurnsComeApart(t, jobs.AsBookers(storagetest.Several(t, open, 2))...)
	},
	"OneThatWasAloneCountsWithTheNextThatComes": jobs.CountsTogether,
	"PeriodicRunsOnOneOfTwo":                    periodicOnOne,
	"ABudgetIsSharedByAllEngines":               budgetShared,
	"WhatAProcessThatIsGoneHadBegunIsTakenOver": goneIsTakenOver,
	"WhatOneNotifiesTheOthersHear":              chats.HeardElsewhere,
}

func fourMigrate(t *testing.T, open storagetest.Open) {
	var wg sync.WaitGroup
	for range 4 {
		e := open(t)
		t.Cleanup(func() { storagetest.Check(t, e.Close()) })
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

func oneMessageTwoEngines(t *testing.T, open storagetest.Open) {
	engines := storagetest.Several(t, open, 2)
	var wg sync.WaitGroup
	ids, fresh := make([]int64, 20), make([]bool, 20)
	for i := range ids {
		wg.Go(func() {
			o, is, err := engines[i%2].Place(t.Context(), storagetest.NewOrder("telegram/77/5", storagetest.Later()))
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

func oneMoveAcrossEngines(t *testing.T, open storagetest.Open) {
	engines := storagetest.Several(t, open, 2)
	o := storagetest.Place(t, engines[0], storagetest.NewOrder("web/1", storagetest.Later()))
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

func eachJobOnce(t *testing.T, open storagetest.Open) {
	const orders = 60
	d := storagetest.NewHandlerLog()
	engines := storagetest.Several(t, open, 3)
	for _, e := range engines {
		storagetest.Start(t, e, d)
	}
	var wg sync.WaitGroup
	for i := range orders {
		wg.Go(func() {
			if _, _, err := engines[i%3].Place(
				t.Context(), storagetest.NewOrder(fmt.Sprint(i), time.Now()),
			); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[int64]bool{}
	for range orders {
		if j := storagetest.Next(t, d.Advanced); seen[j.ID] {
			t.Errorf("order %d came twice", j.ID)
		} else {
			seen[j.ID] = true
		}
	}
	for _, e := range engines { // a second run of any job would end before this does
		storagetest.Check(t, e.Stop(t.Context()))
	}
	if n := len(d.Advanced) + len(d.Notified); n > 0 {
		t.Errorf("%d jobs ran more than once", n)
	}
}

func periodicOnOne(t *testing.T, open storagetest.Open) {
	runs := make(chan time.Time, 100)
	h := storagetest.NewHandlerLog().Handlers()
	h.Periodic = []storage.Periodic{{Name: "sweep", Schedule: storagetest.Each(time.Second),
		Run: func(context.Context) error { runs <- time.Now(); return nil }}}
	for _, e := range storagetest.Several(t, open, 2) {
		storagetest.Check(t, e.Start(t.Context(), h))
	}
	storagetest.Next(t, runs) // that of the start, which comes beside the first tick
	first := storagetest.Next(t, runs)
	for range 2 {
		storagetest.Next(t, runs)
	}
	if last := storagetest.Next(t, runs); last.Sub(first) < 2*time.Second {
		t.Errorf("three ticks of a second took %v", last.Sub(first))
	}
}

func budgetShared(t *testing.T, open storagetest.Open) {
	const asked, fit = 24, 5
	engines := storagetest.Several(t, open, 3)
	var all sync.WaitGroup
	var begun atomic.Int32
	for i := range asked {
		o := storagetest.Place(t, engines[0], storagetest.NewOrder(fmt.Sprint(i), storagetest.Later()))
		all.Go(func() {
			_, err := engines[i%3].Move(
				t.Context(), o, orders.Reserved(fmt.Sprint(i), o, fit*15_00, time.Now().Add(-time.Hour)),
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

func asStores(engines []storage.Engine) (all []storagetest.OrderStore) {
	for _, e := range engines {
		all = append(all, e)
	}
	return all
}
