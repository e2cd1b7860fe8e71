package main

import (
	"context"
	"strings"
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
	if err := w.standIns.Fault(sandbox.Fault{On: startCut, DelayMS: 300}); err != nil {
		t.Fatal(err)
	}
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
	if err := w.standIns.Fault(sandbox.Fault{On: startCut, DelayMS: 500}); err != nil {
		t.Fatal(err)
	}
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
