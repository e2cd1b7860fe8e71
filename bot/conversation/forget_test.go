package conversation_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestForgetting_OnlyWhoAskedCanHaveAShopForgotten(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Full()
		t.Writes("/forget")
		says := t.Hear("이 가게의…")
		yes, no := t.Button(says, "네, 모두 지울게요"), t.Button(says, "그대로 둘게요")
		t.Does(bot.Update{
			Kind: bot.Pressed, User: bot.User{ID: "staff"}, Action: yes, Notice: "press", Message: "bot1",
		})
		t.Hear("물어보신 분만 누를 수 있어요.…")
		t.Does(bot.Update{Chat: "other", Kind: bot.Pressed, Action: yes, Notice: "press", Message: "bot1"})
		t.Hear("이미 끝난 질문이에요.…")
		for _, forged := range []string{
			"forget:1:kim", "forget:1:yes", "forget:0:yes", "forget:", "forget", "unforget:1", "unforget:0",
		} {
			t.Presses(forged)
			t.Hear("이미 끝난 질문이에요.…")
		}
		t.Presses(no)
		t.Hear("", "알겠어요. 모두 그대로 두었어요.")
		if all, err := t.Store.Incidents(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("it was begun: %+v, %v", all, err)
		}
		t.Does(bot.Update{Chat: "stranger", Text: "/forget"})
		t.Hear("이 방에는 지울 가게 정보가 없어요.")
	})
}

func TestForgetting_AWishToBeForgottenCanBeTakenBackForADay(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Full()
		shop := t.Chat("owner").Shop
		c := t.Chat("other")
		c.Shop = shop
		c.BoundBy = "telegram:lee"
		_, err := t.Store.Commit(t.Context(), bot.Change{Chat: c})
		t.Check(err)
		t.Writes("/forget")
		yes := t.Button(t.Hears(), "네, 모두 지울게요")
		t.Presses(yes)
		undo := t.Button(
			t.Hear("", "1월 2일 10:03에 모두 지울게요.…", "이 가게의 사진과 영상, 이름과 설정을 1월 2일 10:03에 모두 지우기로 했어요.…"), "되돌리기",
		)
		t.Presses(yes)
		t.Hear("이미 끝난 질문이에요.…")
		t.Writes("/forget") // says when, and doesn't ask once more
		t.Hear("1월 2일 10:03에 모두 지울게요.…")
		t.Check(o.Sweep(t.Context()))
		if ops := t.Told(); len(ops) != 3 || ops[0].Text != "1번 가게가 정보를 모두 지워 달라고 했어요. 하루 뒤에 지워요." {
			t.Errorf("ops were told %+v", ops)
		}
		time.Sleep(23 * time.Hour)
		t.Does(bot.Update{
			Chat: "other", Kind: bot.Pressed, User: bot.User{ID: "lee"}, Action: undo, Notice: "press",
			Message: "bot2",
		})
		t.Hear("", "되돌렸어요. 사진과 영상, 설정이 모두 그대로예요.", "✅ 1번 가게가 정보를 모두 지워 달라고 했다가 되돌렸어요.")
		t.Presses(undo)
		t.Hear("이미 끝난 질문이에요.…")
		time.Sleep(2 * bot.ForgetGrace)
		t.Check(o.Forget(t.Context(), func(_ context.Context, o pipeline.Order) error {
			return fmt.Errorf("order %d is purged", o.ID)
		}, func(_ context.Context, key string) error { return fmt.Errorf("%s is deleted", key) }))
		if t.Shop("owner").Logo != "logos/a.png" {
			t.Error("gone all the same")
		}
		t.Writes("되돌리기") // nothing that could be
		t.Hear(bottest.Ko("hint"))
		t.Writes("/forget")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		t.Hears()
		t.Writes("되돌려 주세요")
		t.Hear("되돌렸어요. 사진과 영상, 설정이 모두 그대로예요.", "✅ 1번 가게가 정보를 모두 지워 달라고 했다가 되돌렸어요.")
		t.Writes("/forget")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		undo = t.Button(t.Hears(), "되돌리기")
		time.Sleep(bot.ForgetGrace)
		t.Presses(undo)
		t.Hear("이미 지우고 있어서 되돌릴 수 없어요.…")
		t.Writes("되돌리기")
		t.Hear("이미 지우고 있어서 되돌릴 수 없어요.…")
	})
}

