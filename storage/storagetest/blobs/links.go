package blobs

import (
	"io"
	"mime"
	"net/http"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

const ttl = 5 * time.Minute

func linkFetches(t *testing.T, b pipeline.Blobs) {
	for _, blob := range []struct{ key, contentType, content string }{
		{"link/photo.jpg", "image/jpeg", "\xff\xd8\xff\xe0 a picture"},
		{"link/logo.png", "image/png", "\x89PNG\r\n\x1a\n a picture"},
		{"link/short.mp4", "video/mp4", "not a film at all"},
		{"link/music.mp3", "audio/mpeg", "<html>not a page</html>"},
		{"link/empty.txt", "text/plain", ""},
	} {
		put(t, b, blob.key, blob.contentType, blob.content)
		res, body := fetch(t, http.MethodGet, link(t, b, blob.key).URL, "")
		if res.StatusCode != http.StatusOK || body != blob.content {
			t.Errorf("%s: GET %d, %q; want 200, %q", blob.key, res.StatusCode, body, blob.content)
		}
		wantHeaders(t, blob.key, res, blob.contentType, int64(len(blob.content)))
	}
}

func linkRanges(t *testing.T, b pipeline.Blobs) {
	put(t, b, "link/range.mp4", "video/mp4", "0123456789")
	url := link(t, b, "link/range.mp4").URL
	for asked, want := range map[string]string{"bytes=0-3": "0123", "bytes=4-": "456789", "bytes=-2": "89"} {
		res, body := fetch(t, http.MethodGet, url, asked)
		if res.StatusCode != http.StatusPartialContent || body != want {
			t.Errorf("Range %s: %d, %q; want 206, %q", asked, res.StatusCode, body, want)
		}
		wantHeaders(t, asked, res, "video/mp4", int64(len(want)))
	}
}

func linkHead(t *testing.T, b pipeline.Blobs) {
	put(t, b, "link/head.jpg", "image/jpeg", "0123456789")
	l := link(t, b, "link/head.jpg")
	res, _ := fetch(t, http.MethodHead, l.URL, "")
	if answers := res.StatusCode == http.StatusOK; answers != l.Head {
		t.Errorf("HEAD: %d, but Link.Head is %v", res.StatusCode, l.Head)
	}
	if l.Head {
		wantHeaders(t, "HEAD", res, "image/jpeg", 10)
	}
}

func linkMissing(t *testing.T, b pipeline.Blobs) {
	l, err := b.Link(t.Context(), "link/missing.jpg", ttl)
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := fetch(t, http.MethodGet, l.URL, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("GET of a link to nothing: %d, want 404", res.StatusCode)
	}
}

func link(t *testing.T, b pipeline.Blobs, key string) pipeline.Link {
	t.Helper()
	l, err := b.Link(t.Context(), key, ttl)
	if err != nil {
		t.Fatalf("Link(%q): %v", key, err)
	}
	return l
}

// fetch is a stranger with nothing but the address, who follows no redirects.
func fetch(t *testing.T, method, url, byteRange string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if byteRange != "" {
		req.Header.Set("Range", byteRange)
	}
	client := http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func wantHeaders(t *testing.T, what string, res *http.Response, contentType string, length int64) {
	t.Helper()
	got, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if got != contentType || res.ContentLength != length {
		t.Errorf(
			"%s: Content-Type %q, Content-Length %d; want %q, %d", what, got, res.ContentLength, contentType, length,
		)
	}
}
