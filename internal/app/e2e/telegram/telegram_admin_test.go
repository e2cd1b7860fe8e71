package telegram_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// governed is a service with an owner and an admin, who talk to it in private.
func governed(t *testing.T, change ...func(w *apptest.World)) (owner, admin *apptest.Talk) {
	t.Helper()
	var boss *people.Person
	owner = apptest.Talking(t, append(change, func(w *apptest.World) {
		boss = w.People.Person("관리자", "ko")
		w.Settings["ADMINS"] = "telegram:" + strconv.FormatInt(boss.Private().ID(), 10)
	})...)
	return owner, owner.In(boss.Private())
}

func TestAnAdminTakesAParkedOrderUpFromTheChat(t *testing.T) {
	owner, admin := governed(t, apptest.Faulty(sandbox.Fault{
		On: apptest.StartClip, Status: 400, Body: `{"error":"You do not have enough credits to run this task."}`,
	}))
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := owner.Process.Ended(1, apptest.Patience)[0]
	if o.Status != pipeline.Parked {
		t.Fatalf("%+v", o)
	}
	number := strconv.FormatInt(o.ID, 10)
	admin.Asks("/status", "1 🔧 확인 필요")
	admin.Asks("막힌 주문", "#"+number)
	card := admin.Asks("상태 "+number, "not have enough credits")
	if a := admin.Press(card, "재시도"); !strings.HasPrefix(a.Text, number+"번 주문을 다시 시작했어요") {
		t.Errorf("%+v", a)
	}
	owner.Gets(1)
	owner.One(1)
	admin.Hears("the card", func(m people.Message) bool { return m.ID == card.ID && strings.Contains(m.Text, "▶ 만드는 중") })
}

func TestAnAdminSendsAShortAgainAndSeesWhatItCost(t *testing.T) {
	owner, admin := governed(t)
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	short := owner.Gets(1)
	admin.Asks("/resend 1", "다시 보내요")
	owner.Hears("the short again", func(m people.Message) bool { return m.ID > short.ID && m.Kind == "video" })
	admin.Asks("/resend 1", "방금")
	card := admin.Asks("/status 1", "✅ 보냈어요")
	for _, want := range []string{"영상 · 확정", "편집 · 확정", "전달 · "} {
		if !strings.Contains(card.Text, want) {
			t.Errorf("no %q in %s", want, card.Text)
		}
	}
	admin.Asks("/spend", "런웨이")
	owner.Asks("/status 1", "관리자만")
	if deeds, err := owner.Process.Engine.ListAudit(t.Context(), 0, 9); err != nil || len(deeds) != 1 {
		t.Errorf("%+v, %v", deeds, err)
	}
	owner.One(1)
}

func TestAnOwnerReadsThatAnAdminCancelled(t *testing.T) {
	owner, admin := governed(t)
	release := owner.Hold()
	defer release()
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := owner.UnderWay()
	admin.Asks("/cancel "+strconv.FormatInt(o.ID, 10), "취소했어요. 주문하신 분께도")
	owner.HearsText("취소했어요.")
}

func TestWhilePausedOrdersWaitAndSaySo(t *testing.T) {
	owner, admin := governed(t)
	admin.Asks("/pause", "멈췄어요")
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	owner.HearsText("잠시 쉬고 있어요")
	if clips, _ := owner.Bought(); clips != 0 {
		t.Errorf("%d clips were bought", clips)
	}
	admin.Asks("/status", "⏸")
	admin.Asks("재개", "다시 시작했어요")
	owner.Gets(1)
	owner.One(1)
}

func TestAnAdminHasAMenuOfTheirOwn(t *testing.T) {
	owner, ops := apptest.OnDuty(t)
	of := func(scope, lang string) (names []string) {
		for _, c := range owner.World.People.Commands(scope, lang) {
			names = append(names, c.Command)
		}
		return names
	}
	owner.Process.Introduce(t.Context()) // which comes back when all is done
	for _, lang := range []string{"", "ko", "en"} {
		if theirs := of("chat "+strconv.FormatInt(ops.ID(), 10), lang); !slices.Contains(theirs, "log") {
			t.Errorf("admins see %q", theirs)
		}
		if everybodys := of("all_private_chats", lang); slices.Contains(everybodys, "log") || !slices.Contains(everybodys, "help") {
			t.Errorf("everybody sees %q", everybodys)
		}
		if long, short := owner.World.People.Description(lang); !strings.Contains(long, "AI") || !strings.Contains(short, "AI") {
			t.Errorf("before they write, people of %q aren't told that AI is used: %q, %q", lang, long, short)
		}
	}
}

func TestWhoIsNoAdminAnyMoreSeesEverybodysMenu(t *testing.T) {
	owner, ops := apptest.OnDuty(t)
	shown := func() int {
		t.Helper()
		owner.Process.IntroduceAdmins(t.Context()) // which comes back when all is done
		return len(owner.World.People.Commands("chat "+strconv.FormatInt(ops.ID(), 10), ""))
	}
	if shown() == 0 {
		t.Fatal("an admin has no menu")
	}
	owner.Process.Kill()
	owner.World.Settings["ADMINS"] = ""
	owner.Restarted()
	if n := shown(); n != 0 {
		t.Errorf("%d commands of admins are left", n)
	}
	if had, err := owner.Process.Engine.Flag(t.Context(), app.MenuOwners); err != nil || had != "" {
		t.Errorf("%q, %v", had, err)
	}
}
