package pace

import (
	"context"
	"sync"
	"time"
)

// Rate lets Burst requests through at once and then one in Every. The zero Rate is no limit.
type Rate struct {
	Every time.Duration
	Burst int
}

// Limit is a Rate with the name under which its turns are counted.
type Limit struct {
	Name string
	Rate Rate
}

// Booker counts the turns of limits.
type Booker interface {
	// Book books n turns of a limit. The first of them comes after the time that is returned, in the past too where
	// there are several at once, and the others follow every l.Rate.Every. More than most: none was booked.
	Book(ctx context.Context, l Limit, n int, most time.Duration) (first time.Duration, err error)
}

// Local is the Booker of one process. The zero Local is ready; any number may use it at once.
type Local struct {
	mu    sync.Mutex
	lines map[string]line
}

// Book implements Booker.
func (s *Local) Book(_ context.Context, l Limit, n int, most time.Duration) (first time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines == nil {
		s.lines = map[string]line{}
	}
	now := time.Now()
	x := s.lines[l.Name]
	x.Rate = l.Rate
	if first = x.away(now); first <= most {
		s.lines[l.Name] = x.take(now, n)
	}
	forget(s.lines, now)
	return first, nil
}

// line is a Rate, and when its next request would be due if there were no bursts.
type line struct {
	Rate
	next time.Time
}

// away is how far the next turn is; less than 0: there are several.
func (l line) away(now time.Time) time.Duration {
	next := l.next
	if next.Before(now) {
		next = now
	}
	return next.Add(-time.Duration(l.Burst-1) * l.Every).Sub(now)
}

// take is the line with n turns fewer.
func (l line) take(now time.Time, n int) line {
	if l.next.Before(now) {
		l.next = now
	}
	l.next = l.next.Add(time.Duration(n) * l.Every)
	return l
}

// maxLines is how many lines are remembered before those at rest are forgotten.
const maxLines = 1000

func forget(lines map[string]line, now time.Time) {
	if len(lines) <= maxLines {
		return
	}
	for name, l := range lines {
		if !l.next.After(now) {
			delete(lines, name)
		}
	}
}
