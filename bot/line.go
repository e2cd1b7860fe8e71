package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
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
	line := lastLine{name: o.StatusRef, head: head(o.Cut.Words), stop: fmt.Sprint(o.Cut.N, phrase.Stage(o.Thread.Lang, o))}
	told := pipeline.StatusRef{Ref: o.StatusRef}
	switch {
	case o.StatusRef == "" && o.Status == pipeline.Delivered && !saysWhy(o): // the short says it
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
	line.text = line.head + "\n" + standing(o, usual, now, pace > 0)
	if saysWhy(o) {
		line.text += "\n" + phrase.Plain(o.Thread.Lang, o.Fallback)
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

// stands reports whether a line stays as it is for now, and when to look again; 0: somebody will anyway.
func (last lastLine) stands(next lastLine, o pipeline.Order, now time.Time) (time.Duration, bool) {
	if last.head != next.head {
		return 0, false
	}
	if wait := settleIn - now.Sub(o.Placed); wait > 0 && o.Cut.N == 1 {
		return wait, true
	}
	return 0, last.stop == next.stop && now.Before(last.next)
}

// ill is what stands behind the name of a line that says that its order came to nothing.
const ill = "failed"

// lineOf gives the name of an order's line, and what it is about when it isn't the first one: ill, or
// the number of the cut that it goes along with.
func lineOf(o pipeline.Order) (name, about string) {
	name, about, _ = strings.Cut(o.StatusRef, " ")
	return name, about
}

// wanted is what the line of an order should be about. Bad news and a new cut get a line of their own at
// the end of the chat: an edit far above makes no phone ring.
func wanted(o pipeline.Order) string {
	switch {
	case o.Status == pipeline.Failed:
		return ill
	case o.Status == pipeline.Open && o.Shown > 0:
		return strconv.Itoa(o.Cut.N)
	}
	_, about := lineOf(o)
	return about
}

// write puts the line into the chat, or a new text into the line that is there.
func (c *orderNotifier) write(ctx context.Context, o pipeline.Order, text string) (string, error) {
	m := state.Message{Thread: o.Thread, Text: text}
	if o.Status == pipeline.Open && o.Step != pipeline.Deliver {
		m.Buttons = [][]state.Button{{{
			Label: phrase.Fill(o.Thread.Lang, "choice.cancel", nil), Action: action(doCancel, o.ID), Style: state.Danger,
		}}}
	}
	if o.Status == pipeline.Parked && o.Reason == pipeline.ReasonMaybeDelivered {
		m.Buttons = cameButtons(o)
	}
	name, about := lineOf(o)
	if name == "" || about != wanted(o) {
		return c.writeAnew(ctx, o, m)
	}
	err := c.messenger.Edit(ctx, name, m)
	if !errors.Is(err, ErrGone) {
		return o.StatusRef, err
	}
	if o.Status == pipeline.Parked { // must not pass unseen
		return c.messenger.Send(ctx, m)
	}
	return o.StatusRef, nil
}

// writeAnew begins a line at the end of the chat. One above that was on its way stops there.
func (c *orderNotifier) writeAnew(ctx context.Context, o pipeline.Order, m state.Message) (string, error) {
	if name, _ := lineOf(o); name != "" && o.Status == pipeline.Failed {
		over := state.Message{Thread: o.Thread, Text: head(o.Cut.Words) + "\n" + made(o.Thread.Lang, "line.failed", o.Cut.Size)}
		if err := c.messenger.Edit(ctx, name, over); err != nil && !errors.Is(err, ErrGone) {
			return o.StatusRef, err
		}
	}
	about := wanted(o)
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

// head is what was understood of an order.
func head(w pipeline.Words) string {
	return Emoji(w.Menu) + " " + oneLine(w.Menu+" · "+caption.FullPrice(w))
}

// standing says how an order stands. A line that isn't alive, because its chat may not be written to so
// often, says nothing that grows old.
func standing(o pipeline.Order, usual map[pipeline.Step]time.Duration, now time.Time, alive bool) string {
	lang := o.Thread.Lang
	stage := phrase.Stage(lang, o)
	if _, about := lineOf(o); o.Status == pipeline.Delivered && about != "" && about != ill && about != strconv.Itoa(o.Cut.N) {
		return phrase.Fill(lang, "cancelled", nil) // the cut that the line went along with
	}
	if o.Status != pipeline.Open || o.Phase == pipeline.Unknown || isHeld(o) {
		return stage
	}
	e, known := guess(o, usual, now)
	switch {
	case o.StatusRef == "" && known:
		return phrase.Accepted(lang, e.Whole)
	case o.StatusRef == "":
		return phrase.Fill(lang, "accepted.unknown", nil)
	case !known:
		return stage
	case e.Slow:
		return phrase.Fill(lang, "line.slow", phrase.Args{"stage": stage})
	case !alive:
		return phrase.Fill(lang, "line.usual", phrase.Args{"stage": stage, "time": phrase.Duration(lang, e.Whole)})
	case e.Left < 5*time.Second:
		return phrase.Fill(lang, "line.soon", phrase.Args{"stage": stage, "bar": drawn(e.done())})
	}
	return phrase.Fill(lang, "line.left", phrase.Args{"stage": stage, "bar": drawn(e.done()), "time": phrase.Duration(lang, e.Left)})
}

// saysWhy reports whether the line says that the short shows the photo itself. The line that an order begins with
// does, and goes on to when the short is there; those of later cuts need not.
func saysWhy(o pipeline.Order) bool {
	about := wanted(o)
	made := o.Status == pipeline.Delivered || o.Status == pipeline.Open && (o.Step == pipeline.Render || o.Step == pipeline.Deliver)
	return o.Fallback != pipeline.ReasonNone && o.Cut.Size != pipeline.Still && (about == "" || about == ill) && made
}

// drawn is how much is done as a bar. It is never full: then there is nothing left to draw it for.
func drawn(done float64) string {
	const cells = 10
	full := min(max(int(done*cells), 0), cells-1)
	return strings.Repeat("▰", full) + strings.Repeat("▱", cells-full)
}
