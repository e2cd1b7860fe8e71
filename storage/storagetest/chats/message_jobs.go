package chats

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func messageIsSent(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"))
	storagetest.Expect(t, d.Sent, 1, 0)
}

func nextMessageIsSent(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"), storagetest.NewMessage("77", "2"))
	storagetest.CommitMessages(t, e, storagetest.NewMessage("78", "3"))
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "4"))
	came := map[int64]bool{storagetest.Next(t, d.Sent).ID: true, storagetest.Next(t, d.Sent).ID: true}
	if !came[1] || !came[3] {
		t.Errorf("%v came", came)
	}
	for _, x := range []struct{ said, next int64 }{{1, 2}, {2, 4}} {
		storagetest.Claim(t, e, x.said)
		storagetest.MarkSent(t, e, x.said, "m")
		storagetest.Expect(t, d.Sent, x.next, 0)
	}
}

// jobCount is how many jobs aren't over.
func jobCount(t *testing.T, e storage.Engine) (n int) {
	t.Helper()
	jobs, err := e.Jobs(t.Context())
	storagetest.Check(t, err)
	for _, of := range jobs {
		n += of
	}
	return n
}

func releasedGetsAJob(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"))
	storagetest.Claim(t, e, 1)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	storagetest.Same(t, jobCount(t, e), 1)
	storagetest.Claim(t, e, 1)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), true))
	storagetest.Same(t, jobCount(t, e), 2)
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "m1")
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), true)) // too late
	storagetest.Same(t, jobCount(t, e), 2)
	storagetest.Start(t, e, d)
	storagetest.Expect(t, d.Sent, 1, 0)
	storagetest.Expect(t, d.Sent, 1, 0)
}

func waitingCostsNothing(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for range 30 {
		storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "x"), storagetest.NewMessage("77", "y"))
	}
	if n := jobCount(t, e); n != 1 {
		t.Errorf("60 messages of one chat have %d jobs", n)
	}
	if c := storagetest.NewChange(t, e, "77").Chat; c.Waiting != bot.MaxWaiting {
		t.Errorf("%d are known to wait", c.Waiting)
	}
	storagetest.Claim(t, e, 1)
	var wait *bot.WaitError
	if _, err := e.Claim(t.Context(), 1, time.Hour); !errors.As(err, &wait) || time.Until(wait.Until) < 50*time.Minute {
		t.Errorf("one that is claimed: %v, %+v", err, wait)
	}
	if _, err := e.Claim(t.Context(), 2, time.Hour); !errors.As(err, &wait) || !wait.Until.IsZero() {
		t.Errorf("one behind it: %v, %+v", err, wait)
	}
}

// everyMessageIsSent has messages committed to one chat, by changes of others that nothing holds apart, while those
// before them are closed: each must be called, whichever comes first.
func everyMessageIsSent(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	const writers, each = 3, 20
	said := make(chan int64, writers*each)
	storagetest.Check(t, e.Start(t.Context(), storage.Handlers{
		SendMessage: func(ctx context.Context, id int64) (time.Time, error) {
			var wait *bot.WaitError
			switch _, err := e.Claim(ctx, id, time.Hour); {
			case errors.As(err, &wait):
				return wait.Until, nil
			case errors.Is(err, pipeline.ErrNotFound):
				return time.Time{}, nil
			case err != nil:
				return time.Time{}, err
			}
			for next := id; next != 0; {
				said <- next
				sent := next
				for err := error(nil); ; { // as the outbox does: a server that is busy for a moment loses nothing
					if next, err = e.MarkSent(ctx, sent, "m"); err == nil {
						break
					}
					t.Logf("message %d isn't closed yet: %v", sent, err)
					if ctx.Err() != nil {
						return time.Time{}, err
					}
				}
				if next == 0 {
					break
				}
				if _, err := e.Claim(ctx, next, time.Hour); err != nil {
					t.Logf("message %d isn't claimed by the job of the one before: %v", next, err)
					break
				}
			}
			return time.Time{}, nil
		},
	}))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				c := bot.Change{
					Chat:     storagetest.NewChange(t, e, fmt.Sprint("writer", w)).Chat,
					Messages: []bot.OutgoingMessage{storagetest.NewMessage("77", "x")},
				}
				if _, err := e.Commit(t.Context(), c); err != nil {
					t.Error(err)
				}
				select { // of all: so few wait that the last one is often closed while another is written
				case <-said:
				case <-time.After(3 * time.Minute):
					t.Errorf("a message of writer %d wasn't called after %d rounds", w, n)
					return
				}
			}
		})
	}
	wg.Wait()
}

func lostJobs(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	answer := storagetest.NewMessage("77", "취소했어요")
	answer.Answer = "cb-1"
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"), storagetest.NewMessage("77", "2"), answer)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("78", "4"))
	storagetest.CommitMessages(t, e, storagetest.NewMessage("79", "5"))
	storagetest.Claim(t, e, 4)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 4, storagetest.Later(), false))
	storagetest.MarkSent(t, e, 5, "m")
	wake := func(before time.Time, want int) {
		t.Helper()
		n, err := e.WakePending(t.Context(), before)
		storagetest.Check(t, err)
		storagetest.Same(t, n, want)
	}
	wake(time.Now().Add(-time.Minute), 0) // they are young
	wake(time.Now().Add(time.Second), 2)  // 1 and the answer
	wake(time.Now().Add(-time.Minute), 0) // they have been looked at
	storagetest.Start(t, e, d)
	came := map[int64]int{}
	for range 6 { // the first jobs of 1, 3, 4 and 5 too
		came[storagetest.Next(t, d.Sent).ID]++
	}
	if came[1] != 2 || came[3] != 2 || came[2] != 0 {
		t.Errorf("%v came", came)
	}
}
