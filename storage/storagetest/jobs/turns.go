package jobs

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TurnPromises are about limits that several processes share.
var TurnPromises = storagetest.Promises{
	"NoTurnIsBookedTwice": func(t *testing.T, open storagetest.Open) {
		TurnsComeApart(t, storagetest.Ready(t, open))
	},
	"ATurnTooFarAwayIsNotBooked":       turnTooFar,
	"SomeTurnsComeAtOnce":              turnsAtOnce,
	"OfManyThatWaitFewAreReadToChoose": turnsReadFew,
}

// AsBookers are engines as those who book turns see them.
func AsBookers(engines []storage.Engine) (all []pace.Booker) {
	for _, e := range engines {
		all = append(all, e)
	}
	return all
}

// TurnsComeApart lets many book at once, spread over all engines.
func TurnsComeApart(t *testing.T, engines ...pace.Booker) {
	const every, n = time.Minute, 3
	var mu sync.Mutex
	var at []time.Time
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			first, err := engines[i%len(engines)].Book(
				t.Context(), pace.Limit{Name: "a", Rate: pace.Rate{Every: every, Burst: 1}}, n, time.Hour,
			)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for turn := range n {
				at = append(at, time.Now().Add(first+time.Duration(turn)*every))
			}
		})
	}
	wg.Wait()
	slices.SortFunc(at, time.Time.Compare)
	for i := 1; i < len(at); i++ { // the answers took a while to come, each a different one
		if d := at[i].Sub(at[i-1]); d < every-20*time.Second || d > every+20*time.Second {
			t.Errorf("turn %d comes %v after the one before", i, d)
		}
	}
}

func book(t *testing.T, e pace.Booker, l pace.Limit, n int, most time.Duration) time.Duration {
	t.Helper()
	first, err := e.Book(t.Context(), l, n, most)
	storagetest.Check(t, err)
	return first
}

func turnTooFar(t *testing.T, open storagetest.Open) {
	e, l := storagetest.Ready(t, open), pace.Limit{Name: "a", Rate: pace.Rate{Every: time.Hour, Burst: 1}}
	if first := book(t, e, l, 1, 0); first > 0 {
		t.Errorf("the first turn of all comes in %v", first)
	}
	for range 3 {
		if first := book(t, e, l, 1, time.Minute); first < 59*time.Minute || first > time.Hour {
			t.Errorf("the next turn comes in %v", first)
		}
	}
	if first := book(t, e, pace.Limit{Name: "b", Rate: l.Rate}, 1, 0); first > 0 {
		t.Errorf("another limit's first turn comes in %v", first)
	}
}

func turnsAtOnce(t *testing.T, open storagetest.Open) {
	e, l := storagetest.Ready(t, open), pace.Limit{Name: "a", Rate: pace.Rate{Every: time.Hour, Burst: 3}}
	for range 3 {
		if first := book(t, e, l, 1, 0); first > 0 {
			t.Errorf("a turn of three at once comes in %v", first)
		}
	}
	if first := book(t, e, l, 1, 0); first < 59*time.Minute || first > time.Hour {
		t.Errorf("the fourth turn comes in %v", first)
	}
}

// CountsTogether has a second engine start while the first, which may count for itself until then, works.
func CountsTogether(t *testing.T, open storagetest.Open) {
	engines := storagetest.Several(t, open, 2)
	d := storagetest.NewHandlerLog()
	storagetest.Start(t, engines[0], d)
	l := pace.Limit{Name: "alone", Rate: pace.Rate{Every: time.Hour, Burst: 1}}
	book(t, engines[0], l, 1, 0)
	eventually(t, func() bool { // it has looked who else lives
		l.Name += "."
		return book(t, engines[0], l, 1, 0) <= 0 && book(t, engines[1], l, 1, 0) <= 0
	})
	storagetest.Start(t, engines[1], d)
	eventually(t, func() bool {
		l.Name += "."
		return book(t, engines[0], l, 1, 0) <= 0 && book(t, engines[1], l, 1, 0) > 0
	})
}

// eventually waits for ok for as long as a busy machine may need.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for late := time.After(2 * time.Minute); !ok(); {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-late:
			t.Fatal("it never comes to that")
		}
	}
}
