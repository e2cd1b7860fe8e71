package sandbox_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

var uuid4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func dataURI(t testing.TB, w, h int) string {
	return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(picture(t, w, h))
}

func clipBody(t testing.TB) map[string]any {
	return map[string]any{
		"model": "gen4_turbo", "promptImage": dataURI(t, 720, 1280), "promptText": "slow zoom, steam rises",
		"ratio": "720:1280", "duration": 3, "seed": 7,
	}
}

func (s site) startClip(header ...string) string {
	s.t.Helper()
	return s.ask("POST", "/v1/image_to_video", clipBody(s.t), header...).want(s.t, 200).body["id"].(string)
}

func TestSandboxRunway_AClipGoesFromRequestToFile(t *testing.T) {
	jobs := make(chan sandbox.ClipJob, 1)
	s := open(t, sandbox.Options{Clip: func(ctx context.Context, j sandbox.ClipJob) error {
		jobs <- j
		return instantClip(ctx, j)
	}})
	a := s.ask("POST", "/v1/image_to_video", clipBody(t)).want(t, 200)
	id, _ := a.body["id"].(string)
	if !uuid4.MatchString(id) {
		t.Errorf("id %q is not a version 4 UUID", id)
	}
	if want := map[string]any{
		"id": id, "estimatedCost": map[string]any{"credits": 15.0},
	}; !reflect.DeepEqual(a.body, want) {
		t.Errorf("answer %v, want %v", a.body, want)
	}
	if typ := a.header.Get("Content-Type"); !strings.HasPrefix(typ, "application/json") {
		t.Errorf("content type %q", typ)
	}
	j := <-jobs
	if j.W != 720 || j.H != 1280 || j.Seconds != 3 || j.Seed != 7 || j.Prompt != "slow zoom, steam rises" ||
		!bytes.Equal(j.Photo, picture(t, 720, 1280)) {
		t.Errorf("the filmer was asked for %dx%d, %d s, seed %d, %q", j.W, j.H, j.Seconds, j.Seed, j.Prompt)
	}

	done := s.poll("/v1/tasks/"+id, "SUCCEEDED").body
	if at, _ := done["createdAt"].(string); !regexp.MustCompile(
		`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`,
	).MatchString(at) {
		t.Errorf("createdAt %q", at)
	}
	if cost := done["cost"]; !reflect.DeepEqual(cost, map[string]any{"credits": 15.0}) {
		t.Errorf("cost %v", cost)
	}
	if len(done) != 5 {
		t.Errorf("a succeeded task has id, createdAt, status, output and cost, not %v", done)
	}
	first := done["output"].([]any)[0].(string)
	again := s.ask("GET", "/v1/tasks/"+id, nil).body["output"].([]any)[0].(string)
	if first == again || !strings.Contains(first, "_jwt=") {
		t.Errorf("each GET must mint a fresh link: %s, %s", first, again)
	}
	for _, link := range []string{first, again} {
		if f := s.ask("GET", link, nil).want(t, 200); f.raw != canned || f.header.Get("Content-Type") != "video/mp4" {
			t.Errorf("the file is %q, %s", f.raw, f.header.Get("Content-Type"))
		}
	}
	s.ask("HEAD", first, nil).want(t, 200)
	if part := s.ask("GET", first, nil, "Range", "bytes=0-3").want(t, 206); part.raw != canned[:4] {
		t.Errorf("range gave %q", part.raw)
	}
	s.ask("GET", first[:len(first)-2], nil).want(t, 403)
	s.ask("GET", strings.Split(first, "?")[0], nil).want(t, 403)
}

func TestSandboxRunway_ThrottledClipsStartByThemselves(t *testing.T) {
	gate := make(chan struct{})
	running := make(chan struct{}, 3)
	s := open(t, sandbox.Options{RunwayConcurrency: 1, Parallel: 4, Clip: func(
		ctx context.Context, j sandbox.ClipJob,
	) error {
		j.Progress(0.4)
		running <- struct{}{}
		<-gate
		return instantClip(ctx, j)
	}})
	first, second := s.startClip(), s.startClip()
	<-running
	one, two := s.ask("GET", "/v1/tasks/"+first, nil).body, s.ask("GET", "/v1/tasks/"+second, nil).body
	if one["status"] != "RUNNING" || one["progress"] != 0.4 || one["estimatedCost"] == nil {
		t.Errorf("the first is %v", one)
	}
	if two["status"] != "THROTTLED" || two["estimatedCost"] == nil || two["progress"] != nil {
		t.Errorf("the second is %v", two)
	}
	gate <- struct{}{}
	<-running
	s.poll("/v1/tasks/"+first, "SUCCEEDED")
	s.poll("/v1/tasks/"+second, "RUNNING")
	gate <- struct{}{}
	s.poll("/v1/tasks/"+second, "SUCCEEDED")
}

