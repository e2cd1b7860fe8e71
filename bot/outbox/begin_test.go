package outbox_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TestNotifyStatus_TwoProcessesBeginOneLine lets both know the order as it was before it had a line.
func TestNotifyStatus_TwoProcessesBeginOneLine(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	r.restart()
	_, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o)
	if f := pipeline.AsFault(err); f.Kind != pipeline.Transient || !f.RateLimited || f.RetryAfter > time.Minute {
		t.Errorf("the second one: %v", err)
	}
	r.only()
	r.tell(o) // it knows the line by now
	r.only()
}

// TestNotifyStatus_ALineThatCouldNotBeBegunIsBegunByAnotherProcess waits until the process that placed
// the order surely doesn't.
func TestNotifyStatus_ALineThatCouldNotBeBegunIsBegunByAnotherProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRound(t)
		o := r.order(r.Thread(t))
		r.Fail(&pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("full")})
		if _, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o); err == nil {
			t.Fatal("it went well")
		}
		r.restart()
		if _, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o); err == nil {
			t.Error("two may begin it")
		}
		time.Sleep(time.Minute)
		r.tell(o)
		r.only()
	})
}

func TestNotifyStatus_TheLineOfAProcessThatIsGoneIsBegunByAnotherAtOnce(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.restart()
	o.PlacedBy = "" // as the storage says once that one is gone
	if told, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o); err != nil || told.Ref == "" {
		t.Errorf("%+v, %v", told, err)
	}
	r.only()
}
