package main

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	office "github.com/sajangpick/sajangpick/adapters/sandbox/slack"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/pipeline"
)

// room is a channel of a workspace as one of its staff sees it, and the service behind it.
type room struct {
	*office.Channel
	t     *testing.T
	w     *world
	p     *process
	sl    *office.Server
	ws    *office.Workspace
	staff *office.Member
}

// withSlack lets there be a Slack whose workspaces grant what the manifest asks for, and nothing else.
func (w *world) withSlack(o office.Options) *office.Server {
	o.Scopes, o.Events, o.Commands = slack.Scopes(), slack.Events(), []string{slack.Command}
	o.Second, o.Patience = 10*time.Millisecond, patience // a busy machine is no reason to fail
	sl := office.New(o)
	api := httptest.NewServer(sl.Handler())
	sl.At(api.URL)
	w.t.Cleanup(func() { sl.Close(); api.Close() })
	w.settings["SLACK_SIGNING_SECRET"] = sl.SigningSecret
	w.settings["SLACK_API_URL"] = api.URL + "/api/"
	w.settings["SIGNUP"] = "open"
	return sl
}

// subscribed starts a process that Slack tells what happens, and stops it after the test.
func (w *world) subscribed(sl *office.Server) *process {
	p := w.listening(sl)
	w.t.Cleanup(p.stop)
	return p
}

// listening starts a process that Slack tells what happens, and that the test itself ends.
func (w *world) listening(sl *office.Server) *process {
	w.t.Helper()
	p := w.start(talkative(), nil)
	ours := p.server.URL + "/webhooks/slack/"
	if err := sl.Subscribe(office.Endpoints{Events: ours + "events", Commands: ours + "commands", Interactions: ours + "interactions"}); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// posting opens a service with Slack in front, and a channel that it was invited to. Before it starts the
// world may be changed.
func posting(t *testing.T, change ...func(w *world)) *room {
	t.Helper()
	return postingTo(t, (*world).subscribed, change...)
}

// postingTo is posting to a process that start starts.
func postingTo(t *testing.T, start func(*world, *office.Server) *process, change ...func(w *world)) *room {
	t.Helper()
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t))
	sl := w.withSlack(office.Options{})
	ws := sl.Workspace("바다식당")
	w.settings["SLACK_BOT_TOKEN"] = ws.Token()
	for _, f := range change {
		f(w)
	}
	k := &room{t: t, w: w, p: start(w, sl), sl: sl, ws: ws, staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.staff).Invite()
	k.hears("이 채널에 음식 사진을 올리면서")
	return k
}

func (k *room) in(c *office.Channel) *room {
	there := *k
	there.Channel = c
	return &there
}

func (k *room) chat() string { return k.ws.ID + ":" + k.ID() }

// finds waits for a message of ours as ok says.
func (k *room) finds(what string, ok func(office.Message) bool) office.Message {
	k.t.Helper()
	var found office.Message
	_, err := k.Wait(patience, func(all []office.Message) bool {
		i := slices.IndexFunc(all, func(m office.Message) bool { return m.Ours && ok(m) })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	if err != nil {
		k.t.Fatalf("no %s: %v", what, err)
	}
	return found
}

func (k *room) hears(part string) office.Message {
	k.t.Helper()
	return k.finds(part, func(m office.Message) bool { return strings.Contains(m.Shown, part) })
}

// gets waits for the n-th short in a post's thread and for its words, which it returns.
func (k *room) gets(n int, p *office.Post) office.Message {
	k.t.Helper()
	var words []office.Message
	_, err := p.Wait(patience, func(all []office.Message) bool {
		films := 0
		words = nil
		for _, m := range all {
			if m.Ours && len(m.Files) > 0 {
				films++
			}
			if _, again := button(m, "다시 만들기"); m.Ours && again {
				words = append(words, m)
			}
		}
		return films >= n && len(words) >= n
	})
	if err != nil {
		k.t.Fatalf("short %d doesn't come: %v", n, err)
	}
	last := words[len(words)-1]
	k.p.wait(func() bool {
		_, _, err := k.p.engine.ByMessage(k.t.Context(), slack.Platform, k.chat(), last.TS)
		return err == nil
	})
	return last
}

func button(m office.Message, label string) (office.Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b, true
			}
		}
	}
	return office.Button{}, false
}

