package creatomate

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestStartCut_AStartThatMayHaveBeenTakenIsUnknown(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"cut before the answer": cut(t, ""),
		"cut in the answer":     cut(t, "HTTP/1.1 202 Accepted\r\nContent-Length: 90\r\n\r\n{\"id\":\""+renderID+"\""),
		"not JSON":              says(202, `<html>ok</html>`),
		"nothing":               says(202, ``),
		"no id":                 says(202, `{"status":"planned"}`),
		"an empty array":        says(202, `[]`),
		"an id that is none":    says(202, `{"id":"../{key}"}`),
		"a dry run":             says(200, `{"valid":true,"errors":[],"warnings":[]}`),
		"more than 1 MB":        says(202, `{"id":"`+renderID+`","x":"`+strings.Repeat("x", 1<<20)+`"}`),
		"500":                   says(500, `{"hint":"oops {clip} {callback} {key}"}`),
		"502":                   says(502, `<html>{clip}</html>`),
		"503":                   says(503, ``),
		"504":                   says(504, ``),
		"408":                   says(408, ``),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := provider(t, "", h).StartCut(t.Context(), order)
			status, _ := strconv.Atoi(name) // else the answer itself was lost
			wantFault(t, err, pipeline.Fault{
				Kind: pipeline.Indeterminate, Reason: pipeline.ReasonUnknownStart, Answered: status > 0,
			})
		})
	}
}

func TestStartCut_EveryRefusalHasItsMeaning(t *testing.T) {
	setup := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup}
	template := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTemplate}
	limit := func(d time.Duration) pipeline.Fault {
		return pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: d, RateLimited: true}
	}
	for name, x := range map[string]struct {
		template string
		answer   http.HandlerFunc
		want     pipeline.Fault
		words    string // that an operator must see
	}{
		"400": {
			"", says(400, `{"hint":"The source {clip} is wrong","documentation":"https://d"}`), template,
			"HTTP 400: The source *** is wrong",
		},
		"400 with a token": {
			"t", says(400, `{"hint":"webhook_url {callback} must be https"}`), template,
			"webhook_url *** must be https",
		},
		"401": {
			"t", says(401, `{"hint":"key {key} is invalid"}`), setup, "HTTP 401: key *** is invalid",
		},
		"402": {
			"", says(402, `{"hint":"no credits left"}`),
			pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonOutOfCredits}, "no credits left",
		},
		"403":                {"", says(403, ``), setup, "HTTP 403"},
		"404 of a template":  {"t", says(404, `{"hint":"template not found"}`), template, "template not found"},
		"404 of an address":  {"t", says(404, `404 page not found`), setup, "HTTP 404"},
		"404 of no template": {"", says(404, `{"hint":"not found"}`), setup, "HTTP 404"},
		"413":                {"", says(413, ``), setup, "HTTP 413"},
		"308":                {"", says(308, ``, "Location", "https://elsewhere.example/"), setup, "HTTP 308"},
		"429 in plain text":  {"", says(429, `Too many requests`), limit(10 * time.Second), "HTTP 429"},
		"429 with a time":    {"", says(429, ``, "Retry-After", "4"), limit(4 * time.Second), "HTTP 429"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := provider(t, x.template, x.answer).StartCut(t.Context(), order)
			wantFault(t, err, x.want)
			if !strings.Contains(err.Error(), x.words) {
				t.Errorf("%s doesn't say %q", err, x.words)
			}
		})
	}
}

func TestCreatomateCheck_EveryRefusalHasItsMeaning(t *testing.T) {
	setup := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup}
	busy := pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy}
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		want   pipeline.Fault
	}{
		"cut":               {cut(t, ""), busy},
		"cut in the answer": {cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), busy},
		"not JSON":          {says(200, `<html>`), busy},
		"an empty array":    {says(200, `[]`), busy},
		"no url": {
			says(200, `{"status":"succeeded"}`),
			pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble},
		},
		"500": {says(500, ``), busy},
		"503": {
			says(503, ``, "Retry-After", "5"),
			pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: 5 * time.Second},
		},
		"429": {
			says(429, `slow down`),
			pipeline.Fault{
				Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: 10 * time.Second,
			},
		},
		"400":                 {says(400, `{"hint":"{key}"}`), setup},
		"401":                 {says(401, `{"hint":"{key}"}`), setup},
		"302":                 {says(302, ``, "Location", "/x"), setup},
		"404 of another host": {says(404, `404 page not found`), setup},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := provider(t, "", x.answer).Check(t.Context(), renderID)
			wantFault(t, err, x.want)
		})
	}
}

func TestCreatomateCheck_IsOneRequest(t *testing.T) {
	c := provider(t, "", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Method + " " + r.URL.String(); got != "GET /v2/renders/"+renderID ||
			r.Header.Get("Authorization") != "Bearer "+key {
			t.Errorf("asked for %s", got)
		}
		w.Write([]byte(`{"status":"planned"}`))
	})
	if _, err := c.Check(t.Context(), renderID); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"", "../templates", "a?b"} {
		_, err := c.Check(t.Context(), id)
		wantFault(t, err, pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble})
	}
}

