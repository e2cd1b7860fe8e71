package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

const gotFile = `{"file_id":"F","file_unique_id":"U","file_size":5,"file_path":"photos/file 0.jpg"}`

// fetch reads a photo from a server that answers getFile and the file itself so.
func fetch(t *testing.T, getFile, file http.HandlerFunc) ([]byte, error) {
	t.Helper()
	a := serve(t, map[string]http.HandlerFunc{"getFile": getFile, "file 0.jpg": file})
	r, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "F"})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestTelegramPhoto_IsFetchedByItsID(t *testing.T) {
	var path string
	b, err := fetch(t, ok(gotFile), func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		io.WriteString(w, "JPEG!")
	})
	if err != nil || string(b) != "JPEG!" || path != "/file/bot"+token+"/photos/file 0.jpg" {
		t.Errorf("got %q from %s, %v", b, path, err)
	}
}

func TestTelegramPhoto_MayWeighAsMuchAsTelegramGives(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"getFile":    ok(fmt.Sprintf(`{"file_id":"F","file_size":%d,"file_path":"file 0.jpg"}`, maxPhoto)),
		"file 0.jpg": raw(200, "x", "Content-Length", fmt.Sprint(maxPhoto)),
	})
	r, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "F", Bytes: maxPhoto})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
}

func TestTelegramPhoto_SaysWhyItCannotBeHad(t *testing.T) {
	const big = 20<<20 + 1
	endless := func(w http.ResponseWriter, r *http.Request) {
		for chunk, n := make([]byte, 1<<20), 0; n < 30; n++ {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	for name, x := range map[string]struct {
		getFile, file http.HandlerFunc
		kind          pipeline.Kind
		reason        pipeline.Reason
	}{
		"too big": {
			no(400, "Bad Request: file is too big"), nil, pipeline.Rejected, pipeline.ReasonPhotoHeavy,
		},
		"too big after": {
			ok(`{"file_id":"F","file_size":20971521,"file_path":"x"}`), nil, pipeline.Rejected,
			pipeline.ReasonPhotoHeavy,
		},
		"too big at last": {
			ok(gotFile), raw(200, "x", "Content-Length", "20971521"), pipeline.Rejected, pipeline.ReasonPhotoHeavy,
		},
		"endless":    {ok(gotFile), endless, pipeline.Rejected, pipeline.ReasonPhotoHeavy},
		"unknown id": {no(400, "Bad Request: invalid file_id"), nil, pipeline.Rejected, pipeline.ReasonPhotoGone},
		"gone, or not": {
			no(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), nil, pipeline.Transient,
			pipeline.ReasonPhotoGone,
		},
		"no file server": {ok(gotFile), raw(404, "Not Found"), pipeline.Misconfigured, pipeline.ReasonSetup},
		"local elsewhere": {
			ok(`{"file_id":"F","file_path":"/nowhere/` + token + `/file 0.jpg"}`), raw(404, "Not Found"),
			pipeline.Misconfigured, pipeline.ReasonSetup,
		},
		"behind a server": {ok(gotFile), raw(503, "<html>"), pipeline.Transient, pipeline.ReasonBusy},
		"no path":         {ok(`{"file_id":"F"}`), nil, pipeline.Transient, pipeline.ReasonBusy},
		"trouble":         {ok(gotFile), raw(502, "<html>"), pipeline.Transient, pipeline.ReasonBusy},
		"cut off": {
			ok(gotFile), raw(200, "x", "Content-Length", "5"), pipeline.Transient, pipeline.ReasonBusy,
		},
		"forbidden":        {ok(gotFile), raw(403, ""), pipeline.Misconfigured, pipeline.ReasonSetup},
		"token is revoked": {no(401, "Unauthorized"), nil, pipeline.Misconfigured, pipeline.ReasonSetup},
		"elsewhere": {
			ok(gotFile), raw(302, "", "Location", "http://127.0.0.1:1/x"), pipeline.Misconfigured,
			pipeline.ReasonSetup,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fetch(t, x.getFile, x.file)
			f := wantFault(t, err, x.kind, x.reason)
			if strings.Contains(f.Error(), "doesn't give files out") != (name == "no file server") ||
				strings.Contains(f.Error(), "--local") != (name == "local elsewhere") {
				t.Errorf("an operator reads %v", f)
			}
		})
	}
	a := serve(t, nil)
	_, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "F", Bytes: big})
	wantFault(t, err, pipeline.Rejected, pipeline.ReasonPhotoHeavy)
}

