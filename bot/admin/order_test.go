package admin_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestRetry_TakesAParkedOrderUpOnce(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		o := t.Order(
			"새우 파스타", bottest.Begins(pipeline.Animate, "c1"), bottest.Accepted(1500),
			bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"),
		)
		if got := t.Commands("재시도 1"); got != "1번 주문을 다시 시작했어요. 멈췄던 데서 이어서 만들어요." {
			t.Error(got)
		}
		if o = t.Now(o); o.Status != pipeline.Open || o.Phase != pipeline.Waiting || o.Call != "c1" {
			t.Errorf("what was bought is bought again: %+v", o)
		}
		if got := t.Commands("/retry #1"); !strings.HasPrefix(got, "1번 주문은 다시 시작할 것이 없어요") {
			t.Error(got)
		}
		t.Audited("telegram:boss /retry 1: retried animate")
		if !slices.Contains(t.Pipeline.Woken, o.ID) {
			t.Error("nobody drives it on")
		}
		h, err := t.Store.History(t.Context(), o.ID)
		t.Check(err)
		if last := h[len(h)-1].Note; last != "taken up again by telegram:boss" {
			t.Error(last)
		}
	})
}

func TestRetry_SaysWhenItMayPayTwice(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order(
			"새우 파스타", bottest.Begins(pipeline.Animate, "c1"),
			bottest.Ends(pipeline.Parked, pipeline.ReasonUnknownStart, "lost"),
		)
		if got := t.Commands("/retry 1"); !strings.Contains(got, "값이 나갔을 수 있어요") {
			t.Error(got)
		}
	})
}

func TestConsole_CancelIsToldToTheOwner(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		o := t.Order("새우 파스타", bottest.Begins(pipeline.Animate, "c1"))
		before := t.Now(o)
		if got := t.Commands("취소 1번"); !strings.HasPrefix(got, "1번 주문을 취소했어요.") {
			t.Error(got)
		}
		if o = t.Now(o); o.Status != pipeline.Cancelled || o.Version != before.Version+1 {
			t.Errorf("%+v", o)
		}
		for _, again := range []string{"/cancel 1", "cancel 1"} {
			if got := t.Commands(again); !strings.HasPrefix(got, "1번 주문은 취소할 것이 없어요. 지금 ‘취소됐어요’") {
				t.Error(got)
			}
		}
		t.Audited("telegram:boss /cancel 1: cancelled")
	})
}

func TestConsole_ResendGoesToTheOrdersOwnChatOnceAMinute(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		o := t.Order("새우 파스타", bottest.Ends(pipeline.Delivered, "", ""))
		for range 2 { // two presses are one
			t.Does(bottest.Boss("/resend 1"))
		}
		var videos []bot.OutgoingMessage
		for _, s := range t.Hears() {
			if s.Order != 0 {
				videos = append(videos, s)
			}
		}
		if len(videos) != 1 || videos[0].Order != o.ID || videos[0].Cut != 1 || videos[0].Thread.Chat != "owner" ||
			videos[0].Thread.Message != "m1" {
			t.Errorf("%+v", videos)
		}
		time.Sleep(admin.ResendPause)
		t.Does(bottest.Boss("재전송 1"))
		if says := t.Hears(); len(says) != 2 {
			t.Errorf("%+v", says)
		}
		t.Audited("telegram:boss /resend 1: resent 1", "telegram:boss /resend 1: resent 1")
	})
}

func TestConsole_ResendTriesAFailedDeliveryAgain(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		o := t.Order("새우 파스타", bottest.Ends(pipeline.Delivered, "", ""), func(o *pipeline.Order, m *pipeline.Move) {
			o.Status, o.Reason = pipeline.Parked, pipeline.ReasonCantDeliver
		})
		t.Commands("/resend 1")
		if o = t.Now(o); o.Status != pipeline.Open || o.Step != pipeline.Deliver {
			t.Errorf("%+v", o)
		}
	})
}

func TestConsole_ResendHasNothingToSendBeforeAShort(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order("새우 파스타")
		if got := t.Commands("/resend 1"); !strings.HasPrefix(got, "1번 주문은 지금 보낼 영상이 없어요") {
			t.Error(got)
		}
		t.Audited()
	})
}

func TestConsole_PauseAndResumeAreSaidOnceAndTheGateHearsOfThem(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		changed := 0
		t.Configure(func(o *session.Options) { o.FlagsChanged = func() { changed++ } })
		t.Commands("멈춤")
		if got := t.Commands("/pause"); !strings.HasPrefix(got, "09:00부터 멈춰 있어요 (나).") {
			t.Error(got)
		}
		if v, err := t.Store.Flag(t.Context(), bot.Paused); err != nil || !strings.HasPrefix(v, "telegram:boss 20") {
			t.Errorf("%q, %v", v, err)
		}
		t.Commands("재개")
		t.Commands("/resume")
		if v, err := t.Store.Flag(t.Context(), bot.Paused); err != nil || v != "" {
			t.Errorf("%q, %v", v, err)
		}
		if changed != 2 {
			t.Errorf("the gate heard of %d flags", changed)
		}
		all, err := t.Store.ListAudit(t.Context(), 0, 9)
		t.Check(err)
		if len(all) != 2 || all[1].What != "/pause" || all[0].What != "/resume" {
			t.Errorf("%+v", all)
		}
	})
}