func (k *room) presses(m office.Message, label string) {
	k.t.Helper()
	if _, err := k.Press(m.TS, label); err != nil {
		k.t.Fatalf("press %s: %v", label, err)
	}
}

func (k *room) types(line string) {
	k.t.Helper()
	if _, err := k.Slash(line); err != nil {
		k.t.Fatalf("%s: %v", line, err)
	}
}

// orders are the channel's, newest first.
func (k *room) orders() []pipeline.Order {
	k.t.Helper()
	all, err := k.p.engine.Recent(k.t.Context(), slack.Platform, k.chat(), 100)
	if err != nil {
		k.t.Fatal(err)
	}
	return all
}

func (k *room) bought() (clips, cuts int) { return (&talk{w: k.w}).bought() }

// one checks that all there is came of one order, with one clip and so many cuts.
func (k *room) one(cuts int) {
	k.t.Helper()
	if n := len(k.orders()); n != 1 {
		k.t.Errorf("%d orders", n)
	}
	if a, b := k.bought(); a != 1 || b != cuts {
		k.t.Errorf("%d clips and %d cuts were bought", a, b)
	}
}

func (k *room) hold() func() { return (&talk{t: k.t, w: k.w}).hold() }

// underWay waits until the clip of the channel's newest order is being made.
func (k *room) underWay() pipeline.Order {
	k.t.Helper()
	return k.w.underWay(k.p, k.orders)
}

// marked waits for a reaction to be the only one of ours at a post.
func (k *room) marked(p *office.Post, reaction string) {
	k.t.Helper()
	if !k.sl.Until(patience, func() bool { return slices.Equal(p.Now().Reactions, []string{reaction}) }) {
		k.t.Errorf("reactions %q, want %s", p.Now().Reactions, reaction)
	}
}

// settled waits until Slack has nothing more to tell us.
func (k *room) settled() {
	k.t.Helper()
	if !k.sl.Until(patience, func() bool { return k.sl.Waiting() == 0 }) {
		k.t.Fatal("events wait")
	}
}

func TestAPostWithALineBecomesAShortInItsThread(t *testing.T) { // S1
	k := posting(t)
	release := k.hold()
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	line := k.hears("새우 파스타 · 18,000원")
	if line.Thread != dish.TS {
		t.Errorf("the line: %+v", line)
	}
	k.marked(dish, "eyes")
	release()
	short := k.gets(1, dish)
	if !strings.Contains(short.Shown, "18,000원") || short.Thread != dish.TS {
		t.Errorf("the short: %+v", short)
	}
	k.marked(dish, "white_check_mark")
	k.one(1)
}

func TestAMentionWithAPhotoIsOneOrder(t *testing.T) { // S6
	k := posting(t)
	dish := k.Mention(pasta, office.Photo(tinyPhoto()))
	k.gets(1, dish)
	k.settled()
	k.one(1)
}

func TestAPhotoInAThreadIsAnsweredThere(t *testing.T) { // S4
	k := posting(t)
	head := k.Post("오늘 메뉴 찍은 거 올려 주세요")
	photo := head.Reply(pasta, office.Photo(tinyPhoto()))
	if short := k.gets(1, head); short.Thread != head.TS {
		t.Errorf("the short: %+v", short)
	}
	k.marked(photo, "white_check_mark")
	head.Reply("가격 19,000원")
	if short := k.gets(2, head); !strings.Contains(short.Shown, "19,000원") {
		t.Errorf("the second: %+v", short)
	}
	k.one(2)
}

func TestSeveralPhotosInAPostAreOneQuestion(t *testing.T) { // S5
	k := posting(t)
	dish := k.Post(pasta, office.Photos(tinyPhoto(), picture(240, 400), picture(260, 400), picture(280, 400)))
	question := k.hears("사진 4장 중에서")
	k.presses(question, "2번 사진")
	k.gets(1, dish)
	k.one(1)
}

func TestWordsAreAskedForInTheThread(t *testing.T) { // S2
	k := posting(t)
	dish := k.Post("", office.Photo(tinyPhoto()))
	if q := k.hears("메뉴 이름과 가격을 알려 주세요"); q.Thread != dish.TS {
		t.Errorf("asked: %+v", q)
	}
	dish.Reply("새우 파스타")
	k.hears("새우 파스타의 가격을 알려 주세요")
	dish.Broadcast("18,000원") // S34
	k.gets(1, dish)
	k.settled()
	k.one(1)
}

