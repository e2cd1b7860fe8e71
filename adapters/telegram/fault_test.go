package telegram

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// verbs are all requests that a Client can make.
func verbs(ctx context.Context, c *Client) map[string]func() error {
	m := bot.Message{Thread: thread, Text: "x"}
	return map[string]func() error{
		"Send": func() error { _, err := c.Send(ctx, m); return err },
		"Edit": func() error { return c.Edit(ctx, "21", m) },
		"Video": func() error {
			_, err := c.Media(ctx, bot.Media{Thread: thread, Data: strings.NewReader("MOVIE")})
			return err
		},
		"File": func() error {
			_, err := c.Media(ctx, bot.Media{Thread: pipeline.Thread{Chat: "8"}, File: "F"})
			return err
		},
		"Answer": func() error { return c.Answer(ctx, "q", "x", false) },
		"Photo": func() error {
			r, err := c.Photo(ctx, pipeline.Photo{Ref: "F"})
			if err == nil {
				_, err = io.ReadAll(r)
				r.Close()
			}
			return err
		},
		"Me":       func() error { _, err := c.Me(ctx); return err },
		"Register": func() error { return c.Register(ctx, "https://shop.example/") },
		"Keep":     func() error { return c.Keep(ctx, "https://shop.example/") },
		"Commands": func() error { return c.Commands(ctx, map[string][]Command{"ko": {{"help", "x"}}}) },
		"Menu":     func() error { return c.CommandsFor(ctx, "7", map[string][]Command{"ko": nil}) },
		"Describe": func() error { return c.Describe(ctx, map[string]Description{"ko": {"x", "y"}}) },
		"Picture": func() error {
			_, err := c.Media(ctx, bot.Media{
				Still: true, Thread: pipeline.Thread{Chat: "9"}, Data: strings.NewReader("JPEG"),
			})
			return err
		},
		"TryFile":  func() error { _, err := c.TryFile(ctx); return err },
		"Standing": func() error { _, err := c.Standing(ctx); return err },
		"Person":   func() error { return c.Reaches(ctx, "7") },
		"Group":    func() error { return c.Reaches(ctx, "-7") },
		"RunsChat": func() error { _, err := c.RunsChat(ctx, "-8", "7"); return err },
	}
}

