package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// attic is where the files of orders lie in these tests.
type attic struct {
	*talk
	gone   []string // orders and blobs that were deleted
	broken bool
}

func (a *attic) empty(ctx context.Context, o pipeline.Order) error {
	if a.broken {
		return errors.New("the disk is away")
	}
	a.gone = append(a.gone, fmt.Sprint(o.ID))
	return a.store.MarkPurged(ctx, o.ID)
}

func (a *attic) remove(_ context.Context, key string) error {
	if !slices.Contains(a.gone, key) {
		a.gone = append(a.gone, key)
	}
	return nil
}

// full is a shop with a logo and orders in several states.
func (t *talk) full() {
	t.Helper()
	t.order("새우 파스타", ends(pipeline.Delivered, "", ""))
	t.order("냉면", begins(pipeline.Animate, "c2"), accepted(1500))
	t.order("빙수", begins(pipeline.Animate, "c3"), noCredits)
	shop, err := t.store.Shop(t.Context(), 1)
	t.check(err)
	shop.Logo = "logos/a.png"
	c, err := t.store.Chat(t.Context(), "telegram", "owner")
	t.check(err)
	_, err = t.store.Commit(t.Context(), state.Change{Chat: c, Shop: &shop})
	t.check(err)
	time.Sleep(time.Hour)
}

func TestAnOwnerWhoWantsItIsForgotten(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.full()
		a := &attic{talk: t}
		t.writes("내 정보 삭제")
		yes := t.button(t.hear("이 가게의 사진과 영상, 이름과 설정을 모두 지울까요?…"), "네, 모두 지울게요")
		t.check(o.Forget(t.Context(), a.empty, a.remove))
		if len(a.gone) != 0 {
			t.Fatalf("gone before anybody was sure: %q", a.gone)
		}
		t.presses(yes)
		t.hear("", "1월 2일 10:03에 모두 지울게요. 그 전에는 되돌릴 수 있어요.…")
		time.Sleep(forgetGrace)
		t.check(o.Forget(t.Context(), a.empty, a.remove))
		if len(a.gone) != 0 {
			t.Fatalf("gone within the day: %q", a.gone)
		}
		time.Sleep(forgetMargin)
		t.check(o.Forget(t.Context(), a.empty, a.remove))
		if want := []string{"logos/a.png", "1"}; !slices.Equal(a.gone, want) { // the others may still be in somebody's hands
			t.Errorf("gone at once: %q, want %q", a.gone, want)
		}
		for _, id := range []int64{2, 3} {
			if x, err := t.store.Order(t.Context(), id); err != nil || x.Status != pipeline.Cancelled {
				t.Errorf("order %d is %s: %v", id, x.Status, err)
			}
		}
		time.Sleep(6 * time.Minute)
		a.broken = true
		if err := o.Forget(t.Context(), a.empty, a.remove); err == nil {
			t.Error("a broken disk is no error")
		}
		a.broken = false
		t.check(t.ops().Forget(t.Context(), a.empty, a.remove)) // another machine goes on
		if !slices.Contains(a.gone, "2") || !slices.Contains(a.gone, "3") {
			t.Errorf("gone: %q", a.gone)
		}
		if all, err := t.store.Incidents(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("it goes on: %+v, %v", all, err)
		}
		if c, err := t.store.Chat(t.Context(), "telegram", "owner"); err != nil || c.Shop != 0 {
			t.Errorf("the chat is still the shop's: %+v, %v", c, err)
		}
		calls, err := t.store.SpendByProvider(t.Context(), time.Time{})
		if err != nil || calls["runway"] != 3000 && calls["runway"] != 1500 {
			t.Errorf("the ledger lost its numbers: %v, %v", calls, err)
		}
		t.tells("✅ 1번 가게의 정보를 모두 지웠어요.")
	})
}

func TestOnlyWhoAskedCanHaveAShopForgotten(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.full()
		t.writes("/forget")
		says := t.hear("이 가게의…")
		yes, no := t.button(says, "네, 모두 지울게요"), t.button(says, "그대로 둘게요")
		t.does(Update{Kind: Pressed, User: User{ID: "staff"}, Action: yes, Notice: "press", Message: "bot1"})
		t.hear("물어보신 분만 누를 수 있어요.…")
		t.does(Update{Chat: "other", Kind: Pressed, Action: yes, Notice: "press", Message: "bot1"})
		t.hear("이미 끝난 질문이에요.…")
		for _, forged := range []string{"forget:1:kim", "forget:1:yes", "forget:0:yes", "forget:", "forget", "unforget:1", "unforget:0"} {
			t.presses(forged)
			t.hear("이미 끝난 질문이에요.…")
		}
		t.presses(no)
		t.hear("", "알겠어요. 모두 그대로 두었어요.")
		if all, err := t.store.Incidents(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("it was begun: %+v, %v", all, err)
		}
		t.does(Update{Chat: "stranger", Text: "/forget"})
		t.hear("이 방에는 지울 가게 정보가 없어요.")
	})
}

