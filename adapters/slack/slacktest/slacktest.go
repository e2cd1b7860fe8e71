// Package slacktest is a stand-in of Slack: the Web API as a bot sees it, and the people of workspaces on
// the other side of it. It shares no type with the client library that our adapter uses. What it knows
// of the real service was checked against Slack's reference and the source of Slack's own Node clients.
//
//	sl := slacktest.New(slacktest.Options{})
//	defer sl.Close()
//	web := httptest.NewServer(sl.Handler())
//	sl.At(web.URL) // the bot's API is web.URL + "/api/"
//	err := sl.Subscribe(slacktest.Endpoints{Events: ours + "/webhooks/slack/events"})
//
//	ws := sl.Workspace("식당") // its token is ws.Token()
//	staff := ws.Member("이직원", "ko")
//	ch := ws.Channel("쇼츠", staff)
//	ch.Invite()
//	dish := ch.Post("새우 파스타 18,000원", slacktest.Photo(jpeg))
//	seen, err := dish.Wait(10*time.Second, func(thread []slacktest.Message) bool { return len(thread) == 2 })
//	answer, err := ch.Press(seen[1].TS, "취소")
//	sl.Fault(slacktest.Fault{On: "files.completeUploadExternal", Status: 429, RetryAfter: 3})
//
// People act through a Channel, which is a conversation as one of them sees it, and through a Post, which
// is a message in it. What they do becomes events only where Slack would deliver them: the bot is in the
// conversation, the app subscribed to the event and has its scope. The clock of the stand-in is the
// machine's, and Pass moves it on.
package slacktest

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// Options of the stand-in; the zero value will do.
type Options struct {
	SigningSecret string   // of the app; empty: one is made up
	AppToken      string   // of the app, for Socket Mode; empty: one is made up
	Scopes        []string // that workspaces grant; nil: all that the methods here need
	Events        []string // that the app subscribed to; nil: all that there are
	Commands      []string // that the app registered; nil: /sajangpick
	SocketMode    bool     // all that happens goes to websockets instead of our endpoints
	PerSecond     int      // messages that a channel takes in a second, the next is 429; 0: any number
	// messages that a page of a conversation's history has, whatever is asked for; 0: any number
	HistoryMax int
	ShareAfter time.Duration // from the end of an upload to its message; 0: 50 ms
	Patience   time.Duration // how long we may take to answer; 0: 3 s
	Second     time.Duration // how long a second lasts between the tries of an event; 0: a second
	Log        *slog.Logger  // nil: silent
}

// Server is the stand-in. All of its methods may be called at the same time.
type Server struct {
	opts Options
	standin.World
	web *http.Client

	url     string // where we are reached
	fixed   bool   // url was told, not heard
	ends    Endpoints
	skew    time.Duration // between the machine's clock and that of signatures
	last    int64         // microsecond of the last message
	teams   []*Workspace
	rooms   map[string]*room
	people  map[string]*Member
	files   files
	mail    mail
	links   links
	grants  map[string]*grant // by OAuth code
	answers map[string]*responder
}

// The app as workspaces know it.
const (
	appID        = "A0SAJANGPICK"
	appName      = "sajangpick"
	clientID     = "700000001.700000002"
	clientSecret = "sandbox-client-secret"
)

// New starts a stand-in.
func New(o Options) *Server {
	o.SigningSecret = cmp.Or(o.SigningSecret, strings.Repeat("5ecre7", 5))
	o.AppToken = cmp.Or(o.AppToken, "xapp-1-"+appID+"-7000-sandbox")
	o.ShareAfter = cmp.Or(o.ShareAfter, 50*time.Millisecond)
	o.Patience = cmp.Or(o.Patience, 3*time.Second)
	o.Second = cmp.Or(o.Second, time.Second)
	if o.Scopes == nil {
		o.Scopes = allScopes()
	}
	if o.Commands == nil {
		o.Commands = []string{"/sajangpick"}
	}
	s := &Server{
		opts:    o,
		rooms:   map[string]*room{},
		people:  map[string]*Member{},
		files:   newFiles(),
		links:   newLinks(),
		grants:  map[string]*grant{},
		answers: map[string]*responder{},
		web: &http.Client{
			Timeout:       o.Patience,
			Transport:     &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.Open("slack", o.Log, 0)
	s.Go(s.postman)
	return s
}

// SigningSecret is what signs requests to the app.
func (s *Server) SigningSecret() string { return s.opts.SigningSecret }

// AppToken is the app's token for Socket Mode.
func (s *Server) AppToken() string { return s.opts.AppToken }

// Grants says what workspaces grant to the app from now on.
func (s *Server) Grants(scopes []string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.opts.Scopes = scopes
}

// Close ends the sender of events and all that waits.
func (s *Server) Close() {
	s.World.Close()
	s.web.CloseIdleConnections()
}

// Handler serves the Web API, the files, the websockets and the page that installs the app.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.api)
	mux.HandleFunc("POST /upload/v1/{ticket}", s.upload)
	mux.HandleFunc("GET /files-pri/{file}/{name}", s.download)
	mux.HandleFunc("GET /files-pri/{file}/download/{name}", s.download)
	mux.HandleFunc("POST /actions/{team}/{answer}", s.respond)
	mux.HandleFunc("POST /commands/{team}/{answer}", s.respond)
	mux.HandleFunc("GET /oauth/v2/authorize", s.authorize)
	mux.HandleFunc("GET /link/", s.connect)
	mux.HandleFunc("/", page)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Mu.Lock()
		if !s.fixed {
			s.url = "http://" + r.Host
		}
		w.Header().Set("Date", time.Now().Add(s.skew).UTC().Format(http.TimeFormat))
		s.Mu.Unlock()
		mux.ServeHTTP(w, r)
	})
}

// page is what a browser gets where there is nothing for programs: sign-in, or an error.
func page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.URL.Path != "/" {
		w.WriteHeader(http.StatusNotFound)
	}
	fmt.Fprint(w, "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>")
}

// At says under which URL, such as http://127.0.0.1:8090, the stand-in is reached. Links to files and
// websockets carry it; a bot whose API has another host is right not to follow them. Without At it is
// the host of the last request.
func (s *Server) At(url string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.url, s.fixed = strings.TrimSuffix(url, "/"), true
}

// Skew makes the time of signatures and of answers another one than this machine's, which is what an app
// sees whose own clock is wrong.
func (s *Server) Skew(d time.Duration) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.skew = d
}

// ClientID and ClientSecret are the app's, for OAuth.
func (s *Server) ClientID() string     { return clientID }
func (s *Server) ClientSecret() string { return clientSecret }

const idLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// id makes a name of the kind that its first letter says.
func (s *Server) id(kind string) string {
	b := []byte("00000000")
	for i, n := len(b)-1, s.Next(); n > 0; i, n = i-1, n/32 {
		b[i] = idLetters[n%32]
	}
	return kind + "0S" + string(b)
}

// stamp makes the ts of a message: each one is later than the one before.
func (s *Server) stamp() string {
	s.last = max(s.last+1, s.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.last/1e6, s.last%1e6)
}

// later does something after a while, unless the stand-in is closed.
func (s *Server) later(d time.Duration, do func()) {
	s.Go(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			s.Mu.Lock()
			defer s.Mu.Unlock()
			do()
		case <-s.Done.Done():
		}
	})
}

func allScopes() []string {
	all := []string{
		"app_mentions:read", "channels:history", "channels:read", "commands", "groups:history", "groups:read",
		"im:history", "im:read", "mpim:history", "mpim:read",
	}
	for _, scope := range needs {
		all = append(all, scope)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
