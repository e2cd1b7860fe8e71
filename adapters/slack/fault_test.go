package slack

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var thread = pipeline.Thread{
	Platform: Platform, Chat: "T1:C1", Topic: "1700000000.000100", Message: "1700000000.000100",
}

// verbs are all requests that a Client can make.
func verbs(ctx context.Context, c *Client) map[string]func() error {
	m := bot.Message{Thread: thread, Text: "x"}
	asked := m
	asked.Thread.User = "U1"
	return map[string]func() error{
		"Send":   func() error { _, err := c.Send(ctx, m); return err },
		"Direct": func() error { _, err := c.Send(ctx, asked); return err },
		"Edit":   func() error { return c.Edit(ctx, "1700000000.000200", m) },
		"Video": func() error {
			_, err := c.Media(ctx, bot.Media{Thread: thread, Data: strings.NewReader("MOVIE")})
			return err
		},
		"Answer": func() error { return c.Answer(ctx, "T1:C1::U1", "x", false) },
		"Photo": func() error {
			r, err := c.Photo(ctx, pipeline.Photo{Ref: "T1/F1"})
			if err == nil {
				_, err = io.ReadAll(r)
				r.Close()
			}
			return err
		},
		"Film": func() error { _, err := c.Media(ctx, bot.Media{Thread: thread, File: "F1"}); return err },
		"Picture": func() error {
			_, err := c.Media(ctx, bot.Media{Still: true, Thread: thread, Data: strings.NewReader("JPEG")})
			return err
		},
		"Mark":     func() error { return c.Mark(ctx, thread, bot.Done) },
		"Me":       func() error { _, err := c.Me(ctx, "T1"); return err },
		"Missed":   func() error { _, _, err := c.Missed(ctx, thread.Chat, time.Now()); return err },
		"RunsChat": func() error { _, err := c.RunsChat(ctx, "C1", "U1"); return err },
		"Reaches":  func() error { return c.Reaches(ctx, thread.Chat) },
		"Socket":   func() error { return c.Socket(ctx) },
	}
}

func TestSlack_EveryFailureHasItsMeaning(t *testing.T) {
	const (
		transient, rejected = pipeline.Transient, pipeline.Rejected
		misconfigured, lost = pipeline.Misconfigured, pipeline.Indeterminate
		busy, cant          = pipeline.ReasonBusy, pipeline.ReasonCantDeliver
		setup, trouble      = pipeline.ReasonSetup, pipeline.ReasonTrouble
	)
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		kind   pipeline.Kind
		reason pipeline.Reason
		again  pipeline.Kind // of what may be sent twice, when it differs
	}{
		"429":             {raw(429, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "17"), transient, busy, 0},
		"limit in a 200":  {no("ratelimited"), transient, busy, 0},
		"archived":        {no("is_archived"), rejected, cant, 0},
		"not in channel":  {no("not_in_channel"), rejected, cant, 0},
		"no such channel": {no("channel_not_found"), rejected, cant, 0},
		"restricted":      {no("restricted_action_read_only_channel"), rejected, cant, 0},
		"our mistake":     {no("invalid_blocks"), misconfigured, trouble, 0},
		"token revoked":   {no("token_revoked"), misconfigured, setup, 0},
		"uninstalled":     {no("account_inactive"), misconfigured, setup, 0},
		"scope": {
			raw(200, `{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"im:write"}`),
			misconfigured, setup, 0,
		},
		"fatal error":      {no("fatal_error"), lost, busy, transient},
		"unavailable":      {no("service_unavailable"), transient, busy, 0},
		"500":              {raw(500, "{}"), transient, busy, 0},
		"502 of a gateway": {raw(502, "<html>bad</html>"), transient, busy, 0},
		"504 of a gateway": {raw(504, "<html>late</html>"), lost, busy, transient},
		"redirect":         {raw(302, "", "Location", "https://elsewhere.example/"), misconfigured, setup, 0},
		"no JSON":          {raw(200, "<html>hello</html>"), lost, busy, transient},
		"neither":          {raw(200, `{}`), lost, busy, transient},
		"cut off":          {hangUp, lost, busy, transient},
		"another shape":    {ok(`"ts":7,"channel":[]`), lost, busy, transient},
	} {
		for verb, again := range map[string]bool{"Send": false, "Edit": true, "Answer": true} {
			a := serve(t, map[string]http.HandlerFunc{"": x.answer})
			want := x.kind
			if again && x.again != 0 {
				want = x.again
			}
			t.Run(name+"/"+verb, func(t *testing.T) {
				wantFault(t, verbs(t.Context(), a.client())[verb](), want, x.reason)
			})
		}
	}
}

