package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// watching is a short that is done, and a service that shows it.
func watching(t *testing.T) (*web.Watch, pipeline.Order, string) {
	t.Helper()
	s := open(t)
	o, _, err := s.place(t.Context(), pipeline.Order{
		Source: "a", Thread: pipeline.Thread{Platform: "telegram", Chat: "1", Lang: "ko"}, Status: pipeline.Open,
		Step: pipeline.Deliver, Phase: pipeline.Ready,
		Cut: pipeline.Cut{
			N: 1, ShortKey: "shorts/a.mp4", Words: pipeline.Words{Menu: "<b>새우</b> 파스타", Price: "18,000원", Won: 18000},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.blobs.Put(t.Context(), "shorts/a.mp4", "video/mp4", strings.NewReader("0123456789")); err != nil {
		t.Fatal(err)
	}
	w := &web.Watch{
		Store: s.store, Blobs: s.blobs, Signer: sign.New([]byte("k"), nil),
		Log: slog.New(slog.DiscardHandler),
	}
	mux := http.NewServeMux()
	mux.Handle("GET /v/{token}", w)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	w.Base = srv.URL
	return w, o, w.Link(o)
}

func fetch(t *testing.T, address string, header ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(header) == 2 {
		r.Header.Set(header[0], header[1])
	}
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func TestWatch_AShortIsPlayedAndSavedByItsLink(t *testing.T) {
	_, _, link := watching(t)
	code, page, _ := fetch(t, link)
	if code != 200 || !strings.Contains(page, "18,000원") || !strings.Contains(page, "영상 저장하기") ||
		strings.Contains(page, "<b>새우") {
		t.Errorf("%d %s", code, page)
	}
	if code, film, _ := fetch(t, link+"?play", "Range", "bytes=2-4"); code != http.StatusPartialContent ||
		film != "234" {
		t.Errorf("a part of the film: %d %q", code, film)
	}
	if code, film, h := fetch(t, link+"?save"); code != 200 || film != "0123456789" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		t.Errorf("saving: %d %q %v", code, film, h)
	}
}

func TestWatch_AStillIsSeenAndSavedByItsLink(t *testing.T) {
	w, o, film := watching(t)
	if err := w.Blobs.Put(t.Context(), "shorts/a.jpg", "image/jpeg", strings.NewReader("PICTURE")); err != nil {
		t.Fatal(err)
	}
	tall := o
	o.Cut.Size, o.Cut.ShortKey = pipeline.Still, "shorts/a.jpg"
	w.Store = shorts{pipeline.Tall: tall, pipeline.Still: o}
	link := w.Link(o)
	if code, page, _ := fetch(t, film); code != 200 || !strings.Contains(page, "<video") {
		t.Errorf("the film's own link: %d %s", code, page)
	}
	_, page, h := fetch(t, link)
	if !strings.Contains(page, "<img") || strings.Contains(page, "<video") || !strings.Contains(page, "사진 저장하기") ||
		!strings.Contains(h.Get("Content-Security-Policy"), "img-src 'self'") {
		t.Error(page)
	}
	if code, picture, h := fetch(t, link+"?play"); code != 200 || picture != "PICTURE" ||
		h.Get("Content-Type") != "image/jpeg" {
		t.Errorf("seeing: %d %q %v", code, picture, h)
	}
	_, _, h = fetch(t, link+"?save")
	if name, _ := url.PathUnescape(h.Get("Content-Disposition")); !strings.HasSuffix(name, "b새우b파스타.jpg") {
		t.Errorf("saving: %q", name)
	}
}

// shorts are those of one order.
type shorts map[pipeline.Size]pipeline.Order

func (s shorts) Short(_ context.Context, _ int64, size pipeline.Size) (pipeline.Order, error) {
	return s[size], nil
}

func TestWatch_ALinkCannotBeGuessed(t *testing.T) {
	w, o, link := watching(t)
	other := *w
	other.Signer = sign.New([]byte("another"), nil)
	for _, bad := range []string{
		link + "A", link[:len(link)-2], w.Base + "/v/AQ", other.Link(o), w.Link(pipeline.Order{ID: o.ID + 1}),
		w.Link(pipeline.Order{ID: o.ID, Cut: pipeline.Cut{Size: pipeline.Square}}),
	} {
		if code, body, _ := fetch(t, bad); code != 404 || strings.Contains(body, "파스타") {
			t.Errorf("%s: %d", strings.TrimPrefix(bad, w.Base), code)
		}
	}
}

func TestWatch_SeveralRangesAreNotReadOneByOne(t *testing.T) {
	w, _, address := watching(t)
	blobs := &counting{Blobs: w.Blobs}
	w.Blobs = blobs
	status, body, _ := fetch(
		t, address+"?play", "Range", "bytes="+strings.TrimSuffix(strings.Repeat("0-0,", 3000), ","),
	)
	if status != http.StatusOK || body != "0123456789" || blobs.seeks > 4 {
		t.Errorf("%d, %q after %d seeks", status, body, blobs.seeks)
	}
	if status, body, _ := fetch(t, address+"?play", "Range", "bytes=2-4"); status != http.StatusPartialContent ||
		body != "234" {
		t.Errorf("one range: %d, %q", status, body)
	}
}

// counting counts the seeks in its blobs: in a bucket each is a request.
type counting struct {
	pipeline.Blobs
	seeks int
}

func (c *counting) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	f, err := c.Blobs.Open(ctx, key)
	return &counted{f, c}, err
}

type counted struct {
	io.ReadSeekCloser
	by *counting
}

func (c *counted) Seek(offset int64, whence int) (int64, error) {
	c.by.seeks++
	return c.ReadSeekCloser.Seek(offset, whence)
}

func TestWatch_OldLinksWorkWithTheOldSecret(t *testing.T) {
	w, _, address := watching(t)
	w.Signer = sign.New([]byte("a new one"), nil)
	if status, _, _ := fetch(t, address); status != http.StatusNotFound {
		t.Errorf("without the old secret: %d", status)
	}
	w.Signer = sign.New([]byte("a new one"), []byte("k"))
	if status, _, _ := fetch(t, address); status != http.StatusOK {
		t.Errorf("with both: %d", status)
	}
}

func TestWatch_LinksOfVersionsBeforeKeysWereDerivedWork(t *testing.T) {
	w, o, _ := watching(t)
	if status, _, _ := fetch(t, w.Base+"/v/2KqhUwOhEc6rW4YQHmJ52AE"); status != http.StatusOK || o.ID != 1 {
		t.Errorf("v0.1.0's link to order %d: %d", o.ID, status)
	}
}

func TestWatch_WithoutAnAddressThereIsNoLink(t *testing.T) {
	if got := (&web.Watch{Signer: sign.New([]byte("k"), nil)}).Link(pipeline.Order{ID: 1}); got != "" {
		t.Error(got)
	}
}
