package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

// mediaSite serves any path below /ok/.
func mediaSite(t *testing.T) string {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/ok/") {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte("media of " + r.URL.Path))
	}))
	t.Cleanup(web.Close)
	return web.URL
}

func document(media string) map[string]any {
	return map[string]any{
		"output_format": "mp4", "width": 1080, "height": 1920, "frame_rate": 30, "duration": 7,
		"elements": []any{
			map[string]any{"name": "main_video_layer", "type": "video", "track": 1, "source": media + "/ok/clip.mp4"},
			map[string]any{"name": "menu_text_layer", "type": "text", "track": 2, "text": "견본"},
			map[string]any{"name": "logo_image_layer", "type": "image", "track": 3, "source": media + "/ok/logo.png"},
		},
	}
}

func with(doc map[string]any, pairs ...any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		doc[pairs[i].(string)] = pairs[i+1]
	}
	return doc
}

func TestSandboxCreatomate_ARenderGoesFromRequestToFileAndCallback(t *testing.T) {
	b, media := newReceiver(t), mediaSite(t)
	gate := make(chan struct{})
	jobs := make(chan sandbox.CutJob, 1)
	s := open(t, sandbox.Options{Cut: func(ctx context.Context, j sandbox.CutJob) error {
		path, err := j.Fetch(ctx, media+"/ok/clip.mp4")
		if err != nil {
			return err
		}
		if got, _ := os.ReadFile(path); string(got) != "media of /ok/clip.mp4" {
			t.Errorf("fetched %q", got)
		}
		jobs <- j
		<-gate
		return instantCut(ctx, j)
	}})
	a := s.ask("POST", "/v2/renders", with(document(media), "modifications",
		map[string]any{"menu_text_layer": "새우 파스타"},
		"metadata", "call-1", "webhook_url", b.url)).want(t, 202)
	id := a.body["id"].(string)
	want := map[string]any{
		"id": id, "status": "planned", "url": s.base + "/sandbox/files/creatomate/" + id + ".mp4", "snapshot_url": nil,
		"template_id": nil, "template_name": nil, "template_tags": nil, "output_format": "mp4", "render_scale": 1.0,
		"width": 1080.0, "height": 1920.0, "frame_rate": 30.0, "duration": 7.0, "file_size": nil,
		"modifications": map[string]any{"menu_text_layer": "새우 파스타"}, "webhook_url": b.url, "metadata": "call-1",
	}
	a.body["status"] = "planned" // it may be rendering by now
	if !uuid4.MatchString(id) || !reflect.DeepEqual(a.body, want) {
		t.Errorf("answer\n%v, want\n%v", a.body, want)
	}
	j := <-jobs
	if text := j.Source["elements"].([]any)[1].(map[string]any)["text"]; text != "새우 파스타" || j.Scale != 1 {
		t.Errorf("the filmer got text %v, scale %v", text, j.Scale)
	}
	url := a.body["url"].(string)
	s.ask("GET", url, nil).want(t, 404)
	s.poll("/v2/renders/"+id, "rendering")
	close(gate)

	callback := <-b.callbacks
	want["status"], want["file_size"] = "succeeded", float64(len(canned))
	if !reflect.DeepEqual(callback, want) {
		t.Errorf("called with\n%v, want\n%v", callback, want)
	}
	if got := s.ask("GET", "/v2/renders/"+id, nil).want(t, 200).body; !reflect.DeepEqual(got, want) {
		t.Errorf("GET shows\n%v, want\n%v", got, want)
	}
	if f := s.ask("GET", url, nil).want(t, 200); f.raw != canned {
		t.Errorf("the file is %q", f.raw)
	}
}

func TestSandboxCreatomate_AnUnknownNameIsAWarningAndASuccess(t *testing.T) {
	s := open(t, sandbox.Options{})
	a := s.ask(
		"POST", "/v2/renders", with(document(mediaSite(t)), "modifications", map[string]any{"menu_txt_layer": "오타"}),
	).want(t, 202)
	w, _ := a.body["warnings"].([]any)
	if len(w) != 1 || !strings.Contains(w[0].(string), "menu_txt_layer") {
		t.Errorf("warnings %v", a.body["warnings"])
	}
	s.poll("/v2/renders/"+a.body["id"].(string), "succeeded")
}

func TestSandboxCreatomate_AMediumThatIsNotThereFailsTheRender(t *testing.T) {
	media := mediaSite(t)
	for name, address := range map[string]string{
		"missing": media + "/no/clip.mp4?sig=s3cret", "no address": "clip.mp4",
		"nobody there": "http://127.0.0.1:1/ok/clip.mp4?sig=s3cret",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, sandbox.Options{})
			a := s.ask(
				"POST", "/v2/renders",
				with(document(media), "modifications", map[string]any{"main_video_layer": address}),
			).want(t, 202)
			got := s.poll("/v2/renders/"+a.body["id"].(string), "failed")
			if said, _ := got.body["error_message"].(string); said == "" || strings.Contains(said, "s3cret") {
				t.Errorf("error_message %q", said)
			}
		})
	}
}

