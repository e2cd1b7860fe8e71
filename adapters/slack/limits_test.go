package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestNew_SpeaksToSlackUnlessToldOtherwise(t *testing.T) {
	tokens := func(context.Context, string) (string, error) { return token, nil }
	for address, want := range map[string]string{
		"": "https://slack.com/api/", "http://127.0.0.1:1/api/": "http://127.0.0.1:1/api/",
		"http://127.0.0.1:1/api": "", "/api/": "", "http://%": "",
	} {
		c, err := New(Options{APIURL: address, Tokens: tokens})
		if want == "" {
			if err == nil {
				t.Errorf("%q is taken", address)
			}
		} else if err != nil || c.api.String() != want || c.log == nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := New(Options{}); err == nil {
		t.Error("it does without tokens")
	}
}

func TestMedia_TellsPicturesFromTheRest(t *testing.T) {
	jpg := file{ID: "F1", MIME: "image/jpeg", Name: "점심.jpg", Bytes: 7}
	for name, x := range map[string]struct {
		change func(f *file)
		n      int
		other  string
	}{
		"a picture":           {func(*file) {}, 1, ""},
		"a kind alone":        {func(f *file) { f.Name = "" }, 1, ""},
		"a name alone":        {func(f *file) { f.MIME, f.Name = "", "a.HEIC" }, 1, ""},
		"a type alone":        {func(f *file) { f.MIME, f.Name, f.Type = "", "", "webp" }, 1, ""},
		"nothing is said":     {func(f *file) { *f = file{ID: "F1"} }, 1, ""},
		"a film":              {func(f *file) { f.MIME, f.Name = "video/mp4", "a.mp4" }, 0, "video"},
		"a sound":             {func(f *file) { f.MIME, f.Name = "audio/mpeg", "a.mp3" }, 0, "audio"},
		"something else":      {func(f *file) { f.MIME, f.Name = "application/pdf", "menu.pdf" }, 0, "file"},
		"deleted":             {func(f *file) { f.Mode = "tombstone" }, 0, ""},
		"without an id":       {func(f *file) { f.ID = "" }, 0, ""},
		"an id that climbs":   {func(f *file) { f.ID = "F1/../F2" }, 0, ""},
		"an id at its limit":  {func(f *file) { f.ID = strings.Repeat("F", maxID) }, 1, ""},
		"an id that is long":  {func(f *file) { f.ID = strings.Repeat("F", maxID+1) }, 0, ""},
		"less than no weight": {func(f *file) { f.Bytes = -1 }, 1, ""},
	} {
		f := jpg
		x.change(&f)
		m := &message{TS: "1.1", Files: []file{f}}
		ps, other := m.media("T1", "새우")
		if len(ps) != x.n || other != x.other {
			t.Errorf("%s: %d pictures, %q", name, len(ps), other)
		}
		for _, p := range ps {
			if p.Message != "1.1" || p.Text != "새우" || p.Photo.Ref != "T1/"+f.ID || p.Photo.Bytes < 0 {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
	for n, want := range map[int]int{maxFiles: maxFiles, maxFiles + 1: maxFiles} {
		m := &message{}
		for i := range n {
			m.Files = append(m.Files, file{ID: fmt.Sprint("F", i), MIME: "image/png"})
		}
		if ps, _ := m.media("T1", ""); len(ps) != want {
			t.Errorf("%d files give %d pictures", n, len(ps))
		}
	}
}

func TestEvents_WordsAreKeptUpToTheirLimit(t *testing.T) {
	for bytes, want := range map[int]int{maxWords: maxWords, maxWords + 1: maxWords} {
		var e envelope
		raw := fmt.Sprintf(`{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"message",
			"channel":"D1","channel_type":"im","user":"U1","ts":"1700000000.000100","text":%q}}`, strings.Repeat("x", bytes))
		if err := parse([]byte(raw), &e); err != nil {
			t.Fatal(err)
		}
		if u, means := updateOf(&e, "U0"); !means || len(u.Text) != want {
			t.Errorf("%d bytes became %d, %t", bytes, len(u.Text), means)
		}
	}
}

// TestPhoto_IsReadWhereverSlackSaysItIs has files.info name the two addresses that Slack gives, or neither.
func TestPhoto_IsReadWhereverSlackSaysItIs(t *testing.T) {
	for name, x := range map[string]struct {
		download, view bool
		read           bool
	}{"download": {true, true, true}, "view alone": {false, true, true}, "neither": {false, false, false}} {
		var a *api
		a = serve(t, map[string]http.HandlerFunc{
			"files.info": func(w http.ResponseWriter, r *http.Request) {
				fields := `"id":"F1","name":"a.jpg","mimetype":"image/jpeg","size":` + fmt.Sprint(maxPhoto)
				if x.download {
					fields += `,"url_private_download":"` + a.url + `/files/download"`
				}
				if x.view {
					fields += `,"url_private":"` + a.url + `/files/view"`
				}
				ok(`"file":{`+fields+`}`)(w, r)
			},
			"download": raw(http.StatusOK, "x", "Content-Length", fmt.Sprint(maxPhoto)),
			"view":     raw(http.StatusOK, "view"),
		})
		body, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "T1/F1", Bytes: maxPhoto})
		if (err == nil) != x.read {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			body.Close()
		}
		if want := map[bool]int{true: 1}[x.download]; a.of("download") != want {
			t.Errorf("%s: the download was asked for %d times", name, a.of("download"))
		}
	}
}

func TestPhoto_EachStatusHasItsMeaning(t *testing.T) {
	const busy, setup = pipeline.ReasonBusy, pipeline.ReasonSetup
	for _, x := range []struct {
		answer http.HandlerFunc
		kind   pipeline.Kind
		reason pipeline.Reason
		after  time.Duration
	}{
		{raw(302, "", "Location", "https://elsewhere.example/"), pipeline.Misconfigured, setup, 0},
		{raw(401, ""), pipeline.Misconfigured, setup, 0},
		{raw(403, ""), pipeline.Misconfigured, setup, 0},
		{raw(200, "<html>", "Content-Type", "text/html; charset=utf-8"), pipeline.Misconfigured, setup, 0},
		{raw(404, "<html>", "Content-Type", "text/html"), pipeline.Rejected, pipeline.ReasonPhotoGone, 0},
		{raw(410, ""), pipeline.Rejected, pipeline.ReasonPhotoGone, 0},
		{raw(429, "", "Retry-After", "7"), pipeline.Transient, busy, 7 * time.Second},
		{raw(500, "", "Content-Type", "text/html"), pipeline.Transient, busy, 0},
		{raw(200, "x", "Content-Length", fmt.Sprint(maxPhoto+1)), pipeline.Rejected, pipeline.ReasonPhotoHeavy, 0},
	} {
		a := serve(t, map[string]http.HandlerFunc{"download": x.answer})
		a.answers["files.info"] = ok(
			`"file":{"id":"F1","mimetype":"image/jpeg","url_private":"` + a.url + `/download"}`,
		)
		_, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "T1/F1"})
		if f := wantFault(t, err, x.kind, x.reason); f.RetryAfter != x.after {
			t.Errorf("again after %v, want %v", f.RetryAfter, x.after)
		}
	}
}

