package slack

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// knock sends a body with headers, and returns what the door says.
func knock(c *Client, body string, h http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/events", strings.NewReader(body))
	r.Header = h
	w := httptest.NewRecorder()
	c.Events(func(context.Context, bot.Update) error { return nil }).ServeHTTP(w, r)
	return w
}

// unread is a body that must not be touched.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("a body is read that the headers don't vouch for")
	return 0, io.EOF
}

func TestSlackWebhooks_LetOnlySlackIn(t *testing.T) {
	s := people.New(people.Options{SigningSecret: vow})
	defer s.Close()
	a := serve(t, nil)
	c := a.client()
	const body = `{"type":"url_verification","challenge":"3eZbrw1aB"}`
	now := time.Now()
	if w := knock(c, body, s.Sign([]byte(body), now)); w.Code != http.StatusOK || w.Body.String() != "3eZbrw1aB" {
		t.Errorf("a genuine one: %d %s", w.Code, w.Body)
	}
	forged := s.Sign([]byte(body), now)
	forged.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64))
	for name, h := range map[string]http.Header{
		"forged": forged, "unsigned": {}, "old": s.Sign([]byte(body), now.Add(-6*time.Minute)),
		"of the future":   s.Sign([]byte(body), now.Add(6*time.Minute)),
		"of another body": s.Sign([]byte(body+" "), now),
	} {
		if w := knock(c, body, h); w.Code != http.StatusUnauthorized || w.Body.Len() != 0 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	short := s.Sign([]byte(body), now)
	short.Set("X-Slack-Signature", "v0=12")
	for name, h := range map[string]http.Header{
		"unsigned": {}, "old": s.Sign([]byte(body), now.Add(-6*time.Minute)), "no signature": short,
	} {
		r := httptest.NewRequest(http.MethodPost, "/events", unread{t})
		r.Header = h
		w := httptest.NewRecorder()
		c.Events(func(context.Context, bot.Update) error { return nil }).ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || w.Header().Get("Connection") != "close" {
			t.Errorf("%s, with a body to come: %d %v", name, w.Code, w.Header())
		}
	}
	huge := strings.Repeat(" ", maxBody+1)
	if w := knock(c, huge, s.Sign([]byte(huge), now)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge one: %d", w.Code)
	}
	if w := knock(c, "not JSON", s.Sign([]byte("not JSON"), now)); w.Code != http.StatusOK {
		t.Errorf("what can't be read would come again: %d", w.Code)
	}
	c.signing = ""
	open := people.New(people.Options{})
	defer open.Close()
	if w := knock(c, body, open.Sign([]byte(body), now)); w.Code != http.StatusUnauthorized {
		t.Errorf("without a secret: %d", w.Code)
	}
}