func TestTelegram_EveryFailureHasItsMeaning(t *testing.T) {
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
		"429": {
			no(429, "Too Many Requests: retry after 17", `{"retry_after":17}`), transient, busy, 0,
		},
		"blocked":        {no(403, "Forbidden: bot was blocked by the user"), rejected, cant, 0},
		"kicked":         {no(403, "Forbidden: bot was kicked from the supergroup chat"), rejected, cant, 0},
		"chat not found": {no(400, "Bad Request: chat not found"), rejected, cant, 0},
		"may not write": {
			no(400, "Bad Request: not enough rights to send text messages to the chat"), rejected, cant, 0,
		},
		"moved": {
			no(
				400, "Bad Request: group chat was upgraded to a supergroup chat",
				`{"migrate_to_chat_id":-1001234567890}`,
			),
			transient, busy, 0,
		},
		"our mistake":             {no(400, "Bad Request: message text is empty"), misconfigured, trouble, 0},
		"token revoked":           {no(401, "Unauthorized"), misconfigured, setup, 0},
		"token malformed":         {no(404, "Not Found"), misconfigured, setup, 0},
		"too large":               {no(413, "Request Entity Too Large"), rejected, cant, 0},
		"too large for a gateway": {raw(413, "<html>"), rejected, cant, 0},
		"restart":                 {no(500, "Internal Server Error: restart"), transient, busy, 0},
		"502 of a gateway":        {raw(502, "<html>bad</html>"), transient, busy, 0},
		"504 of a gateway":        {raw(504, "<html>late</html>"), lost, busy, transient},
		"redirect": {
			raw(302, "", "Location", "https://elsewhere.example/bot"+token+"/x"), misconfigured, setup, 0,
		},
		"no JSON": {raw(200, "<html>hello</html>"), lost, busy, transient},
		"cut off": {hangUp, lost, busy, transient},
	} {
		for verb, again := range map[string]bool{"Send": false, "Video": false, "Edit": true} {
			a := serve(t, map[string]http.HandlerFunc{"": x.answer, "sendChatAction": ok("true")})
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

// TestTelegram_EachVerbFailsWithWhateverItNeeds fails each request that a verb makes alone, with what comes before it
// done.
func TestTelegram_EachVerbFailsWithWhateverItNeeds(t *testing.T) {
	good := map[string]http.HandlerFunc{
		"": ok("true"), "getMe": ok(me), "getWebhookInfo": ok(`{"url":"","pending_update_count":0}`),
		"getFile":              ok(gotFile),
		"getUserProfilePhotos": ok(`{"photos":[]}`), "getMyCommands": ok(`[{"command":"x","description":"y"}]`),
		"getMyDescription": ok(`{}`), "getMyShortDescription": ok(`{}`),
	}
	picture := ok(`{"total_count":1,"photos":[[{"file_id":"F","width":160,"height":160}]]}`)
	for verb, needs := range map[string][]string{
		"Send": {"sendMessage"}, "Edit": {"editMessageText"}, "Video": {"sendVideo"}, "File": {"sendVideo"},
		"Picture": {"sendPhoto"}, "Answer": {"answerCallbackQuery"}, "Photo": {"getFile"}, "Me": {"getMe"},
		"Register": {"getMe", "getWebhookInfo", "setWebhook"}, "Keep": {"getWebhookInfo", "setWebhook"},
		"Commands": {"getMyCommands", "setMyCommands"}, "Menu": {"getMyCommands", "deleteMyCommands"},
		"Describe": {"getMyDescription", "setMyDescription", "getMyShortDescription", "setMyShortDescription"},
		"TryFile":  {"getMe", "getUserProfilePhotos", "getFile"}, "Standing": {"getMe", "getWebhookInfo"},
		"Person": {"getChat"}, "Group": {"getMe", "getChatMember"}, "RunsChat": {"getChatMember"},
	} {
		for i, failing := range needs {
			answers := maps.Clone(good)
			if verb == "TryFile" {
				answers["getUserProfilePhotos"] = picture
			}
			answers[failing] = raw(http.StatusBadGateway, "<html>", "Retry-After", "7")
			a := serve(t, answers)
			f := wantFault(t, verbs(t.Context(), a.client())[verb](), pipeline.Transient, pipeline.ReasonBusy)
			if f.Err.Error() != "telegram: "+failing+": 502 without an explanation" || f.RetryAfter != 7*time.Second {
				t.Errorf("%s without %s: %v, again after %v", verb, failing, f, f.RetryAfter)
			}
			for _, later := range needs[i+1:] {
				if len(a.of(later)) != 0 {
					t.Errorf("%s goes on with %s, though %s failed", verb, later, failing)
				}
			}
		}
	}
}

func TestTelegram_AGroupMayTakeWordsButNoFiles(t *testing.T) {
	for _, says := range []string{
		"not enough rights to send photos to the chat", "CHAT_SEND_PHOTOS_FORBIDDEN", "CHAT_SEND_MEDIA_FORBIDDEN",
	} {
		a := serve(t, map[string]http.HandlerFunc{"": no(400, "Bad Request: "+says), "sendChatAction": ok("true")})
		_, err := a.client().Media(t.Context(), bot.Media{Still: true, Thread: thread, Data: strings.NewReader("JPEG")})
		if wantFault(t, err, pipeline.Rejected, pipeline.ReasonCantDeliver); !errors.Is(err, bot.ErrNoVideo) {
			t.Errorf("%s: a link won't be sent instead: %v", says, err)
		}
	}
}

func TestTelegram_NothingIsUnknownThatWasNeverSent(t *testing.T) {
	a := serve(t, nil)
	c := a.client()
	c.base = "http://127.0.0.1:1"
	var err error
	if c.api, err = c.library(httpx.NewNoRedirectClient(httpx.Transport(), callLimit)); err != nil {
		t.Fatal(err)
	}
	wantFault(t, verbs(t.Context(), c)["Send"](), pipeline.Transient, pipeline.ReasonBusy)

	stuck := serve(t, map[string]http.HandlerFunc{"sendChatAction": ok("true")})
	_, err = stuck.client().Media(t.Context(), bot.Media{
		Thread: thread, Data: &torn{strings.NewReader(strings.Repeat("x", 100))},
	})
	wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
}

// torn is a short whose disk fails.
type torn struct{ *strings.Reader }

func (*torn) Read([]byte) (int, error) { return 0, errors.New("disk") }

func (*torn) WriteTo(io.Writer) (int64, error) { return 0, errors.New("disk") }

func TestTelegram_ARequestThatTimesOutMayHaveBeenDone(t *testing.T) {
	hold := make(chan struct{})
	slow := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}
	a := serve(t, map[string]http.HandlerFunc{"": slow})
	defer close(hold)
	c := a.client()
	for verb, want := range map[string]pipeline.Kind{
		"Send": pipeline.Indeterminate, "File": pipeline.Indeterminate, "Edit": pipeline.Transient,
		"Answer": pipeline.Transient,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		wantFault(t, verbs(ctx, c)[verb](), want, pipeline.ReasonBusy)
		cancel()
	}
}

func TestTelegram_AChatThatMovedSaysWhere(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"": no(
			400, "Bad Request: group chat was upgraded to a supergroup chat", `{"migrate_to_chat_id":-1001234567890}`,
		),
	})
	_, err := a.client().Send(t.Context(), bot.Message{Thread: thread, Text: "x"})
	var moved *bot.RenamedChat
	if !errors.As(err, &moved) || moved.To != "-1001234567890" {
		t.Errorf("got %v", err)
	}
}

