package admin_test

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestConsole_HostileArgumentsAreAnsweredInOneSentence(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order("새우 파스타")
		for _, text := range []string{
			"/status 99", "/status 99999999999999999999999", "/status -1", "/status 0", "/status 1; DROP TABLE orders",
			"/status 1 2", "/retry", "/retry x",
			"/cancel 99999999999999999999", "/cancel 0", "/resend 0", "/limit", "/limit 1", "/limit 1 -5",
			"/limit 1 99999999999", "/limit 0 5", "/limit a b", "/limit 1 2 3",
			"/status " + strings.Repeat("9", 4000), "/retry ١",
		} {
			got := t.Commands(text)
			if got == "" || strings.Contains(got, "\n") || len(got) > 300 {
				t.Errorf("%.30q gives %q", text, got)
			}
		}
		for _, page := range []string{"/stuck 99999999999999999999", "/shops 1000000", "/spend x", "/stuck -3"} {
			if got := t.Commands(page); len(got) > 600 {
				t.Errorf("%q gives %q", page, got)
			}
		}
		for _, a := range []string{
			"aorder:x", "aorder:-1", "aorder", "aorder:1:99999999999999999999", "aorder:1:-4", "astuck:-1",
			"aspend:9223372036854775807", "ashops", "aretry:1:card", "acancel::yes", "aresend:99",
		} {
			if says := t.BossPresses(a); len(says) == 0 || len(says) > 2 {
				t.Errorf("%q is answered by %+v", a, says)
			}
		}
		if o := t.Now(pipeline.Order{ID: 1}); o.Version != 1 {
			t.Errorf("%+v", o)
		}
		t.Audited()
	})
}

func TestConsole_ButtonsAreOnlyForAdmins(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		o := t.Order("새우 파스타", bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		for _, a := range []string{
			"aretry:1", "aretry:1:card", "acancel:1:yes", "aresend:1", "aorder:1", "astatus", "astuck:0", "aspend:0",
			"ashops:0",
		} {
			t.Presses(a)
			t.Hear(bottest.Ko("admin.only"))
		}
		if t.Now(o).Version != o.Version {
			t.Error("a stranger moved it")
		}
		t.Audited()
	})
}

func TestConsole_CommandsAreOnlyForAdmins(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		o := t.Order("새우 파스타", bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		for _, text := range []string{
			"/status", "/status 1", "상태 1", "/retry 1", "/cancel 1", "취소 1", "/resend 1", "/stuck", "막힌 주문", "/spend",
			"지출", "/shops", "가게들", "/limit 1 5", "한도 1 5", "/pause", "/resume", "재개",
		} {
			t.Writes(text)
			t.Hear(bottest.Ko("admin.only"))
		}
		t.Does(bot.Update{Chat: "boss", User: bot.User{ID: "boss", Anonymous: true}, Text: "/pause"})
		t.Hear(bottest.Ko("admin.anonymous"))
		t.Writes("멈춤") // an owner means their order
		t.Hear("취소했어요.")
		if o = t.Now(o); o.Status != pipeline.Cancelled {
			t.Errorf("%+v", o)
		}
		t.Audited()
	})
}

func TestConsole_OthersOrdersAreShownInPrivateAndInTheOpsChatOnly(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		in := func(chat, text string) bot.Update {
			return bot.Update{Chat: chat, Group: true, ToUs: true, User: bot.User{ID: "boss"}, Text: text}
		}
		t.Configure(func(o *session.Options) { o.OpsChat = "telegram:-100" })
		t.Does(in("-5", "/status"))
		t.Does(in("-5", "/pause"))
		t.Hear(bottest.Ko("admin.where"), bottest.Ko("admin.where"))
		t.Does(in("-100", "/stuck"))
		t.Hear("🔧 확인이 필요한 주문…")
	})
}

func FuzzReadNumbered_GivesANameAndNumbersOnly(f *testing.F) {
	f.Add("한도 3 50")
	f.Add("취소 #12번")
	f.Add("상태 \xff1")
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := intent.ReadNumbered(text)
		if ok && (c.Name == "" || c.Arg == "" || strings.Trim(c.Arg, "0123456789 ") != "") {
			t.Errorf("%q is %+v", text, c)
		}
	})
}
