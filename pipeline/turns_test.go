package pipeline_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// photo places an order of a shop.
func (w *world) photo(shop int64, n int) pipeline.Order {
	w.Helper()
	o := newOrder()
	o.Source, o.Shop = fmt.Sprint("telegram/", shop, "/", n), shop
	o, _, err := w.pipe.Place(w.Context(), o)
	if err != nil {
		w.Fatal(err)
	}
	return o
}

// underWay are the provider's calls that it may be working on.
func (w *world) underWay(orders ...pipeline.Order) (n int) {
	w.Helper()
	for _, o := range orders {
		calls, err := w.store.Calls(w.Context(), o.ID)
		if err != nil {
			w.Fatal(err)
		}
		for _, c := range calls {
			if c.Provider == "runway" && (c.State == pipeline.CallBegun || c.State == pipeline.CallKnown) {
				n++
			}
		}
	}
	return n
}

func TestTurns_OnePhotoDoesNotWaitBehindAThousand(t *testing.T) {
	const many, atOnce = 30, 3
	inWorld(t, func(t *testing.T, w *world) {
		w.clips.atOnce = atOnce
		w.build()
		defer w.queue()()
		var all []pipeline.Order
		for i := range many {
			all = append(all, w.photo(1, i))
		}
		synctest.Wait()
		single := w.photo(2, 0)
		all = append(all, single)
		most, before := 0, 0
		for w.order(single.ID).ClipKey == "" {
			w.sleep(time.Second)
			most = max(most, w.underWay(all...))
		}
		for _, o := range all[:many] {
			if w.order(o.ID).ClipKey != "" {
				before++
			}
		}
		if before > 3*atOnce {
			t.Errorf("%d of %d clips of the other shop were made before its one", before, many)
		}
		for range 600 {
			w.sleep(time.Second)
			most = max(most, w.underWay(all...))
		}
		if most != atOnce || w.clips.starts != many+1 || len(w.chat.delivered) != many+1 {
			t.Errorf("%d clips at once, %d in all, %d shorts delivered", most, w.clips.starts, len(w.chat.delivered))
		}
		if o := w.order(1); o.Reason != "" {
			t.Errorf("order 1 still has the reason %q", o.Reason)
		}
	})
}

func TestTurns_AProviderThatLetsWorkWaitGetsLess(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		const atOnce, tier = 6, 2
		var mu sync.Mutex // of both
		running := map[string]bool{}
		began := map[string]time.Time{}
		w.clips.check = func(remote string) (pipeline.Progress, error) {
			mu.Lock()
			defer mu.Unlock()
			if _, known := began[remote]; !known && len(running) < tier {
				running[remote], began[remote] = true, time.Now()
			}
			switch at, known := began[remote]; {
			case !known:
				return pipeline.Progress{State: pipeline.Pending, Throttled: true}, nil
			case time.Since(at) < 20*time.Second:
				return pipeline.Progress{State: pipeline.Running}, nil
			}
			delete(running, remote)
			return pipeline.Progress{State: pipeline.Succeeded, URL: "https://results.example/clip", Cost: -1}, nil
		}
		w.clips.atOnce = atOnce
		w.build()
		defer w.queue()()
		var all []pipeline.Order
		for i := range 20 {
			all = append(all, w.photo(int64(i), i))
		}
		w.sleep(time.Minute)
		most := 0
		for range 60 {
			w.sleep(time.Second)
			most = max(most, w.underWay(all...))
		}
		if most > tier+1 {
			t.Errorf("%d clips are begun at once where the provider runs %d", most, tier)
		}
		w.sleep(time.Hour)
		if len(w.chat.delivered) != len(all) {
			t.Errorf("%d of %d delivered", len(w.chat.delivered), len(all))
		}
	})
}

