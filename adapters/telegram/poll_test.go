package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

const me = `{"id":4242,"is_bot":true,"username":"SajangpickBot"}`

// queue is Telegram's side of a poll: updates wait until a higher offset confirms them.
type queue struct {
	waiting []string // the first has id 1
	offsets []int64
}

func (q *queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Offset  int64
		Timeout int
		Allowed []string `json:"allowed_updates"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Timeout != 50 ||
		!reflect.DeepEqual(asked.Allowed, kinds) {
		no(400, fmt.Sprint("Bad Request: ", asked, err))(w, r)
		return
	}
	q.offsets = append(q.offsets, asked.Offset)
	left := q.waiting[min(max(int(asked.Offset)-1, 0), len(q.waiting)):]
	if len(left) == 0 {
		select {
		case <-time.After(50 * time.Second):
		case <-r.Context().Done():
		}
	}
	ok("["+strings.Join(left, ",")+"]")(w, r)
}

func text(id int, chat string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"chat":{"id":%s,"type":"private"},"from":{"id":7},"date":1,"text":"t%d"}}`, id, id, chat, id)
}

// polling runs a poll for a while, over pipes, so that its hours pass at once. It goes on 10 s after an error.
func polling(
	t *testing.T, limit time.Duration, getUpdates http.HandlerFunc, handle Handle, check func(a *api, errs []error),
) {
	t.Helper()
	pollingWith(t, limit, map[string]http.HandlerFunc{
		"getMe": ok(me), "getUserProfilePhotos": ok(`{"photos":[]}`), "deleteWebhook": ok("true"),
		"getUpdates": getUpdates,
	}, handle, check)
}

func pollingWith(
	t *testing.T, limit time.Duration, answers map[string]http.HandlerFunc, handle Handle,
	check func(a *api, errs []error),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := &api{t: t, logs: new(logs), answers: answers}
		c, stop := overPipes(t, token, a, a.logs)
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		var errs []error
		kept := 0
		for p := c.NewPoll(handle); ctx.Err() == nil; time.Sleep(10 * time.Second) {
			err := p.Run(ctx, func(err error) {
				if kept++; err != nil {
					t.Error("a poll gets over nothing by itself:", err)
				}
			})
			if err != nil {
				errs = append(errs, err)
			}
		}
		stop()
		if n := len(a.of("getUpdates")) - kept; n < 0 || kept == 0 && errs == nil {
			t.Errorf("%d polls went well, of %d", kept, len(a.of("getUpdates")))
		}
		check(a, errs)
	})
}

// overPipes makes a Client of a server that it reaches over pipes, so that hours pass at once in a bubble.
func overPipes(t *testing.T, token string, server http.Handler, operators *logs) (c *Client, stop func()) {
	t.Helper()
	s := &http.Server{Handler: server}
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	go s.Serve(l)
	c, err := New(Options{Token: token, APIURL: "http://telegram.example", Secret: vow, Log: logTo(operators)})
	if err != nil {
		t.Fatal(err)
	}
	c.large = c.api
	shared := c.files.Transport.(httpx.Traceable).RoundTripper.(*http.Transport)
	shared.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		select {
		case l.conns <- theirs:
			return ours, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return c, func() {
		shared.CloseIdleConnections()
		s.Close()
		synctest.Wait()
	}
}

// pipes is a listener without a network.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func TestPoll_ConfirmsAnUpdateOnlyAfterItIsKept(t *testing.T) {
	q := &queue{waiting: []string{text(1, "7"), text(2, "8"), text(3, "7")}}
	var taken []string
	failures := 2
	polling(t, 3*time.Minute, q.ServeHTTP, func(_ context.Context, u bot.Update) error {
		if u.Text == "t2" && failures > 0 {
			failures--
			return errors.New("no database")
		}
		taken = append(taken, u.Text)
		return nil
	}, func(a *api, errs []error) {
		if len(errs) != 2 || errs[0].Error() != "no database" {
			t.Error(errs)
		}
		if !reflect.DeepEqual(taken, []string{"t1", "t2", "t3"}) {
			t.Errorf("taken: %q", taken)
		}
		if want := []int64{0, 2, 2, 4, 4}; len(q.offsets) < 5 || !reflect.DeepEqual(q.offsets[:5], want) {
			t.Errorf("offsets %d, want %d", q.offsets, want)
		}
		if d := a.of("deleteWebhook"); len(d) != 1 || strings.Contains(d[0].args["drop_pending_updates"], "true") {
			t.Errorf("webhook was deleted so: %+v", d)
		}
	})
}

func TestPoll_LeavesAnUnreadableUpdateBehind(t *testing.T) {
	q := &queue{
		waiting: []string{
			`{"update_id":1,"message":{"message_id":1,"chat":"새우"}}`, `{"update_id":2,"poll":{}}`, text(3, "7"),
		},
	}
	taken := 0
	polling(t, time.Minute, q.ServeHTTP, func(
		context.Context, bot.Update,
	) error {
		taken++
		return nil
	}, func(a *api, errs []error) {
		if errs != nil || taken != 1 || strings.Contains(a.logs.String(), "새우") {
			t.Errorf("%d taken, %v:\n%s", taken, errs, a.logs)
		}
	})
}