func TestSandboxRunway_AnAdmittedClipThatMustWaitIsPending(t *testing.T) {
	gate := make(chan struct{})
	s := open(t, sandbox.Options{RunwayConcurrency: 2, Parallel: 1, Clip: func(
		ctx context.Context, j sandbox.ClipJob,
	) error {
		<-gate
		return instantClip(ctx, j)
	}})
	s.startClip()
	second := s.startClip()
	a := s.ask("GET", "/v1/tasks/"+second, nil)
	close(gate)
	if a.body["status"] != "PENDING" || a.body["estimatedCost"] == nil {
		t.Errorf("the second is %v", a.body)
	}
}

func TestSandboxRunway_ChecksKeyAndVersionFirst(t *testing.T) {
	s := open(t, sandbox.Options{RunwayKey: "key_right"})
	s.ask("GET", "/v1/organization", nil, "Authorization", "").want(t, 401)
	if a := s.ask("GET", "/v1/organization", nil).want(t, 401); a.body["error"] == nil {
		t.Errorf("401 without an error: %s", a.raw)
	}
	right := []string{"Authorization", "Bearer key_right"}
	s.ask("GET", "/v1/organization", nil, right...).want(t, 200)
	s.ask("GET", "/v1/organization", nil, append(right, "X-Runway-Version", "")...).want(t, 400)
	s.ask("GET", "/v1/organization", nil, append(right, "X-Runway-Version", "2023-01-01")...).want(t, 400)
}

func TestSandboxRunway_AnEmptyAccountIs400AndStartsNothing(t *testing.T) {
	s := open(t, sandbox.Options{RunwayCredits: 20})
	s.startClip()
	a := s.ask("POST", "/v1/image_to_video", clipBody(t)).want(t, 400)
	if a.body["error"] != "You do not have enough credits to run this task." {
		t.Errorf("error %v", a.body)
	}
	if left := s.ask("GET", "/v1/organization", nil).body["creditBalance"]; left != 5.0 {
		t.Errorf("balance %v, want 5", left)
	}
	if tasks, _ := s.srv.Tasks(); len(tasks) != 1 {
		t.Errorf("%d tasks, want 1", len(tasks))
	}
}

func TestSandboxRunway_TheOrganizationCountsToday(t *testing.T) {
	s := open(t, sandbox.Options{RunwayConcurrency: 3})
	s.startClip()
	a := s.ask("GET", "/v1/organization", nil).want(t, 200).body
	tier := a["tier"].(map[string]any)["models"].(map[string]any)["gen4_turbo"].(map[string]any)
	if tier["maxConcurrentGenerations"] != 3.0 {
		t.Errorf("tier %v", tier)
	}
	used := a["usage"].(map[string]any)["models"].(map[string]any)["gen4_turbo"].(map[string]any)
	if used["dailyGenerations"] != 1.0 {
		t.Errorf("usage %v", used)
	}
}

// photoSite serves a picture the way that a handler says.
func photoSite(t *testing.T, h http.HandlerFunc) string {
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return web.URL + "/photo.bin?X-Signature=s3cret"
}

func TestSandboxRunway_APhotoByURLIsAskedForByHeadThenGet(t *testing.T) {
	var methods, agents []string
	s := open(t, sandbox.Options{})
	body := clipBody(t)
	body["promptImage"] = photoSite(t, func(w http.ResponseWriter, r *http.Request) {
		methods, agents = append(methods, r.Method), append(agents, r.UserAgent())
		w.Header().Set("Content-Type", "image/jpeg")
		pic := picture(t, 720, 1280)
		w.Header().Set("Content-Length", strconv.Itoa(len(pic)))
		w.Write(pic)
	})
	s.ask("POST", "/v1/image_to_video", body).want(t, 200)
	if !reflect.DeepEqual(methods, []string{"HEAD", "GET"}) || agents[0] != "RunwayML API/1.0" ||
		agents[1] != agents[0] {
		t.Errorf("asked %v as %v", methods, agents)
	}
}

