package ops

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// troubleKind is the kind of incidents in which orders are tried again; the step, the reason and whom they wait for
// stand behind it.
const troubleKind = "trouble"

const (
	troubleTold = 45 * time.Second // ops hear of a step that has failed for so long, at the next sweep
	longerTold  = 5 * time.Minute  // so does an owner
	longerAgain = 6 * time.Hour    // one chat doesn't hear it again before
	maxTrouble  = 1000             // orders in one pass
)

// sweepTroubled tells ops of steps that fail, each cause once for all orders that it holds up, and owners that theirs
// takes longer. A cause whose orders were parked goes on until they are taken up again; those that only an admin takes
// up are told of one by one and not counted here, where it says that all go on by themselves.
func (o *Ops) sweepTroubled(ctx context.Context) error {
	now := time.Now()
	all, err := o.opts.Reporting.Troubled(ctx, now.Add(-troubleTold), maxTrouble)
	if err != nil {
		return err
	}
	causes, lasts := map[string][]pipeline.Order{}, map[string]bool{}
	for _, x := range all {
		key := troubleKey(x)
		lasts[key] = true
		if x.Status == pipeline.Open || pipeline.MayResume(x, true) {
			causes[key] = append(causes[key], x)
		}
	}
	goesOn, err := bot.OpenIncidents(ctx, o.opts.Store)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(causes)) {
		orders := causes[key]
		if _, told := goesOn["provider:"+orders[0].Trouble.Service]; told { // which names the same cause
			continue
		}
		if err := o.begin(ctx, key, func(v view) string { return v.trouble(orders) }); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(goesOn)) {
		i := goesOn[key]
		if len(all) == maxTrouble || !strings.HasPrefix(key, troubleKind+":") || lasts[key] {
			continue
		}
		err := o.over(ctx, i, func(v view, i bot.Incident) string {
			return v.Fill("ops.over.trouble", present.Args{
				"stage": v.Fill("admin.step."+stepOf(key), nil), "time": v.Span(v.now.Sub(i.Since)),
			})
		})
		if err != nil {
			return err
		}
	}
	return o.tellLonger(ctx, now, all)
}

func troubleKey(x pipeline.Order) string {
	return strings.Join([]string{troubleKind, string(x.Step), string(x.Trouble.Reason), x.Trouble.Service}, ":")
}

// stepOf is the step in the key of a trouble.
func stepOf(key string) string {
	_, rest, _ := strings.Cut(key, ":")
	step, _, _ := strings.Cut(rest, ":")
	return step
}

// trouble says what holds orders up, with the last error of the one that is held up for the longest time.
func (v view) trouble(orders []pipeline.Order) string {
	x := orders[0]
	var s present.Screen
	s.Lines = append(s.Lines, "🔁 "+v.Fill("ops.trouble", present.Args{
		"n": strconv.Itoa(len(orders)), "stage": v.Fill("admin.step."+string(x.Step), nil),
	}))
	s.Line(v.Why(x.Trouble.Reason))
	s.Long(x.Detail)
	s.Lines = append(s.Lines, v.Fill("ops.trouble.todo", nil))
	return strings.Join(s.Lines, "\n")
}

// tellLonger tells chats, each once for all of its orders, that they take longer.
func (o *Ops) tellLonger(ctx context.Context, now time.Time, all []pipeline.Order) error {
	for _, x := range all { // the longest first
		chat := x.Thread.Platform + ":" + x.Thread.Chat
		t, told := o.longer.Get(chat)
		if told && now.Sub(t) < longerAgain || x.Status != pipeline.Open || now.Sub(x.Trouble.Since) < longerTold {
			continue
		}
		switch err := o.tellOwner(ctx, x); {
		case errors.Is(err, pipeline.ErrMoved): // a person has just written there: at the next sweep
			continue
		case err != nil:
			return err
		}
		o.longer.Add(chat, now)
	}
	return nil
}

// tellOwner says below an order's photo that it takes longer, once an order.
func (o *Ops) tellOwner(ctx context.Context, x pipeline.Order) error {
	c, err := o.opts.Store.Chat(ctx, x.Thread.Platform, x.Thread.Chat)
	if err != nil || c.Version == 0 || c.Unreachable {
		return err
	}
	text := present.Fill(c.Lang, "line.longer", present.Args{"menu": x.Cut.Words.Menu})
	_, err = o.opts.Store.Commit(ctx, bot.Change{
		Key: "longer:" + strconv.FormatInt(x.ID, 10) + ":" + strconv.Itoa(x.Cut.N), Chat: c,
		Messages: []bot.OutgoingMessage{{Message: bot.Message{Thread: x.Thread, Text: text}}},
	})
	if errors.Is(err, bot.ErrSeen) {
		return nil
	}
	return err
}

const (
	thawAfter = 6 * time.Hour // nothing is due later than this, unless it waits for a new day's budget
	thawDay   = 30 * time.Hour
)

// Thaw is to be called now and then: it wakes what a clock that was ahead has set too far into the future, and says
// so. grace is how long a lost start may wait for news.
func (o *Ops) Thaw(ctx context.Context, grace time.Duration) error {
	now := time.Now()
	n, err := o.opts.Reporting.Thaw(ctx, now.Add(max(thawAfter, 10*grace)), now.Add(max(thawDay, 10*grace)))
	if err != nil || n == 0 {
		return err
	}
	o.opts.Log.Warn("woke what was due later than anything can be: a clock was ahead", "count", n)
	return o.send(ctx, "", func(v view) bot.OutgoingMessage {
		text := "⏰ " + v.Fill("ops.clock", present.Args{"n": strconv.Itoa(n)})
		return bot.OutgoingMessage{Message: bot.Message{Text: text}}
	})
}