func TestDesk_AWishToBeForgottenCanBeTakenBackForADay(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.full()
		a := &attic{talk: t}
		shop := t.chat("owner").Shop
		c := t.chat("other")
		c.Shop = shop
		c.BoundBy = "telegram:lee"
		_, err := t.store.Commit(t.Context(), state.Change{Chat: c})
		t.check(err)
		t.writes("/forget")
		yes := t.button(t.hears(), "네, 모두 지울게요")
		t.presses(yes)
		undo := t.button(t.hear("", "1월 2일 10:03에 모두 지울게요.…", "이 가게의 사진과 영상, 이름과 설정을 1월 2일 10:03에 모두 지우기로 했어요.…"), "되돌리기")
		t.presses(yes)
		t.hear("이미 끝난 질문이에요.…")
		t.writes("/forget") // says when, and doesn't ask once more
		t.hear("1월 2일 10:03에 모두 지울게요.…")
		t.check(o.Sweep(t.Context()))
		if ops := t.told(); len(ops) != 3 || ops[0].Text != "1번 가게가 정보를 모두 지워 달라고 했어요. 하루 뒤에 지워요." {
			t.Errorf("ops were told %+v", ops)
		}
		time.Sleep(23 * time.Hour)
		t.does(Update{Chat: "other", Kind: Pressed, User: User{ID: "lee"}, Action: undo, Notice: "press", Message: "bot2"})
		t.hear("", "되돌렸어요. 사진과 영상, 설정이 모두 그대로예요.", "✅ 1번 가게가 정보를 모두 지워 달라고 했다가 되돌렸어요.")
		t.presses(undo)
		t.hear("이미 끝난 질문이에요.…")
		time.Sleep(2 * forgetGrace)
		t.check(o.Forget(t.Context(), a.empty, a.remove))
		if len(a.gone) != 0 || t.shop("owner").Logo != "logos/a.png" {
			t.Errorf("gone all the same: %q", a.gone)
		}
		t.writes("되돌리기") // nothing that could be
		t.hear(ko("hint"))
		t.writes("/forget")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		t.hears()
		t.writes("되돌려 주세요")
		t.hear("되돌렸어요. 사진과 영상, 설정이 모두 그대로예요.", "✅ 1번 가게가 정보를 모두 지워 달라고 했다가 되돌렸어요.")
		t.writes("/forget")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		undo = t.button(t.hears(), "되돌리기")
		time.Sleep(forgetGrace)
		t.presses(undo)
		t.hear("이미 지우고 있어서 되돌릴 수 없어요.…")
		t.writes("되돌리기")
		t.hear("이미 지우고 있어서 되돌릴 수 없어요.…")
	})
}

func TestDesk_AnOrderInTheDayBeforeTheDeletionIsToldOfIt(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.sends("p1", "냉면 9,000원")
		t.hear()
		t.writes("/forget")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		t.hears()
		t.sends("p2", "") // what is no order yet needs no word of it
		t.waits(textWait)
		t.hear(ko("ask.both"))
		t.does(Update{Chat: "other", Message: "p3", Text: "빙수 8,000원", Pictures: photo("p3", "빙수 8,000원").Pictures})
		t.hear() // another shop's
		t.replies("p2", "갈비탕 12,000원")
		undo := t.button(t.hear("만들어 드릴게요! 다만 1월 2일 09:00에 이 영상도 함께 지워져요. 계속 쓰시려면 그 전에 되돌려 주세요."), "되돌리기")
		t.presses(undo)
		t.hears()
		t.sends("p4", "불고기 15,000원")
		t.hear()
		t.ordered("p1 냉면 9,000원", "p2 갈비탕 12,000원", "p4 불고기 15,000원")
		t.writes("/forget")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		t.hears()
		time.Sleep(forgetGrace) // nothing takes it back any more
		t.sends("p5", "김치찌개 9,000원")
		t.hear(ko("forget.late"))
	})
}

