package creatomate

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	key      = "0123456789abcdef0123456789abcdef"
	callback = "https://bot.example.com/webhooks/creatomate/7/c2VjcmV0dG9rZW4"
	clip     = "https://bucket.example.com/orders/7/clip.mp4?X-Amz-Signature=8f4c0d1e2b3a"
	renderID = "0f2b9e2c-8f3d-4f1e-9b1a-2c3d4e5f6a7b"
)

var order = pipeline.CutRequest{
	Call: "call1", Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장네"},
	Seconds: 3, Clip: clip, Photo: "https://bucket.example.com/photos/7.jpg?X-Amz-Signature=8f4c0d1e2b3a",
	Music: "https://bucket.example.com/bright.mp3", Callback: callback,
}

// provider is a Creatomate that answers everything with h.
func provider(t *testing.T, template string, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return New(Options{BaseURL: s.URL, Key: key, TemplateID: template})
}

// says answers with a status and a body in which {clip}, {callback} and {key} are what was sent.
func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, strings.NewReplacer("{clip}", clip, "{callback}", callback, "{key}", key).Replace(body))
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

// noSecret checks that a text can be logged.
func noSecret(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{
		key, "8f4c0d1e2b3a", "clip.mp4", "bright.mp3", "c2VjcmV0dG9rZW4", "bucket.example", "Bearer",
	} {
		if strings.Contains(text, s) {
			t.Errorf("%q is in %s", s, text)
		}
	}
	if n := len([]rune(text)); n > 500 || strings.Contains(text, "\n") {
		t.Errorf("not fit for a log (%d characters): %s", n, text)
	}
}

func wantFault(t *testing.T, err error, want pipeline.Fault) {
	t.Helper()
	var f *pipeline.Fault
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a fault", err)
	}
	noSecret(t, err.Error())
	if !strings.HasPrefix(f.Err.Error(), "creatomate: ") {
		t.Errorf("doesn't say whose error it is: %s", f.Err)
	}
	got := *f
	got.Err = nil
	if got != want {
		t.Errorf("got %+v, want %+v: %v", got, want, f)
	}
}

