package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// shop is a page with a real database and real files behind it.
type shop struct {
	*httptest.Server
	t      *testing.T
	page   *web.Page
	store  storage.Engine
	blobs  pipeline.Blobs
	placed atomic.Int32 // orders that were new
}

func open(t *testing.T) *shop {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	store, err := sqlite.Open(t.Context(), storagetest.Migrated(t), storage.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	blobs, err := disk.New(t.TempDir(), disk.Options{Signer: pipeline.NewSigner([]byte("the key of these tests"), nil)})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, store: store, blobs: blobs}
	s.page = web.New(web.Options{Place: s.place, Store: store, Blobs: blobs, Look: "market", Log: quiet})
	s.Server = httptest.NewServer(s.page)
	t.Cleanup(s.Close)
	return s
}

func (s *shop) place(ctx context.Context, o pipeline.Order) (pipeline.Order, bool, error) {
	o.Placed, o.Changed, o.Due = time.Now(), time.Now(), time.Now().Add(time.Hour)
	o.Status, o.Step, o.Phase = pipeline.Open, pipeline.Fetch, pipeline.Ready
	o, fresh, err := s.store.Place(ctx, o)
	if fresh {
		s.placed.Add(1)
	}
	return o, fresh, err
}

// deliver ends an order with a short of those bytes.
func (s *shop) deliver(id int64, short string) {
	s.t.Helper()
	if err := s.blobs.Put(s.t.Context(), "shorts/1.mp4", "video/mp4", strings.NewReader(short)); err != nil {
		s.t.Fatal(err)
	}
	s.change(id, func(o *pipeline.Order) {
		o.Status, o.Step, o.Cut.ShortKey = pipeline.Delivered, pipeline.Deliver, "shorts/1.mp4"
	})
}

func (s *shop) change(id int64, how func(o *pipeline.Order)) {
	s.t.Helper()
	o, err := s.store.Order(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	how(&o)
	if _, err := s.store.Move(s.t.Context(), o, pipeline.Move{Cut: true}); err != nil {
		s.t.Fatal(err)
	}
}

// browser is one person's, with cookies of its own.
type browser struct {
	t    *testing.T
	base string
	http.Client
}

func (s *shop) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{t: s.t, base: s.URL, Client: http.Client{Jar: jar}}
	if got := b.get("/", nil); got.status != http.StatusOK {
		s.t.Fatalf("the page answers %d", got.status)
	}
	return b
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (b *browser) do(r *http.Request) reply {
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
	return reply{resp.StatusCode, resp.Header, string(body)}
}

func (b *browser) get(path string, header map[string]string) reply {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	return b.do(r)
}

// field is one part of a message.
type field struct{ name, text string }

const name = "0123456789abcdef"

// send posts the fields in their order and then the photo.
func (b *browser) send(photo []byte, header map[string]string, fields ...field) reply {
	b.t.Helper()
	return b.do(b.request(photo, header, fields...))
}

func (b *browser) request(photo []byte, header map[string]string, fields ...field) *http.Request {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range fields {
		if err := form.WriteField(f.name, f.text); err != nil {
			b.t.Fatal(err)
		}
	}
	if photo != nil {
		part, err := form.CreateFormFile("photo", "../내 사진.jpg")
		if err != nil {
			b.t.Fatal(err)
		}
		_, _ = part.Write(photo) // a buffer takes everything
	}
	form.Close()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+"/web/orders", &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	for name, value := range header {
		r.Header.Set(name, value)
	}
	return r
}

// order is what the page is told about an order.
type order struct {
	ID                        int64
	Message, Said, Head, Line string
	Progress                  float64
	Open, Failed              bool
	Photo, Video, File        string
	Error, Question, Reading  string
	Choices                   []struct{ Label, Caption string }
}

func (b *browser) parse(r reply, want int) order {
	b.t.Helper()
	if r.status != want {
		b.t.Fatalf("status %d, want %d: %s", r.status, want, r.body)
	}
	var o order
	if err := json.Unmarshal([]byte(r.body), &o); err != nil {
		b.t.Fatalf("%v: %s", err, r.body)
	}
	return o
}

// order places one order of the sample photo.
func (b *browser) order(caption string) order {
	b.t.Helper()
	return b.parse(b.send(sample.Photo, nil, field{"id", name}, field{"caption", caption}), http.StatusOK)
}

func (b *browser) chat() []order {
	b.t.Helper()
	got := b.get("/web/orders", nil)
	var list struct{ Orders []order }
	if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != http.StatusOK {
		b.t.Fatalf("%d %v: %s", got.status, err, got.body)
	}
	return list.Orders
}
