package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// deeds lists what admins did, oldest first.
func (t *talk) deeds(want ...string) {
	t.Helper()
	all, err := t.store.ListAudit(t.Context(), 0, 100)
	t.check(err)
	var got []string
	for _, x := range slices.Backward(all) {
		got = append(got, x.Who+" "+x.What+": "+x.Then)
		if time.Since(x.At) > time.Hour {
			t.Errorf("%+v was done long ago", x)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("deeds %q, want %q", got, want)
	}
}

func (t *talk) now(o pipeline.Order) pipeline.Order {
	t.Helper()
	o, err := t.store.Order(t.Context(), o.ID)
	t.check(err)
	return o
}

func TestRetryTakesAParkedOrderUpOnce(t *testing.T) {
	office(t, func(t *talk) {
		o := t.order("새우 파스타", begins(pipeline.Animate, "c1"), accepted(1500), ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		if got := t.commands("재시도 1"); got != "1번 주문을 다시 시작했어요. 멈췄던 데서 이어서 만들어요." {
			t.Error(got)
		}
		if o = t.now(o); o.Status != pipeline.Open || o.Phase != pipeline.Waiting || o.Call != "c1" {
			t.Errorf("what was bought is bought again: %+v", o)
		}
		if got := t.commands("/retry #1"); !strings.HasPrefix(got, "1번 주문은 다시 시작할 것이 없어요") {
			t.Error(got)
		}
		t.deeds("telegram:boss /retry 1: retried animate")
		if !slices.Contains(t.pipeline.poked, o.ID) {
			t.Error("nobody drives it on")
		}
		h, err := t.store.History(t.Context(), o.ID)
		t.check(err)
		if last := h[len(h)-1].Note; last != "taken up again by telegram:boss" {
			t.Error(last)
		}
	})
}

func TestARetryThatMayPayTwiceSaysSo(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타", begins(pipeline.Animate, "c1"), ends(pipeline.Parked, pipeline.ReasonUnknownStart, "lost"))
		if got := t.commands("/retry 1"); !strings.Contains(got, "값이 나갔을 수 있어요") {
			t.Error(got)
		}
	})
}

func TestCancelByAnAdminIsToldToTheOwner(t *testing.T) {
	office(t, func(t *talk) {
		o := t.order("새우 파스타", begins(pipeline.Animate, "c1"))
		before := t.now(o)
		if got := t.commands("취소 1번"); !strings.HasPrefix(got, "1번 주문을 취소했어요.") {
			t.Error(got)
		}
		if o = t.now(o); o.Status != pipeline.Cancelled || o.Version != before.Version+1 {
			t.Errorf("%+v", o)
		}
		for _, again := range []string{"/cancel 1", "cancel 1"} {
			if got := t.commands(again); !strings.HasPrefix(got, "1번 주문은 취소할 것이 없어요. 지금 ‘취소됐어요’") {
				t.Error(got)
			}
		}
		t.deeds("telegram:boss /cancel 1: cancelled")
	})
}

func TestResendGoesToTheOrdersOwnChatOnceAMinute(t *testing.T) {
	office(t, func(t *talk) {
		o := t.order("새우 파스타", ends(pipeline.Delivered, "", ""))
		for range 2 { // two presses are one
			t.does(boss("/resend 1"))
		}
		var videos []state.OutgoingMessage
		for _, s := range t.hears() {
			if s.Order != 0 {
				videos = append(videos, s)
			}
		}
		if len(videos) != 1 || videos[0].Order != o.ID || videos[0].Cut != 1 || videos[0].Thread.Chat != "owner" || videos[0].Thread.Message != "m1" {
			t.Errorf("%+v", videos)
		}
		time.Sleep(resendPause)
		t.does(boss("재전송 1"))
		if says := t.hears(); len(says) != 2 {
			t.Errorf("%+v", says)
		}
		t.deeds("telegram:boss /resend 1: resent 1", "telegram:boss /resend 1: resent 1")
	})
}