func TestSandboxRunway_RefusesAPhotoThatRunwayWouldRefuse(t *testing.T) {
	pic := picture(t, 720, 1280)
	serve := func(typ string, pic []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", typ)
			w.Header().Set("Content-Length", strconv.Itoa(len(pic)))
			w.Write(pic)
		}
	}
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want string
	}{
		"presigned for GET only": {func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "HEAD" {
				w.WriteHeader(403)
				return
			}
			serve("image/jpeg", pic)(w, r)
		}, "403"},
		"redirect":      {http.RedirectHandler("/elsewhere", http.StatusFound).ServeHTTP, "redirect"},
		"generic type":  {serve("application/octet-stream", pic), "type"},
		"gif":           {serve("image/gif", pic), "type"},
		"not a picture": {serve("image/png", []byte("hello")), "picture"},
		"too tall":      {serve("image/jpeg", picture(t, 462, 1000)), "0.462"},
		"too wide":      {serve("image/jpeg", picture(t, 1000, 400)), "aspect ratio"},
		"no length": {
			func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/jpeg") },
			"Content-Length",
		},
		"lying head":     {lyingHead(pic), "HEAD"},
		"too many bytes": {serve("image/jpeg", make([]byte, 16<<20+1)), "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, sandbox.Options{})
			body := clipBody(t)
			body["promptImage"] = photoSite(t, c.h)
			a := s.ask("POST", "/v1/image_to_video", body).want(t, 400)
			said, _ := a.body["error"].(string)
			if !strings.Contains(said, "promptImage") || !strings.Contains(said, c.want) ||
				strings.Contains(a.raw, "s3cret") {
				t.Errorf("error %q, want promptImage and %q in it, and no address", said, c.want)
			}
			if tasks, _ := s.srv.Tasks(); len(tasks) != 0 {
				t.Error("a refused request was paid for")
			}
		})
	}
}

func lyingHead(pic []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		if r.Method == "HEAD" {
			w.Header().Set("Content-Length", "12")
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(pic)))
		w.Write(pic)
	}
}

func TestSandboxRunway_AGatewayCallsBackWhenTheClipIsThere(t *testing.T) {
	s, b := open(t, sandbox.Options{}), newReceiver(t)
	id := s.startClip("X-Callback-Url", b.url)
	if callback := <-b.callbacks; !reflect.DeepEqual(callback, map[string]any{"id": id, "status": "SUCCEEDED"}) {
		t.Errorf("called with %v", callback)
	}
	tasks, _ := s.srv.Tasks()
	if c := tasks[0].Callback; !strings.HasSuffix(c, "/webhooks/x/12") {
		t.Errorf("the list shows callback %q: the secret end must be cut, the rest must stay", c)
	}
}

func TestSandboxRunway_AClipThatCannotBeMadeIsAnInternalFailureWithoutCost(t *testing.T) {
	s := open(t, sandbox.Options{Clip: func(context.Context, sandbox.ClipJob) error { return os.ErrInvalid }})
	a := s.poll("/v1/tasks/"+s.startClip(), "FAILED").body
	if a["failureCode"] != "INTERNAL" || a["failure"] == "" ||
		!reflect.DeepEqual(a["cost"], map[string]any{"credits": 0.0}) {
		t.Errorf("failed as %v", a)
	}
	if left := s.ask("GET", "/v1/organization", nil).body["creditBalance"]; left != 1_000_000.0 {
		t.Errorf("balance %v after a refund", left)
	}
}

func TestSandboxRunway_ABodyOverTheLimitIs413(t *testing.T) {
	s := open(t, sandbox.Options{})
	s.ask("POST", "/v1/image_to_video", `{"x":"`+strings.Repeat("a", 8<<20)+`"}`).want(t, 413)
	s.ask("POST", "/v1/image_to_video", `{"x":`).want(t, 400)
	s.ask("POST", "/v1/image_to_video", `null`).want(t, 400)
	s.ask("PUT", "/v1/image_to_video", `{}`).want(t, 405)
}
