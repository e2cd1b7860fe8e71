package toy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// platform is the messenger's name.
const platform = "pigeon"

// letter is what people write, and what is written to them.
type letter struct{ ID, User, Text, Photo string }

// loft is the outside of the messenger: its chats, each of one person, and the photos in them.
type loft struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	sent   int
	photos map[string][]byte
	texts  map[string][]string // what a person was told, by user
	films  map[string][][]byte
}

func newLoft(t *testing.T) *loft {
	l := &loft{t: t, photos: map[string][]byte{}, texts: map[string][]string{}, films: map[string][][]byte{}}
	m := http.NewServeMux()
	m.HandleFunc("POST /chats/{user}/letters", func(w http.ResponseWriter, r *http.Request) { l.take(w, r, l.texts) })
	m.HandleFunc("POST /chats/{user}/films", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.films[r.PathValue("user")] = append(l.films[r.PathValue("user")], body)
		l.sent++
		fmt.Fprintf(w, "film-%d", l.sent)
	})
	m.HandleFunc("GET /photos/{name}", func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		_, _ = w.Write(l.photos[r.PathValue("name")])
	})
	l.Server = httptest.NewServer(m)
	t.Cleanup(l.Close)
	return l
}

func (l *loft) take(w http.ResponseWriter, r *http.Request, into map[string][]string) {
	body, _ := io.ReadAll(r.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	into[r.PathValue("user")] = append(into[r.PathValue("user")], string(body))
	l.sent++
	fmt.Fprintf(w, "letter-%d", l.sent)
}

// writes sends what a person has written to the service, until it is taken.
func (l *loft) writes(to *apptest.Process, x letter, photo []byte) {
	l.t.Helper()
	l.mu.Lock()
	l.photos[x.Photo] = photo
	l.mu.Unlock()
	body, err := json.Marshal(x)
	if err != nil {
		l.t.Fatal(err)
	}
	apptest.Every(l.t, time.Second, func() error {
		resp, err := http.Post(to.Server.URL+"/webhooks/pigeon", "application/json", bytes.NewReader(body))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the webhook answers %s", resp.Status)
		}
		return nil
	})
}

// hears waits until a person was told something with each of the parts in it.
func (l *loft) hears(user string, parts ...string) {
	l.t.Helper()
	apptest.Every(l.t, 20*time.Millisecond, func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if slices.ContainsFunc(l.texts[user], func(text string) bool {
			return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
		}) {
			return nil
		}
		return fmt.Errorf("%s was told %q, nothing with %q", user, l.texts[user], parts)
	})
}

// gets waits for a person's first film.
func (l *loft) gets(user string) (film []byte) {
	l.t.Helper()
	apptest.Every(l.t, 20*time.Millisecond, func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(l.films[user]) == 0 {
			return fmt.Errorf("%s has no film", user)
		}
		film = l.films[user][0]
		return nil
	})
	return film
}

// pigeon is the adapter: a bot.Messenger, and the webhook that updates come in by.
type pigeon struct{ base string }

// wiring makes it part of an app.
func (l *loft) wiring() app.Wiring { return app.Wiring{About: describe(), Open: l.open} }

func (l *loft) open(a *app.App, _ app.Parts) (*app.Messenger, error) {
	c := pigeon{l.URL}
	return &app.Messenger{Messenger: c, Routes: []app.Route{{
		Pattern: "POST /webhooks/pigeon", Name: platform, Handler: c.webhook(a.Handle),
	}}}, nil
}

func (c pigeon) webhook(take func(context.Context, bot.Update) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var x letter
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&x); err != nil {
			http.Error(w, "no letter", http.StatusBadRequest)
			return
		}
		u := bot.Update{
			Key: platform + ":" + x.ID, Kind: bot.Wrote, Platform: platform, Chat: x.User, Message: x.ID, Text: x.Text,
			User: bot.User{ID: x.User, Lang: "ko"}, At: time.Now(), ToUs: true,
		}
		if x.Photo != "" {
			u.Pictures = []bot.Image{
				{Photo: pipeline.Photo{Ref: x.Photo, Unique: x.Photo}, Message: x.ID, Text: x.Text},
			}
		}
		if err := take(r.Context(), u); err != nil {
			http.Error(w, "again", http.StatusServiceUnavailable)
		}
	})
}

func (c pigeon) post(ctx context.Context, path string, body io.Reader) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, body)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", &pipeline.Fault{Kind: pipeline.Indeterminate, Reason: pipeline.ReasonTrouble, Err: err}
	}
	defer resp.Body.Close()
	name, err := io.ReadAll(resp.Body)
	return string(name), err
}

// Send implements bot.Messenger.
func (c pigeon) Send(ctx context.Context, m bot.Message) (string, error) {
	return c.post(ctx, "/chats/"+m.Thread.Chat+"/letters", strings.NewReader(m.Text))
}

// Edit implements bot.Messenger: a letter that has flown can't be changed.
func (pigeon) Edit(context.Context, string, bot.Message) error { return bot.ErrGone }

// Media implements bot.Messenger.
func (c pigeon) Media(ctx context.Context, m bot.Media) (string, error) {
	if m.Still {
		return "", bot.ErrNoVideo
	}
	return c.post(ctx, "/chats/"+m.Thread.Chat+"/films", m.Data)
}

// Answer implements bot.Messenger: there are no buttons.
func (pigeon) Answer(context.Context, string, string, bool) error { return nil }

// Photo implements bot.Messenger.
func (c pigeon) Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/photos/"+p.Ref, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: err}
	}
	return resp.Body, nil
}

// Pace implements bot.Messenger.
func (pigeon) Pace(string) time.Duration { return 0 }

// MaxBytes implements bot.Messenger.
func (pigeon) MaxBytes(bool) int64 { return 1 << 20 }

// Platform implements bot.Messenger.
func (pigeon) Platform() bot.Platform { return describe() }

func describe() bot.Platform {
	return bot.Platform{
		Name: platform, Labels: bot.Labels{"ko": "비둘기", "en": "Pigeon"},
		Commands: func(text string) string { return strings.ReplaceAll(text, "/help", "구구 도움말") },
		Link:     func(code string) string { return "https://pigeon.example/" + code },
		Phrases:  map[string]map[string]string{"ko": {"thanks": "구구!"}, "en": {"thanks": "Coo!"}},
		Means:    func(named, chat string) bool { return "@"+chat == named },
		People:   bot.IDs{Form: regexp.MustCompile(`^[a-z]+$`), Example: "kim"},
		Chats:    bot.IDs{Form: regexp.MustCompile(`^@[a-z]+$`), Example: "@kim"},
	}
}
