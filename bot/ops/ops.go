// Package ops is what the service does by itself: it tells those who run it what needs them, reports, reconciles with
// providers, and forgets shops that wanted it.
package ops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Usage asks a provider what was spent from one midnight of UTC to another, by model. A nil answer: it doesn't say.
type Usage func(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error)

// Store is what an Ops reads and writes, beside what it reports: what each of its parts does.
type Store interface {
	announcements
	observations
	months
	remains
	Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error)
	Refused(ctx context.Context, platform, chat string, since time.Time) (int, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
	MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error)
}

// Options are what an Ops is built from.
type Options struct {
	Store     Store
	Reporting bot.Reporting
	Wake      func(order int64)     // drives an order on, soon; nothing depends on it
	OpsChat   string                // platform:chat; empty: what happens is only logged
	Zone      *time.Location        // in which days and months begin
	Limit     int                   // shorts a shop may make in a month; 0: no limit
	Health    func() []bot.Provider // how the providers are; may be nil
	Usage     map[string]Usage      // by provider; one that isn't among them doesn't say
	Guide     present.Guide
	Log       *slog.Logger
}

// Ops tells those who run the service what needs them, in the ops chat: each thing once, and its end.
// Without such a chat the log has it all. Any number of them may work on one Store. What looks at orders is its own;
// its parts do the rest, each with what it may touch.
type Ops struct {
	*announcer
	*watcher
	*monthly
	forgetter
	reporter
	opts   Options
	longer *bot.Memory[string, time.Time] // when a chat was told that its orders take longer
}

// New makes an Ops.
func New(o Options) *Ops {
	a := &announcer{
		store: o.Store, seen: o.Reporting.Seen, opsChat: o.OpsChat, guide: o.Guide, zone: o.Zone, log: o.Log,
		known: bot.NewMemory[string, bool](), said: map[string]time.Time{},
	}
	w := &watcher{announcer: a, observed: o.Store, wake: o.Wake, judged: map[string]bool{}}
	return &Ops{
		announcer: a, watcher: w, monthly: &monthly{announcer: a, months: o.Store, limit: o.Limit},
		forgetter: forgetter{a, o.Store, o.Reporting.Move},
		reporter:  reporter{w, o.Reporting, o.Health, o.Usage},
		opts:      o, longer: bot.NewMemory[string, time.Time](),
	}
}

// announcements are the incidents, and the chats in which they are told.
type announcements interface {
	bot.Incidents
	Chat(ctx context.Context, platform, id string) (bot.Chat, error)
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error)
}

// announcer keeps what needs a person as incidents, and says in the ops chat that one has begun, or is over.
type announcer struct {
	store    announcements
	seen     func(ctx context.Context, keys []string) (map[string]bool, error) // see bot.Reporting
	opsChat  string
	guide    present.Guide
	zone     *time.Location
	log      *slog.Logger
	sweeping atomic.Bool
	known    *bot.Memory[string, bool] // incidents that this process need not announce any more

	mu      sync.Mutex
	said    map[string]time.Time // when an incident of a kind was said to have begun
	leftOut int                  // words that were left out
}

const (
	announceFor = 24 * time.Hour   // how long an incident may wait for a process that tells it
	sameKind    = 50 * time.Second // incidents of one kind that come sooner after one that was told are one message
	maxWhole    = 3                // of them stand there with all that is known
	maxLines    = 10               // else so many lines
)

// view is a chat that ops speak to, and what is said there in one change.
type view struct {
	present.Voice
	now    time.Time
	chat   bot.Chat
	change *bot.Change
}

// view is the ops chat; without one it is the reader of the log, in English.
func (a *announcer) view(ctx context.Context) (view, error) {
	platform, id, ok := strings.Cut(a.opsChat, ":")
	if !ok {
		return a.viewOf(bot.Chat{Lang: "en"}), nil
	}
	c, err := a.store.Chat(ctx, platform, id)
	if err != nil {
		return view{}, err
	}
	if c.Version == 0 {
		c = bot.Chat{Platform: platform, ID: id, Lang: present.Language("")}
	}
	return a.viewOf(c), nil
}

