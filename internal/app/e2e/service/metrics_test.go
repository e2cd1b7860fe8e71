package service_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// scrape reads /metrics: the value of each line by its name and labels.
func scrape(t *testing.T, p *apptest.Process) (values map[string]float64, page string) {
	t.Helper()
	answer := httptest.NewRecorder()
	p.Metrics.Page().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	resp := answer.Result()
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	values = map[string]float64{}
	for line := range strings.Lines(string(raw)) {
		if at := strings.LastIndexByte(line, ' '); line[0] != '#' && at > 0 {
			if values[line[:at]], err = strconv.ParseFloat(strings.TrimSpace(line[at:]), 64); err != nil {
				t.Fatal(line, err)
			}
		}
	}
	return values, string(raw)
}

func TestMetrics_TellWhatAnOrderDid(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	w.Faults(sandbox.Fault{On: apptest.StartClip, Status: 503, Times: 1})
	times := apptest.Talkative()
	times.PollWithCallback = time.Hour // so that callbacks alone bring the order on, and all are counted
	k := w.Talk(w.Start(times, nil))
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
	k.Process.Until(1, apptest.Delivered)
	var values map[string]float64
	var page string
	apptest.Every(t, 10*time.Millisecond, func() error { // what was written is counted a moment later
		if values, page = scrape(t, k.Process); values[`sajangpick_step_seconds_count{step="deliver"}`] == 0 ||
			values[`sajangpick_callback_seconds_count`] < 2 {
			return errors.New("the delivery and the callbacks aren't counted")
		}
		return nil
	})
	for name, want := range map[string]float64{
		`sajangpick_order_ends_total{reason="",status="delivered"}`:                                 1,
		`sajangpick_order_seconds_count`:                                                            1,
		`sajangpick_step_seconds_count{step="fetch"}`:                                               1,
		`sajangpick_step_seconds_count{step="animate"}`:                                             1,
		`sajangpick_step_seconds_count{step="render"}`:                                              1,
		`sajangpick_step_seconds_count{step="deliver"}`:                                             1,
		`sajangpick_provider_call_seconds_count{provider="runway",result="transient",what="start"}`: 1,
		`sajangpick_provider_call_seconds_count{provider="runway",result="ok",what="start"}`:        1,
		`sajangpick_provider_call_seconds_count{provider="creatomate",result="ok",what="start"}`:    1,
		`sajangpick_update_seconds_count{platform="telegram",result="ok"}`:                          1,
		`sajangpick_webhook_seconds_count{code="200",webhook="telegram"}`:                           1,
		`sajangpick_orders{status="delivered"}`:                                                     1,
		`sajangpick_orders{status="open"}`:                                                          0,
		`sajangpick_open_orders{step="animate"}`:                                                    0,
		`sajangpick_credits_month{provider="runway",state="settled"}`:                               15,
		`sajangpick_oldest_open_order_seconds`:                                                      0,
		`sajangpick_store_up`:                                                                       1,
		`sajangpick_paused`:                                                                         0,
		`sajangpick_provider_failing{provider="runway"}`:                                            0,
		fmt.Sprintf(`sajangpick_build_info{version=%q}`, apptest.TestVersion):                       1,
	} {
		if got, there := values[name]; !there || got != want {
			t.Errorf("%s is %v (%v), not %v", name, got, there, want)
		}
	}
	for _, least := range []string{
		`sajangpick_callback_seconds_count`, `go_goroutines`, `process_resident_memory_bytes`,
	} {
		if values[least] == 0 {
			t.Errorf("%s is missing", least)
		}
	}
	for _, mine := range []string{
		k.World.People.Token(), k.World.Settings["SECRET_KEY"], "key_test", "새우", strconv.FormatInt(k.ID(), 10),
	} {
		if strings.Contains(page, mine) {
			t.Errorf("/metrics tells %q", mine)
		}
	}
}

func TestMetrics_LeaveTheDatabaseAlone(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	if before, _ := scrape(t, p); before[`sajangpick_orders{status="delivered"}`] != 0 {
		t.Fatal("an order before there was one")
	}
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.Until(o.ID, apptest.Delivered)
	if after, _ := scrape(t, p); after[`sajangpick_orders{status="delivered"}`] != 0 {
		t.Error("every order was read again within 30 s")
	}
}

func TestMetrics_GoOnWithoutADatabase(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	if err := p.Engine.Close(); err != nil {
		t.Fatal(err)
	}
	values, _ := scrape(t, p)
	if up, there := values["sajangpick_store_up"]; !there || up != 0 {
		t.Errorf("up is %v (%v)", up, there)
	}
	if _, there := values[`sajangpick_orders{status="open"}`]; there {
		t.Error("orders are counted that nobody could read")
	}
}

var (
	described = regexp.MustCompile(`fqName: "([a-z0-9_]+)"`)
	spoken    = regexp.MustCompile(`\b(?:sajangpick|go|process)_[a-z0-9_]+`)
	suffix    = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// TestGrafana_ShowsWhatThereIs holds the dashboard against the program: no name that is gone, none that is left
// out.
func TestGrafana_ShowsWhatThereIs(t *testing.T) {
	raw, err := os.ReadFile("../../../../docs/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &board); err != nil {
		t.Fatal(err)
	}
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	all := make(chan *prometheus.Desc)
	go func() { p.Metrics.Registry.Describe(all); close(all) }()
	there, shown := map[string]bool{}, map[string]bool{}
	for d := range all {
		there[described.FindStringSubmatch(d.String())[1]] = true
	}
	ids := map[int]bool{}
	for _, panel := range board.Panels {
		if panel.Title == "" || ids[panel.ID] || len(panel.Targets) == 0 {
			t.Errorf("panel %d %q: no title, no target or a number that is taken", panel.ID, panel.Title)
		}
		ids[panel.ID] = true
		for _, target := range panel.Targets {
			for _, name := range spoken.FindAllString(target.Expr, -1) {
				if !there[name] {
					name = suffix.ReplaceAllString(name, "")
				}
				if !there[name] {
					t.Errorf("%s: there is no %s", panel.Title, name)
				}
				shown[name] = true
			}
		}
	}
	for name := range there {
		if strings.HasPrefix(name, "sajangpick_") && !shown[name] {
			t.Errorf("nobody sees %s", name)
		}
	}
	if len(shown) < 15 {
		t.Errorf("only %d metrics are shown", len(shown))
	}
}
