package telegram

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// soon is how long anything may take that comes at once.
const soon = 10 * time.Second

// stand opens the stand-in of Telegram and a Client of it.
func stand(t *testing.T, o people.Options) (*people.Server, *Client) {
	t.Helper()
	o.Second = 10 * time.Millisecond
	s := people.New(o)
	web := httptest.NewServer(s.Handler())
	c, err := New(Options{
		Token: s.Token(), APIURL: web.URL, Secret: vow, Log: slog.New(slog.NewTextHandler(new(logs), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		c.files.CloseIdleConnections()
		web.Close()
	})
	return s, c
}

// listen polls until the test ends. The updates come one by one.
func listen(t *testing.T, c *Client) <-chan bot.Update {
	t.Helper()
	all := make(chan bot.Update, 100)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p := c.NewPoll(func(_ context.Context, u bot.Update) error { all <- u; return nil })
		if err := p.Run(ctx, func(error) {}); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return all
}

func next(t *testing.T, all <-chan bot.Update, kind bot.Kind) bot.Update {
	t.Helper()
	for late := time.After(soon); ; {
		select {
		case u := <-all:
			if u.Kind == kind {
				return u
			}
		case <-late:
			t.Fatalf("no update of kind %d comes", kind)
		}
	}
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// world is a group with the bot in it.
type world struct {
	s       *people.Server
	c       *Client
	group   *people.Chat
	updates <-chan bot.Update
	taps    map[string]*people.Tap
}

func openWorld(t *testing.T) messengertest.World {
	s, c := stand(t, people.Options{SeesAll: true})
	w := &world{s: s, c: c, updates: listen(t, c), taps: map[string]*people.Tap{}}
	w.group = s.Group("주방", s.Person("김사장", "ko")).AddBot()
	return w
}

func (w *world) Messenger() bot.Messenger { return w.c }

func (w *world) Other(*testing.T) messengertest.World {
	return &world{
		s: w.s, c: w.c, updates: w.updates, taps: map[string]*people.Tap{},
		group: w.s.Group("홀", w.s.Person("박사장", "ko")).AddBot(),
	}
}

func (w *world) Thread(t *testing.T) pipeline.Thread {
	w.group.SendText("새우 파스타 18,000원")
	u := next(t, w.updates, bot.Wrote)
	return pipeline.Thread{Platform: Platform, Chat: u.Chat, Message: u.Message, User: u.User.ID}
}

func (w *world) Snap(t *testing.T, data []byte) pipeline.Photo {
	w.group.SendDocument("메뉴.jpg", "image/jpeg", data, "")
	return next(t, w.updates, bot.Wrote).Pictures[0].Photo
}

func (w *world) Press(t *testing.T, message, action string) string {
	tap, err := w.group.Tap(number(message), action)
	if err != nil {
		t.Fatal(err)
	}
	u := next(t, w.updates, bot.Pressed)
	w.taps[u.Notice] = tap
	return u.Notice
}

func (w *world) Notice(t *testing.T, notice string) string {
	a, err := w.taps[notice].Answer(soon)
	if err != nil {
		t.Fatal(err)
	}
	return a.Text
}

func (w *world) See(_ *testing.T, message string) (messengertest.Seen, bool) {
	m, ok := w.group.Message(number(message))
	if !ok || m.Deleted {
		return messengertest.Seen{}, false
	}
	s := messengertest.Seen{Text: m.Text}
	if m.ReplyTo != 0 {
		s.ReplyTo = strconv.Itoa(m.ReplyTo)
	}
	for _, row := range m.Buttons {
		var seen []bot.Button
		for _, b := range row {
			seen = append(seen, bot.Button{
				Label: b.Text, Action: b.Data, Copy: b.Copy, Link: b.URL, Style: bot.ButtonStyle(b.Style),
			})
		}
		s.Buttons = append(s.Buttons, seen)
	}
	if f := m.File; f != nil && m.Kind == "photo" {
		s.Picture = w.s.Bytes(f.ID)
	} else if f != nil {
		s.Video, s.W, s.H, s.Duration = w.s.Bytes(f.ID), f.W, f.H, time.Duration(f.Seconds)*time.Second
		if f.Thumb != nil {
			s.Thumb = w.s.Bytes(f.Thumb.ID)
		}
	}
	return s, true
}

func (w *world) Delete(_ *testing.T, message string) { w.group.Delete(number(message)) }

func (w *world) Block(*testing.T) { w.group.RemoveBot() }

func (w *world) Rename(*testing.T) string {
	w.group = w.group.Upgrade()
	return strconv.FormatInt(w.group.ID(), 10)
}

func TestTelegram_KeepsTheContractOfMessengers(t *testing.T) {
	short, err := os.ReadFile("../../bot/outbox/testdata/short.mp4")
	if err != nil {
		t.Fatal(err)
	}
	messengertest.Run(t, openWorld, short, jpegOf(180, 320))
}

func TestTelegramVideo_AboveTenMegabytesKeepsItsShape(t *testing.T) {
	s, c := stand(t, people.Options{})
	chat := s.Person("김사장", "ko").Private()
	photo := chat.SendText("/start")
	heavy := append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, 11<<20)...)
	video := bot.Media{
		Thread: pipeline.Thread{Chat: strconv.FormatInt(chat.ID(), 10), Message: strconv.Itoa(photo.ID)},
		Data:   bytes.NewReader(heavy), W: 1080, H: 1920, Duration: 5 * time.Second,
		Posters: func(context.Context) bot.Posters {
			return bot.Posters{Thumb: jpegOf(180, 320), Cover: jpegOf(720, 1280)}
		},
	}
	for range 2 { // the second is Telegram's own copy
		receipt, err := c.Media(t.Context(), video)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := chat.Message(number(receipt))
		if f := m.File; f == nil || f.W != 1080 || f.H != 1920 || f.Seconds != 5 || !f.Streaming || f.Thumb == nil ||
			f.Cover == nil || f.Cover.H != 1280 {
			t.Errorf("got %+v", m.File)
		}
		_, video.File, _ = strings.Cut(receipt, " ")
		video.Data = nil
	}
	if a := chat.Actions(); len(a) == 0 {
		t.Error("nobody saw it coming")
	}
}

func TestTelegramWebhook_BringsEachUpdateUntilItIsKept(t *testing.T) {
	s, c := stand(t, people.Options{})
	updates := make(chan bot.Update, 10)
	var failures atomic.Int32
	failures.Store(2)
	web := httptest.NewServer(c.Webhook(func(_ context.Context, u bot.Update) error {
		if failures.Add(-1) >= 0 {
			return errors.New("no database")
		}
		updates <- u
		return nil
	}))
	defer web.Close()
	for range 2 { // every process does
		if err := c.Register(t.Context(), web.URL); err != nil {
			t.Fatal(err)
		}
	}
	chat := s.Person("김사장", "ko").Private()
	chat.SendPhoto(jpegOf(1280, 960), "새우 파스타 18,000원")
	chat.SendText("감사합니다")
	first, second := next(t, updates, bot.Wrote), next(t, updates, bot.Wrote)
	if first.Text != "새우 파스타 18,000원" || len(first.Pictures) != 1 || second.Text != "감사합니다" || first.Key == second.Key {
		t.Errorf("got %+v\n%+v", first, second)
	}
	forged, err := http.Post(web.URL, "application/json", strings.NewReader(photoUpdate))
	if err != nil {
		t.Fatal(err)
	}
	if forged.Body.Close(); forged.StatusCode != http.StatusUnauthorized || len(updates) != 0 {
		t.Errorf("a forged update: %d", forged.StatusCode)
	}
}

func TestTelegramPoll_TakesOverFromAWebhook(t *testing.T) {
	s, c := stand(t, people.Options{})
	if err := c.Register(t.Context(), "http://127.0.0.1:1/"); err != nil {
		t.Fatal(err)
	}
	chat := s.Person("김사장", "ko").Private()
	chat.SendText("새우 파스타 18,000원")
	if u := next(t, listen(t, c), bot.Wrote); u.Text != "새우 파스타 18,000원" {
		t.Errorf("got %+v", u)
	}
}

func TestTelegramWebhook_IsSetAgainWhenItWasTakenAway(t *testing.T) {
	s, c := stand(t, people.Options{})
	updates := make(chan bot.Update, 10)
	web := httptest.NewServer(c.Webhook(func(_ context.Context, u bot.Update) error { updates <- u; return nil }))
	defer web.Close()
	if err := c.Register(t.Context(), web.URL); err != nil {
		t.Fatal(err)
	}
	chat := s.Person("김사장", "ko").Private()
	ctx, cancel := context.WithCancel(t.Context())
	polled := make(chan error)
	go func() { // somebody tries the same token at home
		polled <- c.NewPoll(func(context.Context, bot.Update) error {
			cancel()
			return errors.New("not mine")
		}).Run(ctx, func(error) {})
	}()
	chat.SendText("/start")
	for wait := true; wait; {
		select {
		case <-updates: // before it was taken away
			chat.SendText("새우 파스타 18,000원")
		case err := <-polled:
			if wait = false; err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 {
		if err := c.Keep(t.Context(), web.URL); err != nil {
			t.Fatal(err)
		}
	}
	next(t, updates, bot.Wrote)
	sets := 0
	for _, r := range s.Requests() {
		if r.Method == "setWebhook" {
			sets++
		}
	}
	if sets != 2 {
		t.Errorf("the webhook was set %d times, want once and once more", sets)
	}
}

func TestKeep_AWebhookWithAnotherSecretIsSetAgain(t *testing.T) {
	s, c := stand(t, people.Options{Second: time.Millisecond})
	updates := make(chan bot.Update, 10)
	web := httptest.NewServer(c.Webhook(func(_ context.Context, u bot.Update) error { updates <- u; return nil }))
	defer web.Close()
	if err := c.Register(t.Context(), web.URL); err != nil {
		t.Fatal(err)
	}
	other, err := New(Options{Token: c.token, APIURL: c.base, Secret: "another_secret"})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Register(t.Context(), web.URL); err != nil {
		t.Fatal(err)
	}
	s.Person("김사장", "ko").Private().SendText("새우 파스타 18,000원")
	late := time.After(soon)
	for deaf := true; deaf; {
		if err := c.Keep(t.Context(), web.URL); err != nil {
			t.Fatal(err)
		}
		select {
		case <-updates:
			deaf = false
		case <-time.After(10 * time.Millisecond):
		case <-late:
			t.Fatal("nothing comes in any more")
		}
	}
	sets := func() (n int) {
		for _, r := range s.Requests() {
			if r.Method == "setWebhook" {
				n++
			}
		}
		return n
	}
	before := sets()
	for range 3 {
		if err := c.Keep(t.Context(), web.URL); err != nil {
			t.Fatal(err)
		}
	}
	if n := sets(); before != 3 || n != before {
		t.Errorf(
			"the webhook was set %d times, and then %d times: the failure before has nothing to do with ours", before,
			n-before,
		)
	}
}

func TestTelegramPoll_AGroupIsHeardAsFarAsTelegramLets(t *testing.T) {
	s, c := stand(t, people.Options{})
	updates := listen(t, c)
	owner := s.Person("김사장", "ko")
	group := s.Forum("주방", owner).AddBot()
	if u := next(t, updates, bot.Joined); u.SeesAll || !u.Group {
		t.Errorf("in a group with privacy: %+v", u)
	}
	topic := group.Topic("주문")
	topic.SendText("/help@sajangpickbot")
	u := next(t, updates, bot.Wrote)
	if u.Text != "/help" || !u.ToUs || u.Topic != strconv.Itoa(topic.TopicID()) || u.Reply != nil {
		t.Errorf("a command in a topic: %+v", u)
	}
	thread := pipeline.Thread{Chat: u.Chat, Topic: u.Topic, Message: u.Message}
	name, err := c.Send(t.Context(), bot.Message{Thread: thread, Text: "메뉴와 가격을 알려 주세요.", Ask: true})
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := topic.Message(number(name)); m.Topic != topic.TopicID() {
		t.Errorf("the answer stands in topic %d", m.Topic)
	}
	topic.SendText("새우 파스타 18,000원", people.ReplyTo(number(name)))
	if u := next(t, updates, bot.Wrote); !u.ToUs || u.Reply == nil || !u.Reply.Ours || u.Reply.Message != name {
		t.Errorf("a reply to us: %+v", u)
	}
	group.Promote()
	if u := next(t, updates, bot.Joined); !u.SeesAll {
		t.Errorf("as an admin: %+v", u)
	}
	topic.DeleteTopic()
	if name, err = c.Send(t.Context(), bot.Message{Thread: thread, Text: "다 됐어요."}); err != nil {
		t.Fatal(err)
	}
	if m, ok := group.Message(number(name)); !ok || m.Topic != 0 {
		t.Errorf("without its topic: %+v", m)
	}
	group.RemoveBot()
	next(t, updates, bot.Left)
}