func TestCreatomateCheck_ReadsEveryStatusOfARender(t *testing.T) {
	for body, want := range map[string]pipeline.Progress{
		`{"status":"planned","url":"https://f/x.mp4","metadata":"call1"}`: {
			State: pipeline.Pending, Ref: "call1", Cost: -1,
		},
		`{"status":"waiting","metadata":"call1"}`: {
			State: pipeline.Pending, Ref: "call1", Cost: -1,
		},
		`{"status":"transcribing"}`:                      {State: pipeline.Running, Cost: -1},
		`{"status":"rendering","url":"https://f/x.mp4"}`: {State: pipeline.Running, Cost: -1},
		`{"status":"succeeded","url":"https://f/x.mp4","metadata":"call1"}`: {
			State: pipeline.Succeeded, URL: "https://f/x.mp4", Ref: "call1", Cost: -1,
		},
		`[{"status":"succeeded","url":"https://f/x.mp4","metadata":null}]`: {
			State: pipeline.Succeeded, URL: "https://f/x.mp4", Cost: -1,
		},
		`{"status":"dreaming","metadata":{"a":1}}`: {State: pipeline.Pending, Cost: -1},
		`{}`: {State: pipeline.Pending, Cost: -1},
		// What was made says what it cost: 1080 x 1920 x 30 x 6 pixels are four begun hundred millions.
		`{"status":"succeeded","url":"https://f/x.mp4","width":1080,"height":1920,"frame_rate":30,"duration":6}`: {
			State: pipeline.Succeeded, URL: "https://f/x.mp4", Cost: 400,
		},
		// A film without a length wasn't free: its price isn't known.
		`{"status":"succeeded","url":"https://f/x.mp4","width":1080,"height":1920,"frame_rate":30,"duration":0}`: {
			State: pipeline.Succeeded, URL: "https://f/x.mp4", Cost: -1,
		},
		`{"status":"planned","warnings":["no element price"]}`: {
			State: pipeline.Pending, Cost: -1, Warnings: []string{"no element price"},
		},
	} {
		got, err := provider(t, "", says(200, body)).Check(t.Context(), renderID)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", body, got, err, want)
		}
	}
}

func TestCreatomateCheck_ARenderThatFailedIsMadeOnceMore(t *testing.T) {
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		words  string
		ref    string
	}{
		"failed": {
			says(200, `{"status":"failed","error_message":"could not download {clip} (403)","url":"https://f/x.mp4","metadata":"call1"}`),
			"could not download [link] (403)", "call1",
		},
		"failed mute": {says(200, `{"status":"failed"}`), "render failed", ""},
		"cancelled":   {says(200, `{"status":"cancelled"}`), "cancelled", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := provider(t, "", x.answer).Check(t.Context(), renderID)
			if err != nil || p.State != pipeline.Broken || p.URL != "" || p.Cost != -1 || p.Ref != x.ref {
				t.Fatalf("got %+v, %v", p, err)
			}
			wantFault(t, p.Fault, pipeline.Fault{
				Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, MaxAttempts: 2,
			})
			if !strings.Contains(p.Fault.Error(), x.words) {
				t.Errorf("%s doesn't say %q", p.Fault, x.words)
			}
		})
	}
}

func TestCreatomateCheck_ARenderThatIsGoneIsForAnOperator(t *testing.T) {
	p, err := provider(t, "", says(404, `{"hint":"render not found"}`)).Check(t.Context(), renderID)
	if err != nil || p.State != pipeline.Broken || p.Cost != -1 {
		t.Fatalf("got %+v, %v", p, err)
	}
	wantFault(t, p.Fault, pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup})
}

func FuzzCreatomate_AnswersAreReadOrRefused(f *testing.F) {
	for _, s := range []string{
		`{"id":"` + renderID + `","warnings":["w"],"errors":["e"]}`, `[{"id":"x"}]`,
		`{"status":"succeeded","url":"https://x/y","metadata":"m"}`,
		`{"status":"failed","error_message":"x"}`, `{"hint":"x"}`, `[]`, `null`, `{"width":1e308,"duration":1e308}`,
	} {
		f.Add([]byte(s))
	}
	c := New(Options{Key: key})
	f.Fuzz(func(t *testing.T, body []byte) {
		if s, err := c.parseStarted(body, order); err == nil && !httpx.IsID(s.Remote) {
			t.Errorf("started %+v", s)
		}
		if e := estimate(body, nil, order); e < 0 {
			t.Errorf("estimated %d", e)
		}
		p, err := c.parseRender(body)
		if err == nil && (p.State == 0 || p.Cost != -1 || (p.State == pipeline.Broken) != (p.Fault != nil) ||
			(p.State == pipeline.Succeeded) != (p.URL != "")) {
			t.Errorf("progress %+v", p)
		}
		c.startFault(httpx.Answer{Status: 400, Body: body}, order)
	})
}
