package outbox_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

func fault(k pipeline.Kind) *pipeline.Fault {
	return &pipeline.Fault{Kind: k, Reason: pipeline.ReasonTrouble, Err: errors.New("as the test wants it")}
}

func message(t pipeline.Thread, text string) bot.OutgoingMessage {
	return bot.OutgoingMessage{Message: bot.Message{Thread: t, Text: text}}
}

// jobs counts those that aren't over.
func (r *round) jobs() (n int) {
	r.T.Helper()
	jobs, err := r.store.Jobs(r.T.Context())
	if err != nil {
		r.T.Fatal(err)
	}
	for _, of := range jobs {
		n += of
	}
	return n
}

func TestSend_EachMessageIsSentOnceAndInOrder(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	ids := r.says(message(thread, "하나"), message(thread, "둘"))
	if again := r.carry(t.Context(), ids[1]); !again.IsZero() {
		t.Errorf("the second looks again at %v, though the first wakes it", again)
	}
	for range 2 {
		r.carried(ids[0])
		r.carried(ids[1])
	}
	if all, _ := r.Ours(); len(all) != 2 || all[0].Text != "하나" || all[1].Text != "둘" ||
		all[0].ReplyTo != thread.Message {
		t.Errorf("%+v", all)
	}
}

func TestSend_OneJobSendsAllThatWaitsInAChat(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	ids := r.says(message(thread, "하나"), message(thread, "둘"), message(thread, "셋"))
	busy := fault(pipeline.Transient)
	busy.RateLimited, busy.RetryAfter = true, 7*time.Second
	if again := r.carry(t.Context(), ids[0]); !again.IsZero() {
		t.Errorf("again in %v", time.Until(again))
	}
	if all, _ := r.Ours(); len(all) != 3 || all[2].Text != "셋" {
		t.Errorf("%+v", all)
	}
	ids = r.says(message(thread, "넷"), message(thread, "다섯"))
	r.Fail(nil, busy)
	before, begun := r.jobs(), time.Now().Truncate(time.Millisecond)
	r.carried(ids[0])
	if n := r.jobs() - before; n != 2 { // one for its turn, and one for the time that it was put off to
		t.Errorf("the one behind it has %d jobs", n)
	}
	put := time.Now()
	again := r.carry(t.Context(), ids[1]) // its own job comes, and waits for the chat's turn
	if again.Before(begun.Add(busy.RetryAfter)) || again.After(put.Add(busy.RetryAfter)) {
		t.Errorf("the chat's turn is in 7 s, it comes back in %v", time.Until(again))
	}
}

func TestSend_TheChatsTurnIsNotMissedByWhatHasWaitedLong(t *testing.T) {
	r := newRound(t)
	old := message(r.Thread(t), "하나")
	old.Made = time.Now().Add(-3 * time.Hour)
	busy := fault(pipeline.Transient)
	busy.RateLimited, busy.RetryAfter = true, 4*time.Second
	r.Fail(busy)
	if wait := time.Until(r.carry(t.Context(), r.says(old)[0])); wait > 4*time.Second {
		t.Errorf("the turn is in 4 s, it comes back in %v", wait)
	}
}

func TestSend_AnEditOfADeletedMessageIsSentAnew(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	id := r.says(message(thread, "하나"))[0]
	r.carried(id)
	edit := message(thread, "둘")
	edit.Edit = "2" // the name of the first
	r.carried(r.says(edit)[0])
	if r.only().Text != "둘" {
		t.Errorf("%+v", r.only())
	}
	r.Delete(t, "2")
	edit.Text = "셋"
	r.carried(r.says(edit)[0])
	if r.only().Text != "셋" {
		t.Errorf("%+v", r.only())
	}
}

func TestSend_APassingFaultHoldsTheChatUpAndNothingIsLost(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	ids := r.says(message(thread, "하나"), message(thread, "둘"))
	busy := fault(pipeline.Transient)
	busy.RateLimited, busy.RetryAfter = true, 50*time.Millisecond
	r.Fail(busy)
	again := r.carry(t.Context(), ids[0])
	if again.IsZero() || time.Until(again) > 2*time.Second {
		t.Fatalf("again in %v", time.Until(again))
	}
	if all, _ := r.Ours(); len(all) != 0 || !r.carry(t.Context(), ids[1]).IsZero() {
		t.Errorf("the second didn't wait: %+v", all)
	}
	if err := r.store.ReleaseMessage(t.Context(), ids[0], time.Now().Add(-time.Second), false); err != nil {
		t.Fatal(err)
	}
	r.carried(ids[0])
	r.carried(ids[1])
	if all, _ := r.Ours(); len(all) != 2 || all[0].Text != "하나" {
		t.Errorf("%+v", all)
	}
}

