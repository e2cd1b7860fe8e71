package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var sayPromises = Promises{
	"WhatIsToBeSaidIsReadBack":                  sayReadBack,
	"SaysOfAChatComeInTheirOrder":               saysInOrder,
	"AClaimIsForOne":                            claimForOne,
	"AClaimEndsWithItsTime":                     claimEnds,
	"ASayThatIsGivenBackWaitsUntilThen":         releasedMessage,
	"AnswersWaitForNobody":                      answersDontWait,
	"AlarmsWaitForWhatPeopleAreToldInTheirChat": alarmsYield,
	"MusicThatIsFetchedHoldsNoWordsUp":          tracksDontWait,
	"ASayThatCouldNotBeSaidIsOver":              couldNotBeSaid,
	"TheDraftKnowsItsQuestion":                  draftKnowsItsQuestion,
	"ASayIsCalledSoon":                          sayIsCalled,
	"TheNextSayIsCalledAfterTheLast":            nextSayIsCalled,
	"WhatWaitsBehindASayHasNoJob":               waitingCostsNothing,
	"ASayThatIsGivenBackGetsAJobWhereItHasNone": unsaidGetsAJob,
	"EverySayIsCalledHoweverTheyMeet":           everySayIsCalled,
	"ASayWhoseJobIsLostGetsAnother":             lostJobs,
}

// say is a text to a chat.
func say(chat, text string) bot.OutgoingMessage {
	return bot.OutgoingMessage{
		Message: bot.Message{Thread: pipeline.Thread{Platform: "telegram", Chat: chat}, Text: text},
	}
}

// decide commits says of a chat. In an empty database their numbers are 1, 2, …
func decide(t *testing.T, e storage.Engine, says ...bot.OutgoingMessage) {
	t.Helper()
	c := talk(t, e, says[0].Thread.Chat)
	c.Messages = says
	commit(t, e, c)
}

func claim(t *testing.T, e storage.Engine, id int64) bot.OutgoingMessage {
	t.Helper()
	s, err := e.Claim(t.Context(), id, time.Hour)
	check(t, err)
	return s
}

// said closes a say.
func said(t *testing.T, e storage.Engine, id int64, message string) (next int64) {
	t.Helper()
	next, err := e.MarkSent(t.Context(), id, message)
	check(t, err)
	return next
}

// refused wants that a claim fails so.
func refused(t *testing.T, e storage.Engine, id int64, want error) {
	t.Helper()
	if _, err := e.Claim(t.Context(), id, time.Hour); !errors.Is(err, want) {
		t.Errorf("claim of say %d: %v, want %v", id, err, want)
	}
}

func sayReadBack(t *testing.T, open Open) {
	e := ready(t, open)
	s := bot.OutgoingMessage{
		Message: bot.Message{
			Thread: NewOrder("", time.Now()).Thread, Text: "메뉴와 가격을 알려 주세요", Ask: true,
			Buttons: [][]bot.Button{
				{{Label: "취소", Action: "drop:1"}, {Label: "복사", Copy: "글"}},
				{{Label: "보기", Link: "https://x.example"}},
			},
		},
		Edit: "8", Answer: "cb-1", Alert: true, Draft: 1, Order: 2, Cut: 3, Logo: 4, Callback: bot.EventDelivered,
		Made: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}
	decide(t, e, s)
	s.ID = 1
	same(t, claim(t, e, 1), s)
	refused(t, e, 1, bot.ErrWait)
	s.Part = &bot.SentPart{Cut: 3, Receipt: " F1/1"}
	check(t, e.MarkPartSent(t.Context(), s))
	refused(t, e, 1, bot.ErrWait)
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	same(t, claim(t, e, 1), s)
	said(t, e, 1, "m1")
	check(t, e.MarkPartSent(t.Context(), s)) // too late, and no harm
	refused(t, e, 1, pipeline.ErrNotFound)
}

func saysInOrder(t *testing.T, open Open) {
	e := ready(t, open)
	decide(t, e, say("77", "1"), say("77", "2"))
	decide(t, e, say("78", "3"))
	decide(t, e, say("77", "4"))
	refused(t, e, 2, bot.ErrWait)
	claim(t, e, 3) // another chat
	claim(t, e, 1)
	refused(t, e, 2, bot.ErrWait)
	said(t, e, 1, "m1")
	refused(t, e, 4, bot.ErrWait)
	refused(t, e, 1, pipeline.ErrNotFound)
	claim(t, e, 2)
	said(t, e, 2, "m2")
	claim(t, e, 4)
	refused(t, e, 404, pipeline.ErrNotFound)
}

