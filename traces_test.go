package main

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
	"github.com/sajangpick/sajangpick/adapters/sandbox/collector"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

// collecting lets there be a collector that the environment names for as long as the test runs.
func collecting(t *testing.T) *collector.Server {
	t.Helper()
	c := &collector.Server{}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20sesame")
	t.Setenv("OTEL_SERVICE_NAME", "pick")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	return c
}

// spansOf are a collector's spans by the names on the way to each. None may stick out of what it hangs below,
// and no id may be there twice.
func spansOf(t *testing.T, all []collector.Span) map[string][]collector.Span {
	t.Helper()
	byID, byPath := map[string]collector.Span{}, map[string][]collector.Span{}
	for _, s := range all {
		if _, twice := byID[s.ID]; twice || s.ID == "" {
			t.Errorf("id %q of %s is there before", s.ID, s.Name)
		}
		byID[s.ID] = s
	}
	for _, s := range all {
		path := s.Name
		if s.End.Before(s.Begin) || time.Since(s.End) > patience || time.Until(s.End) > 0 {
			t.Errorf("%s is from %s to %s", s.Name, s.Begin, s.End)
		}
		for _, e := range s.Events {
			if e.At.Before(s.Begin) || e.At.After(s.End) {
				t.Errorf("%s: %s happened outside", s.Name, e.Name)
			}
		}
		for at := s; at.Parent != ""; {
			up, there := byID[at.Parent]
			if !there || up.Trace != at.Trace || at.Begin.Before(up.Begin) || at.End.After(up.End) {
				t.Fatalf("%s isn't within what it hangs below: %+v", at.Name, up)
			}
			path, at = up.Name+"/"+path, up
		}
		byPath[path] = append(byPath[path], s)
	}
	return byPath
}

func TestOneOrderIsOneTraceWithItsStepsAndCalls(t *testing.T) {
	c := collecting(t)
	book := &logbook{}
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	w.log = book
	faulty(sandbox.Fault{On: startClip, Status: 503, Times: 1})(w)
	owner := w.people.Person("김사장", "ko")
	p := w.start(talkative(), nil)
	k := &talk{Chat: owner.Private(), t: t, w: w, p: p, owner: owner}
	k.SendPhoto(tinyPhoto(), pasta)
	k.SendText("가격 19,000원", people.ReplyTo(k.gets(1).ID))
	k.gets(2)
	p.stop()

	all := c.Spans()
	byPath := spansOf(t, all)
	for path, want := range map[string]int{
		"order": 1, "order/fetch": 1, "order/animate": 1, "order/animate/call runway": 2, "order/render": 1,
		"order/render/call creatomate": 1, "order/deliver": 1,
		"cut": 1, "cut/render": 1, "cut/render/call creatomate": 1, "cut/deliver": 1,
	} {
		if got := len(byPath[path]); got != want {
			t.Fatalf("%d spans %s, not %d", got, path, want)
		}
	}
	if len(all) != 12 {
		t.Errorf("%d spans", len(all))
	}
	for _, s := range all {
		if s.Trace != all[0].Trace || s.Resource["service.name"] != "pick" || s.Resource["deployment.environment.name"] != "test" {
			t.Errorf("%s is of another trace, or of %v", s.Name, s.Resource)
		}
		if s.Attributes["order"] != int64(1) || s.Attributes["shop"] != int64(1) || s.Attributes["platform"] != "telegram" {
			t.Errorf("%s has %v", s.Name, s.Attributes)
		}
	}
	order, cut := byPath["order"][0], byPath["cut"][0]
	if order.Attributes["status"] != "delivered" || order.Attributes["cut"] != int64(1) || cut.Attributes["cut"] != int64(2) || order.Failed {
		t.Errorf("%+v, %+v", order, cut)
	}
	calls := byPath["order/animate/call runway"]
	if first := calls[0]; !first.Failed || first.Attributes["state"] != "void" {
		t.Errorf("the call that wasn't taken: %+v", first)
	}
	if bought := calls[1]; bought.Failed || bought.Attributes["remote"] == "" || bought.Attributes["credits.settled"] != 15. {
		t.Errorf("the clip: %+v", bought)
	}
	events := byPath["order/animate"][0].Events
	if !slices.ContainsFunc(events, func(e collector.Event) bool { return e.Name == "back off" && e.Attributes["attempt"] == int64(1) }) {
		t.Errorf("animate has %+v", events)
	}
	requests, headers := c.Requests()
	if requests != 2 || headers.Get("Authorization") != "Bearer sesame" {
		t.Errorf("%d requests, the last one with %v", requests, headers)
	}
	_, token, _ := strings.Cut(w.people.Token(), ":")
	for _, ours := range []string{token, w.settings["SECRET_KEY"], "key_test", "새우", "파스타", "19,000", k.name(), w.provider.URL} {
		if strings.Contains(c.Raw(), ours) {
			t.Errorf("the collector was told %q", ours)
		}
	}
	if strings.Contains(book.String(), "sesame") {
		t.Error("the collector's key is in the log")
	}
}

