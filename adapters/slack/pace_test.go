package slack

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/remote"
)

func TestPace_DeliveriesThatWaitComeBackOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Client{pace: newPace()}
		if d := c.Turn("T1:C1"); d != 0 {
			t.Errorf("a channel at rest has one wait %v", d)
		}
		for range 2 * messageBurst { // the channel is full
			go c.pace.Take(t.Context(), "T1:C1")
		}
		synctest.Wait()
		var last time.Duration
		for n := range 20 {
			d := c.Turn("T1:C1")
			if d <= remote.Patience || n > 0 && d-last != deliveryEvery {
				t.Errorf("number %d comes back in %v, the one before in %v", n, d, last)
			}
			last = d
		}
		if d := c.Turn("T1:C2"); d != 0 {
			t.Errorf("another channel waits %v", d)
		}
		time.Sleep(last)
		if d := c.Turn("T1:C1"); d != 0 {
			t.Errorf("when all have had their time, one waits %v", d)
		}
	})
}
