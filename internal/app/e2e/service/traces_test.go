package service_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/adapters/tracing/tracingtest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/cli"
	"github.com/sajangpick/sajangpick/internal/doctor"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
)

// collecting lets there be a collector that the environment names for as long as the test runs.
func collecting(t *testing.T) *tracingtest.Collector {
	t.Helper()
	c := &tracingtest.Collector{}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20sesame")
	t.Setenv("OTEL_SERVICE_NAME", "pick")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	return c
}

// traced are a collector's spans by their traces and names. Each hangs below its trace's root.
func traced(t *testing.T, c *tracingtest.Collector) map[string]map[string][]*otlp.Span {
	t.Helper()
	roots, traces := map[string]string{}, map[string]map[string][]*otlp.Span{}
	for _, s := range c.Spans() {
		id := string(s.TraceId)
		if traces[id] == nil {
			traces[id] = map[string][]*otlp.Span{}
		}
		traces[id][s.Name] = append(traces[id][s.Name], s)
		if len(s.ParentSpanId) == 0 {
			roots[id] = string(s.SpanId)
		}
	}
	for _, s := range c.Spans() {
		if root := roots[string(s.TraceId)]; string(s.SpanId) != root && string(s.ParentSpanId) != root {
			t.Errorf("%s hangs below %x", s.Name, s.ParentSpanId)
		}
	}
	return traces
}

func TestTraces_OneOrderIsOneTraceWithItsStepsAndRequests(t *testing.T) {
	c := collecting(t)
	book := &apptest.Logbook{}
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	w.Log = book
	apptest.Faulty(sandbox.Fault{On: apptest.StartClip, Status: 503, Times: 1})(w)
	owner := w.People.Person("김사장", "ko")
	p := w.Start(apptest.Talkative(), nil)
	k := &apptest.Talk{Chat: owner.Private(), T: t, World: w, Process: p, Owner: owner}
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.SendText("가격 19,000원", people.ReplyTo(k.Gets(1).ID))
	k.Gets(2)
	p.Stop()

	all := traced(t, c)
	if len(all) != 1 {
		t.Fatalf("%d traces", len(all))
	}
	provider, telegram := strings.TrimPrefix(w.Provider.URL, "http://"), strings.TrimPrefix(
		w.Settings["TELEGRAM_API_URL"], "http://",
	)
	for _, trace := range all {
		for name, want := range map[string]int{
			"order": 1, "change": 1, "fetch": 1, "animate": 1, "failed try": 1, "render": 2, "deliver": 2,
		} {
			if got := len(trace[name]); got != want {
				t.Errorf("%d spans %s, not %d", got, name, want)
			}
			for _, s := range trace[name] {
				a := tracingtest.Attributes(s.Attributes)
				if a["order"] != "1" || a["shop"] != "1" || a["platform"] != "telegram" ||
					s.EndTimeUnixNano < s.StartTimeUnixNano {
					t.Errorf("%s has %v", s.Name, a)
				}
			}
		}
		// Of the clip two starts, of the two cuts one each; the photo, two shorts.
		if starts, photo, handed := len(
			trace["POST "+provider],
		), len(trace["GET "+telegram]), len(trace["POST "+telegram]); starts != 4 || photo != 1 || handed < 2 {
			t.Errorf("%d starts, %d photos and %d calls of Telegram in %v", starts, photo, handed, trace)
		}
		refused := slices.IndexFunc(trace["POST "+provider], func(s *otlp.Span) bool {
			return tracingtest.Attributes(s.Attributes)["http.response.status_code"] == "503"
		})
		if refused != 0 || trace["failed try"][0].Status.GetMessage() != "busy" {
			t.Errorf("the start that wasn't taken: %d, %v", refused, trace["failed try"])
		}
		if a := tracingtest.Attributes(trace["animate"][0].Attributes); a["remote"] == "" ||
			trace["animate"][0].Status.GetMessage() != "" {
			t.Errorf("the clip: %v", a)
		}
	}
	_, headers := c.Requests()
	if of := c.Resource(); of["service.name"] != "pick" || of["deployment.environment.name"] != "test" ||
		headers.Get("Authorization") != "Bearer sesame" {
		t.Errorf("%v with %v", of, headers)
	}
	_, token, _ := strings.Cut(w.People.Token(), ":")
	for _, ours := range []string{
		token, w.Settings["SECRET_KEY"], "key_test", "새우", "파스타", "19,000", k.Name(), "/v1/", "/files/", "/bot",
	} {
		if strings.Contains(c.Raw(), ours) {
			t.Errorf("the collector was told %q", ours)
		}
	}
	if strings.Contains(book.String(), "sesame") {
		t.Error("the collector's key is in the log")
	}
}

func TestTraces_OrdersNeedNoCollector(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"down": nil,
		"refusing": func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, "sesame", http.StatusUnauthorized)
			return true
		},
		"in silence": func(_ http.ResponseWriter, r *http.Request) bool {
			_, _ = io.Copy(io.Discard, r.Body) // until then nobody sees that the other side hangs up
			<-r.Context().Done()
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			collecting(t)
			s := httptest.NewServer(&tracingtest.Collector{Answer: answer})
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.URL+"/sesame")
			defer s.Close()
			if answer == nil {
				s.Close()
			}
			book := &apptest.Logbook{}
			w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
			w.Log = book
			p := w.Start(apptest.Hurried(), nil)
			for i := range 3 {
				o, err := p.Place(strconv.Itoa(i))
				if err != nil {
					t.Fatal(err)
				}
				p.Until(o.ID, apptest.Delivered)
			}
			began := time.Now()
			p.Stop()
			if took := time.Since(began); took > cli.DrainLimit {
				t.Errorf("it stopped after %s", took)
			}
			if !strings.Contains(book.String(), "traces were lost") &&
				!strings.Contains(book.String(), "traces may be lost") {
				t.Error("losses weren't logged: " + book.String())
			}
			if strings.Contains(book.String(), "sesame") {
				t.Error("a key is in the log: " + book.String())
			}
		})
	}
}

func TestTraces_NothingIsTracedWhenItIsTurnedOff(t *testing.T) {
	c := collecting(t)
	t.Setenv("OTEL_SDK_DISABLED", "true")
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	p := w.Start(apptest.Hurried(), nil)
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	o = p.Until(o.ID, apptest.Delivered)
	p.Stop()
	if n, _ := c.Requests(); n > 0 || p.Traces != nil || o.Traceparent != "" {
		t.Errorf("%d requests, trace %q", n, o.Traceparent)
	}
}

func TestDoctor_TriesTheCollector(t *testing.T) {
	c := collecting(t)
	apptest.WantFinding(t, apptest.Examined(t, nil), "traces", doctor.Healthy, "")
	if len(c.Spans()) > 0 {
		t.Error("doctor left a trace")
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", refusing.URL)
	apptest.WantFinding(t, apptest.Examined(t, nil), "traces", doctor.Warning, "404 Not Found")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")
	apptest.WantFinding(t, apptest.Examined(t, nil), "traces", doctor.Failed, "OTEL_EXPORTER_OTLP_ENDPOINT")
}
