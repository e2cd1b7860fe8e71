package slack_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAPictureThatCantBeHadIsSaidInTheThread(t *testing.T) { // S11, S13, S37
	for name, c := range map[string]struct {
		reason pipeline.Reason
		post   func(k *apptest.Room) *office.Post
	}{
		"kept elsewhere": {pipeline.ReasonNotPhoto, func(k *apptest.Room) *office.Post {
			return k.Post(apptest.Pasta, office.External("dish.jpg", "https://drive.example.com/dish.jpg"))
		}},
		"deleted": {pipeline.ReasonPhotoGone, func(k *apptest.Room) *office.Post {
			p := k.Post("", office.Photo(apptest.TinyPhoto()))
			k.Hears("메뉴 이름과 가격을 알려 주세요")
			p.DropFiles()
			p.Reply(apptest.Pasta)
			return p
		}},
		"hidden by the plan": {pipeline.ReasonPhotoGone, func(k *apptest.Room) *office.Post {
			p := k.Post("", office.Photo(apptest.TinyPhoto()))
			k.Hears("메뉴 이름과 가격을 알려 주세요")
			p.HideFiles()
			p.Reply(apptest.Pasta)
			return p
		}},
	} {
		t.Run(name, func(t *testing.T) {
			k := apptest.Posting(t)
			dish := c.post(k)
			if m := k.Hears(phrase.Reason("ko", c.reason)); m.Thread != dish.TS {
				t.Errorf("said in %s: %s", m.Thread, m.Shown)
			}
			k.Marked(dish, "x")
			if clips, _ := k.Bought(); clips != 0 {
				t.Errorf("%d clips", clips)
			}
		})
	}
}