func TestPoll_LeavesAnUpdateBehindThatPanics(t *testing.T) {
	q := &queue{waiting: []string{text(1, "7"), text(2, "8")}}
	taken := ""
	polling(t, time.Minute, q.ServeHTTP, func(_ context.Context, u bot.Update) error {
		if u.Text == "t1" {
			panic("boom")
		}
		taken = u.Text
		return nil
	}, func(a *api, errs []error) {
		if errs != nil || taken != "t2" || !strings.Contains(a.logs.String(), "boom") {
			t.Errorf("took %q, %v:\n%s", taken, errs, a.logs)
		}
	})
}

// TestPoll_BeginsOnlyWhenTheWebhookIsGone fails what comes before the first getUpdates, each twice.
func TestPoll_BeginsOnlyWhenTheWebhookIsGone(t *testing.T) {
	down := raw(502, "<html>")
	for _, failing := range []string{"getMe", "deleteWebhook"} {
		var order []string
		note := func(method string, h http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) { order = append(order, method); h(w, r) }
		}
		answers := map[string]http.HandlerFunc{
			"getMe": ok(me), "getUserProfilePhotos": ok(`{"photos":[]}`), "deleteWebhook": ok("true"),
			"getUpdates": ok("[]"),
		}
		answers[failing] = then(down, down, answers[failing])
		for method, h := range answers {
			answers[method] = note(method, h)
		}
		pollingWith(t, 40*time.Second, answers, nil, func(_ *api, errs []error) {
			first := slices.Index(order, "getUpdates")
			if len(errs) != 2 || first < 0 {
				t.Fatalf("%s: %v, %q", failing, errs, order)
			}
			deleted := 0
			for _, method := range order[:first] {
				if method == "deleteWebhook" {
					deleted++
				}
			}
			want := 1
			if failing == "deleteWebhook" {
				want = 3
			}
			if deleted != want || order[first-1] != "deleteWebhook" || slices.Contains(order[first:], "deleteWebhook") {
				t.Errorf("%s: %q", failing, order)
			}
		})
	}
}

func TestPoll_YieldsToAWebhookThatCameLater(t *testing.T) {
	polling(t, 10*time.Minute, no(
		409,
		"Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
	), nil, func(a *api, errs []error) {
		if n := len(a.of("deleteWebhook")); len(errs) == 0 || n != 1 {
			t.Errorf("the webhook was deleted %d times, %v", n, errs)
		}
	})
}

func TestPoll_SaysWhatATroubleIsWorth(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   pipeline.Kind
		after  time.Duration
	}{
		"another poll":  {no(409, "Conflict: terminated by other getUpdates request"), pipeline.Transient, 0},
		"server error":  {raw(502, "<html>"), pipeline.Transient, 0},
		"hang up":       {hangUp, pipeline.Transient, 0},
		"too many":      {no(429, "Too Many Requests", `{"retry_after":40}`), pipeline.Transient, 40 * time.Second},
		"wrong address": {no(404, "Not Found"), pipeline.Misconfigured, 0},
		"revoked token": {no(401, "Unauthorized"), pipeline.Misconfigured, 0},
	} {
		polling(t, 95*time.Second, c.answer, nil, func(a *api, errs []error) {
			if len(errs) != 10 || len(a.of("getUpdates")) != 10 {
				t.Fatalf("%s: %d errors of %d polls", name, len(errs), len(a.of("getUpdates")))
			}
			if f := wantFault(t, errs[9], c.kind, pipeline.AsFault(errs[9]).Reason); f.RetryAfter != c.after {
				t.Errorf("%s: to be left alone for %v", name, f.RetryAfter)
			}
		})
	}
}

// TestPoll_PacesAServerThatDoesNotHoldAnswers covers servers that know no timeout, and those that forget what was
// confirmed. What brings something new is taken in at once.
func TestPoll_PacesAServerThatDoesNotHoldAnswers(t *testing.T) {
	id := 0
	fresh := func(w http.ResponseWriter, r *http.Request) {
		if id++; id > 500 {
			ok("[]")(w, r)
			return
		}
		ok("["+text(id, "7")+"]")(w, r)
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		polls  int
	}{
		"empty": {ok("[]"), 30}, "the same": {ok("[" + text(7, "7") + "]"), 31}, "nothing": {ok("null"), 30},
		"new ones": {fresh, 530},
	} {
		polling(t, 30*time.Second, c.answer, func(
			context.Context, bot.Update,
		) error {
			return nil
		}, func(a *api, errs []error) {
			if n := len(a.of("getUpdates")); errs != nil || n < c.polls-1 || n > c.polls+1 {
				t.Errorf("%s: %d polls in 30 s, want %d; %v", name, n, c.polls, errs)
			}
		})
	}
}

func TestPoll_AsksNoFasterForWhatIsNoUpdate(t *testing.T) {
	polling(t, 95*time.Second, ok(`[{"message":{}}]`), nil, func(a *api, errs []error) {
		if len(errs) != 10 || len(a.of("getUpdates")) != 10 {
			t.Errorf("%d polls, %v", len(a.of("getUpdates")), errs)
		}
	})
}
