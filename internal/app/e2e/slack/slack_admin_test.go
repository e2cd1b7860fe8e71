package slack_test

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAnAdminInSlackIsAnsweredAloneAndRetriesByButton(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	sl := w.WithSlack(office.Options{})
	ws := sl.Workspace("바다식당")
	boss := ws.Member("박대표", "ko-KR")
	w.Settings["SLACK_BOT_TOKEN"], w.Settings["ADMINS"] = ws.Token(), "slack:"+boss.ID
	w.Faults(sandbox.Fault{On: apptest.StartClip, Status: 401})
	k := &apptest.Room{
		T: t, World: w, Process: w.Subscribed(sl), Slack: sl, Workspace: ws, Staff: ws.Member("이직원", "ko-KR"),
	}
	k.Channel = ws.Channel("쇼츠", k.Staff).Invite()
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	if o := k.Process.Ended(1)[0]; o.Status != pipeline.Parked {
		t.Fatalf("%+v", o)
	}
	k.Types("/sajangpick status 1")
	if m := k.Hears("관리자만"); !m.Ephemeral {
		t.Errorf("%+v", m)
	}
	admin := k.In(k.As(boss))
	admin.Types("/sajangpick status 1")
	card := admin.Hears("걸어온 길")
	if !card.Ephemeral {
		t.Errorf("all of the channel reads %+v", card)
	}
	admin.Types("/sajangpick retry all")
	admin.Presses(admin.Hears("1 · 설정이 잘못됨"), "설정이 잘못됨 1건 재시도")
	admin.Hears("주문 1건을 다시 시작했어요.")
	k.Gets(1, dish)
	k.One(1)
	admin.Mention("상태 1")
	admin.Finds("answer to the mention", func(m office.Message) bool {
		return strings.Contains(m.Shown, "/sajangpick status")
	})
	for _, m := range k.Messages() {
		if !m.Ephemeral && strings.Contains(m.Shown, "걸어온 길") {
			t.Errorf("all of the channel reads %+v", m)
		}
	}
}