// TestSlack_EachVerbFailsWithWhateverItNeeds fails each request that a verb makes alone, with what comes before it
// done.
func TestSlack_EachVerbFailsWithWhateverItNeeds(t *testing.T) {
	const here = `"user_id":"U0","team_id":"T1"`
	for verb, needs := range map[string][]string{
		"Send": {"chat.postMessage"}, "Edit": {"chat.update"}, "Answer": {"chat.postEphemeral"},
		"Video": {"files.getUploadURLExternal"}, "Picture": {"files.getUploadURLExternal"}, "Film": {"files.info"},
		"Photo": {"files.info"}, "Mark": {"reactions.add", "reactions.remove"}, "Me": {"auth.test"},
		"Missed": {"auth.test", "conversations.history"}, "RunsChat": {"users.info", "auth.test"},
		"Reaches": {"conversations.info"}, "Socket": {"apps.connections.open"},
	} {
		for i, failing := range needs {
			answers := map[string]http.HandlerFunc{"": ok(here), "users.info": ok(`"user":{"id":"U1","team_id":"T1"}`)}
			answers[failing] = raw(http.StatusBadGateway, "down", "Retry-After", "7")
			a := serve(t, answers)
			f := wantFault(t, verbs(t.Context(), a.client())[verb](), pipeline.Transient, pipeline.ReasonBusy)
			if f.Err.Error() != "slack: "+failing+": HTTP 502" || f.RetryAfter != 7*time.Second {
				t.Errorf("%s without %s: %v, again after %v", verb, failing, f, f.RetryAfter)
			}
			for _, later := range needs[i+1:] {
				if a.of(later) != 0 {
					t.Errorf("%s goes on with %s, though %s failed", verb, later, failing)
				}
			}
		}
	}
}

