package slack

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPace_DeliveriesThatWaitComeBackOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		if d := p.wait("T1:C1", time.Now()); d != 0 {
			t.Errorf("a channel at rest has one wait %v", d)
		}
		for p.reserve("T1:C1", time.Now()) <= patience { // the channel is full
		}
		var last time.Duration
		for n := range 20 {
			d := p.wait("T1:C1", time.Now())
			if d <= patience || n > 0 && d-last != deliveryEvery {
				t.Errorf("number %d comes back in %v, the one before in %v", n, d, last)
			}
			last = d
		}
		if d := p.wait("T1:C2", time.Now()); d != 0 {
			t.Errorf("another channel waits %v", d)
		}
		time.Sleep(last)
		if d := p.wait("T1:C1", time.Now()); d != 0 {
			t.Errorf("when all have had their time, one waits %v", d)
		}
	})
}
