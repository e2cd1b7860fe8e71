package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

func testPace() *pace.Pace { return newPace(nil, slog.New(slog.DiscardHandler)) }

func TestPace_DeliveriesThatWaitComeBackOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := sender{&conn{pace: testPace()}}
		if d := c.Pace("T1:C1"); d < messageEvery {
			t.Errorf("a line of progress may change every %v", d)
		}
		if d := c.Turn("T1:C1"); d != 0 {
			t.Errorf("a channel at rest has one wait %v", d)
		}
		for range 2 * messageBurst { // the channel is full
			go c.pace.Take(t.Context(), "T1:C1", 0)
		}
		synctest.Wait()
		var last time.Duration
		for n := range 20 {
			d := c.Turn("T1:C1")
			if d <= pace.Patience || n > 0 && d-last != deliveryEvery {
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

// TestPace_AChannelGetsOneMessageASecondAndAFewAtOnce is the limit that Slack states for chat.postMessage.
func TestPace_AChannelGetsOneMessageASecondAndAFewAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce = 3
		p, began, sent := testPace(), time.Now(), 0
		for time.Since(began) < time.Minute {
			if err := p.Take(t.Context(), "T1:C1", 0); err != nil {
				time.Sleep(pipeline.AsFault(err).RetryAfter)
				continue
			}
			if sent++; sent <= atOnce && time.Since(began) != 0 {
				t.Errorf("message %d waited for %v", sent, time.Since(began))
			}
			if most := int(time.Since(began)/time.Second) + atOnce; sent > most {
				t.Fatalf("%d messages in %v", sent, time.Since(began))
			}
			if err := p.Take(t.Context(), "T1:C2", 0); sent == 1 && (err != nil || time.Since(began) != 0) {
				t.Errorf("another channel waited too: %v", err)
			}
		}
		if sent < 60 {
			t.Errorf("%d messages in a minute are too few", sent)
		}
	})
}

// TestPace_WhateverWritesToAChannelTakesATurn leaves a channel one turn less than is needed: nothing may reach Slack
// then. A film is two messages.
func TestPace_WhateverWritesToAChannelTakesATurn(t *testing.T) {
	thread := pipeline.Thread{Platform: Platform, Chat: "T1:C1", User: "U1"}
	for name, x := range map[string]struct {
		turns int
		write func(ctx context.Context, c *Client) error
	}{
		"Send": {1, func(ctx context.Context, c *Client) error {
			_, err := c.Send(ctx, bot.Message{Thread: thread, Text: "안녕하세요"})
			return err
		}},
		"Edit": {1, func(ctx context.Context, c *Client) error {
			return c.Edit(ctx, "1.1", bot.Message{Thread: thread, Text: "안녕하세요"})
		}},
		"Video, whose file is there": {2, func(ctx context.Context, c *Client) error {
			_, err := c.Media(ctx, bot.Media{Thread: thread, Text: "새우 파스타", File: "F1"})
			return err
		}},
		"Picture, whose file is there": {2, func(ctx context.Context, c *Client) error {
			_, err := c.Media(ctx, bot.Media{Still: true, Thread: thread, Text: "새우 파스타", File: "F1"})
			return err
		}},
	} {
		reached := 0
		a := serve(t, map[string]http.HandlerFunc{"": func(w http.ResponseWriter, r *http.Request) {
			reached++
			no("channel_not_found")(w, r)
		}})
		c := a.client()
		c.pace = pace.New(pace.Options{Met: "full", Limits: func(string) []pace.Limit {
			return []pace.Limit{{Name: "full", Rate: pace.Rate{Every: time.Hour, Burst: x.turns}}}
		}})
		if err := c.pace.Take(t.Context(), thread.Chat, 0); err != nil {
			t.Fatal(err)
		}
		f := wantFault(t, x.write(t.Context(), c), pipeline.Transient, pipeline.ReasonBusy)
		if reached != 0 || !f.RateLimited || f.RetryAfter < 59*time.Minute {
			t.Errorf("%s: %d requests, again in %v", name, reached, f.RetryAfter)
		}
	}
}

// TestPace_AWorkspaceKeepsToTheTiersOfItsMethods edits lines in many channels of two workspaces.
func TestPace_AWorkspaceKeepsToTheTiersOfItsMethods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := testPace(), time.Now()
		edits := map[string]int{}
		for i := 0; time.Since(began) < time.Minute; i++ {
			for _, team := range []string{"T1", "T2"} {
				if p.Take(t.Context(), fmt.Sprint(team, ":C", i), 0, tier(team, "chat.update", tier3)) == nil {
					edits[team]++
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
		for team, n := range edits {
			if n > 50 || n < 45 {
				t.Errorf("%d edits in a minute in %s", n, team)
			}
		}
	})
}

func TestLanes_OneUploadAtATimeInAChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes()
		leave, err := l.enter(t.Context(), "T1:C1")
		if err != nil {
			t.Fatal(err)
		}
		if other, err := l.enter(t.Context(), "T1:C2"); err != nil {
			t.Error(err)
		} else {
			other()
		}
		inside, most, ended := 0, 0, 0
		for range 3 {
			go func() {
				leave, err := l.enter(t.Context(), "T1:C1")
				if err != nil {
					t.Error(err)
					return
				}
				inside++ // all of them are in one bubble, and one of them is in the lane
				most = max(most, inside)
				time.Sleep(time.Second)
				inside--
				ended++
				leave()
			}()
		}
		synctest.Wait()
		if inside != 0 {
			t.Errorf("%d went in beside the first", inside)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("shutting down"))
		_, err = l.enter(ctx, "T1:C1")
		if f := wantFault(
			t, err, pipeline.Transient, pipeline.ReasonBusy,
		); !strings.Contains(f.Error(), "shutting down") {
			t.Errorf("who gave up hears %v", f)
		}
		leave()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if ended != 3 || most != 1 || len(l.busy) != 0 {
			t.Errorf("%d had a turn, %d at once; %d lanes are still taken", ended, most, len(l.busy))
		}
	})
}
