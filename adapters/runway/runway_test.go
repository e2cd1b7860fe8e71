package runway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	key      = "key_0123456789abcdef0123456789abcdef"
	photo    = "https://bucket.example.com/orders/7/photo.jpg?X-Amz-Signature=8f4c0d1e2b3a"
	callback = "https://bot.example.com/webhooks/runway/7/c2VjcmV0dG9rZW4"
	taskID   = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
)

var order = pipeline.ClipRequest{
	Call: "call1", Photo: photo, Prompt: "slow zoom", Seconds: 3, Seed: 4294967295, Callback: callback,
}

// runway is a provider that answers everything with h.
func runway(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return New(Options{BaseURL: s.URL, Key: key, Model: "gen4_turbo"})
}

// says answers with a status and a body in which {photo}, {callback} and {key} are what was sent.
func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, strings.NewReplacer("{photo}", photo, "{callback}", callback, "{key}", key).Replace(body))
	}
}

// noSecret checks that err can be logged.
func noSecret(t *testing.T, err error) {
	t.Helper()
	for _, s := range []string{
		key, "8f4c0d1e2b3a", "photo.jpg", "c2VjcmV0dG9rZW4", "bucket.example", "Bearer", "base64",
	} {
		if strings.Contains(err.Error(), s) {
			t.Errorf("%q is in %s", s, err)
		}
	}
	if n := len([]rune(err.Error())); n > 800 || strings.Contains(err.Error(), "\n") {
		t.Errorf("not fit for a log (%d characters): %s", n, err)
	}
}

func wantFault(t *testing.T, err error, want pipeline.Fault) {
	t.Helper()
	var f *pipeline.Fault
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a fault", err)
	}
	noSecret(t, err)
	if !strings.HasPrefix(f.Err.Error(), "runway: ") {
		t.Errorf("doesn't say whose error it is: %s", f.Err)
	}
	got := *f
	got.Err = nil
	if got != want {
		t.Errorf("got %+v, want %+v: %v", got, want, f)
	}
}