func TestSlackSocket_BringsWhatHTTPWould(t *testing.T) {
	s := open(t, people.Options{SocketMode: true})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	notes := make(chan error, 100)
	go func() { ended <- s.c.Listen(ctx, s.take, func(err error) { notes <- err }) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	if !s.Until(soon, func() bool { return s.Connections() == 1 }) {
		t.Fatal("nobody listens")
	}
	if err := <-notes; err != nil {
		t.Error(err)
	}
	_, ch := s.channel()
	s.ws.Emit(map[string]any{"type": "something_new", "channel": "C1"}) // the library can't read it
	ch.Post("새우 파스타 18,000원", people.Photo(jpegOf(9, 9)))
	if u := s.next(t, bot.Wrote); u.Text != "새우 파스타 18,000원" || len(u.Pictures) != 1 {
		t.Errorf("got %+v", u)
	}
	if _, err := ch.Slash("/sajangpick 상태"); err != nil {
		t.Error(err)
	}
	if u := s.next(t, bot.Wrote); u.Text != "상태" {
		t.Errorf("got %+v", u)
	}
	shown, err := s.c.Send(ctx, bot.Message{
		Thread: pipeline.Thread{Chat: s.ws.ID + ":" + ch.ID()}, Text: "x",
		Buttons: [][]bot.Button{{{Label: "보기", Action: "video:7"}}},
	})
	if err == nil {
		_, err = ch.Press(shown, "보기")
	}
	if u := s.next(t, bot.Pressed); err != nil || u.Action != "video:7" || u.Message != shown {
		t.Errorf("got %+v, %v", u, err)
	}
	s.Disconnect("refresh_requested")
	if !s.Until(soon, func() bool { return s.Connections() == 1 }) {
		t.Fatal("nobody listens any more")
	}
	ch.Post("로제 파스타 19,000원")
	if u := s.next(t, bot.Wrote); u.Text != "로제 파스타 19,000원" {
		t.Errorf("got %+v", u)
	}
	s.quiet(t)
	if s.GivenUp() != 0 {
		t.Errorf("%d events were never acknowledged", s.GivenUp())
	}
}

func TestSlackSocket_EndsWhenItsTokenIsWrong(t *testing.T) {
	s := open(t, people.Options{SocketMode: true})
	s.c.appToken = appToken
	ctx, stop := context.WithTimeout(t.Context(), soon)
	defer stop()
	err := s.c.Listen(ctx, s.take, func(err error) { t.Error("noted:", err) })
	if ctx.Err() != nil {
		t.Fatal("it goes on")
	}
	wantFault(t, err, pipeline.Misconfigured, pipeline.ReasonSetup)
}

func TestTake_AnUpdateThatPanicsIsLetGo(t *testing.T) {
	for name, o := range map[string]people.Options{"HTTP": {}, "socket": {SocketMode: true}} {
		t.Run(name, func(t *testing.T) {
			s := open(t, o)
			var panics atomic.Int32
			s.handle = func(context.Context, bot.Update) error {
				if panics.Add(1) == 2 {
					panic("boom")
				}
				return nil
			}
			tokens := s.c.tokens
			s.c.tokens = func(ctx context.Context, team string) (string, error) {
				if panics.CompareAndSwap(0, 1) { // before there is an update that could be handled
					panic("boom")
				}
				return tokens(ctx, team)
			}
			if o.SocketMode {
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- s.c.Listen(ctx, s.take, func(error) {}) }()
				defer func() { stop(); <-ended }()
			}
			s.ws.Emit(map[string]any{"type": "app_uninstalled"})
			s.quiet(t)
			staff := s.ws.Member("이직원", "ko-KR")
			staff.DM().Post("로제 파스타 19,000원")
			s.quiet(t)
			staff.DM().Post("새우 파스타 18,000원")
			if u := s.next(t, bot.Wrote); u.Text != "새우 파스타 18,000원" {
				t.Errorf("got %+v", u)
			}
			if n := strings.Count(s.logs.String(), "panic; the update is lost"); n != 2 {
				t.Errorf("%d panics are logged, want 2", n)
			}
		})
	}
}

