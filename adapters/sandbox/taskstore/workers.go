package taskstore

import "sync"

// workers renders a few tasks at once, first come first served.
type workers struct {
	mu     sync.Mutex
	free   int
	ready  []*turn
	closed bool
}

// lane is one provider's way to the workers. It lets so many tasks in at once; the rest is held.
type lane struct {
	workers *workers
	free    int
	held    []*turn
}

// turn is one task's place. The functions are called under the workers's lock, each at most once.
type turn struct {
	lane     *lane
	admitted func()
	start    func()
}

// join puts t in line. After close nothing starts any more, and join says so.
func (l *lane) join(t *turn) bool {
	l.workers.mu.Lock()
	defer l.workers.mu.Unlock()
	if l.workers.closed {
		return false
	}
	t.lane = l
	l.held = append(l.held, t)
	l.admit()
	return true
}

// leave gives back the place of a turn that was started.
func (l *lane) leave() {
	l.workers.mu.Lock()
	defer l.workers.mu.Unlock()
	l.free++
	l.workers.free++
	l.admit()
}

func (l *lane) admit() {
	for l.free > 0 && len(l.held) > 0 {
		t := l.held[0]
		l.held = l.held[1:]
		l.free--
		t.admitted()
		l.workers.ready = append(l.workers.ready, t)
	}
	for c := l.workers; !c.closed && c.free > 0 && len(c.ready) > 0; {
		t := c.ready[0]
		c.ready = c.ready[1:]
		c.free--
		t.start()
	}
}

// open runs f unless the workers has closed: what f starts is then waited for.
func (c *workers) open(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		f()
	}
	return !c.closed
}

func (c *workers) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}