func (a *announcer) viewOf(c bot.Chat) view {
	now := time.Now()
	return view{a.guide.Voice(c.Lang, c.Platform, a.zone, now), now, c, &bot.Change{Chat: c}}
}

// send adds a message to the change.
func (v view) send(s bot.OutgoingMessage) {
	s.Thread = pipeline.Thread{Platform: v.chat.Platform, Chat: v.chat.ID, Lang: v.chat.Lang}
	v.change.Messages = append(v.change.Messages, s)
}

// send commits what is said to the ops chat, unless the same key was committed before, or too much waits there. A
// message without text leaves the key behind alone.
func (a *announcer) send(ctx context.Context, key string, m func(v view) bot.OutgoingMessage) error {
	_, err := a.sendOnce(ctx, key, m)
	return err
}

// sendOnce is send that reports whether the key was committed before.
func (a *announcer) sendOnce(
	ctx context.Context, key string, m func(v view) bot.OutgoingMessage,
) (before bool, err error) {
	full := false
	err = bot.Retry(func() error {
		v, err := a.view(ctx)
		if err != nil || v.chat.Platform == "" {
			return err
		}
		v.change.Key = key
		s := m(v)
		if full = s.Text != "" && v.chat.Waiting >= bot.MaxWaiting; s.Text != "" && !full {
			s.Priority = bot.OpsAlerts
			v.send(s)
		}
		_, err = a.store.Commit(ctx, *v.change)
		return err
	})
	if err == nil && full {
		a.leaveOut(1)
	}
	if err != nil && !errors.Is(err, bot.ErrSeen) {
		return false, fmt.Errorf("tell ops %s: %w", key, err)
	}
	return err != nil, nil
}

// begin tells of something that needs a person, unless it is known to go on. What a sweep finds is told at its end.
func (a *announcer) begin(ctx context.Context, key string, words func(v view) string) error {
	v, err := a.view(ctx)
	if err != nil {
		return err
	}
	text := words(v)
	news, err := a.store.OpenIncident(ctx, key, text)
	if err != nil || !news {
		return err
	}
	a.log.Warn("incident", "incident", key, "text", text)
	if a.sweeping.Load() {
		return nil
	}
	return a.Announce(ctx)
}

// end tells that something is over, if it went on.
func (a *announcer) end(ctx context.Context, key string, words func(v view, i bot.Incident) string) error {
	all, err := a.store.Incidents(ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Key == key {
			return a.over(ctx, i, words)
		}
	}
	return nil
}

// over ends an incident, and says so first: an ended incident isn't kept, so it could not be said later.
func (a *announcer) over(ctx context.Context, i bot.Incident, words func(v view, i bot.Incident) string) error {
	if words == nil {
		return a.close(ctx, i)
	}
	return a.allOver(ctx, []bot.Incident{i}, words)
}

// allOver ends incidents in one message. Of those that weren't told yet there is nothing to say.
func (a *announcer) allOver(ctx context.Context, all []bot.Incident, words func(v view, i bot.Incident) string) error {
	told, err := a.told(ctx, all)
	if err != nil || len(all) == 0 {
		return err
	}
	for _, i := range all { // another process may be about to tell: it may not any more, or it has
		if key := toldKey(i); !told[key] {
			if told[key], err = a.markTold(ctx, i); err != nil {
				return err
			}
		}
	}
	err = a.send(ctx, "over:"+mark(all[0]), func(v view) bot.OutgoingMessage {
		var lines []string
		for _, i := range all {
			if told[toldKey(i)] || time.Since(i.Since) > announceFor { // keys aren't kept for ever
				lines = append(lines, "✅ "+words(v, i))
			}
		}
		return bot.OutgoingMessage{Message: bot.Message{Text: v.some(lines)}}
	})
	for _, i := range all {
		if err == nil {
			err = a.close(ctx, i)
		}
	}
	return err
}

func (a *announcer) close(ctx context.Context, i bot.Incident) error {
	_, went, err := a.store.CloseIncident(ctx, i.Key)
	if went {
		a.log.Info("incident over", "incident", i.Key, "since", i.Since)
	}
	return err
}
