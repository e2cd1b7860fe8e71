package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/sign"
)

func quiet() *Pipeline {
	return New(Options{
		Clips: provided{}, Cuts: provided{}, Blobs: dropped{},
		Times:  DefaultTimes(),
		Log:    slog.New(slog.NewTextHandler(io.Discard, nil)),
		Signer: sign.New([]byte("0123456789abcdef0123456789abcdef"), nil),
	})
}

// dropped are files of which only checkpoints are written, and none is kept.
type dropped struct{ Blobs }

func (dropped) Put(context.Context, string, string, io.Reader) error { return nil }

// provided is a provider that only answers questions, with the error that it holds.
type provided struct{ err error }

func (provided) Name() string { return "runway" }

func (provided) ClipTerms() ClipTerms { return ClipTerms{} }

func (provided) CutTerms() CutTerms { return CutTerms{} }

func (provided) StartClip(context.Context, ClipRequest) (Started, error) {
	panic("nothing is bought here")
}

func (provided) StartCut(context.Context, CutRequest) (Started, error) {
	panic("nothing is bought here")
}

func (p provided) Check(context.Context, string) (Progress, error) {
	return Progress{State: Broken}, p.err
}

// begun is an order whose paid request has been written down.
func begun(s Step) Order {
	return Order{
		ID: 12, Status: Open, Step: s, Phase: Begun, Version: 3, Call: "call1", Since: time.Now(), Cut: Cut{N: 1},
	}
}

func fault(k Kind, r Reason) *Fault { return &Fault{Kind: k, Reason: r, Err: errors.New("boom")} }

// tries lets a begun request fail again and again, and returns how the order ends, after how long and how many tries.
func tries(t *testing.T, p *Pipeline, s Step, f *Fault) (end Order, m *Move, after time.Duration, n int) {
	t.Helper()
	o, start := begun(s), time.Now()
	for n = 1; n < 1000; n++ {
		o.Phase, o.Call = Begun, "call1"
		o, m = p.driver.settler.settle(o, f)
		if s.paid() && (len(m.Calls) != 1 || m.Calls[0].State != CallVoid || m.Calls[0].Ended.IsZero()) {
			t.Fatalf("try %d: the call that certainly didn't happen is %+v", n, m.Calls)
		}
		if o.Status != Open {
			return o, m, time.Since(start), n
		}
		if o.Phase != Ready || !m.Wakeup || m.Notify || !o.Due.After(time.Now()) || o.Call != "" ||
			o.Trouble != (Trouble{start, f.Reason, o.Trouble.Service}) {
			t.Fatalf("try %d: %+v %+v", n, o, m)
		}
		time.Sleep(time.Until(o.Due))
	}
	t.Fatal("it never ends")
	return o, m, 0, n
}

func TestSettle_OutageOfAnHourParksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range []Step{Fetch, Animate, Render} {
			end, m, after, n := tries(t, quiet(), s, fault(Transient, ReasonBusy))
			if end.Status != Parked || end.Reason != ReasonBusy || !m.Notify || after < 5*time.Hour || n > 120 {
				t.Errorf("%s: %s %q after %s and %d tries, told %v", s, end.Status, end.Reason, after, n, m.Notify)
			}
		}
	})
}

func TestSettle_TriesThatAFaultIsWorthAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := fault(Transient, ReasonTrouble)
		f.MaxAttempts = 2
		if end, _, _, n := tries(t, quiet(), Animate, f); end.Status != Parked || n != 2 {
			t.Errorf("%s after %d tries", end.Status, n)
		}
	})
}

func TestSettle_MisconfiguredIsTriedForAQuarterOfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range []Step{Fetch, Animate, Render} {
			f := fault(Misconfigured, ReasonSetup)
			f.Service = "s3"
			end, m, after, n := tries(t, quiet(), s, f)
			if end.Status != Parked || end.Reason != ReasonSetup || end.Trouble.Service != "s3" || !m.Notify ||
				after < 12*time.Minute || after > 15*time.Minute || n < 8 || n > 20 {
				t.Errorf(
					"%s: %s %q for %q after %s and %d tries", s, end.Status, end.Reason, end.Trouble.Service, after, n,
				)
			}
		}
	})
}

func TestSettle_AQuarterOfAnHourBeginsWithTheFaultNotWithTheOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, o := quiet(), begun(Animate)
		o, _ = p.driver.settler.settle(o, fault(Transient, ReasonBusy))
		time.Sleep(time.Hour)
		o.Phase, o.Call = Begun, "call1"
		if o, _ = p.driver.settler.settle(o, fault(Misconfigured, ReasonSetup)); o.Status != Open ||
			!o.Trouble.Since.Equal(time.Now()) {
			t.Errorf("%s, in trouble since %s", o.Status, o.Trouble.Since)
		}
	})
}

