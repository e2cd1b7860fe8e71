package ops_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// archive is where the files of orders lie in these tests.
type archive struct {
	*bottest.Talk
	gone   []string // orders and blobs that were deleted
	broken bool
}

func (a *archive) empty(ctx context.Context, o pipeline.Order) error {
	if a.broken {
		return errors.New("the disk is away")
	}
	a.gone = append(a.gone, fmt.Sprint(o.ID))
	return a.Store.MarkPurged(ctx, o.ID)
}

func (a *archive) remove(_ context.Context, key string) error {
	if !slices.Contains(a.gone, key) {
		a.gone = append(a.gone, key)
	}
	return nil
}

func TestForget_DeletesAllOfAnOwnerWhoAskedForIt(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Full()
		a := &archive{Talk: t}
		t.Writes("내 정보 삭제")
		yes := t.Button(t.Hear("이 가게의 사진과 영상, 이름과 설정을 모두 지울까요?…"), "네, 모두 지울게요")
		t.Check(o.Forget(t.Context(), a.empty, a.remove))
		if len(a.gone) != 0 {
			t.Fatalf("gone before anybody was sure: %q", a.gone)
		}
		t.Presses(yes)
		t.Hear("", "1월 2일 10:03에 모두 지울게요. 그 전에는 되돌릴 수 있어요.…")
		time.Sleep(bot.ForgetGrace)
		t.Check(o.Forget(t.Context(), a.empty, a.remove))
		if len(a.gone) != 0 {
			t.Fatalf("gone within the day: %q", a.gone)
		}
		time.Sleep(bot.ForgetMargin)
		t.Check(o.Forget(t.Context(), a.empty, a.remove))
		// the others may still be in somebody's hands
		if want := []string{"logos/a.png", "1"}; !slices.Equal(a.gone, want) {
			t.Errorf("gone at once: %q, want %q", a.gone, want)
		}
		for _, id := range []int64{2, 3} {
			if x, err := t.Store.Order(t.Context(), id); err != nil || x.Status != pipeline.Cancelled {
				t.Errorf("order %d is %s: %v", id, x.Status, err)
			}
		}
		time.Sleep(6 * time.Minute)
		a.broken = true
		if err := o.Forget(t.Context(), a.empty, a.remove); err == nil {
			t.Error("a broken disk is no error")
		}
		a.broken = false
		t.Check(t.Ops().Forget(t.Context(), a.empty, a.remove)) // another machine goes on
		if !slices.Contains(a.gone, "2") || !slices.Contains(a.gone, "3") {
			t.Errorf("gone: %q", a.gone)
		}
		if all, err := t.Store.Incidents(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("it goes on: %+v, %v", all, err)
		}
		if c, err := t.Store.Chat(t.Context(), "telegram", "owner"); err != nil || c.Shop != 0 {
			t.Errorf("the chat is still the shop's: %+v, %v", c, err)
		}
		calls, err := t.Store.SpendByProvider(t.Context(), time.Time{})
		if err != nil || calls["runway"] != 3000 && calls["runway"] != 1500 {
			t.Errorf("the ledger lost its numbers: %v, %v", calls, err)
		}
		t.Tells("✅ 1번 가게의 정보를 모두 지웠어요.")
	})
}

func TestForget_LeavesTheChatFreeToBeginAnew(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Full()
		a := &archive{Talk: t}
		t.Writes("/forget")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		time.Sleep(bot.ForgetGrace + bot.ForgetMargin)
		t.Check(o.Forget(t.Context(), a.empty, a.remove))
		t.Hears()
		t.Sends("new", "갈비탕 12,000원")
		if c, err := t.Store.Chat(t.Context(), "telegram", "owner"); err != nil || c.Shop < 2 {
			t.Errorf("%+v, %v", c, err)
		}
		time.Sleep(6 * time.Minute)
		t.Check(o.Forget(t.Context(), a.empty, a.remove))
		if all := t.Orders(); len(all) != 1 || all[0].Cut.Words.Menu != "갈비탕" {
			t.Errorf("%+v", all)
		}
	})
}

func TestMonths_OneThatIsNearlyFullIsToldOnce(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		shop, err := t.Store.Shop(t.Context(), 1)
		t.Check(err)
		shop.Limit = 5
		c, err := t.Store.Chat(t.Context(), "telegram", "owner")
		t.Check(err)
		_, err = t.Store.Commit(t.Context(), bot.Change{Chat: c, Shop: &shop})
		t.Check(err)
		sweep := func() {
			t.Helper()
			time.Sleep(10 * time.Minute)
			t.Check(o.Sweep(t.Context()))
			t.Check(t.Ops().Sweep(t.Context()))
		}
		done := bottest.Ends(pipeline.Delivered, "", "")
		for range 3 {
			t.Order("냉면", done)
		}
		sweep()
		t.Hear()
		t.Order("냉면", done)
		sweep()
		sweep()
		t.Hear("이번 달 5편 중에서 4편을 만드셨어요. 아직 1편 남았고, 2월 1일에 다시 채워져요.")
		t.Order("냉면", done)
		sweep()
		sweep()
		t.Tells("바다식당이 이번 달 5편을 다 썼어요.")
		time.Sleep(9 * 24 * time.Hour) // longer than keys of what was said are kept
		t.Check(t.Store.PurgeExpired(t.Context(), time.Now().Add(-7*24*time.Hour)))
		sweep()
		t.Hear()
	})
}
