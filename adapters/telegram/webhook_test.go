package telegram

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
)

const photoUpdate = `{"update_id":11,"message":{"message_id":3,` + dm + `,` + sizes + `,` + orders + `}}`

// deliver posts a body to a webhook as Telegram does.
func deliver(c *Client, handle Handle, body, secret string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/telegram", strings.NewReader(body))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	w := httptest.NewRecorder()
	c.Webhook(handle).ServeHTTP(w, r)
	return w
}

func TestTelegramWebhook_AnswersOnlyAfterAnUpdateIsKept(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"": no(401, "Unauthorized")})
	c := a.client()
	c.self.Store(&us)
	var taken []bot.Update
	var broken error
	handle := func(_ context.Context, u bot.Update) error {
		taken = append(taken, u)
		return broken
	}
	for name, x := range map[string]struct {
		body, secret string
		broken       error
		status       int
		taken        int
	}{
		"kept":              {photoUpdate, vow, nil, 200, 1},
		"database is away":  {photoUpdate, vow, errors.New("no database"), 503, 1},
		"wrong secret":      {photoUpdate, vow + "x", nil, 401, 0},
		"no secret":         {photoUpdate, "", nil, 401, 0},
		"not JSON":          {`{"새우`, vow, nil, 200, 0},
		"channel post":      {`{"update_id":1,"channel_post":{"text":"x"}}`, vow, nil, 200, 0},
		"larger than any":   {`{"update_id":1,"x":"` + strings.Repeat("x", maxUpdate) + `"}`, vow, nil, 413, 0},
		"kind nobody knows": {`{"update_id":1,"dream":{}}`, vow, nil, 200, 0},
	} {
		taken, broken = nil, x.broken
		w := deliver(c, handle, x.body, x.secret)
		if w.Code != x.status || len(taken) != x.taken || w.Body.Len() != 0 {
			t.Errorf("%s: %d %q, %d taken", name, w.Code, w.Body, len(taken))
		}
		if again := w.Header().Get("Retry-After"); (x.status == 503) != (again == "1") {
			t.Errorf("%s: come back after %q", name, again)
		}
	}
	if logs := a.logs.String(); strings.Contains(logs, "새우") || !strings.Contains(logs, "can't be read") ||
		!strings.Contains(logs, "no database") {
		t.Errorf("operators read %s", logs)
	}
	w := httptest.NewRecorder()
	if c.Webhook(handle).ServeHTTP(
		w, httptest.NewRequest(http.MethodGet, "/", nil),
	); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

func TestTelegramWebhook_WithoutASecretRefusesAll(t *testing.T) {
	c, err := New(Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	if w := deliver(c, nil, photoUpdate, ""); w.Code != http.StatusUnauthorized {
		t.Errorf("got %d", w.Code)
	}
}

func TestTelegramWebhook_APressHasATime(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"getMe": no(500, "restart")})
	var at time.Time
	deliver(a.client(), func(_ context.Context, u bot.Update) error { at = u.At; return nil },
		`{"update_id":1,"callback_query":{"id":"q","from":{"id":1},"data":"x","message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"}}}}`, vow)
	if time.Since(at) > time.Minute {
		t.Errorf("it was pressed at %s", at)
	}
}

func TestTelegramWebhook_LearnsTheBotsNameBesideTheWork(t *testing.T) {
	asked := make(chan struct{})
	a := serve(t, map[string]http.HandlerFunc{"getMe": func(w http.ResponseWriter, r *http.Request) {
		<-asked
		ok(`{"id":4242,"username":"SajangpickBot"}`)(w, r)
	}})
	c := a.client()
	w := deliver(c, func(context.Context, bot.Update) error { return nil }, photoUpdate, vow)
	if w.Code != http.StatusOK {
		t.Fatalf("got %d", w.Code)
	}
	close(asked)
	for c.Name() == "" { // the test's own time is the limit
		runtime.Gosched()
	}
	for range 2 {
		if s, err := c.Me(t.Context()); err != nil || s != (Self{ID: 4242, Name: "SajangpickBot"}) {
			t.Errorf("got %+v, %v", s, err)
		}
	}
	if n := len(a.of("getMe")); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