func claimForOne(t *testing.T, open Open) {
	e := ready(t, open)
	decide(t, e, say("77", "1"))
	var wg sync.WaitGroup
	var claimed atomic.Int32
	for range 10 {
		wg.Go(func() {
			_, err := e.Claim(t.Context(), 1, time.Hour)
			if err == nil {
				claimed.Add(1)
			} else if !errors.Is(err, bot.ErrWait) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := claimed.Load(); n != 1 {
		t.Errorf("%d have it", n)
	}
}

func claimEnds(t *testing.T, open Open) {
	e := ready(t, open)
	decide(t, e, say("77", "1"))
	_, err := e.Claim(t.Context(), 1, 0)
	check(t, err)
	claim(t, e, 1)
	said(t, e, 1, "second")
	said(t, e, 1, "first, late")
}

func releasedMessage(t *testing.T, open Open) {
	e := ready(t, open)
	decide(t, e, say("77", "1"), say("77", "2"))
	claim(t, e, 1)
	check(t, e.ReleaseMessage(t.Context(), 1, later(), false))
	refused(t, e, 1, bot.ErrWait)
	refused(t, e, 2, bot.ErrWait)
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	claim(t, e, 1)
	said(t, e, 1, "m1")
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	refused(t, e, 1, pipeline.ErrNotFound)
}

func answersDontWait(t *testing.T, open Open) {
	e := ready(t, open)
	answer := say("77", "취소했어요")
	answer.Answer = "cb-1"
	decide(t, e, say("77", "1"), answer, say("77", "3"))
	claim(t, e, 2)
	refused(t, e, 2, bot.ErrWait)
	claim(t, e, 1)
	said(t, e, 1, "m1")
	claim(t, e, 3) // nor does anybody wait for an answer
}

func alarmsYield(t *testing.T, open Open) {
	e := ready(t, open)
	alarm := func(text string) bot.OutgoingMessage {
		s := say("77", text)
		s.Priority = bot.OpsAlerts
		return s
	}
	decide(t, e, alarm("1"), alarm("2"))
	claim(t, e, 1)
	decide(t, e, say("77", "3"), say("77", "4"))
	claim(t, e, 3) // the first alarm is on its way
	refused(t, e, 4, bot.ErrWait)
	refused(t, e, 2, bot.ErrWait)
	if next := said(t, e, 1, "m1"); next != 3 {
		t.Errorf("after the first alarm comes %d", next)
	}
	refused(t, e, 2, bot.ErrWait)
	said(t, e, 3, "m3")
	if next := said(t, e, 4, "m4"); next != 2 {
		t.Errorf("after all answers comes %d", next)
	}
	same(t, claim(t, e, 2).Priority, bot.OpsAlerts)
}

func tracksDontWait(t *testing.T, open Open) {
	e := ready(t, open)
	music := say("77", "음악을 받았어요")
	music.Track = 4
	decide(t, e, music, say("77", "2"), say("77", "3"))
	claim(t, e, 1)
	claim(t, e, 2)
	refused(t, e, 3, bot.ErrWait)
	said(t, e, 2, "m2")
	claim(t, e, 3)
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	claim(t, e, 1)
	said(t, e, 1, "m1")
	refused(t, e, 1, pipeline.ErrNotFound)
}

func couldNotBeSaid(t *testing.T, open Open) {
	e := ready(t, open)
	question := say("77", "1")
	question.Draft = 1
	c := talk(t, e, "77")
	c.Drafts, c.Messages = []bot.Draft{draft(1, "77")}, []bot.OutgoingMessage{question, say("77", "2")}
	commit(t, e, c)
	claim(t, e, 1)
	said(t, e, 1, "")
	refused(t, e, 1, pipeline.ErrNotFound)
	claim(t, e, 2)
	if d := drafts(t, e, "77"); d[0].Question != "" {
		t.Errorf("the question is called %q", d[0].Question)
	}
}

func draftKnowsItsQuestion(t *testing.T, open Open) {
	e := ready(t, open)
	question := say("77", "1")
	question.Draft = 1
	c := talk(t, e, "77")
	c.Drafts, c.Messages = []bot.Draft{draft(1, "77"), draft(2, "77")}, []bot.OutgoingMessage{question}
	commit(t, e, c)
	before := talk(t, e, "77")
	claim(t, e, 1)
	said(t, e, 1, "m1")
	want := draft(1, "77")
	want.Due, want.Question = c.Drafts[0].Due, "m1"
	same(t, drafts(t, e, "77")[0], want)
	same(t, drafts(t, e, "77")[1].Question, "")

	before.Drafts = []bot.Draft{c.Drafts[0]} // as it was read before it was asked
	commit(t, e, before)
	same(t, drafts(t, e, "77")[0].Question, "m1")
}

func sayIsCalled(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	decide(t, e, say("77", "1"))
	expect(t, d.says, 1, 0)
}

func nextSayIsCalled(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	decide(t, e, say("77", "1"), say("77", "2"))
	decide(t, e, say("78", "3"))
	decide(t, e, say("77", "4"))
	came := map[int64]bool{next(t, d.says).order: true, next(t, d.says).order: true}
	if !came[1] || !came[3] {
		t.Errorf("%v came", came)
	}
	for _, x := range []struct{ said, next int64 }{{1, 2}, {2, 4}} {
		claim(t, e, x.said)
		said(t, e, x.said, "m")
		expect(t, d.says, x.next, 0)
	}
}

// jobCount is how many jobs aren't over.
func jobCount(t *testing.T, e storage.Engine) (n int) {
	t.Helper()
	jobs, err := e.Jobs(t.Context())
	check(t, err)
	for _, of := range jobs {
		n += of
	}
	return n
}

func unsaidGetsAJob(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	decide(t, e, say("77", "1"))
	claim(t, e, 1)
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	same(t, jobCount(t, e), 1)
	claim(t, e, 1)
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), true))
	same(t, jobCount(t, e), 2)
	claim(t, e, 1)
	said(t, e, 1, "m1")
	check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), true)) // too late
	same(t, jobCount(t, e), 2)
	start(t, e, d)
	expect(t, d.says, 1, 0)
	expect(t, d.says, 1, 0)
}

