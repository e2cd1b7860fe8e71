package pipeline

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// copyLimit is how long copying a result into our blobs may take.
const copyLimit = 3 * time.Minute

// expectsCallback reports whether a callback comes when a step's work is done.
func (p *Pipeline) expectsCallback(s Step) bool {
	return p.opts.CallbackURL != "" && (s == Render || p.terms.Callbacks)
}

func (p *Pipeline) ask(ctx context.Context, o Order, remote string) (Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, p.opts.Times.Call)
	defer cancel()
	of := Checker(p.opts.Cuts)
	if o.Step == Animate {
		of = p.opts.Clips
	}
	began := time.Now()
	pr, err := of.Check(ctx, remote)
	came := err
	if err == nil && pr.State == Broken && pr.Fault != nil {
		came = pr.Fault
	}
	p.called(o.Step, CallCheck, began, came)
	return pr, err
}

// check asks the provider how far it is, and takes the result in when it is done.
func (p *Pipeline) check(ctx context.Context, o Order) (Order, *Move, error) {
	pr, err := p.ask(ctx, o, o.Remote)
	if err != nil {
		f := AsFault(err)
		if f.Booked && !p.tooLong(o, f.RetryAfter) {
			return p.askLater(ctx, o, f.RetryAfter)
		}
		o, m := p.checkFailed(o, f)
		return o, m, nil
	}
	if o.Step == Animate {
		p.sawClip(ctx, o.Remote, pr)
	}
	switch pr.State {
	case Broken:
		tries, err := p.tries(ctx, o)
		if err != nil {
			return o, nil, err
		}
		o, m := p.broken(o, pr, tries)
		return o, m, nil
	case Succeeded:
		key := ResultKey(p.call(o, CallKnown), o.Cut.Size)
		err := p.copyResult(ctx, p.provider(o.Step), pr.URL, key)
		switch {
		case err != nil:
		case o.Step == Render:
			err = p.finish(ctx, o, key)
		case o.Step == Animate:
			o, err = p.prepareClip(ctx, o, key)
		}
		if err != nil {
			o, m := p.resultNotCopied(o, pr, AsFault(err))
			return o, m, nil
		}
		return p.takeIn(ctx, o, key, p.closed(o, pr.Cost))
	}
	return p.stillAtIt(ctx, o, pr)
}

// takeIn goes on with a result that was copied to key. Until it is written nothing is lost: the check is
// repeated.
func (p *Pipeline) takeIn(ctx context.Context, o Order, key string, call Call) (Order, *Move, error) {
	suspect := false
	if o.Step == Animate {
		v, err := p.compare(ctx, o, key)
		if err != nil {
			return o, nil, err
		}
		o.ClipKey = key // also of a clip that isn't used: an admin may want to see it
		switch {
		case v.Changed != "" && v.Decides:
			o, m := p.fallback(o, &Move{Calls: []Call{call}}, ReasonDishChanged, errors.New(v.Changed))
			return o, m, nil
		case v.Changed != "":
			p.opts.Log.Warn("the clip may show another dish", "order", o.ID, "alike", v.Changed)
			o.Framing.Suspect, suspect = v.Changed, true
			call.Note = "used, though the dish may have changed: " + v.Changed
		}
	} else {
		o.Cut.ShortKey = key
	}
	o, m := p.startStep(o, "made and copied")
	m.Calls, m.Cut, m.Notify = append(m.Calls, call), o.Cut.ShortKey != "", m.Notify || suspect
	return o, m, nil
}

// stillAtIt comes back later, without a new version: nothing has happened.
func (p *Pipeline) stillAtIt(ctx context.Context, o Order, pr Progress) (Order, *Move, error) {
	if p.tooLong(o, 0) {
		err := fmt.Errorf(
			"%s hasn't finished %s in %s", p.provider(o.Step), o.Remote, time.Since(o.Since).Round(time.Second),
		)
		o, m := p.park(o, &Move{}, ReasonBusy, err)
		return o, m, nil
	}
	now := time.Now()
	o.Due = now.Add(p.pause(o, now))
	o.Progress = max(o.Progress, pr.Fraction)
	if o.Trouble != (Trouble{}) {
		o.Trouble, o.Attempt, o.Detail = Trouble{}, 0, ""
		return o, &Move{Wakeup: wakeupNeeded(o, now), Note: "answered again"}, nil
	}
	err := p.opts.Store.Postpone(ctx, o)
	if err != nil && !errors.Is(err, ErrMoved) {
		return o, nil, err
	}
	p.refresh(o)
	return o, nil, nil
}

