// Package pace keeps to how often an outside system may be asked: at most so many requests in any window, for all and
// for each chat, with turns that are booked in advance, and those first for which a person waits.
package pace

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Patience is how long Pace.Take waits for a chat, and for all, at most. What has to wait for longer goes back to its
// queue.
const Patience = 2 * time.Second

// Options are what a Pace is made of.
type Options struct {
	Met string // what Take's error says
	// of all chats together; its turns go to the lowest rank first, and come one by one
	All    Limit
	Limits func(chat string) []Limit // of one chat
	Booker Booker                    // counts the turns; nil: this process has the limits for itself
	// Trouble is told why turns can't be booked; this process counts alone then. May be nil.
	Trouble func(err error)
}

// Pace keeps below the limits of a platform, and away from a chat that is over one. It may be used by many at once.
type Pace struct {
	opts Options
	met  error
	own  Local
	all  *gate // nil: no limit

	mu    sync.Mutex
	lines map[string]line // the limits as this process knows them: others may have booked more
	chats map[string]*rest
}

// rest is until when a chat is left alone, and when the last of those comes back that were told to wait.
type rest struct{ held, told time.Time }

// New makes a Pace.
func New(o Options) *Pace {
	p := &Pace{opts: o, met: errors.New(o.Met), lines: map[string]line{}, chats: map[string]*rest{}}
	if o.All.Rate.Every > 0 {
		p.all = &gate{every: o.All.Rate.Every, book: func(n int) time.Duration {
			ctx, cancel := context.WithTimeout(context.Background(), bookLimit)
			defer cancel()
			return p.book(ctx, o.All, n)
		}}
	}
	return p
}

// bookLimit is how long turns may take to be booked.
const bookLimit = 5 * time.Second

// Take waits for a turn in a chat, under its own limits, those for all and the given ones. rank says who goes first
// under the limit of all, from 0 to 2. Its error is a Fault: the turn is further away than Patience, or ctx has ended.
func (p *Pace) Take(ctx context.Context, chat string, rank int, more ...Limit) error {
	limits := append(p.opts.Limits(chat), more...)
	wait := p.away(chat, limits, time.Now())
	if wait > Patience {
		return p.later(wait)
	}
	for _, l := range limits {
		first := p.book(ctx, l, 1)
		if first > Patience {
			return p.later(first)
		}
		wait = max(wait, first)
	}
	if !Sleep(ctx, wait) {
		return over(ctx)
	}
	if p.all == nil {
		return nil
	}
	away, came := p.all.enter(ctx, rank)
	switch {
	case came:
		return nil
	case away > 0:
		return p.later(away)
	}
	return over(ctx)
}

func (p *Pace) later(after time.Duration) error {
	return &pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: after, Err: p.met,
	}
}

func over(ctx context.Context) error {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: context.Cause(ctx)}
}

// book books turns of a limit, unless they are further away than Patience.
func (p *Pace) book(ctx context.Context, l Limit, n int) (first time.Duration) {
	first, err := time.Duration(0), error(nil)
	if p.opts.Booker != nil {
		first, err = p.opts.Booker.Book(ctx, l, n, Patience)
	}
	if err != nil && p.opts.Trouble != nil && ctx.Err() == nil {
		p.opts.Trouble(err)
	}
	if p.opts.Booker == nil || err != nil {
		first, _ = p.own.Book(ctx, l, n, Patience) // it never fails
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	next := now.Add(first + time.Duration(l.Rate.Burst-1)*l.Rate.Every)
	if first <= Patience {
		next = next.Add(time.Duration(n) * l.Rate.Every)
	}
	// One that was booked later may have come here earlier.
	if before := p.lines[l.Name].next; before.After(next) {
		next = before
	}
	p.lines[l.Name] = line{Rate: l.Rate, next: next}
	forget(p.lines, now)
	return first
}

// away is how far a chat's next turn is, as far as this process knows.
func (p *Pace) away(chat string, limits []Limit, now time.Time) (d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.chats[chat]; r != nil {
		d = max(0, r.held.Sub(now))
	}
	for _, l := range limits {
		if x, known := p.lines[l.Name]; known {
			d = max(d, x.away(now))
		}
	}
	return d
}

// Turn tells those who can wait for a chat when to come back, each at a time of its own, which is every after the one
// before; 0: at once. It takes no turn.
func (p *Pace) Turn(chat string, every time.Duration) time.Duration {
	now := time.Now()
	if d := p.away(chat, p.opts.Limits(chat), now); d > Patience {
		p.mu.Lock()
		defer p.mu.Unlock()
		r, at := p.rest(chat, now), now.Add(d)
		if next := r.told.Add(every); next.After(at) {
			at = next
		}
		r.told = at
		return at.Sub(now)
	}
	if p.all == nil {
		return 0
	}
	return p.all.tell(now)
}

// Hold keeps this process away from a chat for a while. An empty chat is none.
func (p *Pace) Hold(chat string, d time.Duration) {
	if chat == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.rest(chat, now).held = now.Add(d)
}

func (p *Pace) rest(chat string, now time.Time) *rest {
	if r := p.chats[chat]; r != nil {
		return r
	}
	if len(p.chats) >= maxLines {
		for id, r := range p.chats {
			if r.held.Before(now) && r.told.Before(now) {
				delete(p.chats, id)
			}
		}
	}
	r := &rest{}
	p.chats[chat] = r
	return r
}