func TestTextPostedRightAfterAPhotoCompletesIt(t *testing.T) { // S3
	k := posting(t)
	dish := k.Post("", office.Photo(tinyPhoto()))
	k.Post(pasta)
	k.gets(1, dish)
	k.one(1)
}

func TestADirectMessageIsAnOrderToo(t *testing.T) { // S9
	k := posting(t)
	dm := k.in(k.staff.DM())
	dish := dm.Post(pasta, office.Photo(tinyPhoto()))
	dm.gets(1, dish)
	dm.one(1)
}

func TestAFixInTheThreadMakesANewCut(t *testing.T) { // S15
	k := posting(t)
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	k.gets(1, dish)
	dish.Unfurl()
	dish.Reply("맛있겠다 ㅋㅋ 원가가 5,000원이라 남는 게 없네요")
	dish.Reply("가격 19,000원")
	k.gets(2, dish)
	dish.Edit("새우 파스타 20,000원")
	if short := k.gets(3, dish); !strings.Contains(short.Shown, "20,000원") {
		t.Errorf("the third: %+v", short)
	}
	k.one(3)
}

func TestButtonsWorkHoursLaterAndOnce(t *testing.T) { // S21, S22
	k := posting(t)
	dish := k.Post(pasta, office.Photo(tinyPhoto()))
	short := k.gets(1, dish)
	k.sl.Pass(2 * time.Hour)
	k.presses(short, "다시 만들기")
	sure := k.hears("이번 달 영상 한 편을 써요")
	k.presses(sure, "새로 만들기")
	k.in(k.As(k.ws.Member("박매니저", "ko-KR"))).presses(sure, "새로 만들기")
	k.gets(2, dish)
	k.settled()
	if clips, _ := k.bought(); clips != 2 {
		t.Errorf("%d clips", clips)
	}
}

func TestTheShortcutMakesAShortOfAnOlderPost(t *testing.T) {
	k := posting(t)
	other := k.in(k.ws.Channel("사진", k.staff))
	dish := other.Post(pasta, office.Photo(tinyPhoto())) // nobody has told us
	other.Invite()
	if _, err := other.Shortcut(slack.Shortcut, dish); err != nil {
		t.Fatal(err)
	}
	other.gets(1, dish)
	other.one(1)
}

func TestCommandsAreAnsweredToTheirAuthorAlone(t *testing.T) { // S19, S20
	k := posting(t)
	if _, err := k.Slash("/status"); err == nil {
		t.Error("/status is Slack's own")
	}
	k.types("/sajangpick")
	if m := k.hears("채널이나 저와의 대화에"); !m.Ephemeral || !strings.Contains(m.Shown, "/sajangpick videos") || strings.Contains(m.Shown, " /videos") {
		t.Errorf("help: %+v", m)
	}
	k.types("/sajangpick usage")
	if m := k.hears("이번 달"); !m.Ephemeral {
		t.Errorf("usage: %+v", m)
	}
	dish := k.Post("안녕하세요")
	dish.Mention("사용량")
	if m := k.finds("answer in the thread", func(m office.Message) bool { return m.Thread == dish.TS }); !strings.Contains(m.Shown, "이번 달") {
		t.Errorf("the mention: %+v", m)
	}
}

func TestACommandWhereWeAreNotSaysHowToCallUs(t *testing.T) { // S8
	k := posting(t)
	elsewhere := k.in(k.ws.Channel("주방", k.staff))
	elsewhere.types("/sajangpick help")
	k.in(k.staff.DM()).hears("/invite @sajangpick 으로 불러 주세요")
}

func TestADeletedPostIsTakenBackBeforeAnythingIsBought(t *testing.T) { // S16
	k := posting(t)
	dish := k.Post("", office.Photo(tinyPhoto()))
	k.hears("메뉴 이름과 가격을 알려 주세요")
	dish.Delete()
	k.settled()
	if drafts, err := k.p.engine.Drafts(t.Context(), slack.Platform, k.chat(), time.Now()); err != nil || len(drafts) > 0 {
		t.Errorf("drafts %+v, %v", drafts, err)
	}
	release := k.hold()
	bought := k.Post(pasta, office.Photo(tinyPhoto()))
	k.underWay()
	bought.Delete()
	k.settled()
	release()
	k.p.ended(1, patience)
	if o := k.orders()[0]; o.Status != pipeline.Delivered {
		t.Errorf("what was bought is %s", o.Status)
	}
}