// TestTokens_WithoutThemNothingGoesOutOrIsTakenIn has a database that is away.
func TestTokens_WithoutThemNothingGoesOutOrIsTakenIn(t *testing.T) {
	a := serve(t, nil)
	c := a.client()
	c.tokens = func(context.Context, string) (string, error) { return "", errors.New("no database at " + token) }
	for verb, run := range verbs(t.Context(), c) {
		if verb == "Socket" { // the app's own token
			continue
		}
		if f := wantFault(
			t, run(), pipeline.Transient, pipeline.ReasonBusy,
		); !strings.Contains(f.Error(), "no database") {
			t.Errorf("%s: %v", verb, f)
		}
	}
	for _, raw := range []string{
		eventOf, `{"type":"event_callback","team_id":"T1","event":{"type":"app_uninstalled"}}`,
	} {
		_, err := c.event(t.Context(), []byte(raw), func(context.Context, bot.Update) error { return nil })
		if err == nil || errors.Is(err, errUnreadable) {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestSlack_NothingIsUnknownThatWasNeverSent(t *testing.T) {
	a := serve(t, nil)
	c := a.client()
	c.api.Host = "127.0.0.1:1"
	wantFault(t, verbs(t.Context(), c)["Send"](), pipeline.Transient, pipeline.ReasonBusy)

	stuck := serve(t, map[string]http.HandlerFunc{"files.getUploadURLExternal": func(
		w http.ResponseWriter, r *http.Request,
	) {
		ok(`"file_id":"F1","upload_url":"http://`+r.Host+`/upload/v1/x"`)(w, r)
	}, "x": ok("")})
	_, err := stuck.client().Media(t.Context(), bot.Media{
		Thread: thread, Data: &torn{strings.NewReader(strings.Repeat("x", 100))},
	})
	wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
}

// torn is a short whose disk fails.
type torn struct{ *strings.Reader }

func (*torn) Read([]byte) (int, error) { return 0, errors.New("disk") }

func (*torn) WriteTo(io.Writer) (int64, error) { return 0, errors.New("disk") }

func TestSlack_AChannelOverItsLimitIsLeftAlone(t *testing.T) {
	limited := raw(429, `{"ok":false}`, "Retry-After", "17")
	a := serve(t, map[string]http.HandlerFunc{"chat.postMessage": limited})
	c := a.client()
	for range 2 {
		if f := wantFault(
			t, verbs(t.Context(), c)["Send"](), pipeline.Transient, pipeline.ReasonBusy,
		); !f.RateLimited || f.RetryAfter < 15*time.Second || f.RetryAfter > 17*time.Second {
			t.Errorf("got %+v", f)
		}
	}
	if n := a.of("chat.postMessage"); n != 1 {
		t.Errorf("%d requests", n)
	}
	for says, want := range map[string]time.Duration{
		"99999999999": time.Hour, "-4": limitPause, "": limitPause, "soon": limitPause,
	} {
		a := serve(t, map[string]http.HandlerFunc{"": raw(429, "", "Retry-After", says)})
		if f := wantFault(
			t, verbs(t.Context(), a.client())["Answer"](), pipeline.Transient, pipeline.ReasonBusy,
		); f.RetryAfter != want {
			t.Errorf("%q: %s", says, f.RetryAfter)
		}
	}
}

// TestSlack_NoSecretGetsOut runs every request against every way to fail, with servers that repeat all that
// they were told, and reads what comes back and what is logged.
func TestSlack_NoSecretGetsOut(t *testing.T) {
	echo := "your " + token + " at https://slack.example/upload/v1/secret?ticket=1 and " + appToken + " and " + vow
	for name, answer := range map[string]http.HandlerFunc{
		"refusal":      no(echo),
		"explained":    raw(200, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["`+echo+`"]}}`),
		"scope":        raw(200, `{"ok":false,"error":"missing_scope","needed":"`+echo+`"}`),
		"limit":        raw(429, echo, "Retry-After", "1"),
		"server error": raw(500, echo),
		"html":         raw(200, echo),
		"other shape":  ok(`"ts":["` + echo + `"],"file":"` + echo + `","channel":"` + token + `"`),
		"redirect":     raw(307, echo, "Location", "http://127.0.0.1:1/"+token),
		"bad redirect": raw(307, echo, "Location", "http://%zz/"+token),
		"bad header":   raw(200, `{"ok":true}`, "Content-Length", "999"),
		"hang up":      hangUp,
		"bad file":     ok(`"file":{"id":"F1","name":"a.jpg","url_private":"http://%zz/` + token + `"}`),
		"foreign file": ok(`"file":{"id":"F1","name":"a.jpg","url_private":"http://127.0.0.1:1/` + token + `"}`),
		"bad upload":   ok(`"file_id":"F1","upload_url":"http://127.0.0.1:1/upload/v1/` + token + `"`),
		"worse upload": ok(`"file_id":"F1","upload_url":"http://%zz/upload/v1/` + token + `"`),
	} {
		a := serve(t, map[string]http.HandlerFunc{"": answer})
		c := a.client()
		for verb, run := range verbs(t.Context(), c) {
			c.pace = testPace()
			if err := run(); err != nil {
				wantNoSecret(t, name+" "+verb+": "+err.Error())
				var f *pipeline.Fault
				if !errors.As(err, &f) {
					t.Errorf("%s %s isn't a fault: %v", name, verb, err)
				}
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		noSecretIn := func(err error) {
			if err != nil {
				wantNoSecret(t, name+": "+err.Error())
			}
		}
		noSecretIn(c.Listen(ctx, nil, noSecretIn))
		cancel()
		wantNoSecret(t, name+": "+a.logs.String())
	}
	for _, o := range []Options{{APIURL: "http://bad host/" + token}, {APIURL: "::" + token}, {APIURL: token}, {}} {
		if _, err := New(o); err == nil {
			t.Fatalf("made from %q", o.APIURL)
		} else {
			wantNoSecret(t, err.Error())
		}
	}
}

// TestSlack_ATokenGoesToSlackAlone downloads only from Slack: a file's address is what its sender made it.
func TestSlack_ATokenGoesToSlackAlone(t *testing.T) {
	c := serve(t, nil).client()
	for address, may := range map[string]bool{
		"https://files.slack.com/files-pri/T1-F1/a.jpg": true, "https://files.slack-gov.com/x": true,
		c.api.Scheme + "://" + c.api.Host + "/files-pri/x": true,
		"http://files.slack.com/x":                         false, "https://slack.com.example/x": false,
		"https://notslack.com/x":       false,
		"https://drive.example.com/":   false,
		"https://" + c.api.Host + "/x": false, "https://user@files.slack.com.example/": false,
	} {
		u, err := c.api.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.mayHaveToken(u); got != may {
			t.Errorf("%s: %v", address, got)
		}
	}
}
