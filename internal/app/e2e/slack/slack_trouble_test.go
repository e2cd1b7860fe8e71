package slack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/slack"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

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
	k := postingTo(t, (*apptest.World).Listening)
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
	k := postingTo(t, (*apptest.World).Listening)
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

func TestSlackSocket_WorksWithoutAnAddress(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	sl := w.WithSlack(office.Options{SocketMode: true})
	ws := sl.Workspace("바다식당")
	w.Settings["SLACK_BOT_TOKEN"], w.Settings["SLACK_APP_TOKEN"] = ws.Token(), sl.AppToken()
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

func TestSlack_NoTokenReachesALogOrAChat(t *testing.T) {
	logged := &apptest.Logbook{}
	k := posting(t, func(w *apptest.World) { w.Log = logged })
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
	for _, secret := range []string{
		k.Workspace.Token(), "xoxb-", k.Slack.SigningSecret(), "/files-pri/", "/upload/v1/",
	} {
		if strings.Contains(text, secret) {
			i := strings.Index(text, secret)
			t.Errorf("%.4s… stands in …%s…", secret, text[max(0, i-200):min(len(text), i+20)])
		}
	}
	if _, err := k.Process.Engine.Workspace(t.Context(), slack.Platform, k.Workspace.ID); err == nil {
		t.Error("a workspace was kept without being asked")
	}
}
