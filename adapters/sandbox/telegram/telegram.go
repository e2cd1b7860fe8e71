// Package telegram is a stand-in of Telegram: the Bot API as a bot sees it, and the people on the other
// side of it. It shares no type with the client library that our adapter uses. What it knows of the
// real service was checked against the Bot API 10 reference and the public Bot API server's source.
//
//	tg := telegram.New(telegram.Options{})
//	defer tg.Close()
//	web := httptest.NewServer(tg.Handler()) // the bot's server URL; its token is tg.Token()
//
//	owner := tg.Person("김사장", "ko")
//	chat := owner.Private()
//	dish := chat.SendPhoto(jpeg, "새우 파스타 18,000원")
//	seen, err := chat.Wait(10*time.Second, func(all []telegram.Message) bool { return len(all) == 2 })
//	answer, err := chat.Press(seen[1].ID, "취소")
//	tg.Fail("sendVideo", 1, telegram.Failure{Code: 429, RetryAfter: 3})
//
// People act through a Chat, which is a room as one of them sees it: g := tg.Group("주방", owner) is the
// owner's, g.As(cook) the cook's, g.Topic("주문") a topic of it. What they do becomes updates only where
// Telegram would deliver them: privacy mode, blocks and other bots are played. The clock of the
// stand-in is the machine's, and Pass moves it on.
package telegram

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options of the stand-in; the zero value will do.
type Options struct {
	Token    string        // of the bot; empty: one is made up
	Username string        // of the bot; empty: SajangpickBot
	SeesAll  bool          // privacy mode is off when the bot is added to groups
	Second   time.Duration // how long a second lasts between the tries of a webhook; 0: a second
	Local    string        // runs as with --local: files are put into this folder and aren't given out
	FileLife time.Duration // how long a file's link works; 0: an hour
	Log      *slog.Logger  // nil: silent
}

// Server is the stand-in. All of its methods may be called at the same time.
type Server struct {
	token, username string
	second          time.Duration
	fileLife        time.Duration
	local           string
	log             *slog.Logger
	done            context.Context
	close           context.CancelFunc
	work            sync.WaitGroup

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced with each change
	revision int64
	ahead    time.Duration // of the machine's clock
	serial   int64         // for all that needs a number
	account  int           // last message id in private chats and basic groups, which share one count
	seesAll  bool
	people   map[int64]*Person
	rooms    map[int64]*room
	order    []*room
	files    shelf
	presses  map[string]*Tap
	mail     mail
	failures []*planned
	record   []*Request
	menu     menu
}

// New starts a stand-in.
func New(o Options) *Server {
	s := &Server{
		token:    cmp.Or(o.Token, "700000001:"+strings.Repeat("sandbox", 5)),
		username: cmp.Or(o.Username, "SajangpickBot"),
		second:   cmp.Or(o.Second, time.Second),
		local:    o.Local,
		fileLife: cmp.Or(o.FileLife, time.Hour),
		log:      o.Log,
		seesAll:  o.SeesAll,
		serial:   time.Now().Unix(), // people of another start are other people: a bot may remember those
		changed:  make(chan struct{}),
		people:   map[int64]*Person{},
		rooms:    map[int64]*room{},
		files:    newShelf(),
		presses:  map[string]*Tap{},
		mail:     newMail(),
		menu:     newMenu(),
	}
	if s.log == nil {
		s.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s.done, s.close = context.WithCancel(context.Background())
	s.work.Go(s.postman)
	return s
}

// Close ends the sender of webhooks and all that waits.
func (s *Server) Close() {
	s.close()
	s.work.Wait()
}

// Handler serves the Bot API, the files, and the controls under /sandbox/telegram/. The controls ask
// for no key: don't serve them to strangers.
func (s *Server) Handler() http.Handler {
	controls := s.controls()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/bot"):
			s.api(w, r)
		case strings.HasPrefix(r.URL.Path, "/file/bot") && s.local == "":
			s.download(w, r)
		case strings.HasPrefix(r.URL.Path, controlPath):
			controls.ServeHTTP(w, r)
		default:
			refuse(w, &apiError{Code: http.StatusNotFound, Description: "Not Found"})
		}
	})
}

// Token of the bot.
func (s *Server) Token() string { return s.token }

// BotID is the bot's own number.
func (s *Server) BotID() int64 {
	id, _, _ := strings.Cut(s.token, ":")
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}

// Pass moves the clock on: queries and updates age, links and messages too.
func (s *Server) Pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
	s.touch()
}

func (s *Server) now() time.Time { return time.Now().Add(s.ahead) }

// touch wakes whoever waits for a change. Like all that follows with a small letter and no lock of its
// own, it is called with mu held.
func (s *Server) touch() {
	s.revision++
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) next() int64 {
	s.serial++
	return s.serial
}

// wait blocks until ok, which is called with mu held. False: the time or the stand-in came to its end.
func (s *Server) wait(ctx context.Context, limit time.Duration, ok func() bool) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		s.mu.Lock()
		good, changed := ok(), s.changed
		s.mu.Unlock()
		if good {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return false
		case <-ctx.Done():
			return false
		case <-s.done.Done():
			return false
		}
	}
}