func TestStartClip_SendsWhatRunwayWants(t *testing.T) {
	for name, x := range map[string]struct {
		request pipeline.ClipRequest
		gateway bool
		model   string
		header  string
		body    string
	}{
		"all": {order, true, "gen4_turbo", callback,
			`{"model":"gen4_turbo","promptImage":"` + photo +
				`","promptText":"slow zoom","ratio":"720:1280","duration":3,"seed":4294967295}`},
		"inline, no words, no callback": {pipeline.ClipRequest{Photo: "data:image/jpeg;base64,AA+/==", Seconds: 10},
			true, "gen4.5", "",
			`{"model":"gen4.5","promptImage":"data:image/jpeg;base64,AA+/==","ratio":"720:1280","duration":10,"seed":0}`},
		"no gateway": {order, false, "gen4_turbo", "",
			`{"model":"gen4_turbo","promptImage":"` + photo +
				`","promptText":"slow zoom","ratio":"720:1280","duration":3,"seed":4294967295}`},
		"a square": {pipeline.ClipRequest{Photo: photo, Ratio: "1:1", Seconds: 3}, false, "gen4_turbo", "",
			`{"model":"gen4_turbo","promptImage":"` + photo + `","ratio":"960:960","duration":3,"seed":0}`},
		"upright": {pipeline.ClipRequest{Photo: photo, Ratio: "3:4", Seconds: 3}, false, "gen4_turbo", "",
			`{"model":"gen4_turbo","promptImage":"` + photo + `","ratio":"832:1104","duration":3,"seed":0}`},
		"lying": {pipeline.ClipRequest{Photo: photo, Ratio: "4:3", Seconds: 3}, false, "gen4_turbo", "",
			`{"model":"gen4_turbo","promptImage":"` + photo + `","ratio":"1104:832","duration":3,"seed":0}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if got := r.Method + " " + r.URL.String(); got != "POST /v1/image_to_video" {
					t.Errorf("asked for %s", got)
				}
				for name, want := range map[string]string{"Authorization": "Bearer " + key,
					"X-Runway-Version": "2024-11-06",
					"Content-Type":     "application/json", "X-Callback-Url": x.header} {
					if got := r.Header.Get(name); got != want {
						t.Errorf("%s is %q, want %q", name, got, want)
					}
				}
				var got, want map[string]any
				if err := errors.Join(
					json.NewDecoder(r.Body).Decode(&got), json.Unmarshal([]byte(x.body), &want),
				); err != nil || !maps.Equal(got, want) {
					t.Errorf("sent %v, want %v (%v)", got, want, err)
				}
				io.WriteString(w, `{"id":"`+taskID+`","estimatedCost":{"credits":15}}`)
			}))
			defer s.Close()
			got, err := New(Options{
				BaseURL: s.URL + "/", Key: key, Model: x.model, Gateway: x.gateway,
			}).StartClip(t.Context(), x.request)
			if err != nil || got.Remote != taskID || got.Estimated != 1500 || got.Warnings != nil {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestRunwayCheck_SendsWhatRunwayWants(t *testing.T) {
	c := runway(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Method + " " + r.URL.String(); got != "GET /v1/tasks/"+taskID {
			t.Errorf("asked for %s", got)
		}
		if r.Header.Get("Authorization") != "Bearer "+key || r.Header.Get("X-Runway-Version") != "2024-11-06" {
			t.Errorf("headers are %v", slices.Sorted(maps.Keys(r.Header)))
		}
		io.WriteString(w, `{"id":"`+taskID+`","status":"PENDING"}`)
	})
	if p, err := c.Check(t.Context(), taskID); err != nil || p.State != pipeline.Pending {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestRunwayCheck_AsksForNothingWithAnIDThatIsNone(t *testing.T) {
	c := runway(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	for _, id := range []string{"", "../organization", "a?b", strings.Repeat("a", 200)} {
		_, err := c.Check(t.Context(), id)
		wantFault(t, err, pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble})
	}
}

// cut closes the connection after the request was read, with some bytes of an answer.
func cut(t *testing.T, say string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(buf, say)
		buf.Flush()
		conn.Close()
	}
}

func TestStartClip_AStartThatMayHaveBeenTakenIsUnknown(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"cut before the answer": cut(t, ""),
		"cut in the answer":     cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"id\":\""+taskID+"\""),
		"not JSON":              says(200, `<html>ok</html>`),
		"nothing":               says(200, ``),
		"no id":                 says(200, `{"estimatedCost":{"credits":15}}`),
		"an empty id":           says(200, `{"id":""}`),
		"an id that is none":    says(200, `{"id":"../{key}"}`),
		"a number for an id":    says(200, `{"id":7}`),
		"an array":              says(200, `[{"id":"`+taskID+`"}]`),
		"more than 1 MB":        says(200, `{"id":"`+taskID+`","x":"`+strings.Repeat("x", 1<<20)+`"}`),
		"500":                   says(500, `{"error":"oops {photo} {callback} {key}"}`),
		"504":                   says(504, `<html>timeout {photo}</html>`),
		"520":                   says(520, ``),
		"408":                   says(408, ``),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := runway(t, h).StartClip(t.Context(), order)
			status, _ := strconv.Atoi(name) // else the answer itself was lost
			wantFault(t, err, pipeline.Fault{
				Kind: pipeline.Indeterminate, Reason: pipeline.ReasonUnknownStart, Answered: status > 0,
			})
		})
	}
}

func TestStartClip_TriesLaterWhenRunwayCannotBeReached(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c := New(Options{BaseURL: "http://" + l.Addr().String(), Key: key})
	_, start := c.StartClip(t.Context(), order)
	_, usage := c.Usage(t.Context(), usageFrom, usageTo)
	_, balance := c.Balance(t.Context())
	for _, err := range []error{start, usage, balance} {
		wantFault(t, err, pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy})
	}
}

func TestClient_SaysWhoItIsAndOnWhatTerms(t *testing.T) {
	c := New(Options{
		BaseURL: "http://gate.example:9/x", Key: key, Model: "gemini_omni_flash", Seconds: 5, AtOnce: 7, Gateway: true,
	})
	if c.Name() != "runway" || c.Labels()["en"] != "Runway" || c.Labels()["ko"] != "런웨이" ||
		!slices.Equal(c.ResultHosts(), []string{".cloudfront.net", "http://gate.example:9"}) {
		t.Errorf("%q %q %q", c.Name(), c.Labels(), c.ResultHosts())
	}
	if got := c.ClipTerms(); got != (pipeline.ClipTerms{
		Seconds: 5, Ratio: "9:16", Price: 51_00, Callbacks: true, Inline: 5 << 20, AtOnce: 7,
	}) {
		t.Errorf("%+v", got)
	}
	rich := runway(t, says(200, `{"creditBalance":12.5}`))
	if got, err := rich.Balance(t.Context()); err != nil || got != 12_50 {
		t.Errorf("a balance of %d, %v", got, err)
	}
}

func TestStartClip_AStartedClipIsKnownWhateverElseIsStrange(t *testing.T) {
	for body, estimate := range map[string]pipeline.Credits{
		`{"id":"` + taskID + `"}`:                                         0,
		`{"id":"` + taskID + `","estimatedCost":"15"}`:                    0,
		`{"id":"` + taskID + `","estimatedCost":{"credits":-1}}`:          0,
		`{"id":"` + taskID + `","estimatedCost":{"credits":null}}`:        0,
		`{"id":"` + taskID + `","estimatedCost":{"credits":10.2}}`:        1020,
		`{"new":{},"id":"` + taskID + `","estimatedCost":{"credits":36}}`: 3600,
	} {
		s, err := runway(t, says(201, body)).StartClip(t.Context(), order)
		if err != nil || s.Remote != taskID || s.Estimated != estimate {
			t.Errorf("%s: got %+v, %v", body, s, err)
		}
	}
}

func TestRunwayCallbackHandler_TellsThePipeline(t *testing.T) {
	m := http.NewServeMux()
	m.Handle("POST /webhooks/runway/{order}/{token}", (&Client{}).CallbackHandler(func(
		_ context.Context, order int64, token, id string,
	) error {
		if order != 7 || token != "tok" || id != taskID {
			t.Errorf("called %d %s %s", order, token, id)
		}
		return nil
	}))
	w := httptest.NewRecorder()
	m.ServeHTTP(
		w,
		httptest.NewRequest(
			"POST", "/webhooks/runway/7/tok", strings.NewReader(`{"id":"`+taskID+`","status":"SUCCEEDED"}`),
		),
	)
	if w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
}

func FuzzRunway_AnswersAreReadOrRefused(f *testing.F) {
	for _, s := range []string{
		`{"id":"` + taskID + `","estimatedCost":{"credits":15}}`, `{"status":"RUNNING","progress":0.4}`,
		`{"status":"SUCCEEDED","output":["https://x/y"],"cost":{"credits":15}}`,
		`{"status":"FAILED","failure":"x","failureCode":"INTERNAL"}`,
		`{"error":"x","issues":[{"path":["a",0],"message":"m"}]}`, `[]`, `null`, `{"status":1,"progress":"x"}`,
	} {
		f.Add([]byte(s))
	}
	c := New(Options{Key: key})
	f.Fuzz(func(t *testing.T, body []byte) {
		if s, err := parseStarted(body); err == nil && (!httpx.IsID(s.Remote) || s.Estimated < 0) {
			t.Errorf("started %+v", s)
		}
		p, err := c.parseTask(body)
		if err == nil && (p.State == 0 || p.Fraction < 0 || p.Fraction > 1 || p.Cost < -1 ||
			(p.State == pipeline.Broken) != (p.Fault != nil) || (p.State == pipeline.Succeeded) != (p.URL != "")) {
			t.Errorf("progress %+v", p)
		}
		c.startFault(httpx.Answer{Status: 400, Body: body}, order)
	})
}
