package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// restless is a database in which somebody else is first whenever an answer is to be written that nobody waits for.
type restless struct {
	storage.Engine
	first []func(pipeline.Order) (pipeline.Order, pipeline.Move, error)
}

func (e *restless) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	if strings.HasPrefix(m.Note, "an answer that nobody") && len(e.first) > 0 {
		now, move, err := e.first[0](o)
		e.first = e.first[1:]
		if err == nil {
			_, err = e.Engine.Move(ctx, now, move)
		}
		if err != nil {
			return o, err
		}
	}
	return e.Engine.Move(ctx, o, m)
}

func TestAnAnswerIsWrittenDownHoweverOftenItsOrderMoves(t *testing.T) {
	w := newWorld(t, databases()["sqlite"](t))
	e := &restless{first: []func(pipeline.Order) (pipeline.Order, pipeline.Move, error){cheaper, pipeline.Cancel}}
	p := w.start(hurried(), func(next storage.Engine) storage.Engine { e.Engine = next; return e })
	t.Cleanup(p.stop)
	o, err := p.place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.until(o.ID, delivered)
	w.faults(sandbox.Fault{On: startCut, DelayMS: 300})
	p.change(o.ID, cheaper)
	p.until(o.ID, at(pipeline.Render, pipeline.Begun))
	p.change(o.ID, pipeline.Cancel)
	p.until(o.ID, func(pipeline.Order) bool {
		calls, err := p.engine.Calls(t.Context(), o.ID)
		return err == nil && len(calls) == 3 && calls[2].State == pipeline.CallSettled
	})
	p.settled(o.ID, 3)
}

func TestACallThatAnotherProcessHasBegunIsNotMadeTwice(t *testing.T) {
	w := newWorld(t, databases()["sqlite"](t))
	w.faults(sandbox.Fault{On: startCut, DelayMS: 500})
	p := w.start(hurried(), nil)
	o, err := p.place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.until(o.ID, at(pipeline.Render, pipeline.Begun))
	p.change(o.ID, cheaper)
	p.change(o.ID, func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) { // there
		o.Phase, o.Call, o.Due = pipeline.Begun, "theirs", time.Now().Add(time.Hour)
		return o, pipeline.Move{Calls: []pipeline.Call{{ID: "theirs", Order: o.ID, Cut: 2, Step: o.Step, Provider: "creatomate", State: pipeline.CallBegun, Begun: time.Now()}}}, nil
	})
	p.until(o.ID, func(pipeline.Order) bool { // the first answer is here
		calls, err := p.engine.Calls(t.Context(), o.ID)
		return err == nil && len(calls) == 3 && calls[1].State == pipeline.CallSettled
	})
	p.stop()
	w.bought(o.ID, 1, 1)
}

// TestTwoProcessesBuyNothingTwiceWhateverPeopleChange lets people change and cancel their orders at random
// moments, through either of two processes. What the providers took is then what stands in the ledger.
func TestTwoProcessesBuyNothingTwiceWhateverPeopleChange(t *testing.T) {
	t.Parallel()
	const orders, changes = 12, 6
	w := newWorld(t, databases()["postgres"](t))
	for _, on := range []string{startClip, startCut} {
		w.faults(sandbox.Fault{On: on, DelayMS: 100, Times: 1000})
	}
	times := hurried()
	times.Call = 10 * time.Second
	ps := []*process{w.start(times, nil), w.start(times, nil)}
	for _, p := range ps {
		t.Cleanup(p.stop)
	}
	var people sync.WaitGroup
	for n := range orders {
		random := rand.New(rand.NewPCG(uint64(n), 7))
		o, err := ps[n%2].place(strconv.Itoa(n))
		if err != nil {
			t.Fatal(err)
		}
		people.Go(func() {
			for i := range changes {
				<-time.After(time.Duration(random.IntN(250)) * time.Millisecond) // the moment is the random part
				p := ps[random.IntN(2)]
				if i == changes-2 && n%3 == 0 {
					p.attempt(o.ID, pipeline.Cancel)
					continue
				}
				p.attempt(o.ID, func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
					words := o.Cut.Words
					words.Won = 1000 * (i + 1)
					return pipeline.Fix(o, pipeline.Edit{Words: &words})
				})
			}
		})
	}
	people.Wait()
	rows := map[paidStep]int{}
	for id := int64(1); id <= orders; id++ {
		var calls []pipeline.Call
		every(t, 20*time.Millisecond, patience, func() (err error) { // either process may be the one that ends it
			calls, err = ps[0].closed(id)
			return err
		})
		for _, c := range calls {
			if c.State != pipeline.CallVoid {
				rows[paidStep{id, c.Provider}]++
			}
		}
	}
	if starts := w.starts(); !maps.Equal(starts, rows) {
		t.Errorf("the providers took %v, and the ledger has %v", starts, rows)
	}
}