// askLater asks again when the place comes that the request has under the provider's limit. Nothing has happened, so
// history has nothing of it.
func (p *Pipeline) askLater(ctx context.Context, o Order, wait time.Duration) (Order, *Move, error) {
	o.Due = time.Now().Add(wait)
	if err := p.opts.Store.Postpone(ctx, o); err != nil && !errors.Is(err, ErrMoved) {
		return o, nil, err
	}
	p.orders.WakeAt(o.ID, o.Due, nil)
	return o, nil, nil
}

// checkFailed settles a check that failed. Asking again is free, so it is worth many tries, and the paid
// work isn't touched.
func (p *Pipeline) checkFailed(o Order, f *Fault) (Order, *Move) {
	o, pause, enough := p.nextTry(o, f)
	if enough {
		why, err := f.Reason, f.Err
		if f.Kind != Misconfigured {
			why, err = ReasonBusy, fmt.Errorf("%s: no result can be had: %w", p.provider(o.Step), f.Err)
		}
		return p.park(o, &Move{}, why, err)
	}
	o.Due = time.Now().Add(pause)
	o.Detail = f.Err.Error()
	p.logRetry(o, o.Attempt, f.Err)
	return o, &Move{Wakeup: true, Note: "asked in vain: " + f.Err.Error()}
}

// unfitTries is how often a file is fetched that isn't as it was ordered: it may not be whole yet where it lies.
const unfitTries = 3

// resultNotCopied settles a result that couldn't be taken in. One that stays unfit is paid for and of no use: an admin
// mends the cause, and has another made.
func (p *Pipeline) resultNotCopied(o Order, pr Progress, f *Fault) (Order, *Move) {
	if f.Reason != ReasonUnfit || o.Attempt+1 < unfitTries {
		return p.checkFailed(o, f)
	}
	pr.Fault = &Fault{Kind: Misconfigured, Reason: ReasonUnfit, Err: fmt.Errorf("%s: %w", p.provider(o.Step), f.Err)}
	return p.broken(o, pr, 0)
}

// tries counts the paid calls that this step of this cut has been accepted for so far.
func (p *Pipeline) tries(ctx context.Context, o Order) (int, error) {
	calls, err := p.opts.Store.Calls(ctx, o.ID)
	if err != nil {
		return 0, fmt.Errorf("count calls of order %d: %w", o.ID, err)
	}
	n := 0
	for _, c := range calls {
		if c.Step == o.Step && c.Cut == o.Cut.N && c.Remote != "" {
			n++
		}
	}
	return n, nil
}

// copyResult copies a provider's file into our blobs: their links die within days, and some carry tokens.
func (p *Pipeline) copyResult(ctx context.Context, provider, url, key string) error {
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	r, err := p.opts.Results.Open(ctx, url)
	if err != nil {
		return from(provider, fmt.Errorf("open result: %w", err))
	}
	defer r.Close()
	br := bufio.NewReader(r)
	kind, err := kindOf(br)
	if err != nil {
		return from(provider, fmt.Errorf("read result: %w", err))
	}
	if want := resultType(key); kind != want {
		return &Fault{Kind: Transient, Reason: ReasonUnfit, Err: fmt.Errorf("result isn't of type %s", want)}
	}
	if err := p.opts.Blobs.Put(ctx, key, kind, br); err != nil {
		return from(ServiceBlobs, fmt.Errorf("keep result: %w", err))
	}
	return nil
}

// resultType is what a result must be that is kept under a ResultKey.
func resultType(key string) string {
	if strings.HasSuffix(key, ".jpg") {
		return "image/jpeg"
	}
	return "video/mp4"
}

// kindOf tells by its first bytes which of the two kinds of results a file is; "" is neither.
func kindOf(r *bufio.Reader) (string, error) {
	head, err := r.Peek(8)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	case len(head) == 8 && string(head[4:]) == "ftyp": // ISO/IEC 14496-12 §4.3: a file begins with its type box
		return "video/mp4", nil
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "image/jpeg", nil
	}
	return "", nil
}