// TestDeposit_UploadsTheFileAsItIs compares what Slack is told of a file with what comes.
func TestDeposit_UploadsTheFileAsItIs(t *testing.T) {
	film := strings.NewReader("MOVIE")
	film.Seek(3, io.SeekStart)
	for name, x := range map[string]struct {
		hand func(c *Client) error
		want string
	}{
		"Video": {func(c *Client) error {
			_, err := c.Media(t.Context(), bot.Media{Thread: thread, Data: film})
			return err
		}, "short.mp4 of 5; video/mp4 of 5: MOVIE"},
		"Picture": {func(c *Client) error {
			_, err := c.Media(t.Context(), bot.Media{Still: true, Thread: thread, Data: strings.NewReader("JPEG")})
			return err
		}, "still.jpg of 4; image/jpeg of 4: JPEG"},
	} {
		got := ""
		a := serve(t, nil)
		a.answers = map[string]http.HandlerFunc{
			"files.getUploadURLExternal": func(w http.ResponseWriter, r *http.Request) {
				got = r.FormValue("filename") + " of " + r.FormValue("length")
				ok(`"file_id":"F1","upload_url":"`+a.url+`/upload/v1/x"`)(w, r)
			},
			"x": func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got += fmt.Sprintf("; %s of %d: %s", r.Header.Get("Content-Type"), r.ContentLength, body)
				if !r.Close {
					t.Errorf("%s: a connection that may have died is used again", name)
				}
			},
		}
		var part *pipeline.Partial
		if err := x.hand(a.client()); !errors.As(err, &part) || part.Receipt != " F1" || part.Err != nil ||
			got != x.want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

// TestShare_SaysWhyAFileIsNotToBeSeen has Slack unsure, and then not to be asked.
func TestShare_SaysWhyAFileIsNotToBeSeen(t *testing.T) {
	c := serve(t, map[string]http.HandlerFunc{
		"files.completeUploadExternal": no("internal_error"), "files.info": raw(http.StatusBadGateway, "down"),
	}).client()
	c.fresh.Add("F1", true)
	_, err := c.Media(t.Context(), bot.Media{Thread: thread, File: "F1"})
	var part *pipeline.Partial
	if !errors.As(err, &part) || part.Receipt != " F1/1" {
		t.Fatalf("got %v", err)
	}
	f := wantFault(t, part.Err, pipeline.Transient, pipeline.ReasonBusy)
	want := "slack: file F1: it isn't to be seen: internal_error: slack: files.info: HTTP 502 (transient, busy)"
	if f.Err.Error() != want || f.RetryAfter != unseenPause(1) {
		t.Errorf("got %v, again after %v", f, f.RetryAfter)
	}
}

// TestSend_LosesNothingThoughTheWayToAPersonIsLost closes a channel, and what leads to the person who asked.
func TestSend_LosesNothingThoughTheWayToAPersonIsLost(t *testing.T) {
	m := bot.Message{Thread: pipeline.Thread{Platform: Platform, Chat: "T1:C1", User: "U1"}, Text: "안녕하세요"}
	a := serve(t, map[string]http.HandlerFunc{
		"chat.postMessage": no("channel_not_found"), "conversations.open": raw(http.StatusBadGateway, "down"),
	})
	_, err := a.client().Send(t.Context(), m)
	wantFault(t, err, pipeline.Transient, pipeline.AsFault(err).Reason)
	for _, opened := range []http.HandlerFunc{no("user_disabled"), ok("")} {
		a = serve(t, map[string]http.HandlerFunc{
			"chat.postMessage": no("channel_not_found"), "conversations.open": opened,
		})
		_, err = a.client().Send(t.Context(), m)
		if f := wantFault(
			t, err, pipeline.Rejected, pipeline.ReasonCantDeliver,
		); f.Err.Error() != "slack: chat.postMessage: channel_not_found" {
			t.Error(f)
		}
	}
}