func TestForgetting_AnOrderInTheDayBeforeTheDeletionIsToldOfIt(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Sends("p1", "냉면 9,000원")
		t.Hear()
		t.Writes("/forget")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		t.Hears()
		t.Sends("p2", "") // what is no order yet needs no word of it
		t.Waits(orders.TextWait)
		t.Hear(bottest.Ko("ask.both"))
		t.Does(bot.Update{
			Chat: "other", Message: "p3", Text: "빙수 8,000원", Pictures: bottest.Photo("p3", "빙수 8,000원").Pictures,
		})
		t.Hear() // another shop's
		t.Replies("p2", "갈비탕 12,000원")
		undo := t.Button(t.Hear("만들어 드릴게요! 다만 1월 2일 09:00에 이 영상도 함께 지워져요. 계속 쓰시려면 그 전에 되돌려 주세요."), "되돌리기")
		t.Presses(undo)
		t.Hears()
		t.Sends("p4", "불고기 15,000원")
		t.Hear()
		t.Ordered("p1 냉면 9,000원", "p2 갈비탕 12,000원", "p4 불고기 15,000원")
		t.Writes("/forget")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		t.Hears()
		time.Sleep(bot.ForgetGrace) // nothing takes it back any more
		t.Sends("p5", "김치찌개 9,000원")
		t.Hear(bottest.Ko("forget.late"))
	})
}

func TestForgetting_OpsHearOfAWishThatWasTakenBackBeforeTheyWereToldOfIt(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Full()
		t.Writes("/forget")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		undo := t.Button(t.Hears(), "되돌리기")
		t.Presses(undo)
		t.Hear("", "되돌렸어요. 사진과 영상, 설정이 모두 그대로예요.", "✅ 1번 가게가 정보를 모두 지워 달라고 했다가 되돌렸어요.")
		t.Check(o.Sweep(t.Context()))
		for _, s := range t.Told() {
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

func TestForgetting_InAGroupOnlyWhoBoundOrRunsItHasTheShopForgotten(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		platform := &runsChats{who: []string{"-5 manager", "-6 staff"}}
		t.Configure(func(with *session.Options) { with.Members = map[string]bot.Members{"telegram": platform} })
		code := t.Invited("새우네")
		in := func(user string, u bot.Update) {
			t.Helper()
			u.Chat, u.Group, u.ToUs, u.User = "-5", true, true, bot.User{ID: user}
			t.Does(u)
		}
		in("kim", bot.Update{Text: "/start " + code})
		t.Hears()
		no := bottest.Ko("forget.notyours")
		for range 3 { // whoever presses and writes much doesn't have the platform asked as often
			in("staff", bot.Update{Text: "/forget"})
			t.Hear(no)
		}
		if platform.asked != 1 {
			t.Errorf("the platform was asked %d times", platform.asked)
		}
		for _, user := range []string{"kim", "manager", "boss"} { // who bound it, who runs the group, one of ADMINS
			in(user, bot.Update{Text: "/forget"})
			says := t.Hear("이 가게의 사진과 영상, 이름과 설정을 모두 지울까요?…")
			yes := t.Button(says, "네, 모두 지울게요")
			in("staff", bot.Update{Kind: bot.Pressed, Action: yes, Notice: "press", Message: "bot1"})
			t.Hear("물어보신 분만 누를 수 있어요.…")
			in(user, bot.Update{Kind: bot.Pressed, Action: yes, Notice: "press", Message: "bot1"})
			undo := t.Button(t.Hears(), "되돌리기")
			in("staff", bot.Update{Kind: bot.Pressed, Action: undo, Notice: "press", Message: "bot1"})
			t.Hear(bottest.Ko("forget.undo.notyours"))
			in("manager", bot.Update{Kind: bot.Pressed, Action: undo, Notice: "press", Message: "bot1"})
			if says := t.Hears(); says[1].Text != bottest.Ko("forget.undone") {
				t.Errorf("%s: %+v", user, says)
			}
			asked := platform.asked
			in("staff", bot.Update{Kind: bot.Pressed, Action: undo, Notice: "press", Message: "bot1"})
			t.Hear(bottest.Ko("over"))
			if platform.asked != asked {
				t.Error("the platform is asked about a button that means nothing any more")
			}
		}
		t.Does(bot.Update{
			Chat: "-5", Group: true, ToUs: true, User: bot.User{ID: "manager", Anonymous: true}, Text: "/forget",
		})
		t.Hear(bottest.Ko("forget.anonymous"))
		in("manager", bot.Update{Text: "/forget"})
		yes := t.Button(t.Hears(), "네, 모두 지울게요")
		platform.who = nil // until they press, they run it no more
		in("manager", bot.Update{Kind: bot.Pressed, Action: yes, Notice: "press", Message: "bot1"})
		t.Hear(no)
		time.Sleep(time.Minute)
		platform.err = errors.New("the platform is away")
		in("manager", bot.Update{Kind: bot.Pressed, Action: yes, Notice: "press", Message: "bot1"})
		in("staff", bot.Update{Text: "/forget"})
		t.Hear(bottest.Ko("forget.unsure"), bottest.Ko("forget.unsure"))
		in("kim", bot.Update{Text: "/forget"}) // who bound it is known here
		old := t.Button(t.Hears(), "네, 모두 지울게요")
		in("kim", bot.Update{Text: "/forget"})
		t.Hears()
		// another question stands
		in("kim", bot.Update{Kind: bot.Pressed, Action: old, Notice: "press", Message: "bot1"})
		t.Hear("이미 끝난 질문이에요.…")
		if all, err := t.Store.Incidents(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("it was begun: %+v, %v", all, err)
		}
	})
}

