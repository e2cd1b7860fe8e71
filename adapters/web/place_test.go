package web_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

func TestOneMessageIsOneOrder(t *testing.T) {
	s := open(t)
	b := s.browser()
	var tap sync.WaitGroup
	ids := make([]int64, 8)
	for i := range ids {
		tap.Go(func() { ids[i] = b.order(sample.Caption).ID })
	}
	tap.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("two orders: %d and %d", id, ids[0])
		}
	}
	if n := len(b.chat()); s.placed.Load() != 1 || n != 1 {
		t.Errorf("%d orders placed, %d shown", s.placed.Load(), n)
	}
}

func TestAMessageBecomesAnOrderWithItsPhotoKept(t *testing.T) {
	s := open(t)
	b := s.browser()
	got := b.order(sample.Caption)
	o, err := s.store.Order(t.Context(), got.ID)
	if err != nil {
		t.Fatal(err)
	}
	if w := o.Cut.Words; w.Menu != "새우 파스타" || w.Price != "18,000원" || w.Won != 18000 {
		t.Errorf("words %+v", w)
	}
	if o.Thread.Platform != "web" || o.Thread.Lang != "ko" || o.Thread.Message != name || !strings.HasSuffix(o.Source, name) || o.Cut.N != 1 || o.Cut.Look != "market" || o.Cut.Music != "bright" {
		t.Errorf("order %+v", o)
	}
	r, err := s.page.Photo(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if data, err := io.ReadAll(r); err != nil || !bytes.Equal(data, sample.Photo) {
		t.Errorf("%d bytes of %d, %v", len(data), len(sample.Photo), err)
	}
	if !got.Open || got.Failed || got.Line == "" || got.Video != "" || !strings.Contains(got.Head, "새우 파스타 · 18,000원") {
		t.Errorf("shown as %+v", got)
	}
}

func TestTheCookieIsNowhereButInTheBrowser(t *testing.T) {
	s := open(t)
	b := s.browser()
	first := s.Client()
	resp, err := first.Get(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	c := resp.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || len(c.Value) < 26 {
		t.Errorf("%+v", c)
	}
	r := b.request(sample.Photo, nil, field{"id", name}, field{"caption", sample.Caption})
	b.Jar = nil
	r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	got := b.parse(b.do(r), http.StatusOK)
	o, err := s.store.Order(t.Context(), got.ID)
	if err != nil {
		t.Fatal(err)
	}
	if all := o.Source + o.Thread.Chat + o.Photo.Ref; strings.Contains(all, c.Value) {
		t.Errorf("the cookie is in %s", all)
	}
}

func TestWordsThatAreNotEnoughAreAskedForAndKeepNothing(t *testing.T) {
	s := open(t)
	b := s.browser()
	for _, caption := range []string{"", "새우 파스타"} {
		got := b.parse(b.send(sample.Photo, nil, field{"id", name}, field{"caption", caption}), http.StatusUnprocessableEntity)
		if got.Question == "" {
			t.Errorf("%q: %+v", caption, got)
		}
	}
	if s.placed.Load() != 0 {
		t.Error("an order without words was placed")
	}
	both := b.parse(b.send(sample.Photo, nil, field{"id", name}, field{"caption", "18,000원"}, field{"earlier", "새우 파스타"}), http.StatusOK)
	if both.Said != "새우 파스타 18,000원" {
		t.Errorf("two lines made %q", both.Said)
	}
}

func TestPage_ADoubtfulReadingIsShownBeforeTheOrder(t *testing.T) {
	const doubtful, shown = "새우 파스타 1,800원", "새우 파스타 · 1,800원"
	for _, c := range []struct{ promise, caption, said string }{
		{"yes by button", "맞아요", "새우 파스타 1,800원"},
		{"yes by word", "네", "새우 파스타 1,800원"},
		{"a new line", "새우 파스타 18,000원", "새우 파스타 18,000원"},
		{"a new price", "18,000원", "새우 파스타 18,000원"},
		{"no", "아니요", ""},
	} {
		s := open(t)
		b := s.browser()
		got := b.parse(b.send(sample.Photo, nil, field{"id", name}, field{"caption", doubtful}), http.StatusUnprocessableEntity)
		if got.Reading != shown || len(got.Choices) != 2 || !strings.Contains(got.Question, shown) || s.placed.Load() != 0 {
			t.Fatalf("%+v, %d orders", got, s.placed.Load())
		}
		want := http.StatusOK
		if c.said == "" {
			want = http.StatusUnprocessableEntity
		}
		got = b.parse(b.send(sample.Photo, nil, field{"id", name}, field{"caption", c.caption},
			field{"earlier", doubtful}, field{"reading", got.Reading}), want)
		if got.Said != c.said || c.said == "" && got.Question == "" {
			t.Errorf("%s: %+v", c.promise, got)
		}
	}
}

func TestABadMessageIsRefused(t *testing.T) {
	s := open(t)
	b := s.browser()
	id, words := field{"id", name}, field{"caption", sample.Caption}
	for _, c := range []struct {
		promise string
		got     reply
		status  int
	}{
		{"from another site, by Origin", b.send(sample.Photo, map[string]string{"Origin": "http://evil.example"}, id, words), http.StatusForbidden},
		{"from another site, by Sec-Fetch-Site", b.send(sample.Photo, map[string]string{"Sec-Fetch-Site": "cross-site"}, id, words), http.StatusForbidden},
		{"a photo too big", b.send(make([]byte, 20<<20+1), nil, id, words), http.StatusRequestEntityTooLarge},
		{"a body far too big", b.send(make([]byte, 21<<20), nil, id, words), http.StatusRequestEntityTooLarge},
		{"an empty photo", b.send([]byte{}, nil, id, words), http.StatusUnprocessableEntity},
		{"no photo", b.send(nil, nil, id, words), http.StatusBadRequest},
		{"no name", b.send(sample.Photo, nil, words), http.StatusBadRequest},
		{"the photo before the words", b.send(sample.Photo, nil, field{"id", "../../etc/passwd/xx"}, words), http.StatusBadRequest},
		{"a caption too long", b.send(sample.Photo, nil, id, field{"caption", strings.Repeat("가", 1025)}), http.StatusRequestEntityTooLarge},
		{"a caption far too long", b.send(sample.Photo, nil, id, field{"caption", strings.Repeat("x", 1<<20)}), http.StatusRequestEntityTooLarge},
		{"a caption that is no text", b.send(sample.Photo, nil, id, field{"caption", "\xff\xfe 1,000원"}), http.StatusBadRequest},
	} {
		if c.got.status != c.status {
			t.Errorf("%s: %d, want %d: %s", c.promise, c.got.status, c.status, c.got.body)
		}
	}
	r := b.request(sample.Photo, nil, id, words)
	r.Header.Set("Content-Type", "application/json")
	if got := b.do(r); got.status != http.StatusBadRequest {
		t.Errorf("no form: %d", got.status)
	}
	if s.placed.Load() != 0 {
		t.Errorf("%d orders were placed", s.placed.Load())
	}
}

func TestTheLargestCaptionAndPhotoAreTaken(t *testing.T) {
	s := open(t)
	b := s.browser()
	photo := make([]byte, 20<<20)
	caption := sample.Caption + strings.Repeat(" ", 1024-len([]rune(sample.Caption)))
	b.parse(b.send(photo, nil, field{"id", name}, field{"caption", caption}), http.StatusOK)
}

func TestAHostileCaptionComesBackAsText(t *testing.T) {
	s := open(t)
	b := s.browser()
	hostile := `<img src=x onerror=alert(1)> 18,000원`
	asked := b.send(sample.Photo, nil, field{"id", name}, field{"caption", hostile})
	q := b.parse(asked, http.StatusUnprocessableEntity)
	r := b.send(sample.Photo, nil, field{"id", name}, field{"caption", "네"}, field{"earlier", hostile}, field{"reading", q.Reading})
	if o := b.parse(r, http.StatusOK); !strings.Contains(o.Said, "<img") {
		t.Errorf("said %q", o.Said)
	}
	list := b.get("/web/orders", nil)
	for _, got := range []reply{asked, r, list} {
		if strings.Contains(got.body, "<img") || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v: %s", got.header, got.body)
		}
	}
	page := b.get("/", nil)
	if strings.Contains(page.body, "onerror") {
		t.Error("the page holds the caption")
	}
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
	for _, inline := range []string{"onclick", "onload", "<style", "style=", "javascript:", "http://", "https://"} {
		if strings.Contains(page.body, inline) {
			t.Errorf("the page holds %s", inline)
		}
	}
	if n := strings.Count(page.body, "<script"); n != 1 {
		t.Errorf("%d scripts", n)
	}
}

func TestAMissingUploadIsAPhotoGone(t *testing.T) {
	s := open(t)
	_, err := s.page.Photo(t.Context(), pipeline.Order{Photo: pipeline.Photo{Ref: "uploads/none"}})
	var f *pipeline.Fault
	if !errors.As(err, &f) || f.Kind != pipeline.Rejected || f.Reason != pipeline.ReasonPhotoGone {
		t.Error(err)
	}
}
