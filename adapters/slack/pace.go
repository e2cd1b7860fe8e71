package slack

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// Slack wants about one message a second in a channel, and bears a few at once. A method takes so much a minute from
// all of a workspace, by its tier ("Rate limits"): 50 of tier 3, 100 of tier 4. No minute ever holds more.
const (
	messageEvery = time.Second
	messageBurst = 3

	deliveryEvery = 2 * messageEvery // a file, and its words
)

var (
	tier3 = pace.Rate{Every: time.Minute / 45, Burst: 5}
	tier4 = pace.Rate{Every: time.Minute / 90, Burst: 10}
)

// tier is the limit of a method in a workspace.
func tier(team, method string, r pace.Rate) pace.Limit {
	return pace.Limit{Name: "slack " + team + " " + method, Rate: r}
}

func newPace(b pace.Booker, log *slog.Logger) *pace.Pace {
	return pace.New(pace.Options{
		Met: "slack: the limit is met", Booker: b,
		Limits: func(chat string) []pace.Limit {
			if chat == "" {
				return nil
			}
			return []pace.Limit{{Name: "slack " + chat, Rate: pace.Rate{Every: messageEvery, Burst: messageBurst}}}
		},
		Trouble: func(err error) {
			log.Warn("this process counts its messages alone", "platform", Platform, "err", err)
		},
	})
}

// Turn is part of bot.Paced.
func (s sender) Turn(chat string) time.Duration { return s.pace.Turn(chat, deliveryEvery) }

// Pace is part of bot.Messenger.
func (s sender) Pace(string) time.Duration { return 5 * time.Second }

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
