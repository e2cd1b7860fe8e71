package chats

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// MessagePromises are about messages to send.
var MessagePromises = storagetest.Promises{
	"AMessageIsReadBack":                            messageReadBack,
	"MessagesOfAChatComeInTheirOrder":               messagesInOrder,
	"AClaimIsForOne":                                claimForOne,
	"AClaimEndsWithItsTime":                         claimEnds,
	"AMessageThatIsGivenBackWaitsUntilThen":         releasedMessage,
	"AnswersWaitForNothing":                         answersDontWait,
	"WakeupsWaitForWhatPeopleAreToldInTheirChat":    alarmsYield,
	"MusicThatIsFetchedHoldsNoWordsUp":              tracksDontWait,
	"AMessageThatCouldNotBeSentIsOver":              couldNotBeSent,
	"TheDraftKnowsItsQuestion":                      draftKnowsItsQuestion,
	"AMessageIsSentSoon":                            messageIsSent,
	"TheNextMessageIsSentAfterTheLast":              nextMessageIsSent,
	"WhatWaitsBehindAMessageHasNoJob":               waitingCostsNothing,
	"AMessageThatIsGivenBackGetsAJobWhereItHasNone": releasedGetsAJob,
	"EveryMessageIsSentHoweverTheyMeet":             everyMessageIsSent,
	"AMessageWhoseJobIsLostGetsAnother":             lostJobs,
}

// refused wants that a claim fails so.
func refused(t *testing.T, e storage.Engine, id int64, want error) {
	t.Helper()
	if _, err := e.Claim(t.Context(), id, time.Hour); !errors.Is(err, want) {
		t.Errorf("claim of message %d: %v, want %v", id, err, want)
	}
}

func messageReadBack(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	s := bot.OutgoingMessage{
		Message: bot.Message{
			Thread: storagetest.NewOrder("", time.Now()).Thread, Text: "메뉴와 가격을 알려 주세요", Ask: true,
			Buttons: [][]bot.Button{
				{{Label: "취소", Action: "drop:1"}, {Label: "복사", Copy: "글"}},
				{{Label: "보기", Link: "https://x.example"}},
			},
		},
		Edit: "8", Answer: "cb-1", Alert: true, Draft: 1, Order: 2, Cut: 3, Logo: 4, Callback: bot.EventDelivered,
		Made: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}
	storagetest.CommitMessages(t, e, s)
	s.ID = 1
	storagetest.Same(t, storagetest.Claim(t, e, 1), s)
	refused(t, e, 1, bot.ErrWait)
	s.Part = &bot.SentPart{Cut: 3, Receipt: " F1/1"}
	storagetest.Check(t, e.MarkPartSent(t.Context(), s))
	refused(t, e, 1, bot.ErrWait)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	storagetest.Same(t, storagetest.Claim(t, e, 1), s)
	storagetest.MarkSent(t, e, 1, "m1")
	storagetest.Check(t, e.MarkPartSent(t.Context(), s)) // too late, and no harm
	refused(t, e, 1, pipeline.ErrNotFound)
}

func messagesInOrder(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"), storagetest.NewMessage("77", "2"))
	storagetest.CommitMessages(t, e, storagetest.NewMessage("78", "3"))
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "4"))
	refused(t, e, 2, bot.ErrWait)
	storagetest.Claim(t, e, 3) // another chat
	storagetest.Claim(t, e, 1)
	refused(t, e, 2, bot.ErrWait)
	storagetest.MarkSent(t, e, 1, "m1")
	refused(t, e, 4, bot.ErrWait)
	refused(t, e, 1, pipeline.ErrNotFound)
	storagetest.Claim(t, e, 2)
	storagetest.MarkSent(t, e, 2, "m2")
	storagetest.Claim(t, e, 4)
	refused(t, e, 404, pipeline.ErrNotFound)
}

func claimForOne(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"))
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

func claimEnds(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"))
	_, err := e.Claim(t.Context(), 1, 0)
	storagetest.Check(t, err)
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "second")
	storagetest.MarkSent(t, e, 1, "first, late")
}