func TestExport_GivesAllShortsOfAShop(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Configure(func(with *session.Options) {
			with.Watch = func(o pipeline.Order) string { return fmt.Sprintf("https://pick.test/v/%d", o.ID) }
		})
		t.Writes("/export")
		t.Hear("아직 만든 영상이 없어요.…")
		for i := range 23 {
			t.Order(fmt.Sprintf("메뉴%d", i+1), bottest.Ends(pipeline.Delivered, "", ""))
			t.Order("안 된 것", bottest.Ends(pipeline.Failed, pipeline.ReasonPhotoSmall, "x"))
		}
		t.Writes("내려받기")
		says := t.Hear("만들어 드린 것들을 보고 저장하는 링크예요.…")
		if n := strings.Count(says[0].Text, "https://pick.test/v/"); n != 20 ||
			!strings.Contains(
				says[0].Text, "1. 메뉴23 · 18,000원 (1월 1일)\nhttps://pick.test/v/45\n",
			) || strings.Contains(says[0].Text, "안 된") {
			t.Errorf("%d links: %s", n, says[0].Text)
		}
		t.Presses(t.Button(says, "▶"))
		says = t.Hears()
		if last := says[1]; last.Edit != "bot question" || strings.Count(last.Text, "https://") != 3 ||
			!strings.Contains(last.Text, "23. 메뉴1 ·") {
			t.Errorf("the second page: %+v", last)
		}
		if t.Button(says, "◀") != "export:0" {
			t.Error("no way back")
		}
		t.Configure(func(with *session.Options) { with.Watch = func(pipeline.Order) string { return "" } })
		t.Writes("/export")
		t.Hear("지금은 링크를 만들 수 없어요.…")
	})
}

func TestExport_GivesEverySizeOfAnOrder(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, _ *ops.Ops) {
		t.Configure(func(with *session.Options) {
			with.Watch = func(o pipeline.Order) string {
				return "https://pick.test/v/" + present.SizeName(o.Cut.Size)
			}
		})
		o := t.Order("새우 파스타", bottest.Ends(pipeline.Delivered, "", ""))
		t.Becomes(o, func(o *pipeline.Order) { o.Cut.N, o.Cut.Size, o.Shown = 2, pipeline.Still, 2 })
		t.Writes("/export")
		t.Hear("만들어 드린 것들을 보고 저장하는 링크예요. 링크가 있으면 누구나 볼 수 있으니 조심해 주세요.\n\n" +
			"1. 새우 파스타 · 18,000원 · 사진 한 장 (1월 1일)\nhttps://pick.test/v/still\n" +
			"2. 새우 파스타 · 18,000원 (1월 1일)\nhttps://pick.test/v/tall")
	})
}

func TestForgetting_OpsReadOfItInTheirLanguage(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Does(bot.Update{Chat: "-100", Group: true, ToUs: true, User: bot.User{ID: "boss"}, Text: "/language en"})
		t.Full()
		t.Writes("내 정보 삭제")
		t.Presses(t.Button(t.Hears(), "네, 모두 지울게요"))
		all, err := t.Store.Incidents(t.Context())
		t.Check(err)
		if len(all) != 1 || all[0].Text != "Shop 1 asked to be forgotten. It is deleted a day from now." {
			t.Errorf("%+v", all)
		}
	})
}
