package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

func TestTheShortPlaysInPieces(t *testing.T) {
	s := open(t)
	b := s.browser()
	placed := b.order(sample.Caption)
	early := b.get("/web/orders/"+strconv.FormatInt(placed.ID, 10)+"/video", nil)
	if early.status != http.StatusNotFound {
		t.Errorf("a short that isn't there: %d", early.status)
	}
	s.deliver(placed.ID, "0123456789")
	o := b.chat()[0]
	if o.Open || o.Progress != 1 || o.Line == placed.Line {
		t.Errorf("%+v", o)
	}
	whole := b.get(o.Video, nil)
	if whole.body != "0123456789" || whole.header.Get("Content-Type") != "video/mp4" || whole.header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("%+v", whole)
	}
	part := b.get(o.Video, map[string]string{"Range": "bytes=2-4"})
	if part.status != http.StatusPartialContent || part.body != "234" || part.header.Get("Content-Range") != "bytes 2-4/10" {
		t.Errorf("%+v", part)
	}
	if again := b.get(o.Video, map[string]string{"If-None-Match": whole.header.Get("ETag")}); again.status != http.StatusNotModified {
		t.Errorf("the same again: %d", again.status)
	}
	save := b.get(o.Video+"&save", nil).header.Get("Content-Disposition")
	if name, _ := url.PathUnescape(save); !strings.HasPrefix(save, "attachment") || !strings.HasSuffix(name, "사장픽 새우 파스타.mp4") {
		t.Errorf("saved as %q", save)
	}
}

