package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

// governed is a service with an owner and an admin, who talk to it in private.
func governed(t *testing.T, change ...func(w *world)) (owner, admin *talk) {
	t.Helper()
	var boss *people.Person
	owner = talking(t, append(change, func(w *world) {
		boss = w.people.Person("관리자", "ko")
		w.settings["ADMINS"] = "telegram:" + strconv.FormatInt(boss.Private().ID(), 10)
	})...)
	return owner, owner.in(boss.Private())
}

// asks writes something and gives the new message that answers it.
func (k *talk) asks(text, part string) people.Message {
	k.t.Helper()
	sent := k.SendText(text)
	return k.hears(part, func(m people.Message) bool { return m.ID > sent.ID && strings.Contains(m.Text, part) })
}

func TestAnAdminTakesAParkedOrderUpFromTheChat(t *testing.T) {
	owner, admin := governed(t, faulty(sandbox.Fault{
		On: startClip, Status: 400, Body: `{"error":"You do not have enough credits to run this task."}`,
	}))
	owner.SendPhoto(tinyPhoto(), pasta)
	o := owner.p.ended(1, patience)[0]
	if o.Status != pipeline.Parked {
		t.Fatalf("%+v", o)
	}
	number := strconv.FormatInt(o.ID, 10)
	admin.asks("/status", "1 🔧 확인 필요")
	admin.asks("막힌 주문", "#"+number)
	card := admin.asks("상태 "+number, "not have enough credits")
	if a := admin.press(card, "재시도"); !strings.HasPrefix(a.Text, number+"번 주문을 다시 시작했어요") {
		t.Errorf("%+v", a)
	}
	owner.gets(1)
	owner.one(1)
	admin.hears("the card", func(m people.Message) bool { return m.ID == card.ID && strings.Contains(m.Text, "▶ 만드는 중") })
}

func TestAnAdminSendsAShortAgainAndSeesWhatItCost(t *testing.T) {
	owner, admin := governed(t)
	owner.SendPhoto(tinyPhoto(), pasta)
	short := owner.gets(1)
	admin.asks("/resend 1", "다시 보내요")
	owner.hears("the short again", func(m people.Message) bool { return m.ID > short.ID && m.Kind == "video" })
	admin.asks("/resend 1", "방금")
	card := admin.asks("/status 1", "✅ 보냈어요")
	for _, want := range []string{"영상 · 확정", "편집 · 확정", "전달 · "} {
		if !strings.Contains(card.Text, want) {
			t.Errorf("no %q in %s", want, card.Text)
		}
	}
	admin.asks("/spend", "런웨이")
	owner.asks("/status 1", "관리자만")
	if deeds, err := owner.p.engine.ListAudit(t.Context(), 0, 9); err != nil || len(deeds) != 1 {
		t.Errorf("%+v, %v", deeds, err)
	}
	owner.one(1)
}

func TestAnOwnerReadsThatAnAdminCancelled(t *testing.T) {
	owner, admin := governed(t)
	release := owner.hold()
	defer release()
	owner.SendPhoto(tinyPhoto(), pasta)
	o := owner.underWay()
	admin.asks("/cancel "+strconv.FormatInt(o.ID, 10), "취소했어요. 주문하신 분께도")
	owner.hearsText("취소했어요.")
}

func TestWhilePausedOrdersWaitAndSaySo(t *testing.T) {
	owner, admin := governed(t)
	admin.asks("/pause", "멈췄어요")
	owner.SendPhoto(tinyPhoto(), pasta)
	owner.hearsText("잠시 쉬고 있어요")
	if clips, _ := owner.bought(); clips != 0 {
		t.Errorf("%d clips were bought", clips)
	}
	admin.asks("/status", "⏸")
	admin.asks("재개", "다시 시작했어요")
	owner.gets(1)
	owner.one(1)
}

func TestAnAdminHasAMenuOfTheirOwn(t *testing.T) {
	owner, ops := onDuty(t)
	of := func(scope, lang string) (names []string) {
		for _, c := range owner.w.people.Commands(scope, lang) {
			names = append(names, c.Command)
		}
		return names
	}
	owner.p.introduce(t.Context()) // which comes back when all is done
	for _, lang := range []string{"", "ko", "en"} {
		if theirs := of("chat "+strconv.FormatInt(ops.ID(), 10), lang); !slices.Contains(theirs, "log") {
			t.Errorf("admins see %q", theirs)
		}
		if everybodys := of("all_private_chats", lang); slices.Contains(everybodys, "log") || !slices.Contains(everybodys, "help") {
			t.Errorf("everybody sees %q", everybodys)
		}
		if long, short := owner.w.people.Description(lang); !strings.Contains(long, "AI") || !strings.Contains(short, "AI") {
			t.Errorf("before they write, people of %q aren't told that AI is used: %q, %q", lang, long, short)
		}
	}
}

func TestWhoIsNoAdminAnyMoreSeesEverybodysMenu(t *testing.T) {
	owner, ops := onDuty(t)
	shown := func() int {
		t.Helper()
		owner.p.introduceAdmins(t.Context()) // which comes back when all is done
		return len(owner.w.people.Commands("chat "+strconv.FormatInt(ops.ID(), 10), ""))
	}
	if shown() == 0 {
		t.Fatal("an admin has no menu")
	}
	owner.p.kill()
	owner.w.settings["ADMINS"] = ""
	owner.restarted()
	if n := shown(); n != 0 {
		t.Errorf("%d commands of admins are left", n)
	}
	if had, err := owner.p.engine.Flag(t.Context(), menuOwners); err != nil || had != "" {
		t.Errorf("%q, %v", had, err)
	}
}