func waitingCostsNothing(t *testing.T, open Open) {
	e := ready(t, open)
	for range 30 {
		decide(t, e, say("77", "x"), say("77", "y"))
	}
	if n := jobCount(t, e); n != 1 {
		t.Errorf("60 says of one chat have %d jobs", n)
	}
	if c := talk(t, e, "77").Chat; c.Waiting != bot.MaxWaiting {
		t.Errorf("%d are known to wait", c.Waiting)
	}
	claim(t, e, 1)
	var wait *bot.WaitError
	if _, err := e.Claim(t.Context(), 1, time.Hour); !errors.As(err, &wait) || time.Until(wait.Until) < 50*time.Minute {
		t.Errorf("one that is claimed: %v, %+v", err, wait)
	}
	if _, err := e.Claim(t.Context(), 2, time.Hour); !errors.As(err, &wait) || !wait.Until.IsZero() {
		t.Errorf("one behind it: %v, %+v", err, wait)
	}
}

// everySayIsCalled has says committed to one chat, by changes of others that nothing holds apart, while those before
// them are closed: each must be called, whichever comes first.
func everySayIsCalled(t *testing.T, open Open) {
	e := ready(t, open)
	const writers, each = 3, 20
	said := make(chan int64, writers*each)
	check(t, e.Start(t.Context(), storage.Handlers{
		SendMessage: func(ctx context.Context, id int64) (time.Time, error) {
			var wait *bot.WaitError
			switch _, err := e.Claim(ctx, id, time.Minute); {
			case errors.As(err, &wait):
				return wait.Until, nil
			case errors.Is(err, pipeline.ErrNotFound):
				return time.Time{}, nil
			case err != nil:
				return time.Time{}, err
			}
			for next := id; next != 0; {
				said <- next
				var err error
				if next, err = e.MarkSent(ctx, next, "m"); err != nil {
					return time.Time{}, err
				}
				if next == 0 {
					break
				}
				if _, err := e.Claim(ctx, next, time.Minute); err != nil {
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
					Chat: talk(t, e, fmt.Sprint("writer", w)).Chat, Messages: []bot.OutgoingMessage{say("77", "x")},
				}
				if _, err := e.Commit(t.Context(), c); err != nil {
					t.Error(err)
				}
				select { // anybody's: so few wait that the last one is often closed while another is written
				case <-said:
				case <-time.After(10 * time.Second):
					t.Errorf("a say of writer %d wasn't called after %d rounds", w, n)
					return
				}
			}
		})
	}
	wg.Wait()
}

func lostJobs(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	answer := say("77", "취소했어요")
	answer.Answer = "cb-1"
	decide(t, e, say("77", "1"), say("77", "2"), answer)
	decide(t, e, say("78", "4"))
	decide(t, e, say("79", "5"))
	claim(t, e, 4)
	check(t, e.ReleaseMessage(t.Context(), 4, later(), false))
	said(t, e, 5, "m")
	wake := func(before time.Time, want int) {
		t.Helper()
		n, err := e.WakePending(t.Context(), before)
		check(t, err)
		same(t, n, want)
	}
	wake(time.Now().Add(-time.Minute), 0) // they are young
	wake(time.Now().Add(time.Second), 2)  // 1 and the answer
	wake(time.Now().Add(-time.Minute), 0) // they have been looked at
	start(t, e, d)
	came := map[int64]int{}
	for range 6 { // the first jobs of 1, 3, 4 and 5 too
		came[next(t, d.says).order]++
	}
	if came[1] != 2 || came[3] != 2 || came[2] != 0 {
		t.Errorf("%v came", came)
	}
}
