package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	office "github.com/sajangpick/sajangpick/adapters/sandbox/slack"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAPictureThatCantBeHadIsSaidInTheThread(t *testing.T) { // S11, S13, S37
	for name, c := range map[string]struct {
		reason pipeline.Reason
		post   func(k *room) *office.Post
	}{
		"kept elsewhere": {pipeline.ReasonNotPhoto, func(k *room) *office.Post {
			return k.Post(pasta, office.External("dish.jpg", "https://drive.example.com/dish.jpg"))
		}},
		"deleted": {pipeline.ReasonPhotoGone, func(k *room) *office.Post {
			p := k.Post("", office.Photo(tinyPhoto()))
			k.hears("메뉴 이름과 가격을 알려 주세요")
			p.DropFiles()
			p.Reply(pasta)
			return p
		}},
		"hidden by the plan": {pipeline.ReasonPhotoGone, func(k *room) *office.Post {
			p := k.Post("", office.Photo(tinyPhoto()))
			k.hears("메뉴 이름과 가격을 알려 주세요")
			p.HideFiles()
			p.Reply(pasta)
			return p
		}},
	} {
		t.Run(name, func(t *testing.T) {
			k := posting(t)
			dish := c.post(k)
			if m := k.hears(phrase.Reason("ko", c.reason)); m.Thread != dish.TS {
				t.Errorf("said in %s: %s", m.Thread, m.Shown)
			}
			k.marked(dish, "x")
			if clips, _ := k.bought(); clips != 0 {
				t.Errorf("%d clips", clips)
			}
		})
	}
}

