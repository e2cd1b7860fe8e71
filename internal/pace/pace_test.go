package pace

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func newTestPace(all Rate, b Booker) *Pace {
	return New(Options{Met: "full", All: Limit{"all", all}, Booker: b, Limits: func(chat string) []Limit {
		return []Limit{
			{chat + " slow", Rate{Every: 4 * time.Second, Burst: 5}}, {chat, Rate{Every: time.Second, Burst: 3}},
		}
	}})
}

// fill books all turns of a chat that are near.
func fill(p *Pace, chat string) {
	for _, l := range p.opts.Limits(chat) {
		for p.book(context.Background(), l, 1) <= Patience {
		}
	}
}

func TestPace_EachWhoWaitsHasATimeOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, every := newTestPace(Rate{}, nil), 3*time.Second
		if d := p.Turn("1", every); d != 0 {
			t.Errorf("a chat at rest has one wait %v", d)
		}
		fill(p, "1")
		var last time.Duration
		for n := range 26 {
			d := p.Turn("1", every)
			if d <= Patience || n > 0 && d-last != every {
				t.Errorf("waiter %d comes back in %v, the one before in %v", n, d, last)
			}
			last = d
		}
		if d := p.Turn("2", every); d != 0 {
			t.Errorf("another chat waits %v", d)
		}
		time.Sleep(last)
		if d := p.Turn("1", every); d != 0 {
			t.Errorf("when all have had their time, one waits %v", d)
		}
	})
}

// late is a Booker that counts at once, and answers the turn that comes at once only when it is told to.
type late struct {
	Local
	answer chan struct{}
}

func (b *late) Book(ctx context.Context, l Limit, n int, most time.Duration) (time.Duration, error) {
	first, err := b.Local.Book(ctx, l, n, most)
	if first <= 0 {
		<-b.answer
	}
	return first, err
}

func TestPace_AnAnswerThatComesLateTakesNoBookingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &late{answer: make(chan struct{})}
		p, l := newTestPace(Rate{}, b), Limit{"1", Rate{Every: time.Second, Burst: 1}}
		go p.book(t.Context(), l, 1)
		synctest.Wait()
		for p.book(t.Context(), l, 1) <= Patience {
		}
		full := p.away("1", []Limit{l}, time.Now())
		close(b.answer)
		synctest.Wait()
		if d := p.away("1", []Limit{l}, time.Now()); d != full {
			t.Errorf("the next turn is %v away, and was %v", d, full)
		}
	})
}

func TestPace_WhatIsAtRestIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{}, nil)
		for n := range 3 * maxLines {
			if err := p.Take(t.Context(), strconv.Itoa(n), 0); err != nil {
				t.Fatal(err)
			}
			p.Hold(strconv.Itoa(n), time.Second)
			time.Sleep(40 * time.Millisecond)
		}
		if most := maxLines + 250; len(p.lines) > most || len(p.own.lines) > most || len(p.chats) > most {
			t.Errorf("%d and %d lines, %d chats are remembered", len(p.lines), len(p.own.lines), len(p.chats))
		}
	})
}

func TestPace_AllChatsTogetherHaveALimitToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{Every: 10 * time.Second, Burst: 1}, nil)
		for n, want := range []time.Duration{0, 10 * time.Second} {
			var f *pipeline.Fault
			switch err := p.Take(t.Context(), strconv.Itoa(n), 0); {
			case want == 0 && err != nil:
				t.Fatal(err)
			case want > 0 && (!errors.As(err, &f) || f.Kind != pipeline.Transient || !f.RateLimited ||
				f.RetryAfter != want):
				t.Errorf("chat %d: got %v", n, err)
			}
			synctest.Wait()
		}
		if first, second := p.Turn("7", time.Second), p.Turn("8", time.Second); first != 10*time.Second ||
			second != 20*time.Second {
			t.Errorf("those that can wait come back in %v and %v", first, second)
		}
	})
}

