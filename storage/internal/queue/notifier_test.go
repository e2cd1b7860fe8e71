package queue

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// far is another side's listener, which hears what a test says.
type far struct {
	ownListener
	says chan string
}

func (f far) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case text := <-f.says:
		return &riverdriver.Notification{Payload: text}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestListener_HearsOfEachQueueWithOwnCommitsAndOfTheOtherSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := far{says: make(chan string)}
		l := listener{f, newNotifier()}
		heard := func() string {
			t.Helper()
			n, err := l.WaitForNotification(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n.Payload
		}
		now := time.Now()
		for range 100 { // more than are heard of at once
			l.notifier.committed(
				[]Job{{Kind: Advance}, {Kind: Advance, Due: now.Add(time.Hour)}, {Kind: SendMessage}}, now,
			)
		}
		for _, want := range []string{`{"queue": "look"}`, `{"queue": "say"}`} {
			if got := heard(); got != want {
				t.Errorf("heard %s, want %s", got, want)
			}
		}
		go func() {
			time.Sleep(time.Second)
			l.notifier.committed([]Job{{Kind: Draft, Due: now.Add(time.Hour)}}, now)
			f.says <- "other"
			l.notifier.committed([]Job{{Kind: NotifyStatus}}, now)
		}()
		for _, want := range []string{"other", `{"queue": "tell"}`} {
			if got := heard(); got != want {
				t.Errorf("heard %s, want %s", got, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if n, err := l.WaitForNotification(ctx); err == nil || ctx.Err() == nil {
			t.Errorf("heard %v, %v before the wait was over", n, err)
		}
	})
}
