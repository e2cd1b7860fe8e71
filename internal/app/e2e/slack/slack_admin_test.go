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
	k := &apptest.Room{T: t, World: w, Process: w.Subscribed(sl), Slack: sl, Workspace: ws, Staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.Staff).Invite()
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	if o := k.Process.Ended(1, apptest.Patience)[0]; o.Status != pipeline.Parked {
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
	admin.Finds("answer to the mention", func(m office.Message) bool { return strings.Contains(m.Shown, "/sajangpick status") })
	for _, m := range k.Messages() {
		if !m.Ephemeral && strings.Contains(m.Shown, "걸어온 길") {
			t.Errorf("all of the channel reads %+v", m)
		}
	}
}

func TestAChannelOfOpsInSlackSeesThePhotoAndReadsWhatWasDone(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	sl := w.WithSlack(office.Options{})
	ws := sl.Workspace("바다식당")
	boss := ws.Member("박대표", "ko-KR")
	k := &apptest.Room{T: t, World: w, Slack: sl, Workspace: ws, Staff: ws.Member("이직원", "ko-KR")}
	ops := k.In(ws.Channel("운영", boss).Invite())
	w.Settings["SLACK_BOT_TOKEN"], w.Settings["ADMINS"], w.Settings["OPS_CHAT"] = ws.Token(), "slack:"+boss.ID, "slack:"+ops.ID()
	apptest.Faulty(sandbox.Fault{On: apptest.StartClip, Status: 401})(w)
	k.Process = w.Subscribed(sl)
	ops.Process = k.Process
	k.Channel = ws.Channel("쇼츠", k.Staff).Invite()
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))

	bell := ops.Hears("🛑 1번 주문이 멈췄어요")
	ops.Finds("photo", func(m office.Message) bool { return len(m.Files) == 1 && strings.HasSuffix(m.Files[0].Name, ".jpg") })
	if !strings.Contains(bell.Shown, "새우 파스타") || !strings.Contains(bell.Shown, "설정을 고친 뒤") {
		t.Errorf("%s", bell.Shown)
	}
	admin := ops.In(ops.As(boss))
	admin.Presses(bell, "재시도")
	k.Gets(1, dish)
	k.One(1)
	admin.Types("/sajangpick log")
	if m := admin.Hears("/retry 1"); !strings.Contains(m.Shown, "다시 시작함 · 영상 · 나") {
		t.Errorf("%s", m.Shown)
	}
	if err := k.Process.Monitor.Ops.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	ops.Hears("✅ 1번 주문")
}
