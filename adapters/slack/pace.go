package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Slack wants about one message a second in a channel, and bears a few at once.
const (
	messageEvery = time.Second
	messageBurst = 3

	deliveryEvery = 2 * messageEvery // a file, and its words
)

// patience is how long a message waits here for its turn. Beyond that it goes back to its queue.
const patience = 2 * time.Second

// mostChats is how many chats are remembered before those at rest are forgotten.
const mostChats = 1000

// pace keeps this process below Slack's limits, and away from a channel that is over one.
type pace struct {
	mu    sync.Mutex
	chats map[string]*turns
}

// turns are when a chat's next message would be due if there were no bursts, until when it is left alone, and when
// the last of those comes back that were told to wait.
type turns struct{ next, held, told time.Time }

func newPace() *pace { return &pace{chats: map[string]*turns{}} }

// take waits for a turn in a chat. Its error is a Fault: the turn is too far away, or ctx has ended.
func (p *pace) take(ctx context.Context, chat string) error {
	d := p.reserve(chat, time.Now())
	switch {
	case d <= 0:
		return nil
	case d > patience:
		return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Busy: true, After: d,
			Err: errors.New("slack: the channel's limit is met")}
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return passing(context.Cause(ctx))
	}
}

// reserve takes a turn and returns how far away it is; one that is too far away is left to others.
func (p *pace) reserve(chat string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.turns(chat, now)
	d := t.away(now)
	if d > patience {
		return d
	}
	at := now.Add(d)
	if t.next.Before(at) {
		t.next = at
	}
	t.next = t.next.Add(messageEvery)
	return d
}

// away is how far a chat's next turn is.
func (t *turns) away(now time.Time) time.Duration {
	return max(0, t.held.Sub(now), t.next.Add(-(messageBurst-1)*messageEvery).Sub(now))
}

// wait tells deliveries that can wait for a chat's turn when to come back, each at a time of its own; 0: at once.
func (p *pace) wait(chat string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.turns(chat, now)
	d := t.away(now)
	if d <= patience {
		return 0
	}
	at := now.Add(d)
	if next := t.told.Add(deliveryEvery); next.After(at) {
		at = next
	}
	t.told = at
	return at.Sub(now)
}

// Turn is part of bot.Paced.
func (c *Client) Turn(chat string) time.Duration { return c.pace.wait(chat, time.Now()) }

// hold keeps away from a chat for a while.
func (p *pace) hold(chat string, d time.Duration) {
	if chat == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.turns(chat, now).held = now.Add(d)
}

func (p *pace) turns(chat string, now time.Time) *turns {
	if t := p.chats[chat]; t != nil {
		return t
	}
	if len(p.chats) >= mostChats {
		for id, t := range p.chats {
			if t.next.Before(now) && t.held.Before(now) && t.told.Before(now) {
				delete(p.chats, id)
			}
		}
	}
	t := &turns{}
	p.chats[chat] = t
	return t
}

// Pace is part of bot.Messenger.
func (c *Client) Pace(string) time.Duration { return 5 * time.Second }

// lanes let one upload at a time into each channel.
type lanes struct {
	mu   sync.Mutex
	busy map[string]chan struct{} // closed when the lane is free
}

func newLanes() *lanes { return &lanes{busy: map[string]chan struct{}{}} }

// enter waits for a channel's lane until ctx ends.
func (l *lanes) enter(ctx context.Context, chat string) (leave func(), err error) {
	for {
		l.mu.Lock()
		busy, free := l.busy[chat], make(chan struct{})
		if busy == nil {
			l.busy[chat] = free
		}
		l.mu.Unlock()
		if busy == nil {
			return func() {
				l.mu.Lock()
				delete(l.busy, chat)
				l.mu.Unlock()
				close(free)
			}, nil
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, passing(context.Cause(ctx))
		}
	}
}
