package slacktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const limit = 10 * time.Second

// bot is a small client of its own, and the app's endpoints: it knows nothing of the stand-in's types.
type bot struct {
	t    *testing.T
	sl   *Server
	base string
	ws   *Workspace
	ours string // URL of the app

	mu   sync.Mutex
	got  []heard
	acts []map[string]any // payloads of interactions, and commands
	say  http.HandlerFunc // answers instead of the app, if it isn't nil
}

// heard is an event that came.
type heard struct {
	http.Header
	Type   string
	TeamID string         `json:"team_id"`
	ID     string         `json:"event_id"`
	Ext    bool           `json:"is_ext_shared_channel"`
	Event  map[string]any // as it came
}

func play(t *testing.T, o Options) (*Server, *bot) {
	sl := New(o)
	web := httptest.NewServer(sl.Handler())
	sl.At(web.URL)
	b := &bot{t: t, sl: sl, base: web.URL}
	app := httptest.NewServer(b)
	b.ours = app.URL
	t.Cleanup(func() {
		sl.Close()
		app.Close()
		web.Close()
	})
	if !o.SocketMode {
		if err := sl.Subscribe(Endpoints{
			b.ours + "/events", b.ours + "/commands", b.ours + "/interactions",
		}); err != nil {
			t.Fatal(err)
		}
	}
	b.ws = sl.Workspace("식당")
	return sl, b
}

// place is a channel with the bot in it, and the people in it.
func (b *bot) place() (*Member, *Channel) {
	staff := b.ws.Member("이직원", "ko-KR")
	return staff, b.ws.Channel("쇼츠", staff).Invite()
}

// ServeHTTP is the app.
func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(b.sl.SigningSecret()))
	fmt.Fprintf(mac, "v0:%s:%s", r.Header.Get("X-Slack-Request-Timestamp"), body)
	if r.Header.Get("X-Slack-Signature") != "v0="+hex.EncodeToString(mac.Sum(nil)) {
		b.t.Error("the signature is wrong")
	}
	b.mu.Lock()
	say := b.say
	if r.URL.Path == "/events" {
		h := heard{Header: r.Header}
		json.Unmarshal(body, &h)
		var c struct{ Challenge string }
		if json.Unmarshal(body, &c); c.Challenge != "" {
			b.mu.Unlock()
			fmt.Fprint(w, c.Challenge)
			return
		}
		b.got = append(b.got, h)
	} else {
		form, _ := url.ParseQuery(string(body))
		act := map[string]any{}
		for k, v := range form {
			act[k] = v[0]
		}
		if p := form.Get("payload"); p != "" {
			json.Unmarshal([]byte(p), &act)
		}
		b.acts = append(b.acts, act)
	}
	b.mu.Unlock()
	if say != nil {
		say(w, r)
	}
}

func (b *bot) answers(say http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.say = say
}

// events waits until nothing is on its way, and takes what came.
func (b *bot) events() []heard {
	b.t.Helper()
	if !b.sl.Until(limit, func() bool { return b.sl.Waiting() == 0 }) {
		b.t.Fatalf("%d events still wait", b.sl.Waiting())
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.got
	b.got = nil
	return all
}

type reply map[string]any

func (r reply) ok(t *testing.T) reply {
	t.Helper()
	if r["ok"] != true {
		t.Fatalf("refused: %v", r)
	}
	return r
}

func (r reply) refused(t *testing.T, name string) {
	t.Helper()
	if r["ok"] != false || r["error"] != name {
		t.Errorf("got %v, want %s", r, name)
	}
}

func (r reply) text(name string) string { s, _ := r[name].(string); return s }

// call sends a form with the token among the fields.
func (b *bot) call(method string, args map[string]any) reply {
	b.t.Helper()
	form := url.Values{"token": {b.ws.Token()}}
	for k, v := range args {
		s, ok := v.(string)
		if !ok {
			raw, _ := json.Marshal(v)
			s = string(raw)
		}
		form.Set(k, s)
	}
	resp, err := http.PostForm(b.base+"/api/"+method, form)
	return b.read(resp, err)
}

func (b *bot) read(resp *http.Response, err error) (r reply) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		b.t.Fatal(err)
	}
	return r
}

// get follows a link with a token.
func (b *bot) get(link, token string) (*http.Response, []byte) {
	b.t.Helper()
	req, _ := http.NewRequest(http.MethodGet, link, nil)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	return resp, data
}

// upload makes a file and returns its id; completing it is left to the caller.
func (b *bot) upload(name, data string) string {
	b.t.Helper()
	r := b.call("files.getUploadURLExternal", map[string]any{"filename": name, "length": fmt.Sprint(len(data))}).ok(b.t)
	resp, err := http.Post(r.text("upload_url"), "application/octet-stream", strings.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.t.Fatalf("upload: %s", resp.Status)
	}
	return r.text("file_id")
}

func picture(w, h int) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h)), nil)
	return b.Bytes()
}
