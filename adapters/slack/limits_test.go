package slack

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

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
		} else if err != nil || c.APIURL != want || c.Log == nil {
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
				fields := `"id":"F1","name":"a.jpg","mimetype":"image/jpeg","size":4`
				if x.download {
					fields += `,"url_private_download":"` + a.url + `/files/download"`
				}
				if x.view {
					fields += `,"url_private":"` + a.url + `/files/view"`
				}
				ok(`"file":{`+fields+`}`)(w, r)
			},
			"download": raw(http.StatusOK, "down"), "view": raw(http.StatusOK, "view"),
		})
		body, err := a.client().Photo(t.Context(), pipeline.Photo{Ref: "T1/F1", Bytes: 4})
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

// TestSend_WhenTheDirectConversationCantBeOpenedNowItIsTriedAgain loses the way to a person whose channel is closed.
func TestSend_WhenTheDirectConversationCantBeOpenedNowItIsTriedAgain(t *testing.T) {
	m := bot.Message{Thread: pipeline.Thread{Platform: Platform, Chat: "T1:C1", User: "U1"}, Text: "안녕하세요"}
	a := serve(t, map[string]http.HandlerFunc{
		"chat.postMessage": no("channel_not_found"), "conversations.open": raw(http.StatusBadGateway, "down"),
	})
	_, err := a.client().Send(t.Context(), m)
	wantFault(t, err, pipeline.Transient, pipeline.AsFault(err).Reason)
	a = serve(t, map[string]http.HandlerFunc{
		"chat.postMessage": no("channel_not_found"), "conversations.open": no("user_disabled"),
	})
	_, err = a.client().Send(t.Context(), m)
	wantFault(t, err, pipeline.Rejected, pipeline.ReasonCantDeliver)
}

func TestDoctor_SaysWhatSlackRefuses(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"apps.connections.open": no("invalid_auth"), "conversations.info": no("channel_not_found"),
	})
	for code, err := range map[string]error{
		"invalid_auth": a.client().Socket(t.Context()), "channel_not_found": a.client().Reaches(t.Context(), "T1:C1"),
	} {
		if err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: %v", code, err)
		}
	}
}
