package outbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	sendTimeout = 90 * time.Second // no try to say something takes so long: see bot.FirstLine
	sendGiveUp  = 24 * time.Hour   // what could not be said by then is not said any more
	oddGiveUp   = 5 * time.Minute  // nor is what the platform can't make sense of: all that comes after it waits
	closeLimit  = 10 * time.Second // to write down what came of it, also when the job's time is over
	noticeStale = time.Minute      // a pressed button isn't watched for longer
)

// sendBudget is how long one job goes on with the messages of a chat; the next one's own job follows then.
const sendBudget = 10 * time.Second

// Send sends what was decided on, and what waits behind it in its chat: storage.Handlers.SendMessage.
func (c *Outbox) Send(ctx context.Context, id int64) (time.Time, error) {
	begun := time.Now()
	next, again, err := c.sendOne(ctx, id, false)
	for err == nil && next != 0 && time.Since(begun) < sendBudget && ctx.Err() == nil {
		// The next one's own job may have come meanwhile, and sleeps until the claim would end. So whatever hinders
		// the next one gives it another job; after an error the first one still comes.
		if next, _, err = c.sendOne(ctx, next, true); err != nil {
			c.opts.Log.Warn("message not sent; waiting for scheduled job", "err", err)
			return again, nil
		}
	}
	return again, err
}

// sendOne sends a message if it is its turn. It returns the one behind it when it is over with this one, else when to
// come back for it; zero: its job is done. With job, a job comes back for it anyway.
func (c *Outbox) sendOne(ctx context.Context, id int64, job bool) (next int64, again time.Time, err error) {
	var wait *bot.WaitError
	s, err := c.opts.Messages.Claim(ctx, id, sendTimeout)
	switch {
	case errors.As(err, &wait):
		return 0, wait.Until, nil // zero: it has a job once what is before it is closed
	case errors.Is(err, pipeline.ErrNotFound):
		return 0, time.Time{}, nil
	case err != nil:
		return 0, time.Time{}, fmt.Errorf("message %d: %w", id, err)
	}
	message, sent := c.unmarked.Get(id)
	if !sent {
		message, err = c.send(ctx, s)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
	defer cancel()
	if err != nil {
		if t := c.nextAttempt(s, err); !t.IsZero() {
			return 0, t, c.opts.Messages.ReleaseMessage(ctx, id, t, job)
		}
	}
	if next, err = c.markSent(ctx, id, message); err != nil {
		return 0, time.Time{}, fmt.Errorf("message %d: %w", id, err)
	}
	c.lost.Remove(id)
	return next, time.Time{}, nil
}

// markSent closes a message, and tries so until ctx ends: else it would be sent once more. A process that could not
// close one remembers that it was sent.
func (c *Outbox) markSent(ctx context.Context, id int64, message string) (next int64, err error) {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		if next, err = c.opts.Messages.MarkSent(ctx, id, message); err == nil {
			c.unmarked.Remove(id)
			return next, nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			c.unmarked.Add(id, message)
			return 0, err
		}
	}
}

// lostAfter is when a message that wasn't tried to be sent has surely no job any more.
const lostAfter = 10 * time.Minute

// Sweep is to be called every minute: it sees to messages whose jobs are lost.
func (c *Outbox) Sweep(ctx context.Context) error {
	n, err := c.opts.Messages.WakePending(ctx, time.Now().Add(-lostAfter))
	if n > 0 {
		c.opts.Log.Warn("pending messages had no job and got one", "count", n)
	}
	return err
}

// send says it, and returns the chat's name for it.
func (c *Outbox) send(ctx context.Context, s bot.OutgoingMessage) (string, error) {
	m := c.opts.Messengers[s.Thread.Platform]
	if m == nil { // another process may have it
		return "", &pipeline.Fault{
			Kind: pipeline.Transient, RateLimited: true, RetryAfter: time.Minute,
			Err: fmt.Errorf("platform %q isn't turned on in this process", s.Thread.Platform),
		}
	}
	message, err := c.dispatch(ctx, m, s)
	return message, c.renamed(ctx, s.Thread, err)
}

