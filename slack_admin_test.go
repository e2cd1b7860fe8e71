package main

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	office "github.com/sajangpick/sajangpick/adapters/sandbox/slack"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAnAdminInSlackIsAnsweredAloneAndRetriesByButton(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t))
	sl := w.withSlack(office.Options{})
	ws := sl.Workspace("바다식당")
	boss := ws.Member("박대표", "ko-KR")
	w.settings["SLACK_BOT_TOKEN"], w.settings["ADMINS"] = ws.Token(), "slack:"+boss.ID
	w.faults(sandbox.Fault{On: startClip, Status: 401})
	k := &room{t: t, w: w, p: w.subscribed(sl), sl: sl, ws: ws, staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.staff).Invite()
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	if o := k.p.ended(1, patience)[0]; o.Status != pipeline.Parked {
		t.Fatalf("%+v", o)
	}
	k.types("/sajangpick status 1")
	if m := k.hears("관리자만"); !m.Ephemeral {
		t.Errorf("%+v", m)
	}
	admin := k.in(k.As(boss))
	admin.types("/sajangpick status 1")
	card := admin.hears("걸어온 길")
	if !card.Ephemeral {
		t.Errorf("all of the channel reads %+v", card)
	}
	admin.types("/sajangpick retry all")
	admin.presses(admin.hears("1 · 설정이 잘못됨"), "설정이 잘못됨 1건 재시도")
	admin.hears("주문 1건을 다시 시작했어요.")
	k.gets(1, dish)
	k.one(1)
	admin.Mention("상태 1")
	admin.finds("answer to the mention", func(m office.Message) bool { return strings.Contains(m.Shown, "/sajangpick status") })
	for _, m := range k.Messages() {
		if !m.Ephemeral && strings.Contains(m.Shown, "걸어온 길") {
			t.Errorf("all of the channel reads %+v", m)
		}
	}
}

func TestAChannelOfOpsInSlackSeesThePhotoAndReadsWhatWasDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t))
	sl := w.withSlack(office.Options{})
	ws := sl.Workspace("바다식당")
	boss := ws.Member("박대표", "ko-KR")
	k := &room{t: t, w: w, sl: sl, ws: ws, staff: ws.Member("이직원", "ko-KR")}
	ops := k.in(ws.Channel("운영", boss).Invite())
	w.settings["SLACK_BOT_TOKEN"], w.settings["ADMINS"], w.settings["OPS_CHAT"] = ws.Token(), "slack:"+boss.ID, "slack:"+ops.ID()
	faulty(sandbox.Fault{On: startClip, Status: 401})(w)
	k.p = w.subscribed(sl)
	ops.p = k.p
	k.Channel = ws.Channel("쇼츠", k.staff).Invite()
	dish := k.Post(pasta, office.Photo(tinyPhoto()))

	bell := ops.hears("🛑 1번 주문이 멈췄어요")
	ops.finds("photo", func(m office.Message) bool { return len(m.Files) == 1 && strings.HasSuffix(m.Files[0].Name, ".jpg") })
	if !strings.Contains(bell.Shown, "새우 파스타") || !strings.Contains(bell.Shown, "설정을 고친 뒤") {
		t.Errorf("%s", bell.Shown)
	}
	admin := ops.in(ops.As(boss))
	admin.presses(bell, "재시도")
	k.gets(1, dish)
	k.one(1)
	admin.types("/sajangpick log")
	if m := admin.hears("/retry 1"); !strings.Contains(m.Shown, "다시 시작함 · 영상 · 나") {
		t.Errorf("%s", m.Shown)
	}
	if err := k.p.monitor.ops.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	ops.hears("✅ 1번 주문")
}