// unknownStart is an order whose paid start was lost and has waited for news.
func unknownStart(p *Pipeline, answered bool) Order {
	f := fault(Indeterminate, ReasonUnknownStart)
	f.Answered = answered
	o, _ := p.driver.settler.settle(begun(Render), f)
	return o
}

func TestRestart_ALostAnswerIsStartedOnceMoreAtMost(t *testing.T) {
	p := quiet()
	next, m := p.driver.restartUnknown(t.Context(), unknownStart(p, false))
	if next.Phase != Begun || next.UnknownRestarts != 1 || next.Call == "call1" || len(m.Calls) != 1 ||
		m.Calls[0].State != CallBegun {
		t.Fatalf("%+v %+v", next, m)
	}
	next, _ = p.driver.settler.settle(next, fault(Indeterminate, ReasonUnknownStart))
	if next, _ = p.driver.restartUnknown(t.Context(), next); next.Status != Parked ||
		next.Reason != ReasonUnknownStart {
		t.Fatalf("started a third time: %+v", next)
	}
	p.opts.Times.NeverRetry = true
	if next, _ = p.driver.restartUnknown(t.Context(), unknownStart(p, true)); next.Status != Parked {
		t.Fatalf("RETRY_UNKNOWN_AFTER=off was ignored: %+v", next)
	}
}

func TestRestart_AStartAnsweredWithAnErrorOutlastsAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, start := quiet(), time.Now()
		var log strings.Builder
		p.opts.Log = slog.New(slog.NewTextHandler(&log, nil))
		o, starts := unknownStart(p, true), 1
		for o.Status == Open {
			if want := fmt.Sprintf(" attempt=%d ", starts); strings.Count(log.String(), want) != 1 {
				t.Errorf("the log doesn't have%sonce:\n%s", want, log.String())
			}
			time.Sleep(time.Until(o.Due))
			if o, _ = p.driver.restartUnknown(t.Context(), o); o.Status == Open {
				starts++
				f := fault(Indeterminate, ReasonUnknownStart)
				f.Answered = true
				o, _ = p.driver.settler.settle(o, f)
			}
		}
		if after := time.Since(start); starts != 1+maxRestarts || after < 2*time.Hour ||
			o.Reason != ReasonUnknownStart {
			t.Errorf("%d starts, and parked for %q after %s", starts, o.Reason, after)
		}
	})
}

func TestRestart_WaitsForAProviderThatDoesntAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := quiet()
		p.opts.Cuts = provided{fault(Transient, ReasonBusy)}
		o := unknownStart(p, false)
		for range 30 {
			time.Sleep(time.Until(o.Due))
			if o, _ = p.driver.restartUnknown(t.Context(), o); o.Phase != Unknown || o.Status != Open ||
				o.UnknownRestarts != 0 || o.Call != "call1" {
				t.Fatalf("%+v", o)
			}
		}
		p.opts.Cuts = provided{}
		if o, _ = p.driver.restartUnknown(t.Context(), o); o.Phase != Begun || o.UnknownRestarts != 1 {
			t.Errorf("%+v", o)
		}
	})
}

func TestRestart_OfAProviderThatNeverAnswersIsLeftToAnAdmin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, start := quiet(), time.Now()
		p.opts.Cuts = provided{fault(Transient, ReasonBusy)}
		o := unknownStart(p, false)
		for o.Status == Open && o.Phase == Unknown {
			time.Sleep(time.Until(o.Due))
			o, _ = p.driver.restartUnknown(t.Context(), o)
		}
		if after := time.Since(start); o.Status != Parked || o.Reason != ReasonUnknownStart || o.UnknownRestarts != 0 ||
			after < 5*time.Hour {
			t.Errorf("after %s: %+v", after, o)
		}
	})
}