func FuzzSlackUpdates_AreReadOrRefused(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","team_id":"T1","event_id":"Ev1","authorizations":[{"team_id":"T1","user_id":"U0","is_bot":true}],` +
		`"event":{"type":"message","subtype":"file_share","channel":"C1","user":"U1","ts":"1700000000.000100","text":"<@U0> 새우 &amp; <https://a.example|파스타> :shrimp: 18,000원","files":[{"id":"F1","mimetype":"image/heic"}]}}`))
	f.Add(
		[]byte(`{"type":"event_callback","team_id":"T1","event_id":"Ev2","event":{"type":"message","subtype":"message_changed","channel":"D1","message":{"user":"U1","ts":"1.1","text":"<"},"previous_message":{"text":">"}}}`),
	)
	f.Add(
		[]byte(`{"type":"block_actions","trigger_id":"1","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"container":{"message_ts":"1.1","is_ephemeral":true},"actions":[{"value":"cancel:7"}]}`),
	)
	f.Add(
		[]byte(`{"type":"message_action","callback_id":"make_short","trigger_id":"1","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"message":{"ts":"1.1","text":"a","files":[{"id":"F"}]}}`),
	)
	f.Add([]byte(`{"team_id":"T1","channel_id":"C1","user_id":"U1","trigger_id":"1","text":"status <@U0|x> &lt;"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e envelope
		var i interaction
		var cmd command
		check := func(u bot.Update, means bool) {
			if !means {
				return
			}
			if u.Key == "" || u.Platform != Platform || u.Kind == 0 || !strings.Contains(u.Chat, ":") ||
				strings.ContainsRune(u.Text+u.Chat+u.Key, 0) {
				t.Errorf("got %+v", u)
			}
			if len(u.Text) > maxWords+1 || len(u.Action) > maxAction || len(u.Key) > 8*maxID {
				t.Errorf("too long: %+v", u)
			}
		}
		if parse(raw, &e) == nil {
			check(updateOf(&e, "U0"))
		}
		if parse(raw, &i) == nil {
			check(interacted(&i))
		}
		if parse(raw, &cmd) == nil {
			check(commanded(cmd))
		}
	})
}

func TestSlackUpdates_ATextIsReadAsItWasWritten(t *testing.T) {
	for text, want := range map[string]string{
		"<@U0> 상태": "상태", "새우 파스타 <@U0> 18,000원": "새우 파스타  18,000원", "&lt;새우&gt; &amp;amp;": "<새우> &amp;",
		"<https://a.example/x|여기> <https://b.example>": "여기 https://b.example",
		"<tel:0212345678|02-1234-5678>":                "02-1234-5678",
		"<#C1|쇼츠> <!channel> <!subteam^S1|@주방>":        "#쇼츠 @channel @주방", "<@U9> 이거": "이거",
		"<!date^1^{date}|내일>":                    "내일",
		":shrimp: 새우 :+1::skin-tone-3: 18:00:30": "새우  18:00:30", "새우\n  18,000원 ": "새우\n18,000원", "a < b": "a < b",
		"<@U0": "<@U0",
		":1234: 새우 :100::100: 18,000원:1234:": "새우  18,000원", "`새우 파스타` 18,000원": "새우 파스타 18,000원",
		"```\n새우 파스타 18,000원\n```": "새우 파스타 18,000원",
	} {
		if got, _ := listen(text, "U0", false); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"<@U0> 상태", "도와줘 <@U0|sajangpick>"} {
		if _, named := listen(text, "U0", false); !named {
			t.Errorf("%q doesn't name us", text)
		}
	}
	for text, want := range map[string]string{
		"<@U7> 상태": "상태", "<@U7|sajangpick> 상태": "상태", "상태 <@U7|sajangpick>": "상태 sajangpick",
	} {
		if got, named := listen(text, "", true); got != want || !named {
			t.Errorf("while we don't know ourselves: %q", got)
		}
	}
}

// TestWebhooks_LetGoOfWhatCantBeRead is about requests that are Slack's and would come again and again.
func TestWebhooks_LetGoOfWhatCantBeRead(t *testing.T) {
	s := people.New(people.Options{SigningSecret: vow})
	defer s.Close()
	a := serve(t, nil)
	c := a.client()
	taken := 0
	handle := func(context.Context, bot.Update) error { taken++; return nil }
	n := 0
	for _, x := range []struct {
		door http.Handler
		body string
		why  string
	}{
		{c.Events(handle), "not JSON", "slack: no JSON from byte 2 on"},
		{
			c.Commands(handle), "team_id=T1&channel_id=C1&user_id=U1&trigger_id=1&text=%zz",
			"slack: the request can't be read",
		},
		{c.Interactions(handle), "payload=not+JSON", "slack: no JSON from byte 2 on"},
		{c.Interactions(handle), "payload=" + url.QueryEscape(pressOf) + "&%zz", "slack: the request can't be read"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(x.body))
		r.Header = s.Sign([]byte(x.body), time.Now())
		w := httptest.NewRecorder()
		x.door.ServeHTTP(w, r)
		logged := a.logs.String()[n:]
		if n += len(logged); w.Code != http.StatusOK || taken != 0 || !strings.Contains(logged, "level=ERROR") ||
			!strings.Contains(logged, x.why) {
			t.Errorf("%s: %d, %d taken, operators read %s", x.body, w.Code, taken, logged)
		}
	}
}

// TestEvents_WeAreKnownOnceSlackHasSaidWhoWeAre sends events that don't name the bot.
func TestEvents_WeAreKnownOnceSlackHasSaidWhoWeAre(t *testing.T) {
	c := serve(t, map[string]http.HandlerFunc{"auth.test": ok(`"user_id":"U1","team_id":"T1"`)}).client()
	if _, err := c.Me(t.Context(), "T1"); err != nil {
		t.Fatal(err)
	}
	var from []string
	handle := func(_ context.Context, u bot.Update) error { from = append(from, u.User.ID); return nil }
	for _, user := range []string{"U1", "U2"} {
		if _, err := c.event(t.Context(), []byte(strings.Replace(eventOf, "U1", user, 1)), handle); err != nil {
			t.Error(err)
		}
	}
	if len(from) != 1 || from[0] != "U2" {
		t.Errorf("heard from %q", from)
	}
}

func TestSlackWebhooks_AFormIsReadFromItsBodyAlone(t *testing.T) {
	s := people.New(people.Options{SigningSecret: vow})
	defer s.Close()
	c := serve(t, nil).client()
	body := url.Values{
		"team_id": {"T1"}, "channel_id": {"C1"}, "user_id": {"U1"}, "trigger_id": {"1.2"}, "text": {"help"},
	}.Encode()
	var got []bot.Update
	h := c.Commands(func(_ context.Context, u bot.Update) error { got = append(got, u); return nil })
	r := httptest.NewRequest(http.MethodPost, "/commands?text=cancel&user_id=U2", strings.NewReader(body))
	r.Header = s.Sign([]byte(body), time.Now())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if len(got) != 1 || got[0].Text != "/help" || got[0].User.ID != "U1" {
		t.Errorf("got %+v", got)
	}
}
