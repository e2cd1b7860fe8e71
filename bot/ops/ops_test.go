package ops_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func TestOps_AreToldOnceOfAParkedOrderWithWhatToDoAndOfItsEnd(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", bottest.Begins(pipeline.Animate, "c1"), bottest.NoCredits)
		t.Check(o.Noticed(t.Context(), x.ID))
		t.Check(o.Noticed(t.Context(), x.ID))
		t.Check(o.Sweep(t.Context()))
		says := t.Tells("🛑 1번 주문이 멈췄어요 · 영상")
		if says[0].Order != x.ID || says[0].Cut != 0 {
			t.Errorf("its photo doesn't go along: %+v", says[0])
		}
		for _, part := range []string{"새우 파스타", "바다식당", "kim", "크레딧이 없음", "402", "충전"} {
			if !strings.Contains(says[0].Text, part) {
				t.Errorf("nothing of %q in %q", part, says[0].Text)
			}
		}
		t.Does(bot.Update{
			Chat: "-100", Group: true, User: bot.User{ID: "boss"}, Kind: bot.Pressed, Action: t.Button(says, "재시도"),
			Notice: "press", Message: "bot1",
		})
		t.Hears()
		t.Check(o.Sweep(t.Context()))
		t.Tells("✅ 1번 주문 · 만드는 중 · 영상")
		t.Check(o.Sweep(t.Context()))
		t.Tells()

		t.Goes(x, bottest.NoCredits)
		time.Sleep(time.Minute)
		t.Check(o.Noticed(t.Context(), x.ID))
		t.Tells("🛑 1번")
	})
}

func TestOps_AreToldAgainOfAnOrderThatIsParkedAgainBetweenSweeps(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", bottest.Begins(pipeline.Animate, "c1"), bottest.NoCredits)
		t.Check(o.Noticed(t.Context(), x.ID))
		t.Tells("🛑 1번")
		x, m, err := pipeline.Retry(x)
		t.Check(err)
		x, err = t.Store.Move(t.Context(), x, m)
		t.Check(err)
		t.Goes(x, bottest.NoCredits)
		t.Check(o.Noticed(t.Context(), x.ID))
		t.Tells() // another of its kind was told a moment ago
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Tells("🛑 1번")
	})
}

func TestOps_AnotherProcessTellsWhatADeadOneFound(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		_, err := t.Store.OpenIncident(t.Context(), "provider:runway", "📉 런웨이 요청이 자꾸 안 돼요") // and dies
		t.Check(err)
		time.Sleep(8 * time.Hour) // nobody is there until the morning
		other := t.Ops()
		t.Check(o.Sweep(t.Context()))
		t.Check(other.Sweep(t.Context()))
		t.Tells("📉 런웨이")
	})
}

func TestOps_IncidentsOfOneKindWithinAMinuteAreOneMessage(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		var orders []pipeline.Order
		parks := func(n int, noticed bool) {
			t.Helper()
			for range n {
				x, err := t.Store.Order(t.Context(), t.Order("새우 파스타").ID)
				t.Check(err)
				x.Status, x.Reason = pipeline.Parked, pipeline.ReasonSetup
				x, err = t.Store.Move(t.Context(), x, pipeline.Move{})
				t.Check(err)
				orders = append(orders, x)
				if noticed {
					t.Check(o.Noticed(t.Context(), x.ID))
				}
			}
		}
		parks(3, true)
		if says := t.Tells("🛑 1번"); says[0].Order != 1 || says[0].Priority != bot.OpsAlerts {
			t.Errorf("the first comes as %+v", says[0])
		}
		parks(11, false) // which only the sweep finds
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Check(t.Ops().Sweep(t.Context()))
		says := t.Tells("🛑 2번 주문이 멈췄어요")
		lines := strings.Split(says[0].Text, "\n")
		if len(lines) != 11 || !strings.HasPrefix(lines[9], "🛑 11번") || lines[10] != "그 밖에 3건" ||
			t.Button(says, "🔧 확인 필요") != "astuck:0" {
			t.Errorf("the others come as %q", says[0].Text)
		}
		if all, err := t.Store.Incidents(t.Context()); err != nil || len(all) != 14 {
			t.Errorf("%d incidents go on: %v", len(all), err)
		}
		parks(1, true)
		orders = append(orders[:3], orders[14]) // the last one goes on before it was told
		for _, x := range orders {
			t.Goes(x, func(o *pipeline.Order, _ *pipeline.Move) {
				o.Status, o.Reason = pipeline.Open, pipeline.ReasonNone
			})
		}
		t.Check(o.Sweep(t.Context()))
		says = t.Tells("✅ 1번 주문")
		if lines := strings.Split(says[0].Text, "\n"); len(lines) != 3 || !strings.HasPrefix(lines[2], "✅ 3번 주문") {
			t.Errorf("three go on: %q", says[0].Text)
		}
	})
}

