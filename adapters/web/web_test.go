package web_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/adapters/web/api"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// house is a page with the conversation, a real database and real files behind it; nothing moves its orders but the
// test.
type house struct {
	*httptest.Server
	t            *testing.T
	page         *web.Page
	store        *said
	blobs        pipeline.Blobs
	conversation *conversation.Conversation
	hub          *live.Hub
}

// said keeps what the conversation decided to say.
type said struct {
	storage.Engine
	usual map[pipeline.Step]time.Duration // how long steps take; nil: it isn't known
	mu    sync.Mutex
	says  []bot.OutgoingMessage
}

func (s *said) MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error) {
	if s.usual != nil {
		return s.usual, nil
	}
	return s.Engine.MedianStepTimes(ctx)
}

func (s *said) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
	placed, err := s.Engine.Commit(ctx, c)
	if err == nil {
		s.mu.Lock()
		s.says = append(s.says, c.Messages...)
		s.mu.Unlock()
	}
	return placed, err
}

// take gives what was said since it was called last.
func (s *said) take() []bot.OutgoingMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.says
	s.says = nil
	return all
}

const pageSecret = "secret of these tests"

// quiet is a pipeline in which orders stay where they are.
type quiet struct{}

func (quiet) Wake(int64) {}

func (quiet) RefreshStatus(int64) {}

func (quiet) Placed(pipeline.Order) {}

func (quiet) Accept(o pipeline.Order) pipeline.Order {
	return pipeline.Accept(o, "", time.Hour)
}