func TestPace_AChatThatIsHeldIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{}, nil)
		p.Hold("", time.Hour)
		p.Hold("1", time.Minute)
		if f := pipeline.AsFault(p.Take(t.Context(), "1", 0)); !f.RateLimited || f.RetryAfter != time.Minute {
			t.Errorf("got %+v", f)
		}
		if err := p.Take(t.Context(), "2", 0); err != nil {
			t.Errorf("another chat: %v", err)
		}
		time.Sleep(time.Minute)
		if err := p.Take(t.Context(), "1", 0); err != nil {
			t.Errorf("after its time: %v", err)
		}
	})
}

func TestPace_MessagesThatAPersonWaitsForGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{Every: 100 * time.Millisecond, Burst: 1}, nil)
		var mu sync.Mutex
		var went []int
		send := func(chat, rank int) {
			go func() {
				if err := p.Take(t.Context(), strconv.Itoa(chat), rank); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				went = append(went, rank)
			}()
			synctest.Wait()
		}
		for chat := range 12 {
			send(chat, 2-chat%3)
		}
		time.Sleep(150 * time.Millisecond) // in the middle of what was booked
		send(100, 0)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if want := []int{2, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2}; !slices.Equal(went, want) {
			t.Errorf("they went in the order of %v, want %v", went, want)
		}
	})
}

func TestPace_ProcessesShareWhatOneBookerCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const processes, every = 3, 40 * time.Millisecond
		var b Local
		var mu sync.Mutex
		var at []time.Time
		sent := make([]int, processes)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for i := range processes {
			p := newTestPace(Rate{Every: every, Burst: 1}, &b)
			for n := range 12 * (1 + i*2) { // the last has five times as much to say as the first
				go func() {
					for chat := n; ctx.Err() == nil; chat += 100 {
						if err := p.Take(ctx, strconv.Itoa(i)+" "+strconv.Itoa(chat), 0); err != nil {
							Sleep(ctx, pipeline.AsFault(err).RetryAfter)
							continue
						}
						mu.Lock()
						at = append(at, time.Now())
						sent[i]++
						mu.Unlock()
					}
				}()
			}
		}
		<-ctx.Done()
		time.Sleep(Patience)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		slices.SortFunc(at, time.Time.Compare)
		for i := 25; i < len(at); i++ {
			if at[i].Sub(at[i-25]) < time.Second {
				t.Fatalf("more than 25 in a second, at %v", at[i])
			}
		}
		if len(at) < 490 || slices.Min(sent) < len(at)/5 {
			t.Errorf("%v were sent in 20 s, of 500", sent)
		}
	})
}

type broken struct{ error }

func (b broken) Book(context.Context, Limit, int, time.Duration) (time.Duration, error) {
	return 0, b.error
}

func TestPace_CountsAloneWhenTurnsCannotBeBooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("database is gone")
		p, told := newTestPace(Rate{}, broken{gone}), error(nil)
		p.opts.Trouble = func(err error) { told = err }
		for range 3 {
			if err := p.Take(t.Context(), "1", 0); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		if err := p.Take(t.Context(), "1", 0); err != nil || time.Since(began) != time.Second ||
			!errors.Is(told, gone) {
			t.Errorf("the fourth: %v after %v; operators were told %v", err, time.Since(began), told)
		}
	})
}

func TestPace_AWaitEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{Every: time.Second, Burst: 1}, nil)
		if err := p.Take(t.Context(), "1", 0); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if f := pipeline.AsFault(p.Take(ctx, "2", 0)); f.Kind != pipeline.Transient || f.RateLimited ||
			!errors.Is(f, context.DeadlineExceeded) {
			t.Errorf("got %v", f)
		}
		p.all.mu.Lock()
		if p.all.away(2, time.Now()) > time.Second {
			t.Error("it is still waited for")
		}
		p.all.mu.Unlock()
		time.Sleep(time.Minute)
	})
}
