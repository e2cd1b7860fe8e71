package pipeline

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// unreachable is a chat that is down for hours, with one order in it.
type unreachable struct {
	Store
	Chat
	tried int
}

func (u *unreachable) Order(context.Context, int64) (Order, error) {
	return Order{ID: 12, Status: Open, Thread: Thread{Platform: "telegram"}, Changed: time.Now()}, nil
}

func (u *unreachable) NotifyStatus(context.Context, Order) (StatusRef, error) {
	u.tried++
	return StatusRef{}, &Fault{Kind: Transient, Reason: ReasonBusy, Err: errors.New("HTTP 502")}
}

func TestRefreshStatus_AChatThatIsDownIsNotAskedMoreOftenTheMoreHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, u := quiet(), &unreachable{}
		p.opts.Store, p.opts.Chats = u, map[string]Chat{"telegram": u}
		const news = 60
		for range news {
			p.RefreshStatus(12)
			time.Sleep(10 * time.Second)
		}
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // for what it has planned
		// Each bit of news is a try, and one more is under way by itself each 16 to 24 seconds.
		if most := news + int(news*10*time.Second/(16*time.Second)); u.tried > most {
			t.Errorf("tried %d times in 10 minutes, want %d at most", u.tried, most)
		}
	})
}