func TestWithoutFilesReadAnAdminIsNeeded(t *testing.T) { // S14
	k := apptest.Posting(t)
	k.Workspace.Without("files:read")
	k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Process.Wait(func() bool { return len(k.Orders()) > 0 })
	o := k.Process.Until(k.Orders()[0].ID, func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
	if o.Reason != pipeline.ReasonSetup || !strings.Contains(o.Detail, "files:read") {
		t.Errorf("parked: %s %s", o.Reason, o.Detail)
	}
}

func TestAChannelThatTakesNothingSendsItsPersonTheShort(t *testing.T) { // S24, S25
	for name, shut := range map[string]func(k *apptest.Room){
		"archived": func(k *apptest.Room) { k.Archive() }, "only for admins": func(k *apptest.Room) { k.RestrictPosting(true) },
	} {
		t.Run(name, func(t *testing.T) {
			k := apptest.Posting(t)
			release := k.Hold()
			k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
			k.UnderWay()
			shut(k)
			release()
			dm := k.In(k.Staff.DM())
			dm.Finds("short", func(m office.Message) bool { return len(m.Files) > 0 })
			dm.Hears("18,000원")
			k.Process.Until(k.Orders()[0].ID, func(o pipeline.Order) bool { return o.Status == pipeline.Delivered })
		})
	}
}

func TestAWorkspaceThatTakesNoVideosGetsALink(t *testing.T) { // S26
	for _, policy := range []string{"file_uploads_disabled", "file_type_not_allowed"} {
		t.Run(policy, func(t *testing.T) {
			k := apptest.Posting(t)
			k.Workspace.Policy(policy)
			dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
			m := k.Finds("link", func(m office.Message) bool { _, ok := apptest.Button(m, "영상 보기"); return ok })
			link, _ := apptest.Button(m, "영상 보기")
			if status, page := apptest.Browse(t, link.URL); m.Thread != dish.TS || status != 200 || !strings.Contains(page, "새우 파스타") {
				t.Errorf("%d %s", status, page)
			}
		})
	}
}

func TestAnUploadOfUnknownEndIsShownOnce(t *testing.T) { // S28
	k := apptest.Posting(t)
	k.Slack.Fault(office.Fault{On: "files.completeUploadExternal", Cut: "after"})
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Gets(1, dish)
	k.Process.Until(k.Orders()[0].ID, func(o pipeline.Order) bool { return o.Status == pipeline.Delivered })
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
	k := apptest.PostingTo(t, (*apptest.World).Listening)
	w, sl := k.World, k.Slack
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	sl.Fault(office.Fault{On: "files.completeUploadExternal", DelayMS: 1000})
	if !sl.Until(apptest.Patience, func() bool { return len(sl.Requests("files.completeUploadExternal")) == 1 }) {
		t.Fatal("no upload")
	}
	sl.Fault(office.Fault{On: "chat.postMessage", Times: -1, DelayMS: int(apptest.Patience.Milliseconds())})
	if !sl.Until(apptest.Patience, func() bool { return shown(dish) == 1 }) {
		t.Fatal("the film doesn't come")
	}
	k.Process.Kill()
	sl.Faults.Clear()
	k.Process = w.Subscribed(sl)
	k.Gets(1, dish)
	k.Settled()
	if n := shown(dish); n != 1 {
		t.Errorf("%d films", n)
	}
}

func TestLookBack_PhotosThatNoEventToldOfBecomeOrdersOnce(t *testing.T) {
	k := apptest.PostingTo(t, (*apptest.World).Listening)
	w, sl := k.World, k.Slack
	first := k.Post("된장찌개 8,000원", office.Photo(apptest.TinyPhoto()))
	k.Gets(1, first)
	k.Settled()
	k.Process.Stop()
	if err := sl.Subscribe(office.Endpoints{}); err != nil { // Slack gives its events up
		t.Fatal(err)
	}
	whole := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	bare := k.Post("", office.Photo(apptest.Picture(240, 400)))
	k.Post("로제 파스타 19,000원")
	sl.Fault(office.Fault{On: "conversations.history", Status: http.StatusTooManyRequests, RetryAfter: 1})
	k.Process = w.Listening(sl)
	for _, dish := range []*office.Post{whole, bare} {
		k.Gets(1, dish)
	}
	k.Settled()
	k.Process.Stop()
	before := len(sl.Requests("conversations.history"))
	k.Process = w.Subscribed(sl)
	if !sl.Until(apptest.Patience, func() bool { return len(sl.Requests("conversations.history")) > before }) {
		t.Error("nobody looks back")
	}
	k.Settled()
	if n := len(k.Orders()); n != 3 {
		t.Errorf("%d orders", n)
	}
	for _, dish := range []*office.Post{first, whole, bare} {
		if n := shown(dish); n != 1 {
			t.Errorf("%d films for %q", n, dish.Now().Text)
		}
	}
}

func TestWhatIsSentTwiceCountsOnce(t *testing.T) { // S7, S30
	k := apptest.Posting(t)
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Settled()
	k.Slack.Redeliver(20)
	k.Settled()
	k.Gets(1, dish)
	k.One(1)
}

func TestBotsAreNobodysCustomers(t *testing.T) { // S17, S18
	k := apptest.Posting(t)
	k.As(k.Workspace.Integration("배달앱")).Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	dish := k.Post("김치찌개 9,000원", office.Photo(apptest.TinyPhoto()))
	k.Gets(1, dish)
	k.Settled()
	k.One(1)
}

func TestAStubOfAFileIsLookedUp(t *testing.T) { // S12
	k := apptest.Posting(t)
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()), office.Stub())
	k.Gets(1, dish)
	k.One(1)
}

func TestWordsThatSlackWouldReadOtherwiseStayWords(t *testing.T) { // S32
	k := apptest.Posting(t)
	dish := k.Post("치즈 & 감자 <특> 18,000원", office.Photo(apptest.TinyPhoto()))
	k.Presses(k.Hears("이렇게 읽었어요"), "맞아요")
	if m := k.Gets(1, dish); strings.Contains(m.Text, "<특>") || strings.Contains(m.Shown, "&lt;") {
		t.Errorf("the short: %q, %q", m.Text, m.Shown)
	}
	if o := k.Orders()[0]; !strings.Contains(o.Cut.Words.Menu, "&") {
		t.Errorf("the menu is %q", o.Cut.Words.Menu)
	}
}