func (c *Outbox) dispatch(ctx context.Context, m bot.Messenger, s bot.OutgoingMessage) (string, error) {
	if s.Logo != 0 {
		var err error
		if s.Text, err = c.keepLogo(ctx, m, s); err != nil {
			return "", err
		}
	}
	if s.Track != 0 {
		var err error
		if s.Text, err = c.keepTrack(ctx, s); err != nil {
			return "", err
		}
	}
	switch {
	case s.Callback != "":
		return "", c.sendCallback(ctx, s)
	case s.Answer != "":
		return "", m.Answer(ctx, s.Answer, s.Text, s.Alert)
	case s.Order != 0 && s.Cut != 0:
		return c.resend(ctx, m, s)
	case s.Order != 0:
		return c.sendWithPhoto(ctx, m, s)
	case s.Edit != "":
		err := m.Edit(ctx, s.Edit, s.Message)
		if !errors.Is(err, bot.ErrGone) {
			return s.Edit, err
		}
	}
	return m.Send(ctx, s.Message)
}

// resend shows an order's short again: the newest that there is.
func (c *Outbox) resend(ctx context.Context, m bot.Messenger, s bot.OutgoingMessage) (string, error) {
	o, err := c.opts.Store.Order(ctx, s.Order)
	if errors.Is(err, pipeline.ErrPurged) || err == nil && present.IsPurged(o) {
		return m.Send(ctx, bot.Message{Thread: s.Thread, Text: present.Fill(s.Thread.Lang, "order.gone", nil)})
	}
	if err != nil {
		return "", passing(fmt.Errorf("read order %d: %w", s.Order, err))
	}
	o.Thread = s.Thread
	if o.Cut.ShortKey == "" {
		return m.Send(ctx, bot.Message{Thread: s.Thread, Text: present.Made(s.Thread.Lang, "resend.later", o.Cut.Size)})
	}
	short, err := c.opts.Blobs.Open(ctx, o.Cut.ShortKey)
	if errors.Is(err, fs.ErrNotExist) {
		return m.Send(ctx, bot.Message{Thread: s.Thread, Text: present.Made(s.Thread.Lang, "resend.gone", o.Cut.Size)})
	}
	if err != nil {
		return "", passing(fmt.Errorf("open short: %w", err))
	}
	defer short.Close()
	if s.Part != nil && s.Part.Cut == o.Cut.N {
		o.Cut.Receipt = s.Part.Receipt
	}
	for {
		receipt, err := c.show(ctx, m, o, short)
		var part *pipeline.Partial
		if !errors.As(err, &part) {
			message, _ := readReceipt(receipt)
			return message, err
		}
		o.Cut.Receipt = part.Receipt
		s.Part = &bot.SentPart{Cut: o.Cut.N, Receipt: part.Receipt}
		if err := c.opts.Messages.MarkPartSent(ctx, s); err != nil {
			return "", passing(err)
		}
		if part.Err != nil {
			return "", part
		}
	}
}

// nextAttempt is when a message that failed is tried again; zero when it is over with it.
func (c *Outbox) nextAttempt(s bot.OutgoingMessage, err error) time.Time {
	f, age := pipeline.AsFault(err), time.Since(s.Made)
	log := c.opts.Log.With("message", s.ID, "platform", s.Thread.Platform, "err", err)
	tried, _ := c.lost.Get(s.ID)
	switch {
	case s.Answer != "" && age > noticeStale, age > sendGiveUp, f.Kind == pipeline.Rejected:
		log.Warn("message dropped")
		return time.Time{}
	case f.Kind == pipeline.Misconfigured && f.Reason == pipeline.ReasonTrouble && age > oddGiveUp:
		log.Error("message dropped: the platform refuses it as it is")
		return time.Time{}
	case f.Kind == pipeline.Indeterminate && tried:
		log.Warn("message given up: its outcome is unknown for the second time")
		return time.Time{}
	case f.Kind == pipeline.Indeterminate: // twice is better than never
		c.lost.Add(s.ID, true)
	case f.Kind == pipeline.Misconfigured:
		log.Error("messages can't be sent: check the platform's settings")
		return backoff(age, max(f.RetryAfter, time.Minute))
	case f.RateLimited && f.RetryAfter > 0: // the chat's turn comes then, however long this has waited
		return time.Now().Add(f.RetryAfter)
	}
	return backoff(age, f.RetryAfter)
}