func TestATraceTellsHowAnOrderCameToNothing(t *testing.T) {
	c := collecting(t)
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	faulty(sandbox.Fault{On: startClip, Fail: "SAFETY.INPUT.IMAGE", Times: 1})(w)
	faulty(sandbox.Fault{On: startClip, Status: 401, Times: 1})(w)
	owner := w.people.Person("김사장", "ko")
	p := w.start(talkative(), nil)
	k := &talk{Chat: owner.Private(), t: t, w: w, p: p, owner: owner}
	for n, want := range []pipeline.Status{pipeline.Failed, pipeline.Parked} {
		o, err := p.place(strconv.Itoa(n))
		if err != nil {
			t.Fatal(err)
		}
		p.until(o.ID, func(o pipeline.Order) bool { return o.Status == want })
	}
	k.hold()
	k.SendPhoto(tinyPhoto(), pasta)
	k.underWay()
	k.SendText("취소")
	k.hearsText("취소")
	p.stop()
	byPath := spansOf(t, c.Spans())
	orders := byPath["order"]
	if len(orders) != 3 || orders[0].Trace == orders[1].Trace {
		t.Fatalf("%+v", orders)
	}
	for i, want := range []struct{ status, why string }{{"failed", "photo_refused"}, {"parked", "setup"}, {"cancelled", ""}} {
		s := orders[i]
		if s.Attributes["status"] != want.status || s.Failed != (want.why != "") || s.Why != want.why || s.Failed && s.Attributes["error.type"] != want.why {
			t.Errorf("%+v, not %v", s, want)
		}
		if step := byPath["order/animate"][i]; step.Failed != s.Failed || step.Why != want.why {
			t.Errorf("its last step: %+v", step)
		}
	}
}

func TestWhoeverEndsAnOrderSendsItsTraceAlone(t *testing.T) {
	c := collecting(t)
	w := newWorld(t, databases()["postgres"](t))
	two := []*process{w.start(hurried(), nil), w.start(hurried(), nil)}
	for i := range 10 {
		if _, err := two[i%2].place(strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	timeout := time.After(patience)
	for range 10 {
		select {
		case <-two[0].engine.ends:
		case <-two[1].engine.ends:
		case <-timeout:
			t.Fatal("an order doesn't end")
		}
	}
	two[0].stop()
	two[1].stop()
	traces := map[string]bool{}
	for _, order := range spansOf(t, c.Spans())["order"] {
		traces[order.Trace] = true
	}
	if len(traces) != 10 {
		t.Errorf("%d traces", len(traces))
	}
}

func TestOrdersNeedNoCollector(t *testing.T) {
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
			s := httptest.NewServer(&collector.Server{Answer: answer})
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.URL+"/sesame")
			defer s.Close()
			if answer == nil {
				s.Close()
			}
			book := &logbook{}
			w := newWorld(t, databases()["sqlite"](t))
			w.log = book
			p := w.start(hurried(), nil)
			for i := range 3 {
				o, err := p.place(strconv.Itoa(i))
				if err != nil {
					t.Fatal(err)
				}
				p.until(o.ID, delivered)
			}
			began := time.Now()
			p.stop()
			if took := time.Since(began); took > drainLimit {
				t.Errorf("it stopped after %s", took)
			}
			if said := strings.Count(book.String(), "traces were lost"); said == 0 || said > 2 {
				t.Errorf("losses were said %d times", said)
			}
			if strings.Contains(book.String(), "sesame") {
				t.Error("a key is in the log: " + book.String())
			}
		})
	}
}

func TestNothingIsTracedUnlessItIsAskedFor(t *testing.T) {
	for name, set := range map[string][2]string{
		"no address": {"OTEL_EXPORTER_OTLP_ENDPOINT", ""},
		"turned off": {"OTEL_SDK_DISABLED", "true"},
		"nowhere":    {"OTEL_TRACES_EXPORTER", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			c := collecting(t)
			t.Setenv(set[0], set[1])
			w := newWorld(t, databases()["sqlite"](t))
			p := w.start(hurried(), nil)
			o, err := p.place("a")
			if err != nil {
				t.Fatal(err)
			}
			p.until(o.ID, delivered)
			p.stop()
			if n, _ := c.Requests(); n > 0 || p.traces != nil {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestDoctorTriesTheCollector(t *testing.T) {
	c := collecting(t)
	wantFinding(t, examined(t, nil), "traces", healthy, "")
	if len(c.Spans()) > 0 {
		t.Error("doctor left a trace")
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", refusing.URL)
	wantFinding(t, examined(t, nil), "traces", warning, "404 Not Found")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")
	wantFinding(t, examined(t, nil), "traces", failed, "OTEL_EXPORTER_OTLP_ENDPOINT")
}
