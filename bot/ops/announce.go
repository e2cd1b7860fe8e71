package ops

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Announce says what has begun and wasn't said, by whomever it was written down: of each kind one message in a minute.
func (a *announcer) Announce(ctx context.Context) error {
	all, err := a.store.Incidents(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(i bot.Incident) bool {
		return time.Since(i.Since) > announceFor || a.known.Contains(mark(i))
	})
	told, err := a.told(ctx, all)
	if err != nil {
		return err
	}
	var kinds []string
	news := map[string][]bot.Incident{}
	for _, i := range all {
		kind := kindOf(i)
		switch {
		case told[toldKey(i)]:
			a.known.Add(mark(i), true)
			continue
		case news[kind] == nil:
			kinds = append(kinds, kind)
		}
		news[kind] = append(news[kind], i)
	}
	for _, kind := range kinds {
		if err := a.announce(ctx, kind, news[kind]); err != nil {
			return err
		}
	}
	return nil
}

// told has the toldKey of each incident that was said to have begun.
func (a *announcer) told(ctx context.Context, all []bot.Incident) (map[string]bool, error) {
	var keys []string
	for _, i := range all {
		keys = append(keys, toldKey(i))
	}
	return a.seen(ctx, keys)
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

// markTold keeps, without a message, that an incident needn't be told any more. It reports whether it was told before.
func (a *announcer) markTold(ctx context.Context, i bot.Incident) (before bool, err error) {
	return a.sendOnce(ctx, toldKey(i), func(view) bot.OutgoingMessage { return bot.OutgoingMessage{} })
}

// announce says what has begun of one kind, unless it was said of another of that kind a moment ago: then it waits for
// the next sweep.
func (a *announcer) announce(ctx context.Context, kind string, all []bot.Incident) error {
	if v, err := a.view(ctx); err != nil || v.chat.Waiting >= bot.MaxWaiting || !a.room(kind) {
		return err
	}
	slices.SortStableFunc(all, func(a, b bot.Incident) int {
		m, _ := incidentOrder(a.Key)
		n, _ := incidentOrder(b.Key)
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(m, n))
	})
	first := all[0]
	reason, err := a.parkedFor(ctx, first.Key)
	if err != nil {
		return err
	}
	err = a.send(ctx, toldKey(first), func(v view) bot.OutgoingMessage {
		if len(all) > 1 {
			return v.several(all)
		}
		s := bot.OutgoingMessage{Message: bot.Message{Text: first.Text, Buttons: v.incidentButtons(first.Key, reason)}}
		if kind == parkedKind { // with its photo
			s.Order, _ = incidentOrder(first.Key)
		}
		return s
	})
	// The message names them all, and its commit keeps the first one's key alone: what fails from here on is told of
	// once more, which is better than never.
	for n, i := range all {
		if err == nil && n > 0 {
			_, err = a.markTold(ctx, i)
		}
		if err != nil {
			return err
		}
		a.known.Add(mark(i), true)
	}
	return nil
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

// mark tells an incident from an earlier one of the same key.
func mark(i bot.Incident) string { return i.Key + ":" + strconv.FormatInt(i.Since.UnixMilli(), 10) }

// room reports whether an incident of a kind may be told of now, and takes it that it is.
func (a *announcer) room(kind string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if t, known := a.said[kind]; known && now.Sub(t) < sameKind {
		return false
	}
	a.said[kind] = now
	return true
}

// leaveOut counts words that are left out because too many wait in the ops chat.
func (a *announcer) leaveOut(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leftOut += n
}

// sumUp says how many words were left out.
func (a *announcer) sumUp(ctx context.Context) error {
	if v, err := a.view(ctx); err != nil || v.chat.Waiting >= bot.MaxWaiting {
		return err
	}
	a.mu.Lock()
	n := a.leftOut
	a.leftOut = 0
	a.mu.Unlock()
	if n == 0 {
		return nil
	}
	a.log.Warn("more incidents than ops were told of one by one", "count", n)
	err := a.send(ctx, "", func(v view) bot.OutgoingMessage {
		return bot.OutgoingMessage{Message: bot.Message{
			Text: v.Fill("ops.more", present.Args{"n": strconv.Itoa(n)}), Buttons: v.stuckButton(),
		}}
	})
	if err != nil {
		a.leaveOut(n)
	}
	return err
}

// incidentOrder is the order that an incident is about.
func incidentOrder(key string) (int64, bool) {
	kind, rest, _ := strings.Cut(key, ":")
	id, err := strconv.ParseInt(rest, 10, 64)
	return id, err == nil && (kind == parkedKind || kind == lateKind || kind == dishKind)
}

// parkedFor is why the order of an incident is parked; none for incidents about something else.
func (a *announcer) parkedFor(ctx context.Context, key string) (pipeline.Reason, error) {
	id, ok := incidentOrder(key)
	if !ok {
		return pipeline.ReasonNone, nil
	}
	x, err := a.store.Order(ctx, id)
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
	button := func(key, do string, style bot.ButtonStyle) bot.Button {
		return bot.Button{Label: v.Fill(key, nil), Action: intent.Action(do, id), Style: style}
	}
	card := bot.Button{Label: v.Fill("admin.card", nil), Action: intent.Action(intent.DoAdminOrder, id, "new")}
	switch {
	case !strings.HasPrefix(key, parkedKind+":"):
		return [][]bot.Button{{card}}
	case why == pipeline.ReasonMaybeDelivered:
		return [][]bot.Button{{
			button("admin.button.came", intent.DoAdminCame, bot.Primary),
			button("admin.button.resend", intent.DoAdminResend, ""), card,
		}}
	}
	return [][]bot.Button{{
		button("admin.button.retry", intent.DoAdminRetry, bot.Primary),
		button("admin.button.cancel", intent.DoAdminCancel, bot.Danger), card,
	}}
}