func TestConsole_ALimitIsSetForAnyShop(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		if got := t.Commands("한도 2 50편"); got != "바다식당의 한도를 한 달 50편으로 바꿨어요. 지금부터 그렇게 셀게요." {
			t.Error(got)
		}
		if got := t.Commands("/limit 2 50"); got != "바다식당의 한도는 이미 한 달 50편이에요." {
			t.Error(got)
		}
		if s := t.Shop("other"); s.Limit != 50 {
			t.Errorf("%+v", s)
		}
		t.Commands("/limit 2 0")
		if s := t.Shop("other"); s.Limit != 0 {
			t.Errorf("%+v", s)
		}
		if got := t.Commands("/limit 99 5"); !strings.HasPrefix(got, "99번 가게는 없어요.") {
			t.Error(got)
		}
		t.Audited("telegram:boss /limit 2 50: 0 → 50", "telegram:boss /limit 2 0: 50 → 0")
	})
}

func TestConsole_APressInTheOpsChatIsSeenByAllAndDoneOnce(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.OpsChat = "telegram:-100" })
		t.Order("새우 파스타", bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		press := func(who, action string) {
			t.Does(bot.Update{
				Chat: "-100", Group: true, Kind: bot.Pressed, User: bot.User{ID: who}, Action: action, Notice: "press",
				Message: "alarm",
			})
		}
		press("boss", "aretry:1")
		says := t.Hear("", "1번 주문을 다시 시작했어요…")
		if says[1].Thread.Message != "alarm" || says[1].Answer != "" {
			t.Errorf("%+v", says[1])
		}
		press("deputy", "aretry:1")
		if says := t.Hear("1번 주문은 다시 시작할 것이 없어요…"); says[0].Answer == "" {
			t.Error("the chat reads of a press that changed nothing")
		}
		press("deputy", "aorder:1:new") // the wakeup stays where it is
		if says := t.Hear("", "#1 🍝 새우 파스타…"); says[1].Edit != "" {
			t.Errorf("%+v", says[1])
		}
		press("deputy", "acancel:1")
		yes := t.Button(t.Hears(), "네, 취소할게요")
		press("deputy", yes)
		press("boss", yes)
		t.Hears()
		t.Audited("telegram:boss /retry 1: retried fetch", "telegram:deputy /cancel 1: cancelled")
	})
}

func TestCard_ShowsWhatItsButtonsDid(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order("새우 파스타", bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		t.Does(bottest.Boss("/status 1"))
		says := t.BossPresses(t.Button(t.Hears(), "재시도"))
		if len(says) != 2 || says[1].Edit != "bot card" || !strings.Contains(says[1].Text, "▶ 만드는 중") {
			t.Fatalf("%+v", says)
		}
		says = t.BossPresses(t.Button(says, "취소하기"))
		says = t.BossPresses(t.Button(says, "네, 취소할게요"))
		if len(says) != 2 || says[1].Edit != "bot card" || !strings.Contains(says[1].Text, "🚫 취소됐어요") {
			t.Fatalf("%+v", says)
		}
	})
}

func TestConsole_LongListsArePaged(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		for range 2*admin.PageOrders + 1 {
			t.Order("새우 파스타", bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		}
		t.Does(bottest.Boss("/stuck"))
		says := t.Hears()
		for n := range 3 {
			if want := "#" + strconv.Itoa(n*admin.PageOrders+1) + " "; !strings.Contains(
				strings.ReplaceAll(says[len(says)-1].Text, present.FigureSpace, ""), want,
			) {
				t.Errorf("page %d: %s", n, says[len(says)-1].Text)
			}
			if n < 2 {
				says = t.BossPresses(t.Button(says, "▶"))
			}
		}
		if says[1].Edit != "bot card" || strings.Contains(fmt.Sprint(says[1].Buttons), "▶") {
			t.Errorf("%+v", says[1])
		}
		t.Does(bottest.Boss("막힌 주문 2"))
		if s := t.Hears()[0]; !strings.Contains(s.Text, "#9 ") || s.Edit != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestConsole_WhatAnAdminDoesInTwoPlacesAtOnceIsDoneOnce(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order("새우 파스타", bottest.Ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		for i := range 6 {
			who := []string{"boss", "deputy"}[i%2]
			go func() {
				u := bot.Update{
					Key: fmt.Sprint("press ", i), Kind: bot.Wrote, Platform: "telegram", Chat: who,
					User: bot.User{ID: who, Lang: "ko"}, ToUs: true, Text: "/retry 1", At: time.Now(),
				}
				if err := t.Conversation.Handle(t.Context(), u); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		if all, err := t.Store.ListAudit(t.Context(), 0, 9); err != nil || len(all) != 1 {
			t.Errorf("%+v, %v", all, err)
		}
		if says := t.Hears(); len(says) != 6 {
			t.Errorf("%d answers", len(says))
		}
	})
}

func TestConsole_APurgedOrderIsKnownByItsNumbersOnly(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order(
			"새우 파스타", bottest.Begins(pipeline.Animate, "c1"),
			bottest.Ends(pipeline.Failed, pipeline.ReasonPhotoText, "runway: bad"),
		)
		t.Check(t.Store.MarkPurged(t.Context(), 1))
		if got := t.Commands("/status 1"); !strings.Contains(got, "#1 보관 기한이 지나") || strings.Contains(got, "새우") ||
			strings.Contains(got, "kim") {
			t.Error(got)
		}
		for _, text := range []string{"/retry 1", "/resend 1"} {
			if got := t.Commands(text); !strings.HasPrefix(got, "1번 주문은 보관 기한이 지나") {
				t.Errorf("%s: %s", text, got)
			}
		}
		if says := t.BossPresses("aorder:1"); strings.Contains(fmt.Sprint(says[1].Buttons), "aretry") {
			t.Errorf("%+v", says[1].Buttons)
		}
		t.Audited()
	})
}