// TestDeliver_UnknownOutcomeIsTriedOnceMoreThenParked loses the answer of a delivery, and the process that made it.
func TestDeliver_UnknownOutcomeIsTriedOnceMoreThenParked(t *testing.T) {
	p := quiet()
	lost := map[string]func(o Order) (Order, *Move){
		"no answer":  func(o Order) (Order, *Move) { return p.driver.settler.maybeDelivered(o, errors.New("timeout")) },
		"no process": p.driver.settler.markUnknown,
	}
	for first, loseFirst := range lost {
		for second, loseSecond := range lost {
			next, m := loseFirst(begun(Deliver))
			if next.Status != Open || next.Phase != Ready || !m.Wakeup || len(m.Calls) != 0 {
				t.Fatalf("%s: %+v %+v", first, next, m)
			}
			// this one certainly didn't arrive
			busy, _ := p.driver.settler.settle(next, fault(Transient, ReasonCantDeliver))
			again, _ := p.reserver.reserve(busy)
			if again.Phase != Begun {
				t.Fatalf("%s: not tried again: %+v", first, again)
			}
			if next, m = loseSecond(again); next.Status != Parked || next.Reason != ReasonMaybeDelivered || !m.Notify {
				t.Fatalf("%s, %s: %+v %+v", first, second, next, m)
			}
			if o, _, err := Redeliver(next); err == nil {
				t.Fatalf("it goes out again whenever the chat says something: %+v", o)
			}
			if o, m, err := Arrived(next); err != nil || o.Status != Delivered || o.Shown != 1 ||
				o.Reason != ReasonNone || !m.Cut || !m.Notify {
				t.Fatalf("seen in the chat: %+v %+v %v", o, m, err)
			}
			if o, _, err := Retry(next); err != nil || o.Step != Deliver || o.Phase != Ready || o.Reason != ReasonNone {
				t.Fatalf("not seen in the chat: %+v %v", o, err)
			}
		}
	}
	if _, _, err := Arrived(begun(Deliver)); !errors.Is(err, ErrNoChange) {
		t.Fatal("an order under way was ended")
	}
}

func TestSettler_ABrokenClipIsMadeAgainAsOftenAsItsFaultIsWorth(t *testing.T) {
	p := quiet()
	waiting := begun(Animate)
	waiting.Phase, waiting.Remote = Waiting, "task1"
	bad := Progress{
		State: Broken, Cost: 0,
		Fault: &Fault{
			Kind: Transient, Reason: ReasonPhotoText, MaxAttempts: 2, Err: errors.New("INTERNAL.BAD_OUTPUT.CODE01"),
		},
	}
	next, m := p.driver.settler.broken(waiting, bad, 1)
	if next.Phase != Ready || next.Status != Open || m.Calls[0].State != CallRefunded {
		t.Fatalf("first: %+v %+v", next, m)
	}
	bad.Cost = 1500
	next, m = p.driver.settler.broken(waiting, bad, 2)
	if next.Status != Failed || next.Reason != ReasonPhotoText || m.Calls[0].State != CallSettled ||
		m.Calls[0].Settled != 1500 {
		t.Fatalf("second: %+v %+v", next, m)
	}
	if next, _ = p.driver.settler.broken(
		waiting, Progress{State: Broken, Fault: fault(Rejected, ReasonPhotoRefused)}, 1,
	); next.Status != Failed {
		t.Fatalf("a refused photo: %+v", next)
	}
}

func TestSettler_AsksAProviderLessOftenTheLongerItTakes(t *testing.T) {
	p := quiet()
	now := time.Now()
	o := begun(Animate)
	o.Since = now
	if d := p.driver.settler.policy.pause(o, now); d < 5*time.Second || d > 6*time.Second {
		t.Errorf("first pause %s", d)
	}
	o.Since = now.Add(-time.Hour)
	if d := p.driver.settler.policy.pause(o, now); d < 3*time.Minute || d > 6*time.Minute {
		t.Errorf("after an hour %s", d)
	}
	p.opts.CallbackURL = "https://example.com"
	if d := p.driver.settler.policy.pause(begun(Render), now); d < time.Minute {
		t.Errorf("with a callback expected %s", d)
	}
}

// away is a database that can't be read.
type away struct{ Store }

func (away) Order(context.Context, int64) (Order, error) {
	return Order{}, errors.New("connection refused")
}

func TestCallback_DuringAnOutageOfTheDatabaseAsksToBeCalledAgain(t *testing.T) {
	p := quiet()
	p.opts.Store = away{}
	err := p.HandleCallback(t.Context(), "creatomate", 12, p.callbacks.Token("creatomate", 12), "r1")
	if err == nil || errors.Is(err, ErrBadToken) {
		t.Errorf("heard, with %v", err)
	}
	if err := p.HandleCallback(t.Context(), "creatomate", 12, "nonsense", "r1"); !errors.Is(err, ErrBadToken) {
		t.Errorf("who has no token learns of the outage: %v", err)
	}
}

// purged is a database that has nothing but the sums of any order.
type purged struct {
	Store
	reads atomic.Int64
}

func (p *purged) Order(context.Context, int64) (Order, error) {
	p.reads.Add(1)
	return Order{}, ErrPurged
}

func TestCallback_OfAnOrderThatIsKeptNoLongerIsAnsweredAndNotFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, store := quiet(), &purged{}
		p.opts.Store = store
		if err := p.HandleCallback(
			t.Context(), "creatomate", 12, p.callbacks.Token("creatomate", 12), "r1",
		); err != nil {
			t.Errorf("it is to come again: %v", err)
		}
		p.Wake(12)
		time.Sleep(time.Hour)
		if n := store.reads.Load(); n != 2 {
			t.Errorf("it was looked for %d times", n)
		}
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