func TestSend_ARejectedMessageDoesNotHoldUpTheNext(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	ids := r.says(message(thread, "하나"), message(thread, "둘"))
	r.Fail(fault(pipeline.Rejected))
	r.carried(ids[0])
	r.carried(ids[1])
	if r.only().Text != "둘" || !strings.Contains(r.logs.String(), "message dropped") {
		t.Errorf("%+v, %s", r.only(), r.logs)
	}
}

func TestSend_AMessageThatMayHaveArrivedIsSentOnceMoreAndNoMore(t *testing.T) {
	r := newRound(t)
	id := r.says(message(r.Thread(t), "하나"))[0]
	r.Fail(fault(pipeline.Indeterminate), fault(pipeline.Indeterminate))
	if again := r.carry(t.Context(), id); again.IsZero() {
		t.Error("it was given up at once")
	}
	if err := r.store.ReleaseMessage(t.Context(), id, time.Now().Add(-time.Second), false); err != nil {
		t.Fatal(err)
	}
	r.carried(id)
}

func TestSend_AMessageIsGivenUpAfterADay(t *testing.T) {
	r := newRound(t)
	old, young := message(r.Thread(t), "어제"), message(r.Thread(t), "조금 전")
	old.Made, young.Made = time.Now().Add(-25*time.Hour), time.Now().Add(-23*time.Hour)
	ids := r.says(old, young)
	setup := &pipeline.Fault{
		Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("the token is revoked"),
	}
	r.Fail(fault(pipeline.Transient), setup)
	r.carried(ids[0])
	if again := r.carry(t.Context(), ids[1]); time.Until(again) < time.Minute || time.Until(again) > 10*time.Minute {
		t.Errorf("again in %v", time.Until(again))
	}
	if !strings.Contains(r.logs.String(), "level=ERROR") {
		t.Errorf("no operator hears of it: %s", r.logs)
	}
}

func TestSend_ARefusedMessageDoesNotMuteTheChatForADay(t *testing.T) {
	r := newRound(t)
	odd := message(r.Thread(t), "하나")
	odd.Made = time.Now().Add(-time.Minute)
	mute := r.says(odd)[0]
	r.Fail(fault(pipeline.Misconfigured))
	if again := r.carry(t.Context(), mute); again.IsZero() {
		t.Error("given up at once")
	}
	odd.Made = time.Now().Add(-6 * time.Minute)
	older := newRound(t)
	ids := older.says(odd, message(older.Thread(t), "둘"))
	older.Fail(fault(pipeline.Misconfigured))
	older.carried(ids[0])
	older.carried(ids[1])
	if older.only().Text != "둘" || !strings.Contains(older.logs.String(), "level=ERROR") {
		t.Errorf("%+v, operators read %s", older.only(), older.logs)
	}
}

func TestSend_APressIsAnsweredWhateverWaits(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	answer := message(thread, "취소했어요.")
	answer.Answer = "77"
	ids := r.says(message(thread, "하나"), answer)
	r.carried(ids[1])
	if got := r.Notice(t, "77"); got != "취소했어요." {
		t.Errorf("the person saw %q", got)
	}
	late := message(thread, "늦었어요.")
	late.Answer, late.Made = "78", time.Now().Add(-time.Hour)
	r.Fail(fault(pipeline.Transient))
	r.carried(r.says(late)[0])
}

func TestSend_AQuestionIsKnownByItsMessage(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	draft := bot.Draft{
		ID: 5, Platform: "memory", Chat: thread.Chat, Waits: bot.ForWords, Made: time.Now(),
		Ends: time.Now().Add(time.Hour),
	}
	if _, err := r.store.Commit(t.Context(), bot.Change{
		Chat: bot.Chat{Platform: "memory", ID: thread.Chat}, Drafts: []bot.Draft{draft},
	}); err != nil {
		t.Fatal(err)
	}
	question := message(thread, "어떤 메뉴예요?")
	question.Draft, question.Ask = 5, true
	r.carried(r.says(question)[0])
	got, err := r.store.Draft(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := r.See(t, got.Question); !ok || s.Text != question.Text {
		t.Errorf("the question is called %q", got.Question)
	}
}

func TestSend_AMessageOfAnotherProcessesPlatformWaits(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	thread.Platform = "slack"
	id := r.says(message(thread, "하나"))[0]
	if again := r.carry(t.Context(), id); time.Until(again) < 30*time.Second || time.Until(again) > 2*time.Minute {
		t.Errorf("again in %v", time.Until(again))
	}
}