func open(t *testing.T, how ...func(*session.Options, *web.Options)) *house {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	engine, err := sqlite.Open(t.Context(), storagetest.Migrated(t), storage.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	blobs, err := disk.New(t.TempDir(), disk.Options{Signer: sign.New([]byte("the key of these tests"), nil)})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, store: &said{Engine: engine}, blobs: blobs, hub: live.NewHub(log)}
	ctx, cancel := context.WithCancel(context.Background())
	var hub sync.WaitGroup
	hub.Go(func() { h.hub.Run(ctx, engine) })
	t.Cleanup(func() { cancel(); hub.Wait() })
	mux := http.NewServeMux()
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	outbox := outbox.New(outbox.Options{Store: h.store, Messages: h.store, Blobs: blobs, Log: log})
	d := session.Options{
		Store: h.store, Pipeline: quiet{}, Open: true, Limit: 30, Zone: time.UTC,
		Looks: []string{"clean", "market", "fine"},
		Music: []string{"bright", "calm"}, Log: log, Guide: bottest.Guide(), SignIn: h.URL + web.SignInPath,
		Console: admin.New(admin.Options{Store: h.store, Figures: h.store, SignIn: h.URL + web.SignInPath}),
	}
	to, err := download.New(download.Options{
		Anywhere: true, MaxBytes: 1 << 10, Timeout: time.Second, Stall: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	signer := sign.New([]byte(pageSecret), nil)
	o := web.Options{
		Store: h.store, Access: h.store, Uploads: h.store, Blobs: blobs, Hub: h.hub,
		Callbacks: callback.NewSender(to, signer, h.URL+api.Orders),
		Views:     view.Maker{Standing: outbox.Standing, Platform: bottest.Guide().Platform},
		Looks:     d.Looks, Music: d.Music, Piece: func(string) ([]byte, bool) { return []byte("music"), true },
		Icon:   []byte("icon"),
		Signer: signer, Base: h.URL, Zone: time.UTC, Log: log,
		Chat: func(string) (string, string) { return "https://t.me/bot", "Telegram" },
	}
	for _, f := range how {
		f(&d, &o)
	}
	h.conversation = conversation.New(d)
	page := conversation.NewPage(h.conversation)
	o.Orders, o.Settings, o.Members = page, page, page
	h.page = web.New(o)
	mux.Handle("/", h.page)
	return h
}

// says sends an update of Telegram and gives what is said to it.
func (h *house) says(u bot.Update) []bot.OutgoingMessage {
	h.t.Helper()
	u.Platform, u.Kind, u.ToUs = "telegram", bot.Wrote, true
	u.User.Lang = cmp.Or(u.User.Lang, "ko")
	h.store.take()
	if err := h.conversation.Handle(h.t.Context(), u); err != nil {
		h.t.Fatal(err)
	}
	return h.store.take()
}

// link asks for a link in a private chat of Telegram.
func (h *house) link(chat string) string {
	h.t.Helper()
	for _, s := range h.says(bot.Update{
		Key: "web " + chat + time.Now().String(), Chat: chat, User: bot.User{ID: chat}, Message: "1", Text: "/web",
	}) {
		if _, link, ok := strings.Cut(s.Text, h.URL); ok {
			return h.URL + link
		}
	}
	h.t.Fatal("there is no link")
	return ""
}

// browser is one person's, with cookies of its own.
type browser struct {
	t    *testing.T
	base string
	http.Client
}

func (h *house) stranger() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h.t, h.URL, http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// owner is a browser that is signed in to the shop of a private chat.
func (h *house) owner(chat string) *browser {
	h.t.Helper()
	b := h.stranger()
	if got := b.enter(h.link(chat)); got.status != http.StatusOK || !strings.Contains(got.body, "새 쇼츠") {
		h.t.Fatalf("signing in: %d %s", got.status, got.body)
	}
	return b
}

// enter presses the button of a link.
func (b *browser) enter(link string) answer {
	b.t.Helper()
	got := b.get(strings.TrimPrefix(link, b.base))
	token := regexp.MustCompile(`name="token" value="([a-z0-9]+)"`).FindStringSubmatch(got.body)
	if token == nil {
		return got
	}
	return b.post("/web/in", url.Values{"token": {token[1]}})
}

type answer struct {
	status int
	body   string
	header http.Header
	path   string // where it came to
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp.StatusCode, string(body), resp.Header, resp.Request.URL.Path}
}

func (b *browser) request(method, path string, body io.Reader, header ...string) *http.Request {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func (b *browser) get(path string, header ...string) answer {
	b.t.Helper()
	return b.do(b.request(http.MethodGet, path, nil, header...))
}

func (b *browser) post(path string, form url.Values, header ...string) answer {
	b.t.Helper()
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)
	return b.do(b.request(http.MethodPost, path, strings.NewReader(form.Encode()), header...))
}

// multi makes a form with a picture; "photo" of fields isn't one of them.
func multi(t *testing.T, photo []byte, fields ...string) (io.Reader, string) {
	t.Helper()
	if photo == nil {
		return files(t, "", "", "", fields...)
	}
	return files(t, "photo", "pasta.jpg", string(photo), fields...)
}

// files makes a form with a file, unless that has no field.
func files(t *testing.T, field, name, content string, fields ...string) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if field != "" {
		part, err := form.CreateFormFile(field, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, form.FormDataContentType()
}

const orderKey = "formkey-0001"

// send sends the form as the page's script does.
func (b *browser) send(photo []byte, fields ...string) (got answer, said struct {
	Location, Detail, Shown string
	Problems                []present.Problem
}) {
	b.t.Helper()
	body, kind := multi(b.t, photo, fields...)
	got = b.do(b.request(http.MethodPost, "/web/orders", body, "Content-Type", kind, "Accept", "application/json"))
	if err := json.Unmarshal([]byte(got.body), &said); err != nil {
		b.t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return got, said
}

// orders places one and gives its path.
func (b *browser) orders(menu string) string {
	b.t.Helper()
	got, said := b.send(sample.Photo, "key", bot.HashSecret(menu)[:32], "menu", menu, "price", "18000")
	if got.status != http.StatusOK || said.Location == "" {
		b.t.Fatalf("%d %s", got.status, got.body)
	}
	return said.Location
}

// place puts an order of an earlier time into the store.
func (h *house) place(ctx context.Context, o pipeline.Order) (pipeline.Order, bool, error) {
	o.Placed, o.Changed, o.Due = time.Now(), time.Now(), time.Now().Add(time.Hour)
	if o.Status == "" {
		o.Status, o.Step, o.Phase = pipeline.Open, pipeline.Fetch, pipeline.Ready
	}
	return h.store.Place(ctx, o)
}

// deliver ends an order with a short of those bytes.
func (h *house) deliver(id int64, short string) {
	h.t.Helper()
	if err := h.blobs.Put(h.t.Context(), "shorts/1.mp4", "video/mp4", strings.NewReader(short)); err != nil {
		h.t.Fatal(err)
	}
	o, err := h.store.Order(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	o.Status, o.Step, o.Cut.ShortKey, o.ClipKey, o.Shown = pipeline.Delivered, pipeline.Deliver, "shorts/1.mp4",
		"clips/1.mp4", o.Cut.N
	if o, err = h.store.Move(h.t.Context(), o, pipeline.Move{Cut: true}); err != nil {
		h.t.Fatal(err)
	}
	h.hub.Changed(o.Shop, o.ID)
}