func TestDesk_OpsHearOfAWishThatWasTakenBackBeforeTheyWereToldOfIt(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.full()
		t.writes("/forget")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		undo := t.button(t.hears(), "되돌리기")
		t.presses(undo)
		t.hear("", "되돌렸어요. 사진과 영상, 설정이 모두 그대로예요.", "✅ 1번 가게가 정보를 모두 지워 달라고 했다가 되돌렸어요.")
		t.check(o.Sweep(t.Context()))
		for _, s := range t.told() {
			if strings.Contains(s.Text, "1번 가게") {
				t.Errorf("ops are told as well: %q", s.Text)
			}
		}
	})
}

// runsChats is a platform whose chats are run by some.
type runsChats struct {
	who   []string
	err   error
	asked int
}

func (r *runsChats) RunsChat(_ context.Context, chat, user string) (bool, error) {
	r.asked++
	return slices.Contains(r.who, chat+" "+user), r.err
}

func TestDesk_InAGroupOnlyWhoBoundOrRunsItHasTheShopForgotten(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		platform := &runsChats{who: []string{"-5 manager", "-6 staff"}}
		t.desk.Members = map[string]Members{"telegram": platform}
		code := t.invited("새우네")
		in := func(user string, u Update) {
			t.Helper()
			u.Chat, u.Group, u.ToUs, u.User = "-5", true, true, User{ID: user}
			t.does(u)
		}
		in("kim", Update{Text: "/start " + code})
		t.hears()
		no := ko("forget.notyours")
		for range 3 { // whoever presses and writes much doesn't have the platform asked as often
			in("staff", Update{Text: "/forget"})
			t.hear(no)
		}
		if platform.asked != 1 {
			t.Errorf("the platform was asked %d times", platform.asked)
		}
		for _, user := range []string{"kim", "manager", "boss"} { // who bound it, who runs the group, one of ADMINS
			in(user, Update{Text: "/forget"})
			says := t.hear("이 가게의 사진과 영상, 이름과 설정을 모두 지울까요?…")
			yes := t.button(says, "네, 모두 지울게요")
			in("staff", Update{Kind: Pressed, Action: yes, Notice: "press", Message: "bot1"})
			t.hear("물어보신 분만 누를 수 있어요.…")
			in(user, Update{Kind: Pressed, Action: yes, Notice: "press", Message: "bot1"})
			undo := t.button(t.hears(), "되돌리기")
			in("staff", Update{Kind: Pressed, Action: undo, Notice: "press", Message: "bot1"})
			t.hear(ko("forget.undo.notyours"))
			in("manager", Update{Kind: Pressed, Action: undo, Notice: "press", Message: "bot1"})
			if says := t.hears(); says[1].Text != ko("forget.undone") {
				t.Errorf("%s: %+v", user, says)
			}
			asked := platform.asked
			in("staff", Update{Kind: Pressed, Action: undo, Notice: "press", Message: "bot1"})
			t.hear(ko("over"))
			if platform.asked != asked {
				t.Error("the platform is asked about a button that means nothing any more")
			}
		}
		t.does(Update{Chat: "-5", Group: true, ToUs: true, User: User{ID: "manager", Anonymous: true}, Text: "/forget"})
		t.hear(ko("forget.anonymous"))
		in("manager", Update{Text: "/forget"})
		yes := t.button(t.hears(), "네, 모두 지울게요")
		platform.who = nil // until they press, they run it no more
		in("manager", Update{Kind: Pressed, Action: yes, Notice: "press", Message: "bot1"})
		t.hear(no)
		time.Sleep(memberAgain)
		platform.err = errors.New("the platform is away")
		in("manager", Update{Kind: Pressed, Action: yes, Notice: "press", Message: "bot1"})
		in("staff", Update{Text: "/forget"})
		t.hear(ko("forget.unsure"), ko("forget.unsure"))
		in("kim", Update{Text: "/forget"}) // who bound it is known here
		old := t.button(t.hears(), "네, 모두 지울게요")
		in("kim", Update{Text: "/forget"})
		t.hears()
		in("kim", Update{Kind: Pressed, Action: old, Notice: "press", Message: "bot1"}) // another question stands
		t.hear("이미 끝난 질문이에요.…")
		if all, err := t.store.Incidents(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("it was begun: %+v, %v", all, err)
		}
	})
}

func TestAForgottenShopsChatMayBeginAnew(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.full()
		a := &attic{talk: t}
		t.writes("/forget")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		time.Sleep(forgetGrace + forgetMargin)
		t.check(o.Forget(t.Context(), a.empty, a.remove))
		t.hears()
		t.sends("new", "갈비탕 12,000원")
		if c, err := t.store.Chat(t.Context(), "telegram", "owner"); err != nil || c.Shop < 2 {
			t.Errorf("%+v, %v", c, err)
		}
		time.Sleep(6 * time.Minute)
		t.check(o.Forget(t.Context(), a.empty, a.remove))
		if all := t.orders(); len(all) != 1 || all[0].Cut.Words.Menu != "갈비탕" {
			t.Errorf("%+v", all)
		}
	})
}

