// Package ops is what the service does by itself: it tells those who run it what needs them, reports, reconciles with
// providers, and forgets shops that wanted it.
package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Usage asks a provider what was spent from one midnight of UTC to another, by model. A nil answer: it doesn't say.
type Usage func(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error)

// Store is what an Ops reads and writes, beside what it reports.
type Store interface {
	bot.Figures
	bot.Flags
	bot.Incidents
	bot.Audits
	Chat(ctx context.Context, platform, id string) (bot.Chat, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	Refused(ctx context.Context, platform, chat string, since time.Time) (int, error)
	MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error)
	Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error)
	ForgetShop(ctx context.Context, shop int64) ([]string, error)
	OrdersOf(ctx context.Context, shop, before int64, limit int) ([]pipeline.Order, error)
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
// Without such a chat the log has it all. Any number of them may work on one Store.
type Ops struct {
	Options

	months   time.Time // when months were looked at; the sweep's own
	sweeping atomic.Bool
	longer   *bot.Memory[string, time.Time] // when a chat was told that its orders take longer
	known    *bot.Memory[string, bool]      // incidents that this process need not announce any more

	mu     sync.Mutex
	judged map[string]bool      // how this process found what it follows: true is bad
	said   map[string]time.Time // when an incident of a kind was said to have begun
	hushed int                  // words that were left out
}

// New makes an Ops.
func New(o Options) *Ops {
	return &Ops{
		Options: o, judged: map[string]bool{}, said: map[string]time.Time{}, longer: bot.NewMemory[string, time.Time](),
		known: bot.NewMemory[string, bool](),
	}
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
	return view{o.Guide.Voice(c.Lang, c.Platform, o.Zone, now), now, c, &bot.Change{Chat: c}}
}

// say adds a message to the change.
func (v view) say(s bot.OutgoingMessage) {
	s.Thread = pipeline.Thread{Platform: v.chat.Platform, Chat: v.chat.ID, Lang: v.chat.Lang}
	v.change.Messages = append(v.change.Messages, s)
}

