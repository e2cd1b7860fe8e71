package telegram_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// forgetful is a database that fails to commit what chats lead to, a number of times.
type forgetful struct {
	storage.Engine
	left atomic.Int32
}

func (e *forgetful) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
	if e.left.Add(-1) >= 0 {
		return nil, errors.New("the database is away")
	}
	return e.Engine.Commit(ctx, c)
}

func TestTelegram_NoUpdateIsLostWhileNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	e := &forgetful{}
	p := w.Start(apptest.Talkative(), func(next storage.Engine) storage.Engine { e.Engine = next; return e })
	k := w.Talk(p)
	e.left.Store(4)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
	k.One(1)
	if e.left.Load() >= 0 {
		t.Error("nothing failed")
	}
}

// TestDeliver_AnswersThatAreAllLostStopAfterTwo lets Telegram take shorts without ever saying so.
func TestDeliver_AnswersThatAreAllLostStopAfterTwo(t *testing.T) {
	for name, end := range map[string]func(owner, ops *apptest.Talk){
		"the owner doesn't see it": func(owner, _ *apptest.Talk) {
			owner.World.People.Faults.Clear()
			if a := owner.Press(
				owner.HearsText("잘 도착했는지 확인이 안 돼요"), "안 보여요, 다시 보내 주세요",
			); !strings.Contains(a.Text, "다시 보낼게요") {
				owner.T.Errorf("answered %+v", a)
			}
			owner.Gets(3)
		},
		"the owner sees it": func(owner, _ *apptest.Talk) {
			owner.Press(owner.HearsText("잘 도착했는지 확인이 안 돼요"), "잘 보여요")
		},
		"an admin has asked": func(_, ops *apptest.Talk) {
			bell := ops.HearsText("두 번 보냈는데 도착했는지 알 수 없어요")
			ops.Press(bell, "도착했어요")
			ops.HearsText("1번 주문은 도착한 것으로 해 둘게요.")
		},
		"an admin sends it again": func(owner, ops *apptest.Talk) {
			owner.World.People.Faults.Clear()
			ops.Press(ops.HearsText("두 번 보냈는데 도착했는지 알 수 없어요"), "다시 보내기")
			owner.Gets(3)
		},
	} {
		t.Run(name, func(t *testing.T) {
			owner, ops := apptest.OnDuty(t)
			owner.World.People.Fault(people.Fault{On: "sendVideo", Times: -1, Cut: "after"})
			release := owner.Hold()
			owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
			o := owner.UnderWay()
			release()
			o = owner.Process.Until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
			if o.Reason != pipeline.ReasonMaybeDelivered || owner.Shorts() != 2 {
				t.Errorf("parked for %s after %d shorts", o.Reason, owner.Shorts())
			}
			before := owner.Shorts()
			end(owner, ops)
			owner.Process.Until(o.ID, func(o pipeline.Order) bool {
				return o.Status == pipeline.Delivered && o.Shown == 1
			})
			owner.HeardOut()
			if n := owner.Shorts(); n > before+1 {
				t.Errorf("%d shorts in the end", n)
			}
			owner.One(1)
		})
	}
}

func TestTelegram_EveryMethodMayFailOnce(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]people.Fault{
		"turned away":       {Status: http.StatusTooManyRequests, RetryAfter: 1},
		"a server's error":  {Status: http.StatusInternalServerError},
		"a page, no JSON":   {Status: http.StatusBadGateway, Body: "<html>502</html>"},
		"the line is cut":   {Cut: "before"},
		"the answer is":     {Cut: "after"},
		"it takes too long": {DelayMS: 2000},
	} {
		t.Run(name, func(t *testing.T) {
			k := apptest.Talking(t)
			for _, method := range []string{
				"sendMessage", "sendVideo", "editMessageText", "getFile", people.Downloads, "sendChatAction",
				"answerCallbackQuery",
			} {
				f.On = method
				k.World.People.Fault(f)
			}
			k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
			k.Process.Wait(func() bool { os := k.Orders(); return len(os) == 1 && os[0].Status == pipeline.Delivered })
			k.HeardOut()
			k.HearsText("완성")
			if k.One(1); k.Shorts() < 1 || k.Shorts() > 2 {
				t.Errorf("%d shorts", k.Shorts())
			}
		})
	}
}
