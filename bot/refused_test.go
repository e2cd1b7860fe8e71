package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestRefused_ThreeOnADayStopTheChatUntilTheNextAndOpsHear(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		const stop = "오늘은 쓸 수 없는 사진이 여러 장이라 더 만들 수 없어요. 내일 음식만 나온 사진으로 다시 보내 주세요."
		sent := 0
		orders := func(want int) (says []state.OutgoingMessage) {
			t.Helper()
			before := len(t.orders())
			sent++
			t.sends(fmt.Sprint("photo ", sent), fmt.Sprintf("새우 파스타 %d,000원", 10+sent))
			if n := len(t.orders()) - before; n != want {
				t.Fatalf("photo %d became %d orders, want %d", sent, n, want)
			}
			return t.hears()
		}
		refused := func(x pipeline.Order, change func(*pipeline.Order)) {
			t.Helper()
			x = t.becomes(x, change)
			t.check(o.Noticed(t.Context(), x.ID))
		}
		failed := func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoRefused }
		for range maxRefused {
			orders(1)
		}
		t.tells()
		for n, x := range t.orders() {
			change := failed
			if n == 1 { // that a short came of it all the same makes no difference
				change = func(o *pipeline.Order) { o.Step, o.Fallback = pipeline.Render, pipeline.ReasonPhotoRefused }
			}
			if n == maxRefused-1 {
				t.tells()
				orders(1)
			}
			refused(x, change)
		}
		says := t.tells("🚫 한 방에서 보낸 사진이 오늘 3번 거절됐어요\n")
		if !strings.Contains(says[0].Text, "내일부터 다시") {
			t.Errorf("%q", says[0].Text)
		}
		if says := orders(0); len(says) != 1 || says[0].Text != stop {
			t.Errorf("%+v", says)
		}
		t.presses("again:1:yes") // nor by a button
		if says := t.hears(); len(says) != 1 || says[0].Text != stop {
			t.Errorf("%+v", says)
		}
		refused(t.orders()[3], failed) // one more that was on its way is no news
		t.check(o.Sweep(t.Context()))
		t.tells()
		t.does(Update{Chat: "another", User: User{ID: "lee"}, Message: "p", Text: "김밥 3,000원", Pictures: photo("p", "김밥 3,000원").Pictures})
		if all, err := t.store.(state.Store).Recent(t.Context(), "telegram", "another", 10); err != nil || len(all) != 1 {
			t.Errorf("another chat has %+v, %v", all, err)
		}
		t.hears()
		time.Sleep(15 * time.Hour)
		t.check(o.Sweep(t.Context()))
		all, err := t.desk.Admin.Incidents(t.Context())
		t.check(err)
		for _, i := range all {
			if strings.HasPrefix(i.Key, refusedKind) {
				t.Errorf("it goes on the next day: %+v", i)
			}
		}
		orders(1)
	})
}

func TestQuota_ToBeForgottenAndComeBackBeginsNoNewMonth(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.desk.Open, t.desk.Limit = true, 1
		come := func(want int) {
			t.Helper()
			t.updates++
			before, err := t.store.(state.Store).Recent(t.Context(), "telegram", "guest", 10)
			t.check(err)
			u := photo(fmt.Sprint("p", t.updates), fmt.Sprintf("새우 파스타 %d,000원", 10+t.updates))
			u.Chat, u.User = "guest", User{ID: "guest"}
			t.does(u)
			after, err := t.store.(state.Store).Recent(t.Context(), "telegram", "guest", 10)
			t.check(err)
			if n := len(after) - len(before); n != want {
				t.Fatalf("%d orders, want %d", n, want)
			}
			t.hears()
		}
		come(1)
		come(0)
		c, err := t.store.(state.Store).Chat(t.Context(), "telegram", "guest")
		t.check(err)
		_, err = t.desk.Admin.ForgetShop(t.Context(), c.Shop)
		t.check(err)
		come(0)
		come(0)
		time.Sleep(31 * 24 * time.Hour)
		come(1)
	})
}