func TestSandboxCreatomate_AHiddenElementNeedsNoMedium(t *testing.T) {
	s := open(t, sandbox.Options{})
	a := s.ask("POST", "/v2/renders", with(document(mediaSite(t)), "modifications",
		map[string]any{"logo_image_layer": "http://127.0.0.1:1/x.png", "logo_image_layer.visible": false})).want(t, 202)
	s.poll("/v2/renders/"+a.body["id"].(string), "succeeded")
}

func TestSandboxCreatomate_ADryRunQueuesNothing(t *testing.T) {
	s := open(t, sandbox.Options{Check: func(map[string]any) ([]string, error) {
		return []string{"blur is not played"}, errors.New("no element has a length")
	}})
	body := with(document(mediaSite(t)), "dry_run", true, "modifications", map[string]any{
		"menu_text_layer": "냉면", "nobody": 1,
	})
	a := s.ask("POST", "/v2/renders", body).want(t, 200)
	if a.body["valid"] != false || len(a.body["errors"].([]any)) != 1 || len(a.body["warnings"].([]any)) != 2 {
		t.Errorf("verdict %v", a.raw)
	}
	text := a.body["source"].(map[string]any)["elements"].([]any)[1].(map[string]any)["text"]
	if tasks, _ := s.srv.Tasks(); text != "냉면" || len(tasks) != 0 {
		t.Errorf("source has text %v; %d tasks", text, len(tasks))
	}
	// The same for real is accepted, with its errors predicted.
	a = s.ask("POST", "/v2/renders", with(body, "dry_run", false)).want(t, 202)
	if len(a.body["errors"].([]any)) != 1 || len(a.body["warnings"].([]any)) != 2 {
		t.Errorf("advice %v", a.raw)
	}
	plain := open(t, sandbox.Options{}).ask(
		"POST", "/v2/renders", with(document("http://x"), "dry_run", true),
	).want(t, 200)
	if plain.body["valid"] != true || len(plain.body["errors"].([]any)) != 0 ||
		len(plain.body["warnings"].([]any)) != 0 {
		t.Errorf("verdict %v", plain.raw)
	}
}

func TestSandboxCreatomate_KeepsTemplates(t *testing.T) {
	dir := t.TempDir()
	s := open(t, sandbox.Options{Dir: dir})
	id := s.ask("POST", "/v2/templates", map[string]any{
		"name": "깔끔", "source": document(mediaSite(t)), "tags": []string{"a", "b"},
	}).want(t, 201).body["id"]
	s.ask("POST", "/v2/templates", map[string]any{"name": "nothing in it"}).want(t, 400)
	later := open(t, sandbox.Options{Dir: dir})
	r := later.ask("POST", "/v2/renders", map[string]any{
		"template_id": id, "modifications": map[string]any{"menu_text_layer": "김밥"},
	}).want(t, 202).body
	if r["template_id"] != id || r["template_name"] != "깔끔" || len(r["template_tags"].([]any)) != 2 {
		t.Errorf("render %v", r)
	}
	for _, hostile := range []any{"none", "../key", "", 7} {
		if a := s.ask("POST", "/v2/renders", map[string]any{"template_id": hostile}); a.status != 404 &&
			a.status != 400 {
			t.Errorf("%v gives %d", hostile, a.status)
		}
	}
}

func TestSandboxCreatomate_VersionOneAnswersWithAList(t *testing.T) {
	s := open(t, sandbox.Options{})
	var got []map[string]any
	decode(
		t,
		s.ask("POST", "/v1/renders", map[string]any{"source": document(mediaSite(t)), "metadata": "m"}).want(t, 202),
		&got,
	)
	if len(got) != 1 || got[0]["metadata"] != "m" {
		t.Fatalf("answer %v", got)
	}
	s.poll("/v1/renders/"+got[0]["id"].(string), "succeeded")
	s.ask("POST", "/v1/renders", map[string]any{}).want(t, 400)
}

