package telegram

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// open asks for one of the page's files.
func (b bot) open(name string) (*http.Response, string) {
	b.t.Helper()
	resp, err := http.Get(b.base + controlPath + name)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp, string(body)
}

func TestSandboxPage_BringsAllThatItNeeds(t *testing.T) {
	_, b := play(t, Options{})
	lines := 0
	for name, kind := range map[string]string{
		"": "text/html; charset=utf-8", "page.css": "text/css; charset=utf-8",
		"page.js": "text/javascript; charset=utf-8",
		"ko.json": "application/json", "en.json": "application/json", "sample.jpg": "image/jpeg",
	} {
		resp, body := b.open(name)
		h := resp.Header
		if resp.StatusCode != 200 || h.Get("Content-Type") != kind || h.Get("X-Content-Type-Options") != "nosniff" ||
			body == "" {
			t.Errorf("%q: %d %v", name, resp.StatusCode, h)
		}
		if p := h.Get("Content-Security-Policy"); !strings.HasPrefix(p, "default-src 'none';") ||
			strings.Contains(p, "unsafe") {
			t.Errorf("%q: policy %q", name, p)
		}
		if strings.HasPrefix(kind, "text/") {
			lines += strings.Count(body, "\n")
			if outside := regexp.MustCompile(
				`(?:src|href)="(?:https?:)?//|url\(|innerHTML|insertAdjacentHTML|document\.write`,
			).FindString(body); outside != "" {
				t.Errorf("%q has %s", name, outside)
			}
		}
	}
	if lines > 700 {
		t.Errorf("the page has %d lines", lines)
	}
	_, html := b.open("")
	for _, own := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		if resp, _ := b.open(own[1]); resp.StatusCode != 200 {
			t.Errorf("%s: %d", own[1], resp.StatusCode)
		}
	}
}

func TestSandboxPage_AVisitorFindsOneOwner(t *testing.T) {
	_, b := play(t, Options{})
	b.open("")
	b.open("")
	var all []chatLine
	if b.do("GET", "chats", "", &all); len(all) != 1 || all[0].Title != "김사장" || all[0].Kind != private {
		t.Errorf("got %+v", all)
	}
}

func TestSandboxPage_UsesControlsThatExist(t *testing.T) {
	_, b := play(t, Options{})
	_, js := b.open("page.js")
	calls := regexp.MustCompile("call\\(\"([A-Z]+)\", [\"`]([^\"`?]+)").FindAllStringSubmatch(js, -1)
	if n := strings.Count(js, "call(\""); len(calls) != n || n < 10 {
		t.Fatalf("%d of %d calls were read", len(calls), n)
	}
	if n := strings.Count(js, "fetch("); n != 3 { // that of call, the words, the sample
		t.Errorf("%d calls go past call", n-3)
	}
	for _, c := range calls {
		path := regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllString(c[2], "1")
		req, _ := http.NewRequest(c[1], b.base+controlPath+path, strings.NewReader("{}"))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		// Only a control answers in JSON, even if it refuses.
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s: %s", c[1], path, resp.Status)
		}
	}
}

func TestSandboxPage_HasItsWordsInBothLanguages(t *testing.T) {
	_, b := play(t, Options{})
	_, html := b.open("")
	_, js := b.open("page.js")
	said := map[string]map[string]string{}
	for _, lang := range []string{"ko", "en"} {
		_, body := b.open(lang + ".json")
		var words map[string]string
		if err := json.Unmarshal([]byte(body), &words); err != nil {
			t.Fatal(err)
		}
		for _, use := range regexp.MustCompile(
			`data-(?:t|label)="(\w+)"|words\.(\w+)`,
		).FindAllStringSubmatch(html+js, -1) {
			if key := use[1] + use[2]; words[key] == "" {
				t.Errorf("%s has no %s", lang, key)
			}
		}
		said[lang] = words
	}
	for key := range said["ko"] {
		if said["en"][key] == "" {
			t.Errorf("en has no %s", key)
		}
		if key, _, _ := strings.Cut(key, "."); !strings.Contains(html+js, key) {
			t.Errorf("nobody says %s", key)
		}
	}
	if len(said["ko"]) != len(said["en"]) {
		t.Errorf("ko has %d words, en %d", len(said["ko"]), len(said["en"]))
	}
}

// A page of somebody else, open in the same browser, must not act in the chats.
func TestControl_OtherSitesCannotUseIt(t *testing.T) {
	_, b := play(t, Options{})
	req, _ := http.NewRequest("POST", b.base+controlPath+"people", strings.NewReader(`{"name":"x"}`))
	req.Header.Set("Origin", "https://elsewhere.example")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusForbidden {
		t.Errorf("got %s", resp.Status)
	}
}

// A bot keeps its database over a restart of the stand-in, which keeps nothing.
func TestSandboxTelegram_AnotherStartGivesOtherIDs(t *testing.T) {
	now := time.Now().Unix()
	tg, b := play(t, Options{})
	p := tg.Person("김사장", "ko")
	p.Private().SendText("안녕하세요")
	if id := b.fresh()[0].ID; int64(id) < now || p.ID < 5_000_000_000+now {
		t.Errorf("update %d of person %d", id, p.ID)
	}
}
