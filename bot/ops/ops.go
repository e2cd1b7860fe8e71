// Package ops is what the service does by itself: it tells those who run it what needs them, reports, reconciles with
// providers, and forgets shops that wanted it.
package ops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Usage asks a provider what was spent from one midnight of UTC to another, by model. A nil answer: it doesn't say.
type Usage func(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error)

// Options are what an Ops is built from.
type Options struct {
	Store     bot.Store
	Admin     bot.Admin
	Reporting bot.Reporting
	Wake      func(order int64)     // drives an order on, soon; nothing depends on it
	OpsChat   string                // platform:chat; empty: what happens is only logged
	Zone      *time.Location        // in which days and months begin
	Limit     int                   // shorts a shop may make in a month; 0: no limit
	Health    func() []bot.Provider // how the providers are; may be nil
	Usage     map[string]Usage      // by provider; one that isn't among them doesn't say
	Log       *slog.Logger
}

// Ops tells those who run the service what needs them, in the ops chat: each thing once, and its end.
// Without such a chat the log has it all. Any number of them may work on one Store.
type Ops struct {
	Options

	months time.Time                      // when months were looked at; the sweep's own
	longer *bot.Memory[string, time.Time] // when a chat was told that its orders take longer
	known  *bot.Memory[string, bool]      // incidents that this process need not announce any more

	mu     sync.Mutex
	judged map[string]bool // how this process found what it follows: true is bad
	minute time.Time       // of the present burst
	burst  int             // words about single orders in it
	hushed int             // such words that were left out
}

// New makes an Ops.
func New(o Options) *Ops {
	return &Ops{
		Options: o, judged: map[string]bool{}, longer: bot.NewMemory[string, time.Time](), known: bot.NewMemory[string, bool](),
	}
}

const (
	announceFor = 24 * time.Hour // how long an incident may wait for a process that tells it
	maxAtOnce   = 5              // words about single orders in a minute
)

// view is a chat that ops speak to, and what is said there in one change.
type view struct {
	present.Voice
	now    time.Time
	chat   bot.Chat
	change *bot.Change
}

// view is the ops chat; without one it is whoever reads the log, in English.
func (o *Ops) view(ctx context.Context) (view, error) {
	platform, id, ok := strings.Cut(o.OpsChat, ":")
	if !ok {
		return o.viewOf(bot.Chat{Lang: "en"}), nil
	}
	c, err := o.Store.Chat(ctx, platform, id)
	if err != nil {
		return view{}, err
	}
	if c.Version == 0 {
		c = bot.Chat{Platform: platform, ID: id, Lang: present.Language("")}
	}
	return o.viewOf(c), nil
}

func (o *Ops) viewOf(c bot.Chat) view {
	now := time.Now()
	return view{present.NewVoice(c.Lang, c.Platform, o.Zone, now), now, c, &bot.Change{Chat: c}}
}

// say adds a message to the change.
func (v view) say(s bot.OutgoingMessage) {
	s.Thread = pipeline.Thread{Platform: v.chat.Platform, Chat: v.chat.ID, Lang: v.chat.Lang}
	v.change.Messages = append(v.change.Messages, s)
}

// say commits what is said to the ops chat, unless the same key was committed before. A say without text
// leaves the key behind alone.
func (o *Ops) say(ctx context.Context, key string, m func(v view) bot.OutgoingMessage) error {
	err := bot.Retry(func() error {
		v, err := o.view(ctx)
		if err != nil || v.chat.Platform == "" {
			return err
		}
		v.change.Key = key
		if s := m(v); s.Text != "" && v.chat.Waiting < bot.MaxWaiting {
			v.say(s)
		} else if s.Text != "" {
			o.hush()
		}
		_, err = o.Store.Commit(ctx, *v.change)
		return err
	})
	if err != nil && !errors.Is(err, bot.ErrSeen) {
		return fmt.Errorf("tell ops %s: %w", key, err)
	}
	return nil
}

// begin tells of something that needs a person, unless it is known to go on.
func (o *Ops) begin(ctx context.Context, key string, words func(v view) string) error {
	v, err := o.view(ctx)
	if err != nil {
		return err
	}
	text := words(v)
	news, err := o.Admin.OpenIncident(ctx, key, text)
	if err != nil || !news {
		return err
	}
	o.Log.Warn("incident", "incident", key, "text", text)
	return o.Announce(ctx)
}

// Announce says what has begun and wasn't said, by whomever it was written down.
func (o *Ops) Announce(ctx context.Context) error {
	all, err := o.Admin.Incidents(ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if time.Since(i.Since) > announceFor || o.known.Contains(mark(i)) {
			continue
		}
		reason, err := o.parkedFor(ctx, i.Key)
		if err != nil {
			return err
		}
		err = o.say(ctx, "incident:"+mark(i), func(v view) bot.OutgoingMessage {
			if !o.room(i.Key) {
				return bot.OutgoingMessage{}
			}
			s := bot.OutgoingMessage{Message: bot.Message{Text: i.Text, Buttons: v.incidentButtons(i.Key, reason)}}
			if strings.HasPrefix(i.Key, parkedKind+":") { // with its photo
				s.Order, _ = incidentOrder(i.Key)
			}
			return s
		})
		if err != nil {
			return err
		}
		o.known.Add(mark(i), true)
	}
	return nil
}

