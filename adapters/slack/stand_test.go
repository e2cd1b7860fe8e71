package slack

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// soon is how long anything may take that comes at once.
const soon = 10 * time.Second

// stand is the stand-in of Slack with a Client that listens to it.
type stand struct {
	*people.Server
	c       *Client
	ws      *people.Workspace
	updates chan bot.Update
	gone    chan string
	handle  Handle // instead of passing updates on, if it isn't nil
	logs    *logs
}

func open(t *testing.T, o people.Options) *stand {
	t.Helper()
	o.Second = 10 * time.Millisecond
	s := &stand{
		Server: people.New(o), updates: make(chan bot.Update, 100), gone: make(chan string, 10), logs: new(logs),
	}
	web := httptest.NewServer(s.Handler())
	s.At(web.URL)
	s.ws = s.Workspace("식당")
	var err error
	s.c, err = New(Options{
		APIURL: web.URL + "/api/", SigningSecret: s.SigningSecret(), AppToken: s.AppToken(),
		Tokens: func(_ context.Context, team string) (string, error) {
			if team == s.ws.ID {
				return s.ws.Token(), nil
			}
			return "", nil
		},
		Gone: func(_ context.Context, team string, _ time.Time) error { s.gone <- team; return nil },
		Log:  slog.New(slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.c.every = 20 * time.Millisecond
	mux := http.NewServeMux()
	mux.Handle("/events", s.c.Events(s.take))
	mux.Handle("/commands", s.c.Commands(s.take))
	mux.Handle("/interactions", s.c.Interactions(s.take))
	ours := httptest.NewServer(mux)
	t.Cleanup(func() {
		s.Close()
		ours.Close()
		web.Close()
		wantNoSecret(t, s.logs.String())
	})
	if !o.SocketMode {
		if err := s.Subscribe(people.Endpoints{
			Events: ours.URL + "/events", Commands: ours.URL + "/commands", Interactions: ours.URL + "/interactions",
		}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *stand) take(ctx context.Context, u bot.Update) error {
	if s.handle != nil {
		if err := s.handle(ctx, u); err != nil {
			return err
		}
	}
	s.updates <- u
	return nil
}

// channel is one with the bot in it.
func (s *stand) channel() (*people.Member, *people.Channel) {
	staff := s.ws.Member("이직원", "ko-KR")
	return staff, s.ws.Channel("쇼츠", staff).Invite()
}

// next is the next update of a kind.
func (s *stand) next(t *testing.T, kind bot.Kind) bot.Update {
	t.Helper()
	for late := time.After(soon); ; {
		select {
		case u := <-s.updates:
			if u.Kind == kind {
				return u
			}
		case <-late:
			t.Fatalf("no update of kind %d comes", kind)
		}
	}
}

// quiet waits until all events have arrived, and returns what came of them.
func (s *stand) quiet(t *testing.T) (all []bot.Update) {
	t.Helper()
	if !s.Until(soon, func() bool { return s.Waiting() == 0 }) {
		t.Fatalf("%d events wait", s.Waiting())
	}
	for len(s.updates) > 0 {
		all = append(all, <-s.updates)
	}
	return all
}

// threadOf is where an update is answered.
func threadOf(u bot.Update) pipeline.Thread {
	return pipeline.Thread{Platform: Platform, Chat: u.Chat, Topic: u.Topic, Message: u.Message, User: u.User.ID}
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// world is a channel with the bot in it.
type world struct {
	s  *stand
	ch *people.Channel
}

func openWorld(t *testing.T) messengertest.World {
	s := open(t, people.Options{})
	_, ch := s.channel()
	return &world{s, ch}
}

func (w *world) Plain() {}

func (w *world) Messenger() bot.Messenger { return w.s.c }

func (w *world) Other(*testing.T) messengertest.World {
	return &world{w.s, w.s.ws.Channel("홀", w.s.ws.Member("박직원", "ko-KR")).Invite()}
}

func (w *world) Thread(t *testing.T) pipeline.Thread {
	w.ch.Post("새우 파스타 18,000원")
	return threadOf(w.s.next(t, bot.Wrote))
}

func (w *world) Snap(t *testing.T, data []byte) pipeline.Photo {
	w.ch.Post("", people.File("메뉴.jpg", "image/jpeg", data))
	return w.s.next(t, bot.Wrote).Pictures[0].Photo
}

func (w *world) Press(t *testing.T, message, action string) string {
	if _, err := w.ch.Press(message, action); err != nil {
		t.Fatal(err)
	}
	u := w.s.next(t, bot.Pressed)
	if u.Action != action || u.Message != message {
		t.Errorf("pressed %s on %s", u.Action, u.Message)
	}
	return u.Notice
}

func (w *world) Notice(*testing.T, string) string {
	all := w.ch.Messages()
	if last := all[len(all)-1]; last.Ephemeral {
		return last.Shown
	}
	return ""
}

func (w *world) See(_ *testing.T, message string) (messengertest.Seen, bool) {
	var video, picture []byte
	for _, m := range w.ch.Messages() {
		if m.Ours && len(m.Files) > 0 {
			if f := m.Files[0]; f.MIME == "image/jpeg" {
				video, picture = nil, w.s.Bytes(f.ID)
			} else {
				video, picture = w.s.Bytes(f.ID), nil
			}
		}
		if m.TS != message {
			continue
		}
		s := messengertest.Seen{Text: m.Shown, ReplyTo: m.Thread, Video: video, Picture: picture}
		for _, row := range m.Buttons {
			var seen []bot.Button
			for _, b := range row {
				seen = append(seen, bot.Button{
					Label: b.Text, Action: b.Value, Link: b.URL, Style: bot.ButtonStyle(b.Style),
				})
			}
			s.Buttons = append(s.Buttons, seen)
		}
		return s, true
	}
	return messengertest.Seen{}, false
}

func (w *world) Delete(_ *testing.T, message string) { w.ch.At(message).Delete() }

// Block takes the channel away, and the person with it.
func (w *world) Block(*testing.T) {
	w.ch.Archive()
	w.s.Fault(people.Fault{On: "conversations.open", Times: -1, Fail: "user_disabled"})
}

func (w *world) Rename(*testing.T) string { return "" }

func TestSlack_KeepsTheContractOfMessengers(t *testing.T) {
	short, err := os.ReadFile("../../bot/outbox/testdata/short.mp4")
	if err != nil {
		t.Fatal(err)
	}
	messengertest.Run(t, openWorld, short, jpegOf(180, 320))
}

func film(u bot.Update) bot.Media {
	movie := "\x00\x00\x00\x18ftypmp42" + strings.Repeat("x", 1000)
	return bot.Media{
		Thread: threadOf(u), Text: "새우 파스타 18,000원\n#새우파스타", Title: "새우 파스타", Data: strings.NewReader(movie),
		Buttons: [][]bot.Button{{{Label: "다시 만들기", Action: "again:7"}}},
	}
}

// threadLooks is how a post's thread looks: texts, and files as their titles in brackets.
func threadLooks(p *people.Post) string {
	var all []string
	for _, m := range p.Thread() {
		line := m.Shown
		for _, f := range m.Files {
			line += "[" + f.Title + "]"
		}
		all = append(all, line)
	}
	return strings.Join(all, " / ")
}
