package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
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

func TestAPhotoIsFetchedByItsID(t *testing.T) {
	var path string
	b, err := fetch(t, ok(gotFile), func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		io.WriteString(w, "JPEG!")
	})
	if err != nil || string(b) != "JPEG!" || path != "/file/bot"+token+"/photos/file 0.jpg" {
		t.Errorf("got %q from %s, %v", b, path, err)
	}
}

func TestAPhotoThatCantBeHadSaysWhy(t *testing.T) {
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
		"too big":          {no(400, "Bad Request: file is too big"), nil, pipeline.Rejected, pipeline.ReasonPhotoHeavy},
		"too big after":    {ok(`{"file_id":"F","file_size":20971521,"file_path":"x"}`), nil, pipeline.Rejected, pipeline.ReasonPhotoHeavy},
		"too big at last":  {ok(gotFile), raw(200, "x", "Content-Length", "20971521"), pipeline.Rejected, pipeline.ReasonPhotoHeavy},
		"endless":          {ok(gotFile), endless, pipeline.Rejected, pipeline.ReasonPhotoHeavy},
		"unknown id":       {no(400, "Bad Request: invalid file_id"), nil, pipeline.Rejected, pipeline.ReasonPhotoGone},
		"expired id":       {no(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), nil, pipeline.Rejected, pipeline.ReasonPhotoGone},
		"file is gone":     {ok(gotFile), raw(404, "Not Found"), pipeline.Rejected, pipeline.ReasonPhotoGone},
		"no path":          {ok(`{"file_id":"F"}`), nil, pipeline.Transient, pipeline.ReasonBusy},
		"trouble":          {ok(gotFile), raw(502, "<html>"), pipeline.Transient, pipeline.ReasonBusy},
		"cut off":          {ok(gotFile), raw(200, "x", "Content-Length", "5"), pipeline.Transient, pipeline.ReasonBusy},
		"token is revoked": {no(401, "Unauthorized"), nil, pipeline.Misconfigured, pipeline.ReasonSetup},
		"elsewhere":        {ok(gotFile), raw(302, "", "Location", "http://127.0.0.1:1/x"), pipeline.Misconfigured, pipeline.ReasonSetup},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fetch(t, x.getFile, x.file)
			wantFault(t, err, x.kind, x.reason)
		})
	}
	a := serve(t, nil)
	_, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "F", Bytes: big})
	wantFault(t, err, pipeline.Rejected, pipeline.ReasonPhotoHeavy)
}

func TestAPhotoEndsWithItsCaller(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"getFile": ok(gotFile), "file 0.jpg": func(w http.ResponseWriter, r *http.Request) {
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
