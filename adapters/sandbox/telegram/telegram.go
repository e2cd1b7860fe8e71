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
//	tg.Fault(telegram.Fault{On: "sendVideo", Status: 429, RetryAfter: 3})
//
// People act through a Chat, which is a room as one of them sees it: g := tg.Group("주방", owner) is the
// owner's, g.As(cook) the cook's, g.Topic("주문") a topic of it. What they do becomes updates only where
// Telegram would deliver them: privacy mode, blocks and other bots are played. The clock of the
// stand-in is the machine's, and Pass moves it on.
package telegram

import (
	"cmp"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
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

	standin.World
	revision int64
	account  int // last message id in private chats and basic groups, which share one count
	seesAll  bool
	people   map[int64]*Person
	rooms    map[int64]*room
	order    []*room
	files    files
	presses  map[string]*Tap
	mail     mail
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
		seesAll:  o.SeesAll,
		people:   map[int64]*Person{},
		rooms:    map[int64]*room{},
		files:    newFiles(),
		presses:  map[string]*Tap{},
		mail:     newMail(),
		menu:     newMenu(),
	}
	s.Open("telegram", o.Log, time.Now().Unix()) // people of another start are other people: a bot may remember those
	s.Go(s.postman)
	return s
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

// touch wakes all who wait for a change. Like all that follows with a small letter and no lock of its
// own, it is called with Mu held.
func (s *Server) touch() {
	s.revision++
	s.Touch()
}
