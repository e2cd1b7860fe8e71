package ops_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestOps_ThreeRefusedPhotosStopAChatUntilTomorrow(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		const stop = "오늘은 쓸 수 없는 사진이 여러 장이라 더 만들 수 없어요. 내일 음식만 나온 사진으로 다시 보내 주세요."
		sent := 0
		orders := func(want int) (says []bot.OutgoingMessage) {
			t.Helper()
			before := len(t.Orders())
			sent++
			t.Sends(fmt.Sprint("photo ", sent), fmt.Sprintf("새우 파스타 %d,000원", 10+sent))
			if n := len(t.Orders()) - before; n != want {
				t.Fatalf("photo %d became %d orders, want %d", sent, n, want)
			}
			return t.Hears()
		}
		refused := func(x pipeline.Order, change func(*pipeline.Order)) {
			t.Helper()
			x = t.Becomes(x, change)
			t.Check(o.Noticed(t.Context(), x.ID))
		}
		failed := func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoRefused }
		for range bot.MaxRefused {
			orders(1)
		}
		t.Tells()
		for n, x := range t.Orders() {
			change := failed
			if n == 1 { // that a short came of it all the same makes no difference
				change = func(o *pipeline.Order) { o.Step, o.Fallback = pipeline.Render, pipeline.ReasonPhotoRefused }
			}
			if n == bot.MaxRefused-1 {
				t.Tells()
				orders(1)
			}
			refused(x, change)
		}
		says := t.Tells("🚫 한 방에서 보낸 사진이 오늘 3번 거절됐어요\n")
		if !strings.Contains(says[0].Text, "내일부터 다시") {
			t.Errorf("%q", says[0].Text)
		}
		if says := orders(0); len(says) != 1 || says[0].Text != stop {
			t.Errorf("%+v", says)
		}
		t.Presses("again:1:yes") // nor by a button
		if says := t.Hears(); len(says) != 1 || says[0].Text != stop {
			t.Errorf("%+v", says)
		}
		refused(t.Orders()[3], failed) // one more that was on its way is no news
		t.Check(o.Sweep(t.Context()))
		t.Tells()
		t.Does(bot.Update{
			Chat: "another", User: bot.User{ID: "lee"}, Message: "p", Text: "김밥 3,000원",
			Pictures: bottest.Photo("p", "김밥 3,000원").Pictures,
		})
		if all, err := t.Store.(bot.Store).Recent(t.Context(), "telegram", "another", 10); err != nil || len(all) != 1 {
			t.Errorf("another chat has %+v, %v", all, err)
		}
		t.Hears()
		time.Sleep(15 * time.Hour)
		t.Check(o.Sweep(t.Context()))
		all, err := t.Store.Incidents(t.Context())
		t.Check(err)
		for _, i := range all {
			if strings.HasPrefix(i.Key, ops.RefusedKind) {
				t.Errorf("it goes on the next day: %+v", i)
			}
		}
		orders(1)
	})
}

func TestForget_ComingBackBeginsNoNewMonth(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Configure(func(o *session.Options) { o.Open, o.Limit = true, 1 })
		come := func(want int) {
			t.Helper()
			t.Updates++
			before, err := t.Store.(bot.Store).Recent(t.Context(), "telegram", "guest", 10)
			t.Check(err)
			u := bottest.Photo(fmt.Sprint("p", t.Updates), fmt.Sprintf("새우 파스타 %d,000원", 10+t.Updates))
			u.Chat, u.User = "guest", bot.User{ID: "guest"}
			t.Does(u)
			after, err := t.Store.(bot.Store).Recent(t.Context(), "telegram", "guest", 10)
			t.Check(err)
			if n := len(after) - len(before); n != want {
				t.Fatalf("%d orders, want %d", n, want)
			}
			t.Hears()
		}
		come(1)
		come(0)
		c, err := t.Store.(bot.Store).Chat(t.Context(), "telegram", "guest")
		t.Check(err)
		_, err = t.Store.ForgetShop(t.Context(), c.Shop)
		t.Check(err)
		come(0)
		come(0)
		time.Sleep(31 * 24 * time.Hour)
		come(1)
	})
}