// attempt changes an order if that can be done.
func (p *process) attempt(id int64, f func(pipeline.Order) (pipeline.Order, pipeline.Move, error)) {
	for {
		o, err := p.engine.Order(p.t.Context(), id)
		var m pipeline.Move
		if err == nil {
			o, m, err = f(o)
		}
		if err == nil {
			_, err = p.engine.Move(p.t.Context(), o, m)
		}
		switch {
		case err == nil:
			p.pipe.Wake(id)
			return
		case errors.Is(err, pipeline.ErrNoChange):
			return
		case !errors.Is(err, pipeline.ErrMoved):
			p.t.Error(err)
			return
		}
	}
}

// closed are the calls of an order that has come to its end, if the ledger says of each how it did.
func (p *process) closed(id int64) ([]pipeline.Call, error) {
	o, err := p.engine.Order(p.t.Context(), id)
	if err != nil {
		return nil, err
	}
	if o.Status != pipeline.Delivered && o.Status != pipeline.Cancelled {
		return nil, fmt.Errorf("order %d is %s at %s: %s", id, o.Status, o.Step, o.Detail)
	}
	calls, err := p.engine.Calls(p.t.Context(), id)
	for _, c := range calls {
		if c.State == pipeline.CallBegun || c.State == pipeline.CallKnown || c.State == pipeline.CallUnknown {
			err = fmt.Errorf("order %d: a call of %s is %s", id, c.Provider, c.State)
		}
	}
	return calls, err
}

func TestAFixWhileThePhotoIsFetchedDelaysNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	w.people.Fail(people.Downloads, 1, people.Failure{Delay: 300 * time.Millisecond})
	times := talkative()
	times.PickUp = time.Hour
	k := w.talk(w.start(times, nil))
	photo := k.SendPhoto(tinyPhoto(), pasta)
	k.p.wait(func() bool { return len(k.orders()) == 1 })
	k.Edit(photo.ID, "새우 파스타 19,000원")
	if short := k.gets(1); !strings.Contains(short.Text, "19,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestAFixWhileAShortIsBeingSentLosesNeither(t *testing.T) {
	k := talking(t)
	k.w.people.Fail("sendVideo", 1, people.Failure{Delay: 500 * time.Millisecond})
	photo := k.SendPhoto(tinyPhoto(), pasta)
	k.p.wait(func() bool { return len(k.orders()) == 1 })
	k.p.until(k.orders()[0].ID, at(pipeline.Deliver, pipeline.Begun))
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.gets(2)
	for _, m := range k.Messages() {
		if m.Kind == "video" && !k.knows(m.ID) {
			t.Errorf("to answer %q is to answer nothing", m.Text)
		}
	}
	if o := k.orders()[0]; o.Shown != 2 || o.Cut.Words.Won != 19000 {
		t.Errorf("shown %d, %+v", o.Shown, o.Cut)
	}
	k.one(2)
}