func TestWithoutFilesReadAnAdminIsNeeded(t *testing.T) { // S14
	k := posting(t)
	k.ws.Without("files:read")
	k.Post(pasta, office.Photo(tinyPhoto()))
	k.p.wait(func() bool { return len(k.orders()) > 0 })
	o := k.p.until(k.orders()[0].ID, func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
	if o.Reason != pipeline.ReasonSetup || !strings.Contains(o.Detail, "files:read") {
		t.Errorf("parked: %s %s", o.Reason, o.Detail)
	}
}

func TestAChannelThatTakesNothingSendsItsPersonTheShort(t *testing.T) { // S24, S25
	for name, shut := range map[string]func(k *room){
		"archived": func(k *room) { k.Archive() }, "only for admins": func(k *room) { k.RestrictPosting(true) },
	} {
		t.Run(name, func(t *testing.T) {
			k := posting(t)
			release := k.hold()
			k.Post(pasta, office.Photo(tinyPhoto()))
			k.underWay()
			shut(k)
			release()
			dm := k.in(k.staff.DM())
			dm.finds("short", func(m office.Message) bool { return len(m.Files) > 0 })
			dm.hears("18,000원")
			k.p.until(k.orders()[0].ID, func(o pipeline.Order) bool { return o.Status == pipeline.Delivered })
		})
	}
}

func TestAWorkspaceThatTakesNoVideosGetsALink(t *testing.T) { // S26
	for _, policy := range []string{"file_uploads_disabled", "file_type_not_allowed"} {
		t.Run(policy, func(t *testing.T) {
			k := posting(t)
			k.ws.Policy(policy)
			dish := k.Post(pasta, office.Photo(tinyPhoto()))
			m := k.finds("link", func(m office.Message) bool { _, ok := button(m, "영상 보기"); return ok })
			link, _ := button(m, "영상 보기")
			if status, page := browse(t, link.URL); m.Thread != dish.TS || status != 200 || !strings.Contains(page, "새우 파스타") {
				t.Errorf("%d %s", status, page)
			}
		})
	}
}

func TestAnUploadOfUnknownEndIsShownOnce(t *testing.T) { // S28
	k := posting(t)
	k.sl.Fail("files.completeUploadExternal", 1, office.Failure{Lost: true})
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	k.gets(1, dish)
	k.p.until(k.orders()[0].ID, func(o pipeline.Order) bool { return o.Status == pipeline.Delivered })
	if n := shown(dish); n != 1 {
		t.Errorf("%d films", n)
	}
}

// shown counts the shorts of a post's thread, without their words.
func shown(p *office.Post) (n int) {
	for _, m := range p.Thread() {
		if m.Ours && len(m.Files) > 0 {
			n++
		}
	}
	return n
}

func TestDelivery_KillBetweenTheUploadAndItsWordsPostsNoSecondFilm(t *testing.T) {
	k := postingTo(t, (*world).listening)
	w, sl := k.w, k.sl
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	sl.Fail("files.completeUploadExternal", 1, office.Failure{Delay: time.Second})
	if !sl.Until(patience, func() bool { return len(sl.Requests("files.completeUploadExternal")) == 1 }) {
		t.Fatal("no upload")
	}
	sl.Fail("chat.postMessage", -1, office.Failure{Delay: patience})
	if !sl.Until(patience, func() bool { return shown(dish) == 1 }) {
		t.Fatal("the film doesn't come")
	}
	k.p.kill()
	sl.Heal()
	k.p = w.subscribed(sl)
	k.gets(1, dish)
	k.settled()
	if n := shown(dish); n != 1 {
		t.Errorf("%d films", n)
	}
}

func TestLookBack_PhotosThatNoEventToldOfBecomeOrdersOnce(t *testing.T) {
	k := postingTo(t, (*world).listening)
	w, sl := k.w, k.sl
	first := k.Post("된장찌개 8,000원", office.Photo(tinyPhoto()))
	k.gets(1, first)
	k.settled()
	k.p.stop()
	if err := sl.Subscribe(office.Endpoints{}); err != nil { // Slack gives its events up
		t.Fatal(err)
	}
	whole := k.Post(pasta, office.Photo(tinyPhoto()))
	bare := k.Post("", office.Photo(picture(240, 400)))
	k.Post("로제 파스타 19,000원")
	sl.Fail("conversations.history", 1, office.Failure{Code: http.StatusTooManyRequests, RetryAfter: 1})
	k.p = w.listening(sl)
	for _, dish := range []*office.Post{whole, bare} {
		k.gets(1, dish)
	}
	k.settled()
	k.p.stop()
	before := len(sl.Requests("conversations.history"))
	k.p = w.subscribed(sl)
	if !sl.Until(patience, func() bool { return len(sl.Requests("conversations.history")) > before }) {
		t.Error("nobody looks back")
	}
	k.settled()
	if n := len(k.orders()); n != 3 {
		t.Errorf("%d orders", n)
	}
	for _, dish := range []*office.Post{first, whole, bare} {
		if n := shown(dish); n != 1 {
			t.Errorf("%d films for %q", n, dish.Now().Text)
		}
	}
}

func TestWhatIsSentTwiceCountsOnce(t *testing.T) { // S7, S30
	k := posting(t)
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	k.settled()
	k.sl.Redeliver(20)
	k.settled()
	k.gets(1, dish)
	k.one(1)
}

func TestBotsAreNobodysCustomers(t *testing.T) { // S17, S18
	k := posting(t)
	k.As(k.ws.Integration("배달앱")).Post(pasta, office.Photo(tinyPhoto()))
	dish := k.Post("김치찌개 9,000원", office.Photo(tinyPhoto()))
	k.gets(1, dish)
	k.settled()
	k.one(1)
}

func TestAStubOfAFileIsLookedUp(t *testing.T) { // S12
	k := posting(t)
	dish := k.Post(pasta, office.Photo(tinyPhoto()), office.Stub())
	k.gets(1, dish)
	k.one(1)
}

func TestWordsThatSlackWouldReadOtherwiseStayWords(t *testing.T) { // S32
	k := posting(t)
	dish := k.Post("치즈 & 감자 <특> 18,000원", office.Photo(tinyPhoto()))
	k.presses(k.hears("이렇게 읽었어요"), "맞아요")
	if m := k.gets(1, dish); strings.Contains(m.Text, "<특>") || strings.Contains(m.Shown, "&lt;") {
		t.Errorf("the short: %q, %q", m.Text, m.Shown)
	}
	if o := k.orders()[0]; !strings.Contains(o.Cut.Words.Menu, "&") {
		t.Errorf("the menu is %q", o.Cut.Words.Menu)
	}
}

func TestWhatIsNewInSlackDoesNoHarm(t *testing.T) { // S35
	k := posting(t)
	k.sl.Events = append(slices.Clone(k.sl.Events), "galaxy_created")
	k.ws.Emit(map[string]any{"type": "galaxy_created", "star": []int{1}})
	k.settled()
	if n := k.sl.GivenUp(); n != 0 {
		t.Errorf("%d events were given up", n)
	}
	k.gets(1, k.Post(pasta, office.Photo(tinyPhoto())))
}

func TestTwentyOrdersThatFinishTogetherAllArrive(t *testing.T) { // S27
	k := posting(t)
	release := k.hold()
	rooms, dishes := []*room{k}, []*office.Post{}
	for i := range 3 {
		rooms = append(rooms, k.in(k.ws.Channel(fmt.Sprint("지점", i), k.staff).Invite()))
	}
	for i := range 20 {
		dishes = append(dishes, rooms[i%4].Post(fmt.Sprintf("새우 파스타 %d,000원", i+5), office.Photo(picture(200+i, 400))))
	}
	taken := func() bool { return !slices.ContainsFunc(rooms, func(r *room) bool { return len(r.orders()) < 5 }) }
	if !k.sl.Until(2*time.Minute, taken) {
		t.Fatal("not all become orders")
	}
	k.sl.Fail("chat.postMessage", 2, office.Failure{Code: 429, RetryAfter: 1})
	release()
	hasShort := func(d *office.Post) bool {
		return slices.ContainsFunc(d.Thread(), func(m office.Message) bool { return m.Ours && len(m.Files) > 0 })
	}
	if !k.sl.Until(2*time.Minute, func() bool { return !slices.ContainsFunc(dishes, func(d *office.Post) bool { return !hasShort(d) }) }) {
		t.Fatal("some never come")
	}
	for _, r := range rooms {
		if n := r.Busiest(10 * time.Second); n > 15 {
			t.Errorf("%d messages within ten seconds", n)
		}
	}
}

func TestThroughASocketNobodyNeedsToReachUs(t *testing.T) { // S36
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t))
	sl := w.withSlack(office.Options{SocketMode: true})
	ws := sl.Workspace("바다식당")
	w.settings["SLACK_BOT_TOKEN"], w.settings["SLACK_APP_TOKEN"] = ws.Token(), sl.AppToken
	delete(w.settings, "SLACK_SIGNING_SECRET")
	p := w.start(talkative(), nil)
	t.Cleanup(p.stop)
	if !sl.Until(patience, func() bool { return sl.Connections() > 0 }) {
		t.Fatal("nobody listens")
	}
	k := &room{t: t, w: w, p: p, sl: sl, ws: ws, staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.staff).Invite()
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	k.presses(k.gets(1, dish), "가격·메뉴 고치기")
	k.hears("무엇을 고칠까요?")
	dish.Reply("메뉴 새우 로제 파스타")
	k.gets(2, dish)
	k.types("/sajangpick usage")
	k.hears("이번 달")
}

func TestNoTokenOfSlacksReachesALogOrAChat(t *testing.T) {
	logged := &logbook{}
	k := posting(t, func(w *world) { w.log = logged })
	k.sl.Fail("chat.postMessage", 1, office.Failure{Reset: true})
	k.sl.Fail(office.Downloads, 1, office.Failure{Half: true})
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	k.gets(1, dish)
	k.ws.Revoke()
	k.settled()
	text := logged.String()
	for _, m := range k.Messages() {
		text += m.Text
	}
	for _, secret := range []string{k.ws.Token(), "xoxb-", k.sl.SigningSecret, "/files-pri/", "/upload/v1/"} {
		if strings.Contains(text, secret) {
			i := strings.Index(text, secret)
			t.Errorf("%.4s… stands in …%s…", secret, text[max(0, i-200):min(len(text), i+20)])
		}
	}
	if _, err := k.p.engine.Workspace(t.Context(), slack.Platform, k.ws.ID); err == nil {
		t.Error("a workspace was kept without being asked")
	}
}
