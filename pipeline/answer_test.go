package pipeline

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// postponed is a row whose time may change.
type postponed struct{ row }

func (p *postponed) Postpone(_ context.Context, o Order) error {
	p.o = o
	return nil
}

func TestUnanswered_AQuestionEndsAfterADayAndBuysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := quiet()
		o := begun(Fetch)
		o.Call, o.Framing.Doubt = "", ReasonAskTiny
		o, m := askAboutPhoto(o)
		if !m.Wakeup || !m.Notify || len(m.Calls) > 0 || m.Reserve != nil || !o.AwaitsAnswer() {
			t.Fatalf("%+v %+v", o, m)
		}
		store := &postponed{row{o: o}}
		p.opts.Store = store
		for day := time.Now().Add(answerWithin); time.Now().Before(day); time.Sleep(answerCheck) {
			if c, _, err := p.driver.next(t.Context(), store.o, &runner.Hint{}, ""); err != nil || c.move != nil {
				t.Fatalf("%v before its day is over: %+v, %v", time.Until(day), c.move, err)
			}
		}
		o = store.o
		o.Due = time.Now()
		c, _, err := p.driver.next(t.Context(), o, nil, "")
		if err != nil || c.move == nil || c.next.Status != Cancelled || len(c.move.Calls) > 0 || !c.move.Notify {
			t.Errorf("%+v %+v %v", c.next, c.move, err)
		}
	})
}

func TestUseAnyway_OnlyAnswersAQuestionThatIsOpen(t *testing.T) {
	o := Order{Status: Open, Step: Animate, Phase: Ready, Reason: ReasonAskDark}
	next, m, err := UseAnyway(o)
	if err != nil || next.AwaitsAnswer() || !next.Framing.Anyway || next.Reason != ReasonNone || !m.Wakeup ||
		!m.Notify {
		t.Errorf("%+v %+v %v", next, m, err)
	}
	for _, change := range []func(*Order){
		func(o *Order) { o.Status = Cancelled }, func(o *Order) { o.Phase = Waiting },
		func(o *Order) { o.Reason = ReasonPaused },
		func(o *Order) { o.Step = Render },
	} {
		x := o
		change(&x)
		if _, _, err := UseAnyway(x); err == nil {
			t.Errorf("answered: %+v", x)
		}
	}
}
