package bot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

// parked lets orders of a reason be parked.
func (t *talk) parked(n int, why pipeline.Reason) (orders []pipeline.Order) {
	t.Helper()
	for range n {
		orders = append(orders, t.order("새우 파스타", ends(pipeline.Parked, why, "no")))
	}
	return orders
}

func TestRetryAll_ShowsReasonsAndTakesThemUpByAPress(t *testing.T) {
	office(t, func(t *talk) {
		if got := t.commands("/retry all"); got != "✅ 다시 시작할 주문이 없어요." {
			t.Error(got)
		}
		setup, credits, unknown := t.parked(3, pipeline.ReasonSetup), t.parked(2, pipeline.ReasonOutOfCredits), t.parked(1, pipeline.ReasonUnknownStart)
		for _, text := range []string{"/retry all", "모두 재시도", "재시도 모두", "/재시도 모두"} {
			t.does(boss(text))
			says := t.hears()
			want := "🔁 다시 시작할 수 있는 주문\n3 · 설정이 잘못됨\n2 · 크레딧이 없음\n1 · 시작됐는지 모름\n결과를 모르는 주문은"
			if len(says) != 1 || !strings.HasPrefix(says[0].Text, want) {
				t.Fatalf("%s: %+v", text, says)
			}
		}
		t.does(boss("/retry all 설정이 잘못됨"))
		says := t.hears()
		if len(says[0].Buttons) != 1 || strings.Contains(says[0].Text, "크레딧") {
			t.Errorf("%+v", says)
		}
		says = t.bossPresses(t.button(says, "설정이 잘못됨 3건 재시도"))
		if got := says[1].Text; got != "🔁 주문 3건을 다시 시작했어요. 멈췄던 데서 이어서 만들어요." {
			t.Error(got)
		}
		for _, o := range setup {
			if t.now(o).Status != pipeline.Open {
				t.Errorf("order %d stays parked", o.ID)
			}
		}
		t.does(boss("/retry all"))
		asked := t.hears()
		if strings.Contains(asked[0].Text, "모두") { // one reason is left that is safe
			t.Errorf("%+v", asked)
		}
		t.parked(1, pipeline.ReasonBusy)
		t.does(boss("/retry all"))
		t.bossPresses(t.button(t.hears(), "모두 3건 재시도"))
		if o := t.now(unknown[0]); o.Status != pipeline.Parked || t.now(credits[0]).Status != pipeline.Open {
			t.Errorf("what may be paid twice was taken up unasked: %s", o.Status)
		}
		t.bossPresses("aretryall:unknown_start")
		if o := t.now(unknown[0]); o.Status != pipeline.Open {
			t.Errorf("%+v", o)
		}
		t.bossPresses("aretryall:unknown_start") // twice does nothing
		t.deeds("telegram:boss /retry all setup: retriedall 3", "telegram:boss /retry all all: retriedall 3", "telegram:boss /retry all unknown_start: retriedall 1")
	})
}

func TestRetryAll_TakesManyUpInPortions(t *testing.T) {
	office(t, func(t *talk) {
		t.parked(retriesOnce+3, pipeline.ReasonSetup)
		says := t.bossPresses("aretryall:all")
		if want := fmt.Sprintf("🔁 주문 %d건", retriesOnce); !strings.HasPrefix(says[1].Text, want) {
			t.Errorf("%q", says[1].Text)
		}
		says = t.bossPresses(t.button(says, "남은 3건도 재시도"))
		if !strings.HasPrefix(says[1].Text, "🔁 주문 3건") || len(says[1].Buttons) != 0 {
			t.Errorf("%+v", says[1])
		}
	})
}

func TestRetryAll_IsForAdminsAlone(t *testing.T) {
	office(t, func(t *talk) {
		x := t.parked(1, pipeline.ReasonSetup)[0]
		t.hears()
		t.does(Update{Text: "/retry all"})
		t.does(Update{Kind: Pressed, Action: "aretryall:all", Notice: "n"})
		for _, s := range t.hears() {
			if strings.Contains(s.Text, "설정") || len(s.Buttons) > 0 {
				t.Errorf("%+v", s)
			}
		}
		if t.now(x).Status != pipeline.Parked {
			t.Error("an owner has taken it up")
		}
	})
}