func TestResendTriesADeliveryAgainThatCouldntBeMade(t *testing.T) {
	office(t, func(t *talk) {
		o := t.order("새우 파스타", ends(pipeline.Delivered, "", ""), func(o *pipeline.Order, m *pipeline.Move) {
			o.Status, o.Reason = pipeline.Parked, pipeline.ReasonCantDeliver
		})
		t.commands("/resend 1")
		if o = t.now(o); o.Status != pipeline.Open || o.Step != pipeline.Deliver {
			t.Errorf("%+v", o)
		}
	})
}

func TestThereIsNothingToSendBeforeAShort(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타")
		if got := t.commands("/resend 1"); !strings.HasPrefix(got, "1번 주문은 지금 보낼 영상이 없어요") {
			t.Error(got)
		}
		t.deeds()
	})
}

func TestPauseAndResumeAreSaidOnceAndReleaseWhatWaits(t *testing.T) {
	office(t, func(t *talk) {
		switched := 0
		t.desk.Switched = func() { switched++ }
		held := t.order("새우 파스타", func(o *pipeline.Order, m *pipeline.Move) {
			o.Step, o.Phase, o.Reason, o.Due = pipeline.Animate, pipeline.Ready, pipeline.ReasonPaused, time.Now().Add(time.Hour)
		})
		t.commands("멈춤")
		if got := t.commands("/pause"); !strings.HasPrefix(got, "09:00부터 멈춰 있어요 (나).") {
			t.Error(got)
		}
		if v, err := t.store.Flag(t.Context(), state.Paused); err != nil || !strings.HasPrefix(v, "telegram:boss 20") {
			t.Errorf("%q, %v", v, err)
		}
		if len(t.pipeline.poked) > 0 {
			t.Error("a pause sets something going")
		}
		t.commands("재개")
		t.commands("/resume")
		if v, err := t.store.Flag(t.Context(), state.Paused); err != nil || v != "" {
			t.Errorf("%q, %v", v, err)
		}
		if o := t.now(held); time.Now().Before(o.Due) || !slices.Contains(t.pipeline.poked, o.ID) {
			t.Errorf("it waits until %v", o.Due)
		}
		if switched != 2 {
			t.Errorf("the gate heard of %d switches", switched)
		}
		all, err := t.store.ListAudit(t.Context(), 0, 9)
		t.check(err)
		if len(all) != 2 || all[1].What != "/pause" || all[0].What != "/resume" {
			t.Errorf("%+v", all)
		}
	})
}

func TestALimitIsSetForAnyShop(t *testing.T) {
	office(t, func(t *talk) {
		if got := t.commands("한도 2 50편"); got != "바다식당의 한도를 한 달 50편으로 바꿨어요. 지금부터 그렇게 셀게요." {
			t.Error(got)
		}
		if got := t.commands("/limit 2 50"); got != "바다식당의 한도는 이미 한 달 50편이에요." {
			t.Error(got)
		}
		if s := t.shop("other"); s.Limit != 50 {
			t.Errorf("%+v", s)
		}
		t.commands("/limit 2 0")
		if s := t.shop("other"); s.Limit != 0 {
			t.Errorf("%+v", s)
		}
		if got := t.commands("/limit 99 5"); !strings.HasPrefix(got, "99번 가게는 없어요.") {
			t.Error(got)
		}
		t.deeds("telegram:boss /limit 2 50: 0 → 50", "telegram:boss /limit 2 0: 50 → 0")
	})
}