func TestAnotherBrowsersOrderIsNotThere(t *testing.T) {
	s := open(t)
	owner, other := s.browser(), s.browser()
	o := owner.order(sample.Caption)
	s.deliver(o.ID, "short")
	video := owner.chat()[0].Video
	if n := len(other.chat()); n != 0 {
		t.Errorf("%d orders of somebody else", n)
	}
	missing := other.get("/web/orders/999/video", nil)
	for _, path := range []string{video, o.Photo, "/web/orders/x/video", "/web/orders/-1/photo"} {
		if got := other.get(path, nil); got.status != http.StatusNotFound || got.body != missing.body {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	other.Jar = nil
	if got := other.get(video, nil); got.status != http.StatusNotFound {
		t.Errorf("without a cookie: %d", got.status)
	}
	if got := owner.get(video, nil); got.status != http.StatusOK {
		t.Errorf("the owner's own: %d", got.status)
	}
}

func TestAnUploadShowsOnlyAsAPicture(t *testing.T) {
	s := open(t)
	b := s.browser()
	good := b.order(sample.Caption)
	if got := b.get(good.Photo, nil); got.header.Get("Content-Type") != "image/jpeg" || len(got.body) != len(sample.Photo) {
		t.Errorf("%v", got.header)
	}
	bad := b.parse(b.send([]byte("<html><script>alert(1)</script>"), nil, field{"id", "fedcba9876543210"}, field{"caption", sample.Caption}), http.StatusOK)
	if got := b.get(bad.Photo, nil); got.status != http.StatusNotFound || strings.Contains(got.body, "script") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestAnOrderMovesForwardAsItIsWorkedOn(t *testing.T) {
	s := open(t)
	b := s.browser()
	id := b.order(sample.Caption).ID
	last, lines := -1.0, map[string]bool{}
	for _, at := range []struct {
		step     pipeline.Step
		progress float64
	}{{pipeline.Fetch, 0}, {pipeline.Animate, 0}, {pipeline.Animate, 0.7}, {pipeline.Render, 0}, {pipeline.Render, 1}, {pipeline.Deliver, 0.5}} {
		s.change(id, func(o *pipeline.Order) { o.Step, o.Progress = at.step, at.progress })
		o := b.chat()[0]
		if o.Progress <= last || o.Progress >= 1 || !o.Open {
			t.Errorf("%s %v: %v after %v", at.step, at.progress, o.Progress, last)
		}
		last, lines[o.Line] = o.Progress, true
	}
	if len(lines) < 4 {
		t.Errorf("only %d different lines", len(lines))
	}
}

func TestAnOrderThatCannotBeDoneSaysWhy(t *testing.T) {
	s := open(t)
	b := s.browser()
	id := b.order(sample.Caption).ID
	before := b.chat()[0]
	s.change(id, func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoBroken })
	after := b.chat()[0]
	if !after.Failed || after.Open || after.Line == "" || after.Line == before.Line {
		t.Errorf("%+v", after)
	}
}

func TestAShortThatShowsThePhotoSaysWhy(t *testing.T) {
	s := open(t)
	b := s.browser()
	id := b.order(sample.Caption).ID
	s.change(id, func(o *pipeline.Order) { o.Step, o.Fallback = pipeline.Render, pipeline.ReasonDishChanged })
	edited := b.chat()[0].Line
	s.change(id, func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	for _, line := range []string{edited, b.chat()[0].Line} {
		if _, why, _ := strings.Cut(line, "\n"); !strings.Contains(why, "음식이 달라 보여서") {
			t.Errorf("%q", line)
		}
	}
}

func TestANewOrderSaysHowLongOthersTook(t *testing.T) {
	s := open(t)
	b := s.browser()
	s.deliver(b.order(sample.Caption).ID, "short")
	b.parse(b.send(sample.Photo, nil, field{"id", "fedcba9876543210"}, field{"caption", sample.Caption}), http.StatusOK)
	if line := b.chat()[1].Line; !strings.Contains(line, "10초쯤") {
		t.Error(line)
	}
}

func TestTheChatIsShownOldestFirst(t *testing.T) {
	s := open(t)
	b := s.browser()
	first := b.order(sample.Caption)
	second := b.parse(b.send(sample.Photo, nil, field{"id", "fedcba9876543210"}, field{"caption", "된장찌개 8,000원"}), http.StatusOK)
	if got := b.chat(); len(got) != 2 || got[0].ID != first.ID || got[1].ID != second.ID || got[1].Message != "fedcba9876543210" {
		t.Errorf("%+v", got)
	}
}

func TestThePageSpeaksTheBrowsersLanguage(t *testing.T) {
	s := open(t)
	b := s.browser()
	for accept, want := range map[string]string{
		"":                             "ko",
		"ko-KR,ko;q=0.9,en-US;q=0.8":   "ko",
		"en-US,en;q=0.9":               "en",
		"en;q=0.3, ko;q=0.7":           "ko",
		"fr-FR,fr;q=0.9,en;q=0.5":      "en",
		"de":                           "ko",
		"en;q=zero":                    "ko",
		strings.Repeat("en-US,", 1000): "en",
	} {
		if got := b.get("/", map[string]string{"Accept-Language": accept}); !strings.Contains(got.body, `<html lang="`+want+`">`) {
			t.Errorf("%.40q is not answered in %s", accept, want)
		}
	}
	if got := b.get("/?lang=en", map[string]string{"Accept-Language": "ko"}); !strings.Contains(got.body, `<html lang="en">`) {
		t.Error("the person's own choice counts less than the browser's")
	}
}

func TestEveryPartOfThePageIsThere(t *testing.T) {
	s := open(t)
	b := s.browser()
	for path, contentType := range map[string]string{
		"/web/page.css":   "text/css; charset=utf-8",
		"/web/page.js":    "text/javascript; charset=utf-8",
		"/web/sample.jpg": "image/jpeg",
	} {
		if got := b.get(path, nil); got.status != http.StatusOK || got.header.Get("Content-Type") != contentType {
			t.Errorf("%s: %d %s", path, got.status, got.header.Get("Content-Type"))
		}
	}
	if got := b.get("/nowhere", nil); got.status != http.StatusNotFound {
		t.Errorf("/nowhere: %d", got.status)
	}
	for _, lang := range []string{"ko", "en"} {
		if page := b.get("/?lang="+lang, nil).body; strings.Contains(strings.Replace(page, `<img alt="">`, "", 1), `=""`) || strings.Contains(page, "<p></p>") {
			t.Errorf("a text of %s is missing:\n%s", lang, page)
		}
	}
}