// say commits what is said to the ops chat, unless the same key was committed before, or too much waits there. A say
// without text leaves the key behind alone.
func (o *Ops) say(ctx context.Context, key string, m func(v view) bot.OutgoingMessage) error {
	err := bot.Retry(func() error {
		v, err := o.view(ctx)
		if err != nil || v.chat.Platform == "" {
			return err
		}
		v.change.Key = key
		if s := m(v); s.Text != "" && v.chat.Waiting < bot.MaxWaiting {
			s.Priority = bot.Alarms
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

// begin tells of something that needs a person, unless it is known to go on. What a sweep finds is told at its end.
func (o *Ops) begin(ctx context.Context, key string, words func(v view) string) error {
	v, err := o.view(ctx)
	if err != nil {
		return err
	}
	text := words(v)
	news, err := o.Store.OpenIncident(ctx, key, text)
	if err != nil || !news {
		return err
	}
	o.Log.Warn("incident", "incident", key, "text", text)
	if o.sweeping.Load() {
		return nil
	}
	return o.Announce(ctx)
}

// Announce says what has begun and wasn't said, by whomever it was written down: of each kind one message in a minute.
func (o *Ops) Announce(ctx context.Context) error {
	all, err := o.Store.Incidents(ctx)
	if err != nil {
		return err
	}
	var keys []string
	fresh := map[string]bool{}
	for _, i := range all {
		if time.Since(i.Since) <= announceFor && !o.known.Contains(mark(i)) {
			fresh[mark(i)] = true
			keys = append(keys, toldKey(i))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	seen, err := o.Reporting.Seen(ctx, keys)
	if err != nil {
		return err
	}
	var kinds []string
	news := map[string][]bot.Incident{}
	for _, i := range all {
		kind := kindOf(i)
		switch {
		case !fresh[mark(i)]:
			continue
		case seen[toldKey(i)]:
			o.known.Add(mark(i), true)
			continue
		case news[kind] == nil:
			kinds = append(kinds, kind)
		}
		news[kind] = append(news[kind], i)
	}
	for _, kind := range kinds {
		if err := o.announce(ctx, kind, news[kind]); err != nil {
			return err
		}
	}
	return nil
}

// kindOf is what an incident is told together with: others about single orders or chats, which may be many at once.
func kindOf(i bot.Incident) string {
	switch kind, _, _ := strings.Cut(i.Key, ":"); kind {
	case parkedKind, lateKind, RefusedKind:
		return kind
	}
	return i.Key
}

// toldKey is the key of the change that says that an incident has begun.
func toldKey(i bot.Incident) string { return "incident:" + mark(i) }

// announce says what has begun of one kind, unless it was said of another of that kind a moment ago: then it waits for
// the next sweep.
func (o *Ops) announce(ctx context.Context, kind string, all []bot.Incident) error {
	if v, err := o.view(ctx); err != nil || v.chat.Waiting >= bot.MaxWaiting || !o.room(kind) {
		return err
	}
	slices.SortStableFunc(all, func(a, b bot.Incident) int {
		m, _ := incidentOrder(a.Key)
		n, _ := incidentOrder(b.Key)
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(m, n))
	})
	first := all[0]
	reason, err := o.parkedFor(ctx, first.Key)
	if err != nil {
		return err
	}
	err = o.say(ctx, toldKey(first), func(v view) bot.OutgoingMessage {
		if len(all) > 1 {
			return v.several(all)
		}
		s := bot.OutgoingMessage{Message: bot.Message{Text: first.Text, Buttons: v.incidentButtons(first.Key, reason)}}
		if kind == parkedKind { // with its photo
			s.Order, _ = incidentOrder(first.Key)
		}
		return s
	})
	o.known.Add(mark(first), true)
	for _, i := range all[1:] {
		if err == nil {
			err = o.say(ctx, toldKey(i), func(view) bot.OutgoingMessage { return bot.OutgoingMessage{} })
			o.known.Add(mark(i), true)
		}
	}
	return err
}

// several is one message about incidents of one kind: of many only their first lines.
func (v view) several(all []bot.Incident) bot.OutgoingMessage {
	var texts, lines []string
	for _, i := range all {
		line, _, _ := strings.Cut(i.Text, "\n")
		texts, lines = append(texts, i.Text), append(lines, line)
	}
	s := bot.OutgoingMessage{Message: bot.Message{Text: strings.Join(texts, "\n\n")}}
	if len(all) > maxWhole {
		s.Text = v.some(lines)
	}
	if _, ok := incidentOrder(all[0].Key); ok {
		s.Buttons = v.stuckButton()
	}
	return s
}

// some joins lines, and says how many there are beyond maxLines.
func (v view) some(lines []string) string {
	if n := len(lines) - maxLines; n > 0 {
		lines = append(lines[:maxLines:maxLines], v.Fill("ops.others", present.Args{"n": strconv.Itoa(n)}))
	}
	return strings.Join(lines, "\n")
}

func (v view) stuckButton() [][]bot.Button {
	return [][]bot.Button{{{Label: v.Fill("admin.stuck.button", nil), Action: intent.Action(intent.DoAdminStuck, 0)}}}
}

// end tells that something is over, if it went on.
func (o *Ops) end(ctx context.Context, key string, words func(v view, i bot.Incident) string) error {
	all, err := o.Store.Incidents(ctx)
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
	if words == nil {
		return o.close(ctx, i)
	}
	return o.allOver(ctx, []bot.Incident{i}, words)
}

// allOver ends incidents in one message. Of those that nobody was told of yet there is nothing to say.
func (o *Ops) allOver(ctx context.Context, all []bot.Incident, words func(v view, i bot.Incident) string) error {
	var keys []string
	for _, i := range all {
		keys = append(keys, toldKey(i))
	}
	seen, err := o.Reporting.Seen(ctx, keys)
	if err != nil || len(all) == 0 {
		return err
	}
	err = o.say(ctx, "over:"+mark(all[0]), func(v view) bot.OutgoingMessage {
		var lines []string
		for _, i := range all {
			if seen[toldKey(i)] || time.Since(i.Since) > announceFor { // keys aren't kept for ever
				lines = append(lines, "✅ "+words(v, i))
			}
		}
		return bot.OutgoingMessage{Message: bot.Message{Text: v.some(lines)}}
	})
	for _, i := range all {
		if err == nil {
			err = o.close(ctx, i)
		}
	}
	return err
}

func (o *Ops) close(ctx context.Context, i bot.Incident) error {
	_, went, err := o.Store.CloseIncident(ctx, i.Key)
	if went {
		o.Log.Info("incident over", "incident", i.Key, "since", i.Since)
	}
	return err
}

// mark tells an incident from an earlier one of the same key.
func mark(i bot.Incident) string { return i.Key + ":" + strconv.FormatInt(i.Since.UnixMilli(), 10) }

// room reports whether an incident of a kind may be told of now, and takes it that it is.
func (o *Ops) room(kind string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if t, known := o.said[kind]; known && now.Sub(t) < sameKind {
		return false
	}
	o.said[kind] = now
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
			Buttons: v.stuckButton(),
		}}
	})
}

// incidentOrder is the order that an incident is about.
func incidentOrder(key string) (int64, bool) {
	kind, rest, _ := strings.Cut(key, ":")
	id, err := strconv.ParseInt(rest, 10, 64)
	return id, err == nil && (kind == parkedKind || kind == lateKind || kind == dishKind)
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
			{
				Label: v.Fill("admin.button.came", nil), Action: intent.Action(intent.DoAdminCame, id),
				Style: bot.Primary,
			},
			{Label: v.Fill("admin.button.resend", nil), Action: intent.Action(intent.DoAdminResend, id)}, row[0],
		}
	case parked:
		row = []bot.Button{
			{
				Label: v.Fill("admin.button.retry", nil), Action: intent.Action(intent.DoAdminRetry, id),
				Style: bot.Primary,
			},
			{
				Label: v.Fill("admin.button.cancel", nil), Action: intent.Action(intent.DoAdminCancel, id),
				Style: bot.Danger,
			}, row[0],
		}
	}
	return [][]bot.Button{row}
}
