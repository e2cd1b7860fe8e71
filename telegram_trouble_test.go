package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

func TestAnUpdateThatComesAgainChangesNothing(t *testing.T) { // T24
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	short := k.gets(1)
	k.SendText("가격 19,000원", people.ReplyTo(short.ID))
	k.gets(2)
	k.w.people.Redeliver(2)
	k.heardOut()
	k.one(2)
	if n := k.count("고쳐서 다시"); n != 1 || k.shorts() != 2 {
		t.Errorf("said %d times, %d shorts", n, k.shorts())
	}
}

// forgetful is a database that fails to commit what chats lead to, a number of times.
type forgetful struct {
	storage.Engine
	left atomic.Int32
}

func (e *forgetful) Commit(ctx context.Context, c state.Change) ([]pipeline.Order, error) {
	if e.left.Add(-1) >= 0 {
		return nil, errors.New("the database is away")
	}
	return e.Engine.Commit(ctx, c)
}

func TestNoUpdateIsLostWhileNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	e := &forgetful{}
	p := w.start(talkative(), func(next storage.Engine) storage.Engine { e.Engine = next; return e })
	k := w.talk(p)
	e.left.Store(4)
	k.SendPhoto(tinyPhoto(), pasta)
	k.gets(1)
	k.one(1)
	if e.left.Load() >= 0 {
		t.Error("nothing failed")
	}
}

func TestAShortThatIsTooLargeIsALink(t *testing.T) { // T44
	k := talking(t, func(w *world) { w.short.Store(51 << 20) })
	k.SendPhoto(tinyPhoto(), pasta)
	m := k.hearsText("파일이 커서 여기로는 못 보내요")
	link := m.Buttons[0][0].URL
	resp, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", link, resp.Status)
	}
}

func TestAShortThatIsTurnedAwayForAWhileComesOnce(t *testing.T) { // T45
	k := talking(t)
	k.w.people.Fail("sendVideo", 2, people.Failure{Code: http.StatusTooManyRequests, RetryAfter: 1})
	k.SendPhoto(tinyPhoto(), pasta)
	k.gets(1)
	k.heardOut()
	if k.one(1); k.shorts() != 1 {
		t.Errorf("%d shorts", k.shorts())
	}
}

func TestAShortWhoseAnswerIsLostIsNeverLost(t *testing.T) { // T46
	k := talking(t)
	k.w.people.Fail("sendVideo", 1, people.Failure{Lost: true})
	k.SendPhoto(tinyPhoto(), pasta)
	k.p.wait(func() bool { os := k.orders(); return len(os) == 1 && os[0].Status == pipeline.Delivered })
	k.heardOut()
	if k.one(1); k.shorts() < 1 || k.shorts() > 2 {
		t.Errorf("%d shorts", k.shorts())
	}
}

// TestDeliver_AnswersThatAreAllLostStopAfterTwo lets Telegram take shorts without ever saying so.
func TestDeliver_AnswersThatAreAllLostStopAfterTwo(t *testing.T) {
	for name, end := range map[string]func(owner, ops *talk){
		"the owner doesn't see it": func(owner, _ *talk) {
			owner.w.people.Heal()
			if a := owner.press(owner.hearsText("잘 도착했는지 확인이 안 돼요"), "안 보여요, 다시 보내 주세요"); !strings.Contains(a.Text, "다시 보낼게요") {
				owner.t.Errorf("answered %+v", a)
			}
			owner.gets(3)
		},
		"the owner sees it": func(owner, _ *talk) {
			owner.press(owner.hearsText("잘 도착했는지 확인이 안 돼요"), "잘 보여요")
		},
		"an admin has asked": func(_, ops *talk) {
			bell := ops.hearsText("두 번 보냈는데 도착했는지 알 수 없어요")
			ops.press(bell, "도착했어요")
			ops.hearsText("1번 주문은 도착한 것으로 해 둘게요.")
		},
		"an admin sends it again": func(owner, ops *talk) {
			owner.w.people.Heal()
			ops.press(ops.hearsText("두 번 보냈는데 도착했는지 알 수 없어요"), "다시 보내기")
			owner.gets(3)
		},
	} {
		t.Run(name, func(t *testing.T) {
			owner, ops := onDuty(t)
			owner.w.people.Fail("sendVideo", -1, people.Failure{Lost: true})
			release := owner.hold()
			owner.SendPhoto(tinyPhoto(), pasta)
			o := owner.underWay()
			release()
			o = owner.p.until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
			if o.Reason != pipeline.ReasonMaybeDelivered || owner.shorts() != 2 {
				t.Errorf("parked for %s after %d shorts", o.Reason, owner.shorts())
			}
			before := owner.shorts()
			end(owner, ops)
			owner.p.until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Delivered && o.Shown == 1 })
			owner.heardOut()
			if n := owner.shorts(); n > before+1 {
				t.Errorf("%d shorts in the end", n)
			}
			owner.one(1)
		})
	}
}

func TestAShortWaitsForTelegramToComeBack(t *testing.T) { // T47
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	times := talkative()
	times.BackOff = 5 * time.Millisecond
	k := w.talk(w.start(times, nil))
	release := k.hold()
	k.SendPhoto(tinyPhoto(), pasta)
	o := k.underWay()
	w.people.Fail("sendVideo", -1, people.Failure{Code: http.StatusBadGateway, HTML: "<html>502</html>"})
	release()
	k.p.until(o.ID, func(o pipeline.Order) bool { return o.Attempt > 8 || o.Status != pipeline.Open })
	w.people.Heal()
	k.gets(1)
	k.one(1)
}

func TestEveryMethodMayFailOnce(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]people.Failure{
		"turned away":       {Code: http.StatusTooManyRequests, RetryAfter: 1},
		"a server's error":  {Code: http.StatusInternalServerError},
		"a page, no JSON":   {Code: http.StatusBadGateway, HTML: "<html>502</html>"},
		"the line is cut":   {Reset: true},
		"the answer is":     {Lost: true},
		"it takes too long": {Delay: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			k := talking(t)
			for _, method := range []string{"sendMessage", "sendVideo", "editMessageText", "getFile", people.Downloads, "sendChatAction", "answerCallbackQuery"} {
				k.w.people.Fail(method, 1, f)
			}
			k.SendPhoto(tinyPhoto(), pasta)
			k.p.wait(func() bool { os := k.orders(); return len(os) == 1 && os[0].Status == pipeline.Delivered })
			k.heardOut()
			k.hearsText("완성")
			if k.one(1); k.shorts() < 1 || k.shorts() > 2 {
				t.Errorf("%d shorts", k.shorts())
			}
		})
	}
}
