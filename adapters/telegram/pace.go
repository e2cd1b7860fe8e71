package telegram

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// rate lets burst requests through at once and then one in every.
type rate struct {
	every time.Duration
	burst int
}

// Telegram wants about one message a second in a chat, 20 a minute in a group and 30 a second in all.
// No window of that length ever holds more.
var (
	chatRate  = rate{time.Second, 3}
	groupRate = rate{4 * time.Second, 5}
	allRate   = rate{40 * time.Millisecond, 5}
)

// patience is how long a message waits here for its turn. Beyond that it goes back to its queue.
const patience = 2 * time.Second

// mostChats is how many chats are remembered before those at rest are forgotten.
const mostChats = 1000

// pace keeps this process below Telegram's limits, and away from a chat that is over one.
type pace struct {
	mu    sync.Mutex
	all   time.Time
	chats map[string]*turns
}

// turns are when a chat's next requests would be due if there were no bursts.
type turns struct {
	chat, group time.Time
	held        time.Time
	told        time.Time // when the last of those comes back that were told to wait
}

func newPace() *pace { return &pace{chats: map[string]*turns{}} }

// wait is until when a rate whose next regular turn is at next has none to give.
func (r rate) wait(next, now time.Time) time.Duration {
	return next.Add(-time.Duration(r.burst-1) * r.every).Sub(now)
}

// after is the next regular turn when one is taken at t.
func (r rate) after(next, t time.Time) time.Time {
	if next.Before(t) {
		next = t
	}
	return next.Add(r.every)
}

// take waits for a turn in a chat. Its error is a Fault: the turn is too far away, or ctx has ended.
func (p *pace) take(ctx context.Context, chat string) error {
	d := p.reserve(chat, time.Now())
	switch {
	case d <= 0:
		return nil
	case d > patience:
		return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Busy: true, After: d, Err: errors.New("telegram: the chat's limit is met")}
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: context.Cause(ctx)}
	}
}

// reserve takes a turn and returns how far away it is; one that is too far away is left to others.
func (p *pace) reserve(chat string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.turns(chat, now)
	group := strings.HasPrefix(chat, "-")
	d := p.away(t, group, now)
	if d > patience {
		return d
	}
	at := now.Add(d)
	p.all, t.chat = allRate.after(p.all, at), chatRate.after(t.chat, at)
	if group {
		t.group = groupRate.after(t.group, at)
	}
	return d
}

// away is how far a chat's next turn is.
func (p *pace) away(t *turns, group bool, now time.Time) time.Duration {
	d := max(0, t.held.Sub(now), allRate.wait(p.all, now), chatRate.wait(t.chat, now))
	if group {
		d = max(d, groupRate.wait(t.group, now))
	}
	return d
}

// wait tells those who can wait for a chat's turn when to come back, each at a time of its own; 0: at once.
func (p *pace) wait(chat string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, every := p.turns(chat, now), chatRate.every
	group := strings.HasPrefix(chat, "-")
	if group {
		every = groupRate.every
	}
	d := p.away(t, group, now)
	if d <= patience {
		return 0
	}
	at := now.Add(d)
	if next := t.told.Add(every); next.After(at) {
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
			if t.chat.Before(now) && t.group.Before(now) && t.held.Before(now) && t.told.Before(now) {
				delete(p.chats, id)
			}
		}
	}
	t := &turns{}
	p.chats[chat] = t
	return t
}

// Pace is part of bot.Messenger. A group's 20 messages a minute are shared by all of its orders.
func (c *Client) Pace(chat string) time.Duration {
	if strings.HasPrefix(chat, "-") {
		return 0
	}
	return 4 * time.Second
}
