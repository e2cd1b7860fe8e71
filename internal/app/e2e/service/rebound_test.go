package service_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestLocal_KeepsOtherSitesAway(t *testing.T) {
	t.Parallel()
	h := app.Local(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "in") }), "pick.example.com",
	)
	for _, c := range []struct {
		method, host, header, value string
		in                          bool
	}{
		{"GET", "127.0.0.1:8080", "", "", true},
		{"GET", "[::1]:8080", "", "", true},
		{"GET", "192.168.0.7", "", "", true},
		{"GET", "localhost:8080", "", "", true},
		{"GET", "box.localhost", "", "", true},
		{"GET", "sajangpick:8080", "", "", true}, // another container
		{"GET", "Pick.Example.com", "", "", true},
		{"GET", "evil.example:8080", "Sec-Fetch-Site", "same-origin", false},
		{"GET", "localhost.evil.example", "", "", false},
		{"GET", "127.0.0.1.evil.example", "", "", false},
		{"GET", "", "", "", false},
		{"POST", "127.0.0.1:8080", "", "", true}, // a program
		{"POST", "127.0.0.1:8080", "Sec-Fetch-Site", "same-origin", true},
		{"POST", "127.0.0.1:8080", "Sec-Fetch-Site", "cross-site", false},
		{"POST", "127.0.0.1:8080", "Origin", "http://evil.example", false},
	} {
		r := httptest.NewRequest(c.method, "/sandbox/faults", strings.NewReader("{}"))
		r.Host = c.host
		if c.header != "" {
			r.Header.Set(c.header, c.value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if (w.Body.String() == "in") != c.in {
			t.Errorf("%+v: %d", c, w.Code)
		}
	}
}

func TestReadyz_IsNotOKWhenNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	status := func() int {
		resp, err := http.Get(p.Server.URL + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if got := status(); got != http.StatusOK {
		t.Fatal(got)
	}
	full := filepath.Join(t.TempDir(), "gone")
	var cfg config.Config
	cfg.Blobs.Dir = full
	p.Space = app.NewSpace(cfg)
	if got := status(); got != http.StatusServiceUnavailable {
		t.Errorf("a folder that takes nothing: %d", got)
	}
	if err := os.Mkdir(full, 0o700); err != nil {
		t.Fatal(err)
	}
	p.Space = app.NewSpace(cfg)
	if got := status(); got != http.StatusOK {
		t.Errorf("there is room again: %d", got)
	}
	left, err := os.ReadDir(full)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func TestServeMetrics_APortThatIsTakenIsNoEnd(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	w.Settings["METRICS_LISTEN"] = "off"
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	resp, err := http.Get(p.Server.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		t.Error("/metrics is where the world comes in")
	}
	p.ServeMetrics()()
	p.Cfg.MetricsListen = strings.TrimPrefix(p.Server.URL, "http://") // it is taken
	p.ServeMetrics()()
	p.Cfg.MetricsListen = "127.0.0.1:0"
	stop := p.ServeMetrics()
	stop()
}
