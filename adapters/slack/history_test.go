package slack

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestMissed_GivesWhatEventsWouldHaveToldInAllPages(t *testing.T) {
	s := open(t, people.Options{HistoryMax: 2})
	staff, ch := s.channel()
	s.next(t, bot.Joined)
	began := ch.Post("오래된 글")
	want := []bot.Update{s.next(t, bot.Wrote)}
	for _, post := range []func(){
		func() { ch.Post("새우 파스타 18,000원", people.Photo(jpegOf(9, 9))) },
		func() { ch.Post("로제 파스타 19,000원") },
		func() { ch.Post("", people.Photo(jpegOf(9, 9)), people.Photo(jpegOf(9, 9))) },
	} {
		post()
		want = append(want, s.next(t, bot.Wrote))
	}
	began.Reply("스레드의 답")
	s.next(t, bot.Wrote)
	bots := s.ws.Integration("알림")
	ch.As(bots).Post("배포했어요")
	if _, err := s.c.Send(t.Context(), bot.Message{Thread: threadOf(want[0]), Text: "네"}); err != nil {
		t.Fatal(err)
	}
	s.c.past = pace.Rate{Every: time.Millisecond, Burst: 1}
	s.Fault(people.Fault{On: "conversations.history", Status: 429, RetryAfter: 1})
	all, until, err := s.c.Missed(t.Context(), s.ws.ID+":"+ch.ID(), want[0].At)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(want) {
		t.Fatalf("%d of %d: %+v", len(all), len(want), all)
	}
	for i, u := range all {
		w := want[i]
		same := u.Key == w.Key && u.Text == w.Text && len(u.Pictures) == len(w.Pictures) && u.User == w.User
		if !same || u.Chat != w.Chat || u.Topic != w.Topic || !u.At.Equal(w.At) || u.Group != w.Group {
			t.Errorf("missed\n%+v, an event said\n%+v", u, w)
		}
	}
	if !until.After(want[len(want)-1].At) {
		t.Errorf("looked through until %s", until)
	}
	if pages := len(s.Requests("conversations.history")); pages < 4 {
		t.Errorf("%d requests", pages)
	}
	if all, _, err := s.c.Missed(t.Context(), s.ws.ID+":"+ch.ID(), until.Add(time.Second)); len(all) != 0 ||
		err != nil {
		t.Errorf("after all of it: %+v, %v", all, err)
	}
	dm := staff.DM()
	dm.Post("김치찌개 9,000원", people.Photo(jpegOf(9, 9)))
	u := s.next(t, bot.Wrote)
	all, _, err = s.c.Missed(t.Context(), u.Chat, u.At)
	if err != nil || len(all) != 1 || all[0].Key != u.Key || all[0].Group || !all[0].ToUs {
		t.Errorf("a direct message: %+v, %v", all, err)
	}
	ch.Kick()
	_, _, err = s.c.Missed(t.Context(), s.ws.ID+":"+ch.ID(), time.Now())
	wantFault(t, err, pipeline.Rejected, pipeline.ReasonCantDeliver)
}

func TestMissed_PagesTooLargeForAnAnswerAreAskedForInSmallerOnes(t *testing.T) {
	var limits []string
	s := serve(t, map[string]http.HandlerFunc{
		"auth.test": ok(`"user_id":"U0","team_id":"T1"`),
		"conversations.history": func(w http.ResponseWriter, r *http.Request) {
			limits = append(limits, r.FormValue("limit")+r.FormValue("cursor"))
			switch n, _ := strconv.Atoi(r.FormValue("limit")); {
			case n > 20:
				ok(`"messages":[{"text":"`+strings.Repeat("a", maxAnswer)+`"}]`)(w, r)
			case r.FormValue("cursor") == "":
				ok(`"messages":[{"user":"U1","ts":"1700000002.000100","text":"둘"}],"response_metadata":{"next_cursor":"more"}`)(w, r)
			default:
				ok(`"messages":[{"user":"U1","ts":"1700000001.000100","text":"하나"}]`)(w, r)
			}
		},
	})
	c := s.client()
	c.past = pace.Rate{Every: time.Millisecond, Burst: 1}
	all, until, err := c.Missed(t.Context(), "T1:C1", time.Unix(1_700_000_000, 0))
	if err != nil || len(all) != 2 || all[0].Text != "하나" || !until.Equal(time.Unix(1_700_000_002, 100_000)) {
		t.Errorf("got %d until %v, %v", len(all), until, err)
	}
	if got := strings.Join(limits, " "); got != "200 20 20more" {
		t.Errorf("asked for %s", got)
	}
}

func TestMissed_EndsAtSoManyUpdates(t *testing.T) {
	pages := 0
	s := serve(t, map[string]http.HandlerFunc{
		"auth.test": ok(`"user_id":"U0","team_id":"T1"`),
		"conversations.history": func(w http.ResponseWriter, r *http.Request) {
			var all []string
			for n := range historyPage {
				all = append(
					all,
					fmt.Sprintf(
						`{"user":"U1","ts":"17%08d.000100","text":"글"}`, historyPages*historyPage-pages*historyPage-n,
					),
				)
			}
			pages++
			ok(`"messages":[`+strings.Join(all, ",")+`],"response_metadata":{"next_cursor":"more"}`)(w, r)
		},
	})
	c := s.client()
	c.past = pace.Rate{Every: time.Millisecond, Burst: 1}
	all, _, err := c.Missed(t.Context(), "T1:C1", time.Unix(1_700_000_000, 0))
	if err != nil || len(all) != maxHistory || pages != maxHistory/historyPage {
		t.Errorf("%d updates of %d pages, %v", len(all), pages, err)
	}
	if !strings.Contains(s.logs.String(), "too many messages") {
		t.Error("operators don't hear of it")
	}
}

func TestHistory_ProcessesTogetherAskAWorkspaceNoMoreThanItAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const each, inAMinute = 40, 50 // Slack's own limit
		var b pace.Local
		var mu sync.Mutex
		var at []time.Time
		began := time.Now()
		var all sync.WaitGroup
		for range 2 {
			h := &history{&identity{conn: &conn{pace: newPace(&b, slog.New(slog.DiscardHandler))}}, tier3}
			all.Go(func() {
				for range each {
					if err := h.turn(t.Context(), "T1"); err != nil {
						t.Error(err)
					}
					mu.Lock()
					at = append(at, time.Now())
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for i := inAMinute; i < len(at); i++ {
			if at[i].Sub(at[i-inAMinute]) < time.Minute {
				t.Fatalf("more than %d in a minute, after %v", inAMinute, at[i].Sub(began))
			}
		}
		if took := time.Since(began); len(at) != 2*each || took > 2*time.Minute {
			t.Errorf("%d turns took %v", len(at), took)
		}
	})
}