func TestAnnounce_WhatFailsToBeWrittenDownIsToldAtTheNextSweep(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, _ *ops.Ops) {
		commits := 0
		o := t.Ops(func(o *ops.Options) {
			o.Store = &storagetest.Failing{Engine: t.Store, Fails: func(method string) error {
				if method != "Commit" {
					return nil
				}
				// the first message, and the second incident of the same kind
				if commits++; commits == 1 || commits == 3 {
					return errors.New("connection reset")
				}
				return nil
			}}
		})
		for _, key := range []string{"refused:telegram:1", "refused:telegram:2"} {
			_, err := t.Store.OpenIncident(t.Context(), key, "📵 "+key)
			t.Check(err)
			time.Sleep(time.Second)
		}
		for range 2 {
			if err := o.Announce(t.Context()); err == nil {
				t.Error("a lost commit is no error")
			}
			time.Sleep(time.Minute)
		}
		t.Check(o.Announce(t.Context()))
		t.Tells("📵 refused:telegram:1\n\n📵 refused:telegram:2", "📵 refused:telegram:2")
		time.Sleep(time.Minute)
		t.Check(o.Announce(t.Context()))
		t.Tells()
	})
}

func TestSweep_WordsThatAFullChatHadNoRoomForAreCountedUntilItIsToldOfThem(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, _ *ops.Ops) {
		fails := false
		o := t.Ops(func(o *ops.Options) {
			o.Store = &storagetest.Failing{Engine: t.Store, Fails: func(method string) error {
				if fails && method == "Commit" {
					return errors.New("connection reset")
				}
				return nil
			}}
		})
		t.Check(o.Intake(t.Context(), "slack", errors.New("socket refused")))
		t.Tells("📪")
		c, err := t.Store.Chat(t.Context(), "telegram", "-100")
		t.Check(err)
		full := bot.Change{Chat: c}
		for range bot.MaxWaiting {
			full.Messages = append(full.Messages, bot.OutgoingMessage{Message: bot.Message{
				Thread: pipeline.Thread{Platform: "telegram", Chat: "-100"}, Text: "…",
			}})
		}
		_, err = t.Store.Commit(t.Context(), full)
		t.Check(err)
		t.Check(o.Intake(t.Context(), "slack", nil))
		t.Check(o.Sweep(t.Context()))
		if got := t.Told(); len(got) != bot.MaxWaiting {
			t.Errorf("a full chat is told %q", got[len(got)-1].Text)
		}
		fails = true
		if err := o.Sweep(t.Context()); err == nil {
			t.Error("a lost commit is no error")
		}
		fails = false
		t.Check(o.Sweep(t.Context()))
		if got := t.Told(); len(got) != 1 || !strings.Contains(got[0].Text, "1") {
			t.Errorf("ops were told %+v", got)
		}
		t.Check(o.Sweep(t.Context()))
		t.Tells()
	})
}

func TestOps_AreToldOfAnOrderThatIsLateForItsStep(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", bottest.Begins(pipeline.Animate, "c1"), bottest.Accepted(1500))
		held := t.Order("냉면", func(o *pipeline.Order, _ *pipeline.Move) {
			o.Step, o.Phase, o.Reason = pipeline.Animate, pipeline.Ready, pipeline.ReasonPaused
		})
		t.Check(o.Sweep(t.Context()))
		time.Sleep(10 * time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Check(o.Sweep(t.Context()))
		says := t.Tells("🐢 1번 주문이 늦어요 · 영상 1")
		if !strings.Contains(says[0].Text, "런웨이 45%") {
			t.Errorf("nobody learns what it waits for: %q", says[0].Text)
		}
		t.Goes(x, bottest.Settled(pipeline.Render, 1500))
		t.Check(o.Sweep(t.Context()))
		t.Tells("✅ 1번 주문 · 만드는 중 · 편집")
		if held.Status != pipeline.Open {
			t.Error("held")
		}
	})
}

func TestOps_AStepThatUsuallyTakesLongIsGivenItsTime(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		long := func(change func(*pipeline.Order, *pipeline.Move)) func(*pipeline.Order, *pipeline.Move) {
			return func(o *pipeline.Order, m *pipeline.Move) { time.Sleep(10 * time.Minute); change(o, m) }
		}
		t.Order(
			"갈비탕", bottest.Begins(pipeline.Animate, "c1"), long(bottest.Settled(pipeline.Render, 1500)),
			bottest.Ends(pipeline.Delivered, "", ""),
		)
		t.Order("새우 파스타", bottest.Begins(pipeline.Animate, "c2"), bottest.Accepted(1500))
		time.Sleep(29 * time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Tells()
		time.Sleep(3 * time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Tells("🐢 2번")
	})
}