// TestPhoto_OfALocalServerIsReadAndNothingElseOfTheDisk reads what a Bot API server with --local has put on a disk that
// is shared, and nothing else.
func TestPhoto_OfALocalServerIsReadAndNothingElseOfTheDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), token, "photos")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file, link, secret := filepath.Join(dir, "file_0.jpg"), filepath.Join(dir, "file_1.jpg"), filepath.Join(
		t.TempDir(), "secret",
	)
	for at, text := range map[string]string{file: "JPEG!", secret: "SECRET"} {
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(secret, link); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		file: "JPEG!", secret: "", link: "", dir: "", dir + "/../../../secret": "",
		filepath.Join(dir, "file_9.jpg"): "",
	} {
		a := serve(t, map[string]http.HandlerFunc{
			"getFile": ok(fmt.Sprintf(`{"file_id":"F","file_path":%q}`, at)), "": raw(404, "Not Found"),
		})
		r, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "F"})
		if want == "" {
			wantFault(t, err, pipeline.Misconfigured, pipeline.ReasonSetup)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", at, b, err)
		}
		r.Close()
	}
}

// TestTryFile_NothingIsTakenInWithoutFiles lets a server give out no files.
func TestTryFile_NothingIsTakenInWithoutFiles(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"getMe": ok(me), "getUserProfilePhotos": ok(
			`{"total_count":1,"photos":[[{"file_id":"F","width":160,"height":160}]]}`,
		),
		"getFile": ok(gotFile), "file 0.jpg": then(raw(404, "Not Found"), raw(404, "Not Found"), raw(200, "JPEG!")),
		"getWebhookInfo": ok(`{"url":""}`), "setWebhook": ok("true"), "deleteWebhook": ok("true"),
	}
	a := serve(t, answers)
	c := a.client()
	wantFault(t, c.Register(t.Context(), "https://shop.example"), pipeline.Misconfigured, pipeline.ReasonSetup)
	err := c.NewPoll(nil).Run(t.Context(), nil)
	if f := wantFault(
		t, err, pipeline.Misconfigured, pipeline.ReasonSetup,
	); !strings.Contains(f.Error(), "TELEGRAM_API_URL") {
		t.Errorf("an operator reads %v", f)
	}
	if len(a.of("setWebhook"))+len(a.of("deleteWebhook")) != 0 {
		t.Error("updates come in though no photo can be fetched")
	}
	for range 2 { // the second time nothing is tried
		if err := c.Register(t.Context(), "https://shop.example"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(a.of("getUserProfilePhotos")); n != 3 {
		t.Errorf("tried %d times", n)
	}
	answers["getUserProfilePhotos"] = ok(`{"total_count":0,"photos":[]}`)
	if tried, err := serve(t, answers).client().TryFile(t.Context()); tried || err != nil {
		t.Errorf("a bot without a picture: %v, %v", tried, err)
	}
}

func TestTelegramPhoto_EndsWithItsCaller(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"getFile": ok(gotFile), "file 0.jpg": func(
		w http.ResponseWriter, r *http.Request,
	) {
		io.WriteString(w, strings.Repeat("x", 10))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := a.client().Photo(ctx, pipeline.Photo{Ref: "F"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel()
	_, err = io.ReadAll(r)
	if f := wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy); errors.Is(f, io.EOF) {
		t.Error("a cut photo looks whole")
	}
}