func TestSandboxCreatomate_RefusesBadRendersWithAHint(t *testing.T) {
	s := open(t, sandbox.Options{})
	for name, body := range map[string]map[string]any{
		"nothing to render":       {},
		"both kinds":              {"template_id": "x", "elements": []any{}},
		"metadata isn't a string": with(document("http://x"), "metadata", map[string]any{"order": 1}),
		"webhook isn't a URL":     with(document("http://x"), "webhook_url", "here"),
		"nested modification":     with(document("http://x"), "modifications", map[string]any{"a": []any{1}}),
		"too many frames":         with(document("http://x"), "frame_rate", 120),
		"unknown format":          with(document("http://x"), "output_format", "avi"),
		"no scale":                with(document("http://x"), "render_scale", 0),
		"elements isn't a list":   {"elements": "all"},
	} {
		a := s.ask("POST", "/v2/renders", body).want(t, 400)
		if h, _ := a.body["hint"].(string); h == "" || a.body["documentation"] == nil {
			t.Errorf("%s: %s", name, a.raw)
		}
	}
	s.ask("POST", "/v2/renders", `[]`).want(t, 400)
	if a := s.ask("GET", "/v2/renders/..%2f..%2fkey", nil).want(t, 404); a.body["hint"] == nil {
		t.Errorf("404 says %s", a.raw)
	}
	if tasks, _ := s.srv.Tasks(); len(tasks) != 0 {
		t.Errorf("%d renders were paid for", len(tasks))
	}
}

func TestSandboxCreatomate_ShrinksAPreview(t *testing.T) {
	s := open(t, sandbox.Options{})
	for _, c := range []struct {
		key  string
		n    float64
		w, h float64
	}{
		{"max_width", 720, 720, 1280}, {"max_height", 960, 540, 960}, {"max_width", 5000, 1080, 1920},
		{"max_width", 721, 720, 1280}, {"render_scale", 0.5, 540, 960},
	} {
		a := s.ask("POST", "/v2/renders", with(document(mediaSite(t)), c.key, c.n)).want(t, 202).body
		if a["width"] != c.w || a["height"] != c.h {
			t.Errorf("%s %v gives %v x %v", c.key, c.n, a["width"], a["height"])
		}
	}
}

func TestSandboxCreatomate_ChecksKeyAndCredits(t *testing.T) {
	s := open(t, sandbox.Options{CreatomateKey: "right", CreatomateCredits: 6})
	if a := s.ask("POST", "/v2/renders", document("x")).want(t, 401); a.body["hint"] == nil {
		t.Errorf("401 says %s", a.raw)
	}
	right := []string{"Authorization", "Bearer right"}
	media := mediaSite(t)
	s.ask("POST", "/v2/renders", document(media), right...).want(t, 202) // 5 credits: 1080x1920, 30 a second, 7 s
	if a := s.ask("POST", "/v2/renders", document(media), right...).want(t, 402); a.body["hint"] == nil {
		t.Errorf("402 says %s", a.raw)
	}
	tasks, _ := s.srv.Tasks()
	if len(tasks) != 1 || tasks[0].Credits != 5 {
		t.Errorf("tasks %+v", tasks)
	}
}

func TestSandboxCreatomate_RendersAPictureForOneCredit(t *testing.T) {
	formats := make(chan string, 2)
	s := open(t, sandbox.Options{Cut: func(ctx context.Context, j sandbox.CutJob) error {
		formats <- j.Format
		return instantCut(ctx, j)
	}})
	for format, typ := range map[string]string{"jpg": "image/jpeg", "png": "image/png"} {
		a := s.ask(
			"POST", "/v2/renders", with(document(mediaSite(t)), "output_format", format, "height", 1350),
		).want(t, 202)
		id := a.body["id"].(string)
		if a.body["output_format"] != format || a.body["height"] != 1350.0 || a.body["duration"] != nil ||
			a.body["frame_rate"] != nil {
			t.Errorf("answer %v", a.body)
		}
		if got := <-formats; got != format {
			t.Errorf("the filmer is asked for %s, not %s", got, format)
		}
		done := s.poll("/v2/renders/"+id, "succeeded").body
		url := s.base + "/sandbox/files/creatomate/" + id + "." + format
		if f := s.ask("GET", url, nil).want(t, 200); done["url"] != url || f.raw != canned ||
			f.header.Get("Content-Type") != typ {
			t.Errorf("%v is %q, %s", done["url"], f.raw, f.header.Get("Content-Type"))
		}
		s.ask("GET", strings.TrimSuffix(url, format)+"mp4", nil).want(t, 404)
	}
	tasks, _ := s.srv.Tasks()
	if len(tasks) != 2 || tasks[0].Credits != 1 || tasks[1].Credits != 1 {
		t.Errorf("books %+v", tasks)
	}
	if a := s.ask(
		"POST", "/v2/renders", with(document("http://x"), "output_format", "gif"),
	).want(t, 400); !strings.Contains(a.raw, "gif") {
		t.Errorf("a gif: %s", a.raw)
	}
}