// sent is the body of the one request that StartCut makes.
func sent(t *testing.T, template string, r pipeline.CutRequest) map[string]any {
	t.Helper()
	var body map[string]any
	c := provider(t, template, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Method + " " + r.URL.String(); got != "POST /v2/renders" {
			t.Errorf("asked for %s", got)
		}
		if r.Header.Get("Authorization") != "Bearer "+key || r.Header.Get("Content-Type") != "application/json" {
			t.Error("headers are wrong")
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"id":"`+renderID+`","status":"planned"}`)
	})
	if s, err := c.StartCut(t.Context(), r); err != nil || s.Remote != renderID || s.Warnings != nil {
		t.Fatalf("got %+v, %v", s, err)
	}
	return body
}

func TestStartCut_FillsATemplate(t *testing.T) {
	want := map[string]any{
		"template_id": "t-1", "metadata": "call1", "webhook_url": callback,
		"modifications": map[string]any{
			"main_video_layer": clip, "menu_text_layer": "새우 파스타", "price_text_layer": "18,000원",
			"logo_image_layer.visible": false, "bgm_track": order.Music,
		},
	}
	if got := sent(t, "t-1", order); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	unheard := order
	unheard.Callback = ""
	delete(want, "webhook_url")
	if got := sent(t, "t-1", unheard); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
}

// TestStartCut_SendsALook sends the built-in look, at the top of the request, where there is no template or none that
// could show what was ordered.
func TestStartCut_SendsALook(t *testing.T) {
	for name, x := range map[string]struct {
		template string
		change   func(r *pipeline.CutRequest)
	}{
		"no template": {"", func(*pipeline.CutRequest) {}},
		"no callback": {"", func(r *pipeline.CutRequest) { r.Callback = "" }},
		"square":      {"t-1", func(r *pipeline.CutRequest) { r.Size = pipeline.Square }},
		"still":       {"t-1", func(r *pipeline.CutRequest) { r.Size = pipeline.Still }},
		"plain":       {"t-1", func(r *pipeline.CutRequest) { r.Clip = "" }},
	} {
		r := order
		x.change(&r)
		doc, err := look.Document(r)
		if err != nil {
			t.Fatal(err)
		}
		if doc["metadata"] = "call1"; r.Callback != "" {
			doc["webhook_url"] = callback
		}
		b, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		format := map[bool]string{true: "jpg", false: "mp4"}[name == "still"]
		if got := sent(t, x.template, r); !reflect.DeepEqual(got, want) || got["output_format"] != format {
			t.Errorf("%s: sent %v, want %v", name, got, want)
		}
	}
}

func TestStartCut_ALookThatIsNotThereIsNotSent(t *testing.T) {
	c := provider(t, "", func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	r := order
	r.Look = "baroque"
	_, err := c.StartCut(t.Context(), r)
	wantFault(t, err, pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTemplate})
}

func TestCreatomate_NothingIsSentOverTheSharedLimit(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("sent") }))
	defer s.Close()
	for name, x := range map[string]struct {
		wait time.Duration
		err  error
		want pipeline.Fault
	}{
		"full": {
			3 * time.Second, nil,
			pipeline.Fault{
				Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: 3 * time.Second, RateLimited: true,
				Booked: true,
			},
		},
		"broken": {
			0, errors.New("database is gone"),
			pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := New(Options{
				BaseURL: s.URL, Key: key,
				Take: func(context.Context, time.Duration) (time.Duration, error) { return x.wait, x.err },
			})
			_, err := c.Check(t.Context(), renderID)
			wantFault(t, err, x.want)
		})
	}
}

func TestClient_ALookThatMustWaitHasAPlaceAndAsksOnce(t *testing.T) {
	s := httptest.NewServer(says(200, `{"id":"`+renderID+`","status":"planned"}`))
	defer s.Close()
	asked, wait := 0, 10*time.Millisecond
	c := New(Options{BaseURL: s.URL, Key: key, Take: func(context.Context, time.Duration) (time.Duration, error) {
		asked++
		return wait, nil
	}})
	_, err := c.Check(t.Context(), renderID)
	f := pipeline.AsFault(err)
	if !f.RateLimited || !f.Booked || f.RetryAfter != wait {
		t.Fatalf("got %+v", f)
	}
	<-time.After(f.RetryAfter)
	if _, err := c.Check(t.Context(), renderID); err != nil || asked != 1 {
		t.Errorf("at its time: %v; asked %d times", err, asked)
	}
	wait = time.Hour // nothing is booked so far ahead
	for range 2 {
		if _, err := c.Check(t.Context(), renderID); !pipeline.AsFault(err).RateLimited ||
			pipeline.AsFault(err).Booked {
			t.Errorf("got %v", err)
		}
	}
	if _, err := c.StartCut(t.Context(), order); err != nil || asked != 3 { // which is counted where it is begun
		t.Errorf("a start: %v; asked %d times", err, asked)
	}
}

// TestMayAsk_APlaceIsUsedOnceAndNotLongAfterItsTime asks for looks at a few renders; what Take says is in waits.
func TestMayAsk_APlaceIsUsedOnceAndNotLongAfterItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		c := New(Options{Key: key, Take: func(_ context.Context, ahead time.Duration) (time.Duration, error) {
			if ahead != 20*time.Second {
				t.Errorf("%s ahead", ahead)
			}
			wait := waits[0] // panics when it is asked once too often
			waits = waits[1:]
			return wait, nil
		}})
		asks := func(render string, wait time.Duration, booked bool) {
			t.Helper()
			err := c.mayAsk(t.Context(), render)
			if err == nil && wait == 0 {
				return
			}
			f := pipeline.AsFault(err)
			if err == nil || f.Err == nil || f.RetryAfter != wait || f.Booked != booked {
				t.Errorf("%s: %v, want to wait for %s", render, err, wait)
			}
		}
		waits = []time.Duration{0, 0, 20 * time.Second, 20*time.Second + 1, 20*time.Second + 1}
		asks("now", 0, false)
		asks("now", 0, false)
		asks("a", 20*time.Second, true)
		asks("b", 20*time.Second+1, false)
		asks("b", 20*time.Second+1, false)
		time.Sleep(5 * time.Second)
		asks("a", 15*time.Second, true)
		time.Sleep(15 * time.Second)
		asks("a", 0, false)
		waits = []time.Duration{time.Second, time.Second, time.Second}
		asks("a", time.Second, true) // it was used up
		asks("late", time.Second, true)
		asks("missed", time.Second, true)
		time.Sleep(21*time.Second - 1)
		asks("late", 0, false)
		time.Sleep(time.Nanosecond)
		waits = []time.Duration{3 * time.Second}
		asks("missed", 3*time.Second, true)
		if len(c.booked) != 2 {
			t.Errorf("places are kept as long as they are of use: %v", c.booked)
		}
		time.Sleep(time.Nanosecond)
		waits = []time.Duration{3 * time.Second}
		asks("b", 3*time.Second, true)
		if len(waits) > 0 || len(c.booked) != 2 || c.booked["missed"].IsZero() || c.booked["b"].IsZero() {
			t.Errorf("places that were not used are forgotten: %v", c.booked)
		}
	})
}

func TestClient_IsKnownByNameAndServers(t *testing.T) {
	c := New(Options{BaseURL: "http://gate.example:9/x", Key: key})
	if c.Name() != "creatomate" || c.Labels()["en"] != "Creatomate" || c.Labels()["ko"] == "" ||
		!slices.Equal(c.ResultHosts(), []string{".creatomate.com", "http://gate.example:9"}) {
		t.Errorf("%q %q %q", c.Name(), c.Labels(), c.ResultHosts())
	}
}

func TestStartCut_ReportsWhatCreatomateIgnores(t *testing.T) {
	for body, want := range map[string][]string{
		`{"id":"` + renderID + `","warnings":["no element named 'price_text_layer'"],"errors":[]}`: {
			"no element named 'price_text_layer'",
		},
		`{"id":"` + renderID + `","errors":["can't read {clip}"],"warnings":["w"]}`: {
			"can't read ***", "w",
		},
		`[{"id":"` + renderID + `","warnings":["w"]}]`:           {"w"},
		`{"id":"` + renderID + `","warnings":[{"element":"x"}]}`: {"{ element : x }"},
		`{"id":"` + renderID + `","warnings":"one"}`:             {"one"},
		`{"id":"` + renderID + `","warnings":null,"errors":""}`:  nil,
	} {
		s, err := provider(t, "", says(202, body)).StartCut(t.Context(), order)
		if err != nil || s.Remote != renderID || !slices.Equal(s.Warnings, want) {
			t.Errorf("%s: got %+v, %v", body, s, err)
		}
		noSecret(t, strings.Join(s.Warnings, " "))
	}
}

func TestEstimate_FollowsCreatomatesRule(t *testing.T) {
	long := order
	long.Seconds = 20
	square, still := order, order
	square.Size, still.Size = pipeline.Square, pipeline.Still
	for name, x := range map[string]struct {
		template, answer string
		order            pipeline.CutRequest
		want             pipeline.Credits
	}{
		"the built-in look, 4.9 s":  {"", `{"id":"` + renderID + `"}`, order, 400},
		"the built-in look, 19.9 s": {"", `{"id":"` + renderID + `"}`, long, 1300},
		"a square film":             {"t-1", `{"id":"` + renderID + `"}`, square, 200},
		"a still":                   {"", `{"id":"` + renderID + `"}`, still, 100},
		"a still, says the answer": {
			"t-1", `{"id":"` + renderID + `","output_format":"jpg","width":1080,"height":1350}`, order, 100,
		},
		"a template of unknown length": {"t-1", `{"id":"` + renderID + `"}`, order, 200},
		"a template that names its size": {
			"t-1", `{"id":"` + renderID + `","width":720,"height":1280,"frame_rate":30,"duration":6}`, order, 200,
		},
		"a template of 7 s": {
			"t-1", `{"id":"` + renderID + `","width":1080,"height":1920,"frame_rate":30,"duration":7}`, order, 500,
		},
		"nonsense": {
			"t-1", `{"id":"` + renderID + `","width":"x","height":-1,"frame_rate":null,"duration":0}`, order, 200,
		},
		"absurd": {"t-1", `{"id":"` + renderID + `","duration":1e300}`, order, 0},
	} {
		s, err := provider(t, x.template, says(202, x.answer)).StartCut(t.Context(), x.order)
		if err != nil || s.Estimated != x.want {
			t.Errorf("%s: got %+v, %v; want %d", name, s, err, x.want)
		}
	}
}

func TestCreatomateCallbackHandler_TellsThePipeline(t *testing.T) {
	m := http.NewServeMux()
	m.Handle("POST /webhooks/creatomate/{order}/{token}", (&Client{}).CallbackHandler(func(
		_ context.Context, order int64, token, id string,
	) error {
		if order != 7 || token != "tok" || id != renderID {
			t.Errorf("called %d %s %s", order, token, id)
		}
		return nil
	}))
	w := httptest.NewRecorder()
	m.ServeHTTP(
		w,
		httptest.NewRequest(
			"POST", "/webhooks/creatomate/7/tok",
			strings.NewReader(`{"id":"`+renderID+`","status":"succeeded","url":"https://x"}`),
		),
	)
	if w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
}

func TestClient_HasTheTemplatesShapeOnlyWithATemplate(t *testing.T) {
	t.Parallel()
	rate := pipeline.Rate{N: 30, Per: 10 * time.Second}
	for template, want := range map[string]pipeline.CutTerms{
		"":    {Rate: rate},
		"t-1": {Rate: rate, Template: true, Ratio: "3:4"},
	} {
		if got := New(Options{Key: key, TemplateID: template, Ratio: "3:4", Rate: rate}).CutTerms(); got != want {
			t.Errorf("with template %q: %+v", template, got)
		}
	}
}