func TestHostileArgumentsAreOneSentence(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타")
		for _, text := range []string{
			"/status 99", "/status 99999999999999999999999", "/status -1", "/status 0", "/status 1; DROP TABLE orders", "/status 1 2", "/retry", "/retry x",
			"/cancel 99999999999999999999", "/cancel 0", "/resend 0", "/limit", "/limit 1", "/limit 1 -5", "/limit 1 99999999999", "/limit 0 5", "/limit a b", "/limit 1 2 3",
			"/status " + strings.Repeat("9", 4000), "/retry ١",
		} {
			got := t.commands(text)
			if got == "" || strings.Contains(got, "\n") || len(got) > 300 {
				t.Errorf("%.30q gives %q", text, got)
			}
		}
		for _, page := range []string{"/stuck 99999999999999999999", "/shops 1000000", "/spend x", "/stuck -3"} {
			if got := t.commands(page); len(got) > 600 {
				t.Errorf("%q gives %q", page, got)
			}
		}
		for _, a := range []string{"aorder:x", "aorder:-1", "aorder", "aorder:1:99999999999999999999", "aorder:1:-4", "astuck:-1", "aspend:9223372036854775807", "ashops", "aretry:1:card", "acancel::yes", "aresend:99"} {
			if says := t.bossPresses(a); len(says) == 0 || len(says) > 2 {
				t.Errorf("%q is answered by %+v", a, says)
			}
		}
		if o := t.now(pipeline.Order{ID: 1}); o.Version != 1 {
			t.Errorf("%+v", o)
		}
		t.deeds()
	})
}