func TestWhatIsNewInSlackDoesNoHarm(t *testing.T) { // S35
	k := apptest.Posting(t)
	k.Slack.Events = append(slices.Clone(k.Slack.Events), "galaxy_created")
	k.Workspace.Emit(map[string]any{"type": "galaxy_created", "star": []int{1}})
	k.Settled()
	if n := k.Slack.GivenUp(); n != 0 {
		t.Errorf("%d events were given up", n)
	}
	k.Gets(1, k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto())))
}

func TestTwentyOrdersThatFinishTogetherAllArrive(t *testing.T) { // S27
	k := apptest.Posting(t)
	release := k.Hold()
	rooms, dishes := []*apptest.Room{k}, []*office.Post{}
	for i := range 3 {
		rooms = append(rooms, k.In(k.Workspace.Channel(fmt.Sprint("지점", i), k.Staff).Invite()))
	}
	for i := range 20 {
		dishes = append(dishes, rooms[i%4].Post(fmt.Sprintf("새우 파스타 %d,000원", i+5), office.Photo(apptest.Picture(200+i, 400))))
	}
	taken := func() bool {
		return !slices.ContainsFunc(rooms, func(r *apptest.Room) bool { return len(r.Orders()) < 5 })
	}
	if !k.Slack.Until(2*time.Minute, taken) {
		t.Fatal("not all become orders")
	}
	k.Slack.Fault(office.Fault{On: "chat.postMessage", Times: 2, Status: 429, RetryAfter: 1})
	release()
	hasShort := func(d *office.Post) bool {
		return slices.ContainsFunc(d.Thread(), func(m office.Message) bool { return m.Ours && len(m.Files) > 0 })
	}
	if !k.Slack.Until(2*time.Minute, func() bool { return !slices.ContainsFunc(dishes, func(d *office.Post) bool { return !hasShort(d) }) }) {
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
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	sl := w.WithSlack(office.Options{SocketMode: true})
	ws := sl.Workspace("바다식당")
	w.Settings["SLACK_BOT_TOKEN"], w.Settings["SLACK_APP_TOKEN"] = ws.Token(), sl.AppToken
	delete(w.Settings, "SLACK_SIGNING_SECRET")
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	if !sl.Until(apptest.Patience, func() bool { return sl.Connections() > 0 }) {
		t.Fatal("nobody listens")
	}
	k := &apptest.Room{T: t, World: w, Process: p, Slack: sl, Workspace: ws, Staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.Staff).Invite()
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Presses(k.Gets(1, dish), "가격·메뉴 고치기")
	k.Hears("무엇을 고칠까요?")
	dish.Reply("메뉴 새우 로제 파스타")
	k.Gets(2, dish)
	k.Types("/sajangpick usage")
	k.Hears("이번 달")
}

func TestNoTokenOfSlacksReachesALogOrAChat(t *testing.T) {
	logged := &apptest.Logbook{}
	k := apptest.Posting(t, func(w *apptest.World) { w.Log = logged })
	k.Slack.Fault(office.Fault{On: "chat.postMessage", Cut: "before"})
	k.Slack.Fault(office.Fault{On: office.Downloads, Cut: "half"})
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Gets(1, dish)
	k.Workspace.Revoke()
	k.Settled()
	text := logged.String()
	for _, m := range k.Messages() {
		text += m.Text
	}
	for _, secret := range []string{k.Workspace.Token(), "xoxb-", k.Slack.SigningSecret, "/files-pri/", "/upload/v1/"} {
		if strings.Contains(text, secret) {
			i := strings.Index(text, secret)
			t.Errorf("%.4s… stands in …%s…", secret, text[max(0, i-200):min(len(text), i+20)])
		}
	}
	if _, err := k.Process.Engine.Workspace(t.Context(), slack.Platform, k.Workspace.ID); err == nil {
		t.Error("a workspace was kept without being asked")
	}
}
