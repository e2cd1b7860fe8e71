package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
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
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Timeout != 50 || !reflect.DeepEqual(asked.Allowed, kinds) {
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

// polling runs a poll for a while, over pipes, so that its hours pass at once.
func polling(t *testing.T, limit time.Duration, getUpdates http.HandlerFunc, handle Handle, lease Lease, check func(a *api, err error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		conns := make(chan net.Conn)
		a := &api{t: t, url: "http://telegram.example", logs: new(logs), answers: map[string]http.HandlerFunc{
			"getMe": ok(me), "deleteWebhook": ok("true"), "getUpdates": getUpdates,
		}}
		s := &http.Server{Handler: a}
		l := &pipes{conns: conns, closed: make(chan struct{})}
		go s.Serve(l)
		c := a.client()
		shared := c.files.Transport.(*http.Transport)
		shared.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			select {
			case conns <- theirs:
				return ours, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		err := c.Poll(ctx, handle, lease)
		shared.CloseIdleConnections()
		s.Close()
		synctest.Wait()
		check(a, err)
	})
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

func TestAnUpdateIsConfirmedOnlyAfterItIsKept(t *testing.T) {
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
	}, nil, func(a *api, err error) {
		if err != nil {
			t.Error(err)
		}
		if !reflect.DeepEqual(taken, []string{"t1", "t2", "t3"}) {
			t.Errorf("taken: %q", taken)
		}
		if want := []int64{0, 2, 2, 4, 4}; len(q.offsets) < 5 || !reflect.DeepEqual(q.offsets[:5], want) {
			t.Errorf("offsets %d, want %d", q.offsets, want)
		}
		if n := strings.Count(a.logs.String(), "no database"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, a.logs)
		}
		if d := a.of("deleteWebhook"); len(d) != 1 || strings.Contains(d[0].args["drop_pending_updates"], "true") {
			t.Errorf("webhook was deleted so: %q", d)
		}
	})
}

func TestAnUpdateThatCantBeReadStopsNobody(t *testing.T) {
	q := &queue{waiting: []string{`{"update_id":1,"message":{"message_id":1,"chat":"새우"}}`, `{"update_id":2,"poll":{}}`, text(3, "7")}}
	taken := 0
	polling(t, time.Minute, q.ServeHTTP, func(context.Context, bot.Update) error { taken++; return nil }, nil, func(a *api, err error) {
		if err != nil || taken != 1 || strings.Contains(a.logs.String(), "새우") {
			t.Errorf("%d taken, %v:\n%s", taken, err, a.logs)
		}
	})
}

func TestAnUpdateThatIsTooMuchForUsStopsNobody(t *testing.T) {
	q := &queue{waiting: []string{text(1, "7"), text(2, "8")}}
	taken := ""
	polling(t, time.Minute, q.ServeHTTP, func(_ context.Context, u bot.Update) error {
		if u.Text == "t1" {
			panic("boom")
		}
		taken = u.Text
		return nil
	}, nil, func(a *api, err error) {
		if err != nil || taken != "t2" || !strings.Contains(a.logs.String(), "boom") {
			t.Errorf("took %q, %v:\n%s", taken, err, a.logs)
		}
	})
}

func TestAPollYieldsToAWebhookThatCameLater(t *testing.T) {
	polling(t, 10*time.Minute, no(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"), nil, nil, func(a *api, err error) {
		if n := len(a.of("deleteWebhook")); err != nil || n != 1 {
			t.Errorf("the webhook was deleted %d times, %v", n, err)
		}
	})
}

func TestTroubleIsWaitedForAndLoggedOnce(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"another poll":  no(409, "Conflict: terminated by other getUpdates request"),
		"server error":  raw(502, "<html>"),
		"hang up":       hangUp,
		"no id":         ok(`[{"message":{}}]`),
		"no updates":    ok(`{}`),
		"wrong address": no(404, "Not Found"),
	} {
		polling(t, 10*time.Minute, answer, nil, nil, func(a *api, err error) {
			n := len(a.of("getUpdates"))
			if err != nil || n < 15 || n > 40 {
				t.Errorf("%s: %d polls in 10 minutes, %v", name, n, err)
			}
			if n := strings.Count(a.logs.String(), "no updates"); n != 1 {
				t.Errorf("%s: logged %d times:\n%s", name, n, a.logs)
			}
		})
	}
}

func TestARevokedTokenEndsThePoll(t *testing.T) {
	polling(t, time.Hour, no(401, "Unauthorized"), nil, nil, func(a *api, err error) {
		if !isCode(err, 401) || len(a.of("getUpdates")) != 1 {
			t.Errorf("%v after %d polls", err, len(a.of("getUpdates")))
		}
		wantNoSecret(t, err.Error())
	})
}

func TestOnlyTheHolderOfTheLeasePolls(t *testing.T) {
	q := &queue{waiting: []string{text(1, "7")}}
	asked, taken := 0, 0
	lease := func(context.Context) (bool, error) {
		asked++
		if asked == 3 {
			return false, errors.New("no database")
		}
		return asked > 5, nil
	}
	polling(t, 40*time.Second, q.ServeHTTP, func(context.Context, bot.Update) error { taken++; return nil }, lease, func(a *api, err error) {
		if err != nil || taken != 1 || asked < 6 || len(q.offsets) != asked-5 {
			t.Errorf("%d taken, lease asked %d times, polled %d times, %v", taken, asked, len(q.offsets), err)
		}
	})
}
