package disk

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/sign"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestDiskLink_EndsWhenItsTimeIsOver(t *testing.T) {
	s := served(t, t.TempDir())
	put(t, s, "a/short.mp4", "short")
	now := time.Now()
	token := s.token("a/short.mp4", now.Add(time.Minute))
	if key, ok := s.parse(token, now.Add(59*time.Second)); !ok || key != "a/short.mp4" {
		t.Errorf("before the end: %q, %v", key, ok)
	}
	if _, ok := s.parse(token, now.Add(time.Minute)); ok {
		t.Error("the token still counts at its end")
	}
	if status, body := get(
		t, s.base+"/files/"+s.token("a/short.mp4", now.Add(-time.Second)),
	); status != http.StatusNotFound {
		t.Errorf("GET of an expired link: %d %q, want 404", status, body)
	}
}

func TestDiskLink_AForgedOneFindsNothing(t *testing.T) {
	dir := t.TempDir()
	s := served(t, dir)
	put(t, s, "a/short.mp4", "short")
	expiry := time.Now().Add(time.Minute)
	good := s.token("a/short.mp4", expiry)
	if status, _ := get(t, s.base+"/files/"+good); status != http.StatusOK {
		t.Fatalf("GET of the true link: %d", status)
	}
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		forged := append([]byte(nil), raw...)
		forged[i] ^= 1
		if status, _ := get(
			t, s.base+"/files/"+base64.RawURLEncoding.EncodeToString(forged),
		); status != http.StatusNotFound {
			t.Errorf("GET with bit %d turned: %d, want 404", i*8, status)
		}
	}
	stranger, err := New(dir, Options{BaseURL: s.base, Signer: sign.New([]byte("another key, as long"), nil)})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	for name, token := range map[string]string{
		"another key": stranger.token("a/short.mp4", expiry), "cut short": good[:len(good)-4], "padded": good + "==",
		"no token": "AAAA", "not base64": "a.b", "the blob's key": "short.mp4", "a way up": "..%2f..%2fetc%2fpasswd",
	} {
		if status, _ := get(t, s.base+"/files/"+token); status != http.StatusNotFound {
			t.Errorf("GET with %s: %d, want 404", name, status)
		}
	}
}

func TestDiskServe_ThereIsNoListing(t *testing.T) {
	s := served(t, t.TempDir())
	put(t, s, "a/short.mp4", "short")
	for _, url := range []string{
		s.base + "/files/", s.base + "/files", s.base + "/files/" + s.token("a", time.Now().Add(time.Minute)),
	} {
		if status, body := get(t, url); status != http.StatusNotFound || strings.Contains(body, "short") {
			t.Errorf("GET %d %q, want 404", status, body)
		}
	}
}

func TestDiskServe_OnlyReadingIsServed(t *testing.T) {
	s := served(t, t.TempDir())
	put(t, s, "a/short.mp4", "short")
	l, err := s.Link(t.Context(), "a/short.mp4", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(l.URL, "video/mp4", strings.NewReader("other"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d, want 405", res.StatusCode)
	}
}

func TestDiskServe_AnswersAreNotGuessedAtAndStayPrivate(t *testing.T) {
	s := served(t, t.TempDir())
	put(t, s, "a/note.txt", "<script>alert(1)</script>")
	l, err := s.Link(t.Context(), "a/note.txt", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(l.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, max-age=300",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestDiskPublic_IsOnlyHTTPSOnTheInternet(t *testing.T) {
	for base, want := range map[string]bool{
		"https://shop.example.com":      true,
		"https://shop.example.com:8443": true,
		"https://203.0.113.7":           true,
		"http://shop.example.com":       false,
		"":                              false,
		"https://localhost":             false,
		"https://app.localhost":         false,
		"https://127.0.0.1:8080":        false,
		"https://[::1]:8080":            false,
		"https://192.168.0.7":           false,
		"http://127.0.0.1:8080":         false,
	} {
		s, err := New(t.TempDir(), Options{BaseURL: base, Signer: sign.New(testKey, nil)})
		if err != nil {
			t.Fatalf("%q: %v", base, err)
		}
		l, err := s.Link(t.Context(), "a.jpg", time.Minute)
		if err != nil || l.Public != want || !l.Head || !strings.HasPrefix(l.URL, base+"/files/") {
			t.Errorf("%q: Public %v, Head %v, %v; want Public %v", base, l.Public, l.Head, err, want)
		}
		s.Close()
	}
	for _, base := range []string{"shop.example.com", "ftp://shop.example.com", "https://", "://"} {
		if _, err := New(t.TempDir(), Options{BaseURL: base, Signer: sign.New(testKey, nil)}); err == nil {
			t.Errorf("New took the base URL %q", base)
		}
	}
}

func FuzzDiskToken_OnlyOursCount(f *testing.F) {
	s, err := New(f.TempDir(), Options{Signer: sign.New(testKey, nil)})
	if err != nil {
		f.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	f.Add(s.token("a/short.mp4", now.Add(time.Minute)))
	f.Add(s.token("a/short.mp4", now.Add(-time.Minute)))
	f.Add("")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, token string) {
		key, ok := s.parse(token, now)
		if ok && (token != s.token(key, now.Add(time.Minute)) || key != "a/short.mp4") {
			t.Errorf("%q counts as a link to %q", token, key)
		}
	})
}
