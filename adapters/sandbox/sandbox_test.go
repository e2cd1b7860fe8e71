package sandbox_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

const canned = "tiny film"

func instantClip(_ context.Context, j sandbox.ClipJob) error {
	return os.WriteFile(j.Out, []byte(canned), 0o600)
}

func instantCut(_ context.Context, j sandbox.CutJob) error {
	return os.WriteFile(j.Out, []byte(canned), 0o600)
}

// site is a running server and a client's way to it.
type site struct {
	t    *testing.T
	srv  *sandbox.Server
	base string
}

// open starts a server over real HTTP; without a Dir it is ephemeral, and without a
// limit there is none.
func open(t *testing.T, o sandbox.Options) site {
	t.Helper()
	o.Ephemeral = o.Dir == ""
	o.CreatomateLimit = cmp.Or(o.CreatomateLimit, -1) // tests ask without a pause
	if o.Clip == nil {
		o.Clip = instantClip
	}
	if o.Cut == nil {
		o.Cut = instantCut
	}
	srv, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(srv.Handler())
	t.Cleanup(func() { web.Close(); srv.Close() })
	return site{t, srv, web.URL}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// ask sends one JSON request with both providers' headers; header lines override them, an empty one removes it.
func (s site) ask(method, path string, body any, header ...string) answer {
	s.t.Helper()
	a, err := s.try(method, path, body, header...)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s site) try(method, path string, body any, header ...string) (answer, error) {
	s.t.Helper()
	var data io.Reader = http.NoBody
	switch b := body.(type) {
	case nil:
	case string:
		data = bytes.NewBufferString(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		data = bytes.NewReader(raw)
	}
	if path[0] == '/' {
		path = s.base + path
	}
	req, err := http.NewRequest(method, path, data)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer key_test")
	req.Header.Set("X-Runway-Version", "2024-11-06")
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Del(header[i])
		if header[i+1] != "" {
			req.Header.Set(header[i], header[i+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	a := answer{status: res.StatusCode, header: res.Header, raw: string(raw)}
	json.Unmarshal(raw, &a.body)
	return a, err
}

// want fails the test unless the answer has this status.
func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// picture is a JPEG of that size.
func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w {
		img.Set(i, i%h, color.RGBA{200, 120, 40, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// receiver receives callbacks.
type receiver struct {
	url       string
	callbacks chan map[string]any
}

func newReceiver(t *testing.T) receiver {
	b := receiver{callbacks: make(chan map[string]any, 100)}
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.Method != http.MethodPost {
			t.Errorf("a callback is not a POST of JSON: %s %v", r.Method, err)
		}
		b.callbacks <- body
	}))
	t.Cleanup(web.Close)
	b.url = web.URL + "/webhooks/x/12/s3cret"
	return b
}

// poll asks until the status is one of those wanted. No clock is needed: each request is a real one.
func (s site) poll(path string, wanted string) answer {
	s.t.Helper()
	for range 20_000 {
		a := s.ask("GET", path, nil).want(s.t, 200)
		if a.body["status"] == wanted {
			return a
		}
	}
	s.t.Fatalf("%s never became %s", path, wanted)
	return answer{}
}

func (s site) fault(body string) {
	s.t.Helper()
	s.ask("POST", "/sandbox/faults", body).want(s.t, 201)
}