// end tells that something is over, if it went on.
func (o *Ops) end(ctx context.Context, key string, words func(v view, i bot.Incident) string) error {
	all, err := o.Admin.Incidents(ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Key == key {
			return o.over(ctx, i, words)
		}
	}
	return nil
}

// over ends an incident, and says so first: an ended incident isn't kept, so it could not be said later.
func (o *Ops) over(ctx context.Context, i bot.Incident, words func(v view, i bot.Incident) string) error {
	if words != nil {
		err := o.say(ctx, "over:"+mark(i), func(v view) bot.OutgoingMessage {
			if !o.room(i.Key) {
				return bot.OutgoingMessage{}
			}
			return bot.OutgoingMessage{Message: bot.Message{Text: "✅ " + words(v, i)}}
		})
		if err != nil {
			return err
		}
	}
	_, went, err := o.Admin.CloseIncident(ctx, i.Key)
	if went {
		o.Log.Info("incident over", "incident", i.Key, "since", i.Since)
	}
	return err
}

// mark tells an incident from an earlier one of the same key.
func mark(i bot.Incident) string { return i.Key + ":" + strconv.FormatInt(i.Since.UnixMilli(), 10) }

// room reports whether a word about a single order may be said now. When many orders have the same trouble
// at once, the first few say it.
func (o *Ops) room(key string) bool {
	if _, ok := incidentOrder(key); !ok {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if now := time.Now(); now.Sub(o.minute) >= time.Minute {
		o.minute, o.burst = now, 0
	}
	if o.burst++; o.burst > maxAtOnce {
		o.hushed++
		return false
	}
	return true
}

// hush counts a word that is left out because too many wait in the ops chat.
func (o *Ops) hush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hushed++
}

// sumUp says how many words were left out.
func (o *Ops) sumUp(ctx context.Context) error {
	if v, err := o.view(ctx); err != nil || v.chat.Waiting >= bot.MaxWaiting {
		return err
	}
	o.mu.Lock()
	n := o.hushed
	o.hushed = 0
	o.mu.Unlock()
	if n == 0 {
		return nil
	}
	o.Log.Warn("more incidents than ops were told of one by one", "count", n)
	return o.say(ctx, "", func(v view) bot.OutgoingMessage {
		return bot.OutgoingMessage{Message: bot.Message{
			Text:    v.Fill("ops.more", present.Args{"n": strconv.Itoa(n)}),
			Buttons: [][]bot.Button{{{Label: v.Fill("admin.stuck.button", nil), Action: intent.Action(intent.DoAdminStuck, 0)}}},
		}}
	})
}

// incidentOrder is the order that an incident is about.
func incidentOrder(key string) (int64, bool) {
	kind, rest, _ := strings.Cut(key, ":")
	id, err := strconv.ParseInt(rest, 10, 64)
	return id, err == nil && (kind == parkedKind || kind == lateKind)
}

// parkedFor is why the order of an incident is parked; none for incidents about something else.
func (o *Ops) parkedFor(ctx context.Context, key string) (pipeline.Reason, error) {
	id, ok := incidentOrder(key)
	if !ok {
		return pipeline.ReasonNone, nil
	}
	x, err := o.Store.Order(ctx, id)
	if errors.Is(err, pipeline.ErrNotFound) {
		return pipeline.ReasonNone, nil
	}
	return x.Reason, err
}

// incidentButtons are what may be done about an incident. why is the reason that its order is parked for.
func (v view) incidentButtons(key string, why pipeline.Reason) [][]bot.Button {
	id, ok := incidentOrder(key)
	if !ok {
		return nil
	}
	row := []bot.Button{{Label: v.Fill("admin.card", nil), Action: intent.Action(intent.DoAdminOrder, id, "new")}}
	switch parked := strings.HasPrefix(key, parkedKind+":"); {
	case parked && why == pipeline.ReasonMaybeDelivered:
		row = []bot.Button{
			{Label: v.Fill("admin.button.came", nil), Action: intent.Action(intent.DoAdminCame, id), Style: bot.Primary},
			{Label: v.Fill("admin.button.resend", nil), Action: intent.Action(intent.DoAdminResend, id)}, row[0],
		}
	case parked:
		row = []bot.Button{
			{Label: v.Fill("admin.button.retry", nil), Action: intent.Action(intent.DoAdminRetry, id), Style: bot.Primary},
			{Label: v.Fill("admin.button.cancel", nil), Action: intent.Action(intent.DoAdminCancel, id), Style: bot.Danger}, row[0],
		}
	}
	return [][]bot.Button{row}
}
