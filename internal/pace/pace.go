// Package pace keeps to how often an outside system may be asked: at most so many requests in any window, for all and for
// each chat, with turns that are reserved in advance.
package pace

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Patience is how long Pace.Take waits at most. What has to wait for longer goes back to its queue.
const Patience = 2 * time.Second

// maxChats is how many chats a Pace remembers before those at rest are forgotten.
const maxChats = 1000

// Rate lets Burst requests through at once and then one in Every. The zero Rate is no limit.
type Rate struct {
	Every time.Duration
	Burst int
}

// Pace keeps this process below the limits of a platform, and away from a chat that is over one. It may be used by
// many at once.
type Pace struct {
	met   error
	rates func(chat string) []Rate

	mu    sync.Mutex
	all   line
	chats map[string]*turns
}

// NewPace makes a Pace. rates are the limits of one chat, all that of all of them together. met is what Take's error
// says.
func NewPace(met string, all Rate, rates func(chat string) []Rate) *Pace {
	return &Pace{met: errors.New(met), rates: rates, all: line{Rate: all}, chats: map[string]*turns{}}
}

// line is a Rate, and when its next request would be due if there were no bursts.
type line struct {
	Rate
	next time.Time
}

// away is how far the next turn is; less than 0: there are several.
func (l line) away(now time.Time) time.Duration {
	if l.Every == 0 {
		return 0
	}
	return l.next.Add(-time.Duration(l.Burst-1) * l.Every).Sub(now)
}

func (l *line) take(at time.Time) {
	if l.next.Before(at) {
		l.next = at
	}
	l.next = l.next.Add(l.Every)
}

// turns are a chat's limits, until when it is left alone, and when the last of those comes back that were told to wait.
type turns struct {
	lines      []line
	held, told time.Time
}

// rest reports whether a chat may be forgotten.
func (t *turns) rest(now time.Time) bool {
	for _, l := range t.lines {
		if !l.next.Before(now) {
			return false
		}
	}
	return t.held.Before(now) && t.told.Before(now)
}

// Take waits for a turn in a chat. Its error is a Fault: the turn is further away than Patience, or ctx has ended.
func (p *Pace) Take(ctx context.Context, chat string) error {
	d := p.reserve(chat, time.Now())
	switch {
	case d <= 0:
		return nil
	case d > Patience:
		return &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: d, Err: p.met,
		}
	}
	if !Sleep(ctx, d) {
		return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: context.Cause(ctx)}
	}
	return nil
}

// reserve takes a turn and returns how far away it is; one that is too far away is left to others.
func (p *Pace) reserve(chat string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.turns(chat, now)
	d := p.away(t, now)
	if d > Patience {
		return d
	}
	at := now.Add(d)
	p.all.take(at)
	for i := range t.lines {
		t.lines[i].take(at)
	}
	return d
}

// away is how far a chat's next turn is.
func (p *Pace) away(t *turns, now time.Time) time.Duration {
	d := max(0, t.held.Sub(now), p.all.away(now))
	for _, l := range t.lines {
		d = max(d, l.away(now))
	}
	return d
}

// Turn tells those who can wait for a chat when to come back, each at a time of its own, which is every after the one
// before; 0: at once. It takes no turn.
func (p *Pace) Turn(chat string, every time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	t := p.turns(chat, now)
	d := p.away(t, now)
	if d <= Patience {
		return 0
	}
	at := now.Add(d)
	if next := t.told.Add(every); next.After(at) {
		at = next
	}
	t.told = at
	return at.Sub(now)
}

// Hold keeps away from a chat for a while. An empty chat is none.
func (p *Pace) Hold(chat string, d time.Duration) {
	if chat == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.turns(chat, now).held = now.Add(d)
}

func (p *Pace) turns(chat string, now time.Time) *turns {
	if t := p.chats[chat]; t != nil {
		return t
	}
	if len(p.chats) >= maxChats {
		for id, t := range p.chats {
			if t.rest(now) {
				delete(p.chats, id)
			}
		}
	}
	t := &turns{}
	for _, r := range p.rates(chat) {
		t.lines = append(t.lines, line{Rate: r})
	}
	p.chats[chat] = t
	return t
}
