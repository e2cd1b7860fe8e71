package pace

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	ranks = 3
	// batch is how many turns are booked at once: few, so that a process which ends takes little along, and that others
	// come in between.
	batch = 8
)

// gate gives the turns of one limit to those that wait here, at first to those of rank 0. It has a goroutine while
// there are such.
type gate struct {
	every time.Duration
	book  func(n int) (first time.Duration) // more than Patience: none was booked

	mu      sync.Mutex
	waiting [ranks][]chan struct{}
	running bool
	next    time.Time // when the next turn comes, as far as is known
	told    time.Time // when the last of those comes back that were told to wait
}

// enter waits for a turn, and reports whether it has come. Else it is too far away to be waited for: by away, which is
// more than 0, or ctx has ended.
func (g *gate) enter(ctx context.Context, rank int) (away time.Duration, came bool) {
	g.mu.Lock()
	if away = g.away(rank, time.Now()); away > Patience {
		g.mu.Unlock()
		return away, false
	}
	turn := make(chan struct{})
	g.waiting[rank] = append(g.waiting[rank], turn)
	if !g.running {
		g.running = true
		go g.run()
	}
	g.mu.Unlock()
	late := time.NewTimer(2 * Patience) // others with a lower rank may come in between
	defer late.Stop()
	select {
	case <-turn:
		return 0, true
	case <-late.C:
		return Patience, !g.leave(turn, rank)
	case <-ctx.Done():
		return 0, !g.leave(turn, rank)
	}
}

// away is how far away the next turn of a rank is, or a little less: other processes may come in between.
func (g *gate) away(rank int, now time.Time) time.Duration {
	n := 0
	for _, w := range g.waiting[:rank+1] {
		n += len(w)
	}
	return max(0, g.next.Sub(now)) + time.Duration(n)*g.every
}

// leave gives up waiting, and reports whether no turn has come meanwhile.
func (g *gate) leave(turn chan struct{}, rank int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting[rank], turn)
	if i >= 0 {
		g.waiting[rank] = slices.Delete(g.waiting[rank], i, i+1)
	}
	return i >= 0
}

func (g *gate) run() {
	for {
		n := g.count()
		if n == 0 {
			return
		}
		first := g.book(n)
		if first > Patience {
			time.Sleep(first - Patience)
			continue
		}
		at := time.Now().Add(first)
		for range n {
			g.expect(at)
			time.Sleep(time.Until(at))
			g.release()
			at = at.Add(g.every)
		}
		g.expect(at)
	}
}

// count is how many turns to book; 0 ends the goroutine.
func (g *gate) count() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range g.waiting {
		n += len(w)
	}
	g.running = n > 0
	return min(n, batch)
}

func (g *gate) expect(at time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next = at
}

func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for rank, w := range g.waiting {
		if len(w) > 0 {
			g.waiting[rank] = w[1:]
			close(w[0])
			return
		}
	}
}

// tell is when to come back for who need not wait here, each at a time of its own; 0: at once.
func (g *gate) tell(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := g.away(0, now)
	if d <= Patience {
		return 0
	}
	at := now.Add(d)
	if next := g.told.Add(g.every); next.After(at) {
		at = next
	}
	g.told = at
	return at.Sub(now)
}
