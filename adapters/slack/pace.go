package slack

import (
	"context"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// Slack wants about one message a second in a channel, and bears a few at once.
const (
	messageEvery = time.Second
	messageBurst = 3

	deliveryEvery = 2 * messageEvery // a file, and its words
)

func newPace() *pace.Pace {
	return pace.NewPace("slack: the channel's limit is met", pace.Rate{}, func(string) []pace.Rate {
		return []pace.Rate{{Every: messageEvery, Burst: messageBurst}}
	})
}

// Turn is part of bot.Paced.
func (c *Client) Turn(chat string) time.Duration { return c.pace.Turn(chat, deliveryEvery) }

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
			return nil, httpx.Passing(context.Cause(ctx))
		}
	}
}