func TestButtonsOfAdminsAreOnlyForAdmins(t *testing.T) {
	office(t, func(t *talk) {
		o := t.order("새우 파스타", ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		for _, a := range []string{"aretry:1", "aretry:1:card", "acancel:1:yes", "aresend:1", "aorder:1", "astatus", "astuck:0", "aspend:0", "ashops:0"} {
			t.presses(a)
			t.hear(ko("admin.only"))
		}
		if t.now(o).Version != o.Version {
			t.Error("a stranger moved it")
		}
		t.deeds()
	})
}

func TestCommandsOfAdminsAreOnlyForAdmins(t *testing.T) {
	office(t, func(t *talk) {
		o := t.order("새우 파스타", ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		for _, text := range []string{"/status", "/status 1", "상태 1", "/retry 1", "/cancel 1", "취소 1", "/resend 1", "/stuck", "막힌 주문", "/spend", "지출", "/shops", "가게들", "/limit 1 5", "한도 1 5", "/pause", "/resume", "재개"} {
			t.writes(text)
			t.hear(ko("admin.only"))
		}
		t.does(Update{Chat: "boss", User: User{ID: "boss", Anonymous: true}, Text: "/pause"})
		t.hear(ko("admin.anonymous"))
		t.writes("멈춤") // an owner means their order
		t.hear("취소했어요.")
		if o = t.now(o); o.Status != pipeline.Cancelled {
			t.Errorf("%+v", o)
		}
		t.deeds()
	})
}

func TestOrdersOfOthersAreSpokenOfInPrivateAndInTheOpsChat(t *testing.T) {
	office(t, func(t *talk) {
		in := func(chat, text string) Update {
			return Update{Chat: chat, Group: true, ToUs: true, User: User{ID: "boss"}, Text: text}
		}
		t.desk.OpsChat = "telegram:-100"
		t.does(in("-5", "/status"))
		t.does(in("-5", "/pause"))
		t.hear(ko("admin.where"), ko("admin.where"))
		t.does(in("-100", "/stuck"))
		t.hear("🔧 확인이 필요한 주문…")
	})
}

func TestAPressInTheOpsChatIsSeenByAllAndDoneOnce(t *testing.T) {
	office(t, func(t *talk) {
		t.desk.OpsChat = "telegram:-100"
		t.order("새우 파스타", ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		press := func(who, action string) {
			t.does(Update{Chat: "-100", Group: true, Kind: Pressed, User: User{ID: who}, Action: action, Notice: "press", Message: "alarm"})
		}
		press("boss", "aretry:1")
		says := t.hear("", "1번 주문을 다시 시작했어요…")
		if says[1].Thread.Message != "alarm" || says[1].Answer != "" {
			t.Errorf("%+v", says[1])
		}
		press("deputy", "aretry:1")
		if says := t.hear("1번 주문은 다시 시작할 것이 없어요…"); says[0].Answer == "" {
			t.Error("the chat reads of a press that changed nothing")
		}
		press("deputy", "aorder:1:new") // the alarm stays where it is
		if says := t.hear("", "#1 🍝 새우 파스타…"); says[1].Edit != "" {
			t.Errorf("%+v", says[1])
		}
		press("deputy", "acancel:1")
		yes := t.button(t.hears(), "네, 취소할게요")
		press("deputy", yes)
		press("boss", yes)
		t.hears()
		t.deeds("telegram:boss /retry 1: retried fetch", "telegram:deputy /cancel 1: cancelled")
	})
}

func TestACardShowsWhatItsButtonsDid(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타", ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		t.does(boss("/status 1"))
		says := t.bossPresses(t.button(t.hears(), "재시도"))
		if len(says) != 2 || says[1].Edit != "bot card" || !strings.Contains(says[1].Text, "▶ 만드는 중") {
			t.Fatalf("%+v", says)
		}
		says = t.bossPresses(t.button(says, "취소하기"))
		says = t.bossPresses(t.button(says, "네, 취소할게요"))
		if len(says) != 2 || says[1].Edit != "bot card" || !strings.Contains(says[1].Text, "🚫 취소됐어요") {
			t.Fatalf("%+v", says)
		}
	})
}

func TestLongListsArePaged(t *testing.T) {
	office(t, func(t *talk) {
		for range 2*pageOrders + 1 {
			t.order("새우 파스타", ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		}
		t.does(boss("/stuck"))
		says := t.hears()
		for n := range 3 {
			if want := "#" + strconv.Itoa(n*pageOrders+1) + " "; !strings.Contains(strings.ReplaceAll(says[len(says)-1].Text, figureSpace, ""), want) {
				t.Errorf("page %d: %s", n, says[len(says)-1].Text)
			}
			if n < 2 {
				says = t.bossPresses(t.button(says, "▶"))
			}
		}
		if says[1].Edit != "bot card" || strings.Contains(fmt.Sprint(says[1].Buttons), "▶") {
			t.Errorf("%+v", says[1])
		}
		t.does(boss("막힌 주문 2"))
		if s := t.hears()[0]; !strings.Contains(s.Text, "#9 ") || s.Edit != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhatAnAdminDoesInTwoPlacesAtOnceIsDoneOnce(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타", ends(pipeline.Parked, pipeline.ReasonSetup, "no key"))
		for i := range 6 {
			who := []string{"boss", "deputy"}[i%2]
			go func() {
				u := Update{Key: fmt.Sprint("press ", i), Kind: Wrote, Platform: "telegram", Chat: who, User: User{ID: who, Lang: "ko"}, ToUs: true, Text: "/retry 1", At: time.Now()}
				if err := t.desk.Handle(t.Context(), u); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		if all, err := t.store.ListAudit(t.Context(), 0, 9); err != nil || len(all) != 1 {
			t.Errorf("%+v, %v", all, err)
		}
		if says := t.hears(); len(says) != 6 {
			t.Errorf("%d answers", len(says))
		}
	})
}

func FuzzReadNumbered(f *testing.F) {
	f.Add("한도 3 50")
	f.Add("취소 #12번")
	f.Add("상태 \xff1")
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := readNumbered(text)
		if ok && (c.name == "" || c.arg == "" || strings.Trim(c.arg, "0123456789 ") != "") {
			t.Errorf("%q is %+v", text, c)
		}
	})
}

func TestAnEmptiedOrderIsKnownByItsNumbersOnly(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타", begins(pipeline.Animate, "c1"), ends(pipeline.Failed, pipeline.ReasonPhotoText, "runway: bad"))
		t.check(t.store.MarkPurged(t.Context(), 1))
		if got := t.commands("/status 1"); !strings.Contains(got, "#1 보관 기한이 지나") || strings.Contains(got, "새우") || strings.Contains(got, "kim") {
			t.Error(got)
		}
		for _, text := range []string{"/retry 1", "/resend 1"} {
			if got := t.commands(text); !strings.HasPrefix(got, "1번 주문은 보관 기한이 지나") {
				t.Errorf("%s: %s", text, got)
			}
		}
		if says := t.bossPresses("aorder:1"); strings.Contains(fmt.Sprint(says[1].Buttons), "aretry") {
			t.Errorf("%+v", says[1].Buttons)
		}
		t.deeds()
	})
}