func TestTelegram_AChatOverItsLimitIsLeftAlone(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"sendMessage": then(no(429, "Too Many Requests: retry after 17", `{"retry_after":17}`), ok(sentText)),
	})
	c := a.client()
	send := func(chat string) error {
		_, err := c.Send(t.Context(), bot.Message{Thread: pipeline.Thread{Chat: chat}, Text: "x"})
		return err
	}
	if f := wantFault(t, send("7"), pipeline.Transient, pipeline.ReasonBusy); !f.RateLimited ||
		f.RetryAfter != 17*time.Second {
		t.Errorf("got %+v", f)
	}
	if f := wantFault(t, send("7"), pipeline.Transient, pipeline.ReasonBusy); !f.RateLimited ||
		f.RetryAfter < 15*time.Second {
		t.Errorf("got %+v", f)
	}
	if err := send("8"); err != nil {
		t.Errorf("another chat: %v", err)
	}
	if n := len(a.of("sendMessage")); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestTelegram_RetryAfterIsBelievedForAnHour(t *testing.T) {
	for in, want := range map[string]time.Duration{
		`{"retry_after":99999999999}`: time.Hour, `{"retry_after":-4}`: limitPause, `{}`: limitPause,
	} {
		a := serve(t, map[string]http.HandlerFunc{"": no(429, "Too Many Requests", in)})
		if f := wantFault(
			t, a.client().Answer(t.Context(), "q", "x", false), pipeline.Transient, pipeline.ReasonBusy,
		); f.RetryAfter != want {
			t.Errorf("%s: %s", in, f.RetryAfter)
		}
	}
}

// TestTelegram_NoSecretGetsOut runs every request against every way to fail, with servers that repeat all that
// they were told, and reads what comes back and what is logged.
func TestTelegram_NoSecretGetsOut(t *testing.T) {
	echo := "your /bot" + token + "/x and bot4242%3A" + key + " and " + vow
	for name, answer := range map[string]http.HandlerFunc{
		"refusal":      no(400, echo),
		"forbidden":    no(403, echo),
		"limit":        no(429, echo, `{"retry_after":1}`),
		"server error": no(500, echo),
		"html":         raw(200, echo),
		"html error":   raw(502, echo),
		"other shape":  ok(`"` + echo + `"`),
		"redirect":     raw(307, echo, "Location", "http://127.0.0.1:1/bot"+token+"/x"),
		"bad redirect": raw(307, echo, "Location", "http://%zz/bot"+token),
		"bad header":   raw(200, `{"ok":true}`, "Content-Length", "999"),
		"hang up":      hangUp,
		"bad file":     ok(`{"file_id":"F","file_path":"../%zz?` + vow + `"}`),
		"late error":   ok(`{"url":"https://shop.example/","last_error_message":"` + echo + `"}`),
	} {
		a := serve(t, map[string]http.HandlerFunc{"": answer})
		c := a.client()
		for verb, run := range verbs(t.Context(), c) {
			if err := run(); err != nil {
				wantNoSecret(t, name+" "+verb+": "+err.Error())
				var f *pipeline.Fault
				if !errors.As(err, &f) {
					t.Errorf("%s %s isn't a fault: %v", name, verb, err)
				}
			}
		}
		if err := c.NewPoll(func(context.Context, bot.Update) error { return nil }).round(t.Context()); err != nil {
			wantNoSecret(t, name+" poll: "+err.Error())
		}
		wantNoSecret(t, name+": "+a.logs.String())
	}
	quiet, err := New(Options{Token: token})
	if err != nil || quiet.known() != (Self{ID: 4242}) || quiet.base != official {
		t.Fatalf("made of a token alone: %v", err)
	}
	if err := quiet.take(t.Context(), []byte("no JSON"), nil); err != nil { // and there is a log to write to
		t.Error(err)
	}
	for _, o := range []Options{
		{Token: token, APIURL: "http://bad host/"}, {Token: token, APIURL: "::" + token}, {Token: "4242:/" + key},
		{Token: token, APIURL: "nowhere"}, {},
	} {
		_, err := New(o)
		if err == nil {
			t.Fatalf("made from %q", o.APIURL)
		}
		wantNoSecret(t, err.Error())
	}
}
