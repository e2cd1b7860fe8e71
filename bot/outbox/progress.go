package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// lastLine is what this process knows about an order's progress line.
type lastLine struct {
	name string // the chat's
	from string // what the order called its line when that was told
	text string
	head string
	stop string    // the stage and cut that it speaks of
	next time.Time // when it is looked at again by itself
}

// settleIn is how long the first words of a line stand, so that they can be read.
const settleIn = 3 * time.Second

// NotifyStatus implements pipeline.Chat: one message an order, which replies to the photo, and a mark at the
// photo where there are such.
func (c *platformChat) NotifyStatus(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	told, err := c.tellLine(ctx, o)
	if err == nil {
		c.mark(ctx, o)
	}
	return told, err
}

func (c *platformChat) tellLine(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	last, known := c.lines.Get(o.ID)
	from := o.StatusRef
	if known && from == last.from { // a line may have been begun since, and that could not be written down
		o.StatusRef = last.name
	}
	told, now := pipeline.StatusRef{Ref: o.StatusRef}, time.Now()
	usual, err := c.usually(ctx, now)
	if err != nil {
		return told, err
	}
	pace := c.messenger.Pace(o.Thread.Chat)
	line := present.Line(o, usual, now, pace > 0)
	if line.Silent {
		return told, nil
	}
	known = known && last.name == o.StatusRef && o.StatusRef != ""
	if o.Status == pipeline.Open {
		if line.Timed {
			told.Again = pace
		}
		if known {
			// the short itself says more
			if wait := settleIn - now.Sub(o.Since); o.Step == pipeline.Deliver && wait > 0 {
				told.Again = wait
				return told, nil
			}
			if wait, stands := last.stands(line, o, now); stands {
				told.Again = wait
				return told, nil
			}
		}
	}
	if !known || last.text != line.Text {
		if told.Ref, err = c.write(ctx, o, line); err != nil {
			return told, c.renamed(ctx, o.Thread, err)
		}
	}
	c.lines.Add(o.ID, lastLine{told.Ref, from, line.Text, line.Head, line.Stop, now.Add(told.Again)})
	return told, nil
}

// stands reports whether a line stays as it is for now, and when to look again; 0: another look is certain.
func (last lastLine) stands(next present.ProgressLine, o pipeline.Order, now time.Time) (time.Duration, bool) {
	if last.head != next.Head {
		return 0, false
	}
	if wait := settleIn - now.Sub(o.Placed); wait > 0 && o.Cut.N == 1 {
		return wait, true
	}
	return 0, last.stop == next.Stop && now.Before(last.next)
}

// write puts the line into the chat, or what it says now into the one that is there. It returns the line's name.
func (c *platformChat) write(ctx context.Context, o pipeline.Order, l present.ProgressLine) (string, error) {
	if l.Anew {
		return c.writeAnew(ctx, o, l)
	}
	if o.Status == pipeline.Open && !o.AwaitsAnswer() || o.Status == pipeline.Delivered {
		l.Priority = bot.Progress
	}
	err := c.messenger.Edit(ctx, l.Name, l.Message)
	if !errors.Is(err, bot.ErrGone) {
		return o.StatusRef, err
	}
	if o.Status == pipeline.Parked { // must not pass unseen
		return c.messenger.Send(ctx, l.Message)
	}
	return o.StatusRef, nil
}

// writeAnew begins a line at the end of the chat. One above that was on its way stops there.
func (c *platformChat) writeAnew(ctx context.Context, o pipeline.Order, l present.ProgressLine) (string, error) {
	if l.Over != "" {
		over := bot.Message{Thread: o.Thread, Text: l.Over}
		if err := c.messenger.Edit(ctx, l.Name, over); err != nil && !errors.Is(err, bot.ErrGone) {
			return o.StatusRef, err
		}
	}
	lease := ""
	if l.About != "" || o.PlacedBy != c.opts.Process || time.Since(o.Placed) >= mineFor {
		var err error
		if lease, err = c.mayBegin(ctx, o, l.About); err != nil {
			return o.StatusRef, err
		}
	}
	name, err := c.messenger.Send(ctx, l.Message)
	if err != nil {
		if lease != "" {
			c.mayNot(ctx, lease)
		}
		return o.StatusRef, err
	}
	return l.Ref(name), nil
}

// mineFor is how long after it was placed an order's first line may be begun by the process that has placed it, without
// asking: what is sent by then has come to its end when others may begin it.
const mineFor = bot.FirstLine - time.Minute

// mayBegin makes this process the one that begins a line, by a lease: others may have news of the same order at the
// same moment. It stays that one, since what they know of the order may be older than the line. An order's first line
// is left to the process that has placed it, unless that one is gone, for as long as it may be about to begin it.
func (c *Outbox) mayBegin(ctx context.Context, o pipeline.Order, about string) (lease string, err error) {
	others := o.PlacedBy != "" && o.PlacedBy != c.opts.Process && time.Since(o.Placed) < bot.FirstLine
	held := false
	if about != "" || !others {
		lease = strings.TrimSpace(fmt.Sprint("line ", o.ID, " ", about))
		if held, err = c.opts.Store.Lease(ctx, lease, c.holder, sendTimeout); err != nil {
			return "", passing(err)
		}
	}
	if !held {
		return "", &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: time.Second,
			Err: errors.New("another process begins the line"),
		}
	}
	return lease, nil
}

// mayNot leaves a line that was not begun to others.
func (c *Outbox) mayNot(ctx context.Context, lease string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
	defer cancel()
	if _, err := c.opts.Store.Lease(ctx, lease, c.holder, 0); err != nil {
		c.opts.Log.Warn("lease not released", "lease", lease, "err", err)
	}
}