func releasedMessage(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"), storagetest.NewMessage("77", "2"))
	storagetest.Claim(t, e, 1)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, storagetest.Later(), false))
	refused(t, e, 1, bot.ErrWait)
	refused(t, e, 2, bot.ErrWait)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "m1")
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	refused(t, e, 1, pipeline.ErrNotFound)
}

func answersDontWait(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	answer := storagetest.NewMessage("77", "취소했어요")
	answer.Answer = "cb-1"
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "1"), answer, storagetest.NewMessage("77", "3"))
	storagetest.Claim(t, e, 2)
	refused(t, e, 2, bot.ErrWait)
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "m1")
	storagetest.Claim(t, e, 3) // nor does a message wait for an answer
}

func alarmsYield(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	alarm := func(text string) bot.OutgoingMessage {
		s := storagetest.NewMessage("77", text)
		s.Priority = bot.OpsAlerts
		return s
	}
	storagetest.CommitMessages(t, e, alarm("1"), alarm("2"))
	storagetest.Claim(t, e, 1)
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "3"), storagetest.NewMessage("77", "4"))
	storagetest.Claim(t, e, 3) // the first alarm is on its way
	refused(t, e, 4, bot.ErrWait)
	refused(t, e, 2, bot.ErrWait)
	if next := storagetest.MarkSent(t, e, 1, "m1"); next != 3 {
		t.Errorf("after the first alarm comes %d", next)
	}
	refused(t, e, 2, bot.ErrWait)
	storagetest.MarkSent(t, e, 3, "m3")
	if next := storagetest.MarkSent(t, e, 4, "m4"); next != 2 {
		t.Errorf("after all answers comes %d", next)
	}
	storagetest.Same(t, storagetest.Claim(t, e, 2).Priority, bot.OpsAlerts)
}

func tracksDontWait(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	music := storagetest.NewMessage("77", "음악을 받았어요")
	music.Track = 4
	storagetest.CommitMessages(t, e, music, storagetest.NewMessage("77", "2"), storagetest.NewMessage("77", "3"))
	storagetest.Claim(t, e, 1)
	storagetest.Claim(t, e, 2)
	refused(t, e, 3, bot.ErrWait)
	storagetest.MarkSent(t, e, 2, "m2")
	storagetest.Claim(t, e, 3)
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 1, time.Now(), false))
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "m1")
	refused(t, e, 1, pipeline.ErrNotFound)
}

func couldNotBeSent(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	question := storagetest.NewMessage("77", "1")
	question.Draft = 1
	c := storagetest.NewChange(t, e, "77")
	c.Drafts, c.Messages = []bot.Draft{storagetest.NewDraft(1, "77")}, []bot.OutgoingMessage{
		question, storagetest.NewMessage("77", "2"),
	}
	storagetest.Commit(t, e, c)
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "")
	refused(t, e, 1, pipeline.ErrNotFound)
	storagetest.Claim(t, e, 2)
	if d := storagetest.Drafts(t, e, "77"); d[0].Question != "" {
		t.Errorf("the question is called %q", d[0].Question)
	}
}

func draftKnowsItsQuestion(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	question := storagetest.NewMessage("77", "1")
	question.Draft = 1
	c := storagetest.NewChange(t, e, "77")
	c.Drafts, c.Messages = []bot.Draft{
		storagetest.NewDraft(1, "77"), storagetest.NewDraft(2, "77"),
	}, []bot.OutgoingMessage{question}
	storagetest.Commit(t, e, c)
	before := storagetest.NewChange(t, e, "77")
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "m1")
	want := storagetest.NewDraft(1, "77")
	want.Due, want.Question = c.Drafts[0].Due, "m1"
	storagetest.Same(t, storagetest.Drafts(t, e, "77")[0], want)
	storagetest.Same(t, storagetest.Drafts(t, e, "77")[1].Question, "")

	before.Drafts = []bot.Draft{c.Drafts[0]} // as it was read before it was asked
	storagetest.Commit(t, e, before)
	storagetest.Same(t, storagetest.Drafts(t, e, "77")[0].Question, "m1")
}