func TestTurns_RendersStartByAgeUnderTheirRate(t *testing.T) {
	const orders, starts, window = 12, 3, 10 * time.Second
	inWorld(t, func(t *testing.T, w *world) {
		w.cuts.rate, w.opts.Random = pipeline.Rate{N: 2 * starts, Per: window}, nil // clips come one after the other
		var mu sync.Mutex
		var at []time.Time
		w.cuts.start = func(n int) (pipeline.Started, error) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
			return pipeline.Started{Remote: fmt.Sprint("cut-", n)}, nil
		}
		w.build()
		defer w.queue()()
		for i := range orders {
			o := newOrder()
			o.Source, o.Cut.Words.Won = fmt.Sprint("telegram/1/", i), 1000+i
			if _, _, err := w.pipe.Place(w.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		w.sleep(10*time.Second + orders/starts*(window+window/20)) // their clips come first
		var ages []int
		w.cuts.mu.Lock()
		for _, c := range w.cuts.cuts {
			ages = append(ages, c.Words.Won-1000)
		}
		w.cuts.mu.Unlock()
		for some := range slices.Chunk(ages, starts) { // they begin at once
			slices.Sort(some)
		}
		if len(ages) != orders || !slices.IsSorted(ages[starts:]) {
			t.Errorf("renders began in the order of %v", ages)
		}
		for i := starts; i < len(at); i++ {
			if d := at[i].Sub(at[i-starts]); d < window || d > window+time.Second {
				t.Errorf("start %d is %v after the one %d before", i, d, starts)
			}
		}
		w.sleep(2 * time.Minute)
		if len(w.chat.delivered) != orders {
			t.Errorf("%d were delivered", len(w.chat.delivered))
		}
	})
}

func TestTurns_AProviderThatTakesNothingIsAskedOneByOneUntilItDoes(t *testing.T) {
	const orders, atOnce, capped = 10, 3, 10 * time.Minute
	inWorld(t, func(t *testing.T, w *world) {
		w.clips.atOnce = atOnce
		began := time.Now()
		w.clips.start = func(n int) (pipeline.Started, error) {
			if time.Since(began) < capped {
				full := errors.New("429")
				return pipeline.Started{}, &pipeline.Fault{
					Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: time.Minute,
					Err: full,
				}
			}
			return pipeline.Started{Remote: fmt.Sprint("clip-", n)}, nil
		}
		w.build()
		defer w.queue()()
		for i := range orders {
			w.photo(int64(i), i)
		}
		w.sleep(capped - time.Second)
		if line := "service=runway next=" + began.Add(time.Minute).UTC().Format(time.RFC3339); !strings.Contains(
			w.log.String(), line,
		) {
			t.Errorf("the log doesn't say %q:\n%s", line, w.log.String())
		}
		w.clips.mu.Lock()
		asked := w.clips.starts
		w.clips.mu.Unlock()
		if most := orders + 10; asked > most || asked < 10 {
			t.Errorf("it was asked %d times in ten minutes", asked)
		}
		w.sleep(5 * time.Minute)
		if len(w.chat.delivered) != orders {
			t.Errorf("%d of %d delivered", len(w.chat.delivered), orders)
		}
	})
}

// TestTurns_AProviderThatTakesNothingIsAskedAgainThoughThatIsNotNoted has a store that doesn't note it.
func TestTurns_AProviderThatTakesNothingIsAskedAgainThoughThatIsNotNoted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.clips.atOnce = 3
		w.clips.start = func(n int) (pipeline.Started, error) {
			if n == 1 {
				return pipeline.Started{}, &pipeline.Fault{
					Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: time.Minute,
					Err: errors.New("429"),
				}
			}
			return pipeline.Started{Remote: fmt.Sprint("clip-", n)}, nil
		}
		w.store.Before = func(op string) error {
			if op == "Throttled" {
				return errors.New("connection reset")
			}
			return nil
		}
		w.build()
		defer w.queue()()
		id := w.photo(1, 1).ID
		w.sleep(5 * time.Minute)
		if o := w.order(id); o.Status != pipeline.Delivered || w.clips.starts != 2 ||
			!strings.Contains(w.log.String(), "not noted that the provider takes no clips") {
			t.Errorf("%s after %d starts\n%s", stands(o), w.clips.starts, w.log.String())
		}
	})
}