func TestAllShortsOfAShopCanBeTakenAlong(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.desk.Watch = func(o pipeline.Order) string { return fmt.Sprintf("https://pick.test/v/%d", o.ID) }
		t.writes("/export")
		t.hear("아직 만든 영상이 없어요.…")
		for i := range 23 {
			t.order(fmt.Sprintf("메뉴%d", i+1), ends(pipeline.Delivered, "", ""))
			t.order("안 된 것", ends(pipeline.Failed, pipeline.ReasonPhotoSmall, "x"))
		}
		t.writes("내려받기")
		says := t.hear("만들어 드린 것들을 보고 저장하는 링크예요.…")
		if n := strings.Count(says[0].Text, "https://pick.test/v/"); n != 20 || !strings.Contains(says[0].Text, "1. 메뉴23 · 18,000원 (1월 1일)\nhttps://pick.test/v/45\n") || strings.Contains(says[0].Text, "안 된") {
			t.Errorf("%d links: %s", n, says[0].Text)
		}
		t.presses(t.button(says, "▶"))
		says = t.hears()
		if last := says[1]; last.Edit != "bot question" || strings.Count(last.Text, "https://") != 3 || !strings.Contains(last.Text, "23. 메뉴1 ·") {
			t.Errorf("the second page: %+v", last)
		}
		if t.button(says, "◀") != "export:0" {
			t.Error("no way back")
		}
		t.desk.Watch = func(pipeline.Order) string { return "" }
		t.writes("/export")
		t.hear("지금은 링크를 만들 수 없어요.…")
	})
}

func TestEverySizeOfAnOrderCanBeTakenAlong(t *testing.T) {
	night(t, func(t *talk, _ *Ops) {
		t.desk.Watch = func(o pipeline.Order) string { return "https://pick.test/v/" + sizeName(o.Cut.Size) }
		o := t.order("새우 파스타", ends(pipeline.Delivered, "", ""))
		t.becomes(o, func(o *pipeline.Order) { o.Cut.N, o.Cut.Size, o.Shown = 2, pipeline.Still, 2 })
		t.writes("/export")
		t.hear("만들어 드린 것들을 보고 저장하는 링크예요. 링크가 있으면 누구나 볼 수 있으니 조심해 주세요.\n\n1. 새우 파스타 · 18,000원 · 사진 한 장 (1월 1일)\nhttps://pick.test/v/still\n2. 새우 파스타 · 18,000원 (1월 1일)\nhttps://pick.test/v/tall")
	})
}

func TestAMonthThatIsNearlyFullIsToldOnce(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		shop, err := t.store.Shop(t.Context(), 1)
		t.check(err)
		shop.Limit = 5
		c, err := t.store.Chat(t.Context(), "telegram", "owner")
		t.check(err)
		_, err = t.store.Commit(t.Context(), state.Change{Chat: c, Shop: &shop})
		t.check(err)
		sweep := func() {
			t.Helper()
			time.Sleep(10 * time.Minute)
			t.check(o.Sweep(t.Context()))
			t.check(t.ops().Sweep(t.Context()))
		}
		done := ends(pipeline.Delivered, "", "")
		for range 3 {
			t.order("냉면", done)
		}
		sweep()
		t.hear()
		t.order("냉면", done)
		sweep()
		sweep()
		t.hear("이번 달 5편 중에서 4편을 만드셨어요. 아직 1편 남았고, 2월 1일에 다시 채워져요.")
		t.order("냉면", done)
		sweep()
		sweep()
		t.tells("바다식당이 이번 달 5편을 다 썼어요.")
		time.Sleep(9 * 24 * time.Hour) // longer than keys of what was said are kept
		t.check(t.store.PurgeExpired(t.Context(), time.Now().Add(-7*24*time.Hour)))
		sweep()
		t.hear()
	})
}

func TestOpsReadInTheirLanguageThatAShopIsForgotten(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		t.does(Update{Chat: "-100", Group: true, ToUs: true, User: User{ID: "boss"}, Text: "/language en"})
		t.full()
		t.writes("내 정보 삭제")
		t.presses(t.button(t.hears(), "네, 모두 지울게요"))
		all, err := t.store.Incidents(t.Context())
		t.check(err)
		if len(all) != 1 || all[0].Text != "Shop 1 asked to be forgotten. It is deleted a day from now." {
			t.Errorf("%+v", all)
		}
	})
}
