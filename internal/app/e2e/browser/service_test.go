//go:build browser

package browser_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/storage"
)

// The two processes of a service, by what they are asked for.
const (
	forms   = iota // everything but sockets
	sockets        // GET /web/live
)

// service is two processes of the built program on one Postgres, behind a proxy that has sockets at the second and
// everything else at the first. Telegram and the providers are stand-ins.
type service struct {
	t       *testing.T // the scenario that runs
	whole   *testing.T // what the processes live for
	world   *apptest.World
	front   *httptest.Server
	owner   *people.Chat
	engine  storage.Engine
	photo   string // a file
	address [2]string
	child   [2]*apptest.Child
	opened  atomic.Int64 // sockets
	asked   atomic.Int64 // questions of pages without a socket

	mu   sync.Mutex
	cut  bool               // nothing of browsers gets through
	ctx  context.Context    // of all that gets through
	end  context.CancelFunc // breaks it off
	held chan struct{}      // closed: clips come to their end
}

// serve starts it. make may change the world before.
func serve(t *testing.T, change func(w *apptest.World)) *service {
	t.Helper()
	s := &service{t: t, whole: t, held: make(chan struct{})}
	close(s.held)
	s.ctx, s.end = context.WithCancel(context.Background())
	s.front = httptest.NewServer(s)
	t.Cleanup(func() { s.end(); s.front.Close() })
	w := apptest.NewWorld(t, apptest.Databases()["postgres"](t)).WithTelegram()
	s.world = w
	maps.Copy(w.Settings, map[string]string{
		"PUBLIC_URL": s.front.URL, "WEB": "on", "METRICS_LISTEN": "off", "TELEGRAM_MODE": "webhook",
		"POLL_INTERVAL": "1s", "RUNWAY_WEBHOOK": "off",
	})
	film := playable(t)
	w.Clip = func(_ context.Context, j sandbox.ClipJob) error { return os.WriteFile(j.Out, film(), 0o600) }
	w.Cut = func(_ context.Context, j sandbox.CutJob) error {
		if j.Format == "jpg" {
			return os.WriteFile(j.Out, apptest.Canned(j, 0), 0o600)
		}
		return os.WriteFile(j.Out, film(), 0o600)
	}
	if change != nil {
		change(w)
	}
	made := w.Clip
	w.Clip = func(ctx context.Context, j sandbox.ClipJob) error {
		s.mu.Lock()
		held := s.held
		s.mu.Unlock()
		select {
		case <-held:
			return made(ctx, j)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.photo = filepath.Join(t.TempDir(), "파스타.jpg")
	if err := os.WriteFile(s.photo, sample.Photo, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range s.address {
		s.address[i] = apptest.FreeAddress(t)
	}
	s.start(forms) // which brings the schema up
	s.start(sockets)
	s.owner = w.People.Person("김사장", "ko").Private()
	s.open()
	return s
}

// start starts one of the processes, and waits until it is ready.
func (s *service) start(which int) {
	s.t.Helper()
	settings := maps.Clone(s.world.Settings)
	settings["LISTEN"] = s.address[which]
	s.child[which] = apptest.StartChild(s.whole, settings, "serve")
	apptest.Every(s.t, 20*time.Millisecond, apptest.Ready(s.address[which]))
}

// ServeHTTP is the proxy.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ctx, cut := s.ctx, s.cut
	s.mu.Unlock()
	if cut && !strings.HasPrefix(r.URL.Path, "/webhooks/") {
		panic(http.ErrAbortHandler)
	}
	to := forms
	switch live := r.URL.Path == "/web/live"; {
	case live && r.Header.Get("Upgrade") != "":
		to = sockets
		s.opened.Add(1)
	case live:
		s.asked.Add(1)
	}
	both, done := context.WithCancel(r.Context())
	defer done()
	defer context.AfterFunc(ctx, done)()
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", s.address[to], p.In.Host
			p.SetXForwarded()
			p.Out.Host = p.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	proxy.ServeHTTP(w, r.WithContext(both))
}

// offline lets nothing of browsers through, and breaks off what is open.
func (s *service) offline(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut = is; is {
		s.end()
		s.ctx, s.end = context.WithCancel(context.Background())
	}
}

// hold lets clips come to no end until release is called.
func (s *service) hold() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = make(chan struct{})
	release = sync.OnceFunc(func() { close(s.held) })
	s.t.Cleanup(release)
	return release
}

// link asks for a link in the owner's chat.
func (s *service) link() string {
	s.t.Helper()
	before := len(s.owner.Messages())
	s.owner.SendText("/web")
	link := ""
	_, err := s.owner.Wait(apptest.Patience, func(all []people.Message) bool {
		for _, m := range all[min(before, len(all)):] {
			if i := strings.Index(m.Text, s.front.URL); m.Ours && i >= 0 {
				link = strings.Fields(m.Text[i:])[0]
			}
		}
		return link != ""
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return link
}

// until waits for an order to be as is says.
func (s *service) until(id int64, is func(pipeline.Order) bool) pipeline.Order {
	s.t.Helper()
	var o pipeline.Order
	apptest.Every(s.t, tick, func() (err error) {
		if o, err = s.engine.Order(s.t.Context(), id); err == nil && !is(o) {
			err = errNotYet
		}
		return err
	})
	return o
}
