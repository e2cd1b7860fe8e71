package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestRetryAll_ShowsReasonsAndTakesThemUpByAPress(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		if got := t.Commands("/retry all"); got != "✅ 다시 시작할 주문이 없어요." {
			t.Error(got)
		}
		setup, credits, unknown := t.Parked(3, pipeline.ReasonSetup), t.Parked(
			2, pipeline.ReasonOutOfCredits,
		), t.Parked(1, pipeline.ReasonUnknownStart)
		for _, text := range []string{"/retry all", "모두 재시도", "재시도 모두", "/재시도 모두"} {
			t.Does(bottest.Boss(text))
			says := t.Hears()
			want := "🔁 다시 시작할 수 있는 주문\n3 · 설정이 잘못됨\n2 · 크레딧이 없음\n1 · 시작됐는지 모름\n결과를 모르는 주문은"
			if len(says) != 1 || !strings.HasPrefix(says[0].Text, want) {
				t.Fatalf("%s: %+v", text, says)
			}
		}
		t.Does(bottest.Boss("/retry all 설정이 잘못됨"))
		says := t.Hears()
		if len(says[0].Buttons) != 1 || strings.Contains(says[0].Text, "크레딧") {
			t.Errorf("%+v", says)
		}
		says = t.BossPresses(t.Button(says, "설정이 잘못됨 3건 재시도"))
		if got := says[1].Text; got != "🔁 주문 3건을 다시 시작했어요. 멈췄던 데서 이어서 만들어요." {
			t.Error(got)
		}
		for _, o := range setup {
			if t.Now(o).Status != pipeline.Open {
				t.Errorf("order %d stays parked", o.ID)
			}
		}
		t.Does(bottest.Boss("/retry all"))
		asked := t.Hears()
		if strings.Contains(asked[0].Text, "모두") { // one reason is left that is safe
			t.Errorf("%+v", asked)
		}
		t.Parked(1, pipeline.ReasonBusy)
		t.Does(bottest.Boss("/retry all"))
		t.BossPresses(t.Button(t.Hears(), "모두 3건 재시도"))
		if o := t.Now(unknown[0]); o.Status != pipeline.Parked || t.Now(credits[0]).Status != pipeline.Open {
			t.Errorf("what may be paid twice was taken up unasked: %s", o.Status)
		}
		t.BossPresses("aretryall:unknown_start")
		if o := t.Now(unknown[0]); o.Status != pipeline.Open {
			t.Errorf("%+v", o)
		}
		t.BossPresses("aretryall:unknown_start") // twice does nothing
		t.Audited(
			"telegram:boss /retry all setup: retriedall 3", "telegram:boss /retry all all: retriedall 3",
			"telegram:boss /retry all unknown_start: retriedall 1",
		)
	})
}

func TestRetryAll_TakesManyUpInPortions(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Parked(admin.RetriesOnce+3, pipeline.ReasonSetup)
		says := t.BossPresses("aretryall:all")
		if want := fmt.Sprintf("🔁 주문 %d건", admin.RetriesOnce); !strings.HasPrefix(says[1].Text, want) {
			t.Errorf("%q", says[1].Text)
		}
		says = t.BossPresses(t.Button(says, "남은 3건도 재시도"))
		if !strings.HasPrefix(says[1].Text, "🔁 주문 3건") || len(says[1].Buttons) != 0 {
			t.Errorf("%+v", says[1])
		}
	})
}

func TestRetryAll_IsForAdminsAlone(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		x := t.Parked(1, pipeline.ReasonSetup)[0]
		t.Hears()
		t.Does(bot.Update{Text: "/retry all"})
		t.Does(bot.Update{Kind: bot.Pressed, Action: "aretryall:all", Notice: "n"})
		for _, s := range t.Hears() {
			if strings.Contains(s.Text, "설정") || len(s.Buttons) > 0 {
				t.Errorf("%+v", s)
			}
		}
		if t.Now(x).Status != pipeline.Parked {
			t.Error("an owner has taken it up")
		}
	})
}
