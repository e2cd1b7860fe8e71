package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// lastLine is what this process knows about an order's progress line.
type lastLine struct {
	name string // the chat's
	text string
	head string
	stop string    // the stage and cut that it speaks of
	next time.Time // when it is looked at again by itself
}

// settleIn is how long the first words of a line stand, so that they can be read.
const settleIn = 3 * time.Second

// NotifyStatus implements pipeline.Chat: one message an order, which replies to the photo, and a mark at the
// photo where there are such.
func (c *orderNotifier) NotifyStatus(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	told, err := c.tellLine(ctx, o)
	if err == nil {
		c.mark(ctx, o)
	}
	return told, err
}

func (c *orderNotifier) tellLine(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	last, known := c.lines.Get(o.ID)
	known = known && last.name == o.StatusRef && o.StatusRef != ""
	pace, now := c.messenger.Pace(o.Thread.Chat), time.Now()
	line := lastLine{name: o.StatusRef, head: present.Head(o.Cut.Words), stop: fmt.Sprint(o.Cut.N, present.Stage(o.Thread.Lang, o))}
	told := pipeline.StatusRef{Ref: o.StatusRef}
	switch {
	case o.StatusRef == "" && o.Status == pipeline.Delivered && !present.SaysWhy(o): // the short says it
		return told, nil
	case known && o.Status == pipeline.Open:
		var stands bool
		if told.Again, stands = last.stands(line, o, now); stands {
			return told, nil
		}
	}
	if o.Status == pipeline.Open {
		told.Again = pace
	}
	usual, err := c.usually(ctx, now)
	if err != nil {
		return told, err
	}
	line.text = line.head + "\n" + present.Standing(o, usual, now, pace > 0)
	if present.SaysWhy(o) {
		line.text += "\n" + present.Plain(o.Thread.Lang, o.Fallback)
	}
	line.next = now.Add(told.Again)
	if !known || last.text != line.text {
		if line.name, err = c.write(ctx, o, line.text); err != nil {
			return told, c.renamed(ctx, o.Thread, err)
		}
	}
	c.lines.Add(o.ID, line)
	told.Ref = line.name
	return told, nil
}

// stands reports whether a line stays as it is for now, and when to look again; 0: another look is certain.
func (last lastLine) stands(next lastLine, o pipeline.Order, now time.Time) (time.Duration, bool) {
	if last.head != next.head {
		return 0, false
	}
	if wait := settleIn - now.Sub(o.Placed); wait > 0 && o.Cut.N == 1 {
		return wait, true
	}
	return 0, last.stop == next.stop && now.Before(last.next)
}

// write puts the line into the chat, or a new text into the line that is there.
func (c *orderNotifier) write(ctx context.Context, o pipeline.Order, text string) (string, error) {
	m := bot.Message{Thread: o.Thread, Text: text}
	if o.Status == pipeline.Open && o.Step != pipeline.Deliver {
		m.Buttons = [][]bot.Button{{{
			Label: present.Fill(o.Thread.Lang, "choice.cancel", nil), Action: intent.Action(intent.DoCancel, o.ID), Style: bot.Danger,
		}}}
	}
	if o.AwaitsAnswer() {
		m.Buttons = present.PhotoButtons(o)
	}
	if o.Status == pipeline.Parked && o.Reason == pipeline.ReasonMaybeDelivered {
		m.Buttons = present.CameButtons(o)
	}
	name, about := present.LineOf(o)
	if name == "" || about != present.Wanted(o) {
		return c.writeAnew(ctx, o, m)
	}
	if o.Status == pipeline.Open && !o.AwaitsAnswer() {
		m.Priority = bot.Progress
	}
	err := c.messenger.Edit(ctx, name, m)
	if !errors.Is(err, bot.ErrGone) {
		return o.StatusRef, err
	}
	if o.Status == pipeline.Parked { // must not pass unseen
		return c.messenger.Send(ctx, m)
	}
	return o.StatusRef, nil
}

// writeAnew begins a line at the end of the chat. One above that was on its way stops there.
func (c *orderNotifier) writeAnew(ctx context.Context, o pipeline.Order, m bot.Message) (string, error) {
	if name, _ := present.LineOf(o); name != "" && (o.Status == pipeline.Failed || o.AwaitsAnswer()) {
		says := present.Made(o.Thread.Lang, "line.failed", o.Cut.Size)
		if o.AwaitsAnswer() {
			says = present.Fill(o.Thread.Lang, "line.asked", nil)
		}
		over := bot.Message{Thread: o.Thread, Text: present.Head(o.Cut.Words) + "\n" + says}
		if err := c.messenger.Edit(ctx, name, over); err != nil && !errors.Is(err, bot.ErrGone) {
			return o.StatusRef, err
		}
	}
	about := present.Wanted(o)
	lease := strings.TrimSpace(fmt.Sprint("line ", o.ID, " ", about))
	if err := c.mayBegin(ctx, lease); err != nil {
		return o.StatusRef, err
	}
	name, err := c.messenger.Send(ctx, m)
	if err != nil {
		c.mayNot(ctx, lease)
		return o.StatusRef, err
	}
	return strings.TrimSpace(name + " " + about), nil
}

// mayBegin makes this process the one that begins a line: others may have news of the same order at the same
// moment. It stays that one, since what they know of the order may be older than the line.
func (c *Outbox) mayBegin(ctx context.Context, lease string) error {
	held, err := c.Store.Lease(ctx, lease, c.holder, sayLimit)
	switch {
	case err != nil:
		return passing(err)
	case !held:
		return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: time.Second, Err: errors.New("another process begins the line")}
	}
	return nil
}

// mayNot leaves a line that was not begun to others.
func (c *Outbox) mayNot(ctx context.Context, lease string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
	defer cancel()
	if _, err := c.Store.Lease(ctx, lease, c.holder, 0); err != nil {
		c.Log.Warn("lease not released", "lease", lease, "err", err)
	}
}