func TestOps_AreToldThatAProviderKeepsFailingAndThatItWorksAgain(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		h := &ops.Health{}
		look := func() {
			t.Helper()
			for _, v := range h.Verdicts() {
				t.Check(o.Provider(t.Context(), v))
			}
		}
		down := &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("runway: 503")}
		for _, err := range []error{
			nil, nil, down, down, &pipeline.Fault{Kind: pipeline.Transient, RateLimited: true, Err: errors.New("429")},
		} {
			h.Note("runway", err)
		}
		look()
		t.Tells() // four answers say nothing
		h.Note("runway", down)
		look()
		look()
		says := t.Tells("📉 런웨이 요청이 자꾸 안 돼요\n10분 동안 5번 중 3번")
		if !strings.Contains(says[0].Text, "503") {
			t.Errorf("nobody learns why: %q", says[0].Text)
		}
		time.Sleep(6 * time.Minute)
		h.Note("runway", &pipeline.Fault{Kind: pipeline.Rejected, Err: errors.New("a photo that it doesn't like")})
		look()
		t.Tells()
		time.Sleep(5 * time.Minute) // the bad minutes are out of sight
		look()
		t.Tells("✅ 런웨이가 다시 잘 돼요. 11분 동안")
	})
}

func TestOps_ANewProcessEndsAnIncidentThatIsOver(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		bad := ops.Verdict{Provider: "creatomate", Failing: time.Now(), Bad: 5}
		t.Check(o.Provider(t.Context(), bad))
		t.Check(t.Ops().Provider(t.Context(), bad))
		t.Tells("📉 크리에이토메이트")
		t.Check(t.Ops().Provider(t.Context(), ops.Verdict{Provider: "creatomate", Good: 5}))
		t.Tells("✅ 크리에이토메이트")
	})
}

func TestOps_AreToldWhenCreditsAreFew(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		for _, left := range []pipeline.Credits{-1, 300_00, 299_00, 10_00} {
			t.Check(o.Credits(t.Context(), "runway", left, 15_00))
		}
		t.Tells("🪫 런웨이 크레딧이 299 남았어요. 영상 19편쯤")
		t.Check(o.Credits(t.Context(), "runway", 1300_00, 15_00))
		t.Tells("✅ 런웨이 크레딧이 다시 넉넉해요. 1,300 남았어요.")
	})
}

func TestOps_TheBudgetIsToldAtFourFifthsAndAtItsEndAndOrdersGoOn(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("냉면", func(o *pipeline.Order, _ *pipeline.Move) {
			o.Step, o.Phase, o.Reason, o.Due = pipeline.Animate, pipeline.Ready, pipeline.ReasonBudget,
				time.Now().Add(10*time.Hour)
		})
		for _, spent := range []pipeline.Credits{0, 79_00, 80_00, 95_00, 100_00, 105_00} {
			t.Check(o.Budget(t.Context(), spent, 0, 100_00))
		}
		t.Tells("💳 오늘 예산 100 중에서 80을 썼어요.", "💳 오늘 예산 100을 다 썼어요.")
		t.Goes(x, func(o *pipeline.Order, _ *pipeline.Move) { o.Due = time.Now().Add(10 * time.Hour) })
		t.Check(o.Budget(t.Context(), 0, 0, 100_00))
		t.Tells("✅ 예산이 다시 생겼어요.")
		// in the line for a clip
		if x, err := t.Store.Order(t.Context(), x.ID); err != nil || x.Reason != pipeline.ReasonTurn {
			t.Errorf("it waits for %q until %v: %v", x.Reason, x.Due, err)
		}
		t.Check(o.Budget(t.Context(), 500_00, 0, 0))
		t.Tells()
	})
}

func TestOps_AreToldOfALedgerThatDoesNotAddUp(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", bottest.Ends(pipeline.Delivered, "", "")) // which nobody has paid for
		for range 2 {
			_, err := o.Ledger(t.Context())
			t.Check(err)
		}
		says := t.Tells("🧮 장부에 안 맞는 것이 2건 있어요.")
		if !strings.Contains(says[0].Text, "order 1: delivered without a paid clip") {
			t.Errorf("%q", says[0].Text)
		}
		t.Goes(x, func(o *pipeline.Order, m *pipeline.Move) {
			for i, s := range []pipeline.Step{pipeline.Animate, pipeline.Render} {
				m.Calls = append(m.Calls, pipeline.Call{
					ID: fmt.Sprint(i), Order: o.ID, Cut: 1, Step: s, State: pipeline.CallSettled,
					Provider: bottest.Providers.Of(s),
				})
			}
		})
		b, err := o.Ledger(t.Context())
		t.Check(err)
		t.Tells("✅ 장부가 다시 맞아요.")
		if len(b.Inconsistencies) != 0 {
			t.Errorf("%q", b.Inconsistencies)
		}
	})
}

func TestOps_WithoutAnOpsChatIncidentsAreKeptUntold(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, _ *ops.Ops) {
		o := t.Ops(func(o *ops.Options) { o.OpsChat = "" })
		x := t.Order("새우 파스타", bottest.NoCredits)
		t.Check(o.Noticed(t.Context(), x.ID))
		t.Check(o.Sweep(t.Context()))
		if says := t.Hears(); len(says) != 0 {
			t.Errorf("said %+v", says)
		}
		if all, err := t.Store.Incidents(t.Context()); err != nil || len(all) != 1 ||
			!strings.HasPrefix(all[0].Text, "🛑 Order 1 has stopped") {
			t.Errorf("%+v, %v", all, err)
		}
	})
}
