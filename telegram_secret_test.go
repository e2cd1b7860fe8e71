package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// logbook keeps what is logged.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestTheTokenStaysWithTelegram has a conversation in which everything fails in every way, and looks for
// the bot's token and the webhook's secret in all that is left of it.
func TestTheTokenStaysWithTelegram(t *testing.T) {
	t.Parallel()
	book, dir := &logbook{}, t.TempDir()
	database := filepath.Join(dir, "orders.db")
	w := newWorld(t, "sqlite:"+database).withTelegram()
	w.log = book
	const webhookSecret = "webhook-secret-of-this-test"
	w.settings["TELEGRAM_WEBHOOK_SECRET"] = webhookSecret
	owner := w.people.Person("김사장", "ko")
	fail := func(methods ...string) {
		for _, method := range methods {
			for _, f := range []people.Failure{
				{Code: http.StatusInternalServerError}, {Code: http.StatusBadGateway, HTML: "<html>502</html>"},
				{Code: http.StatusNotFound}, {Reset: true}, {Lost: true}, {Half: true},
			} {
				w.people.Fail(method, 1, f)
			}
		}
	}
	fail("sendMessage", "sendVideo", "editMessageText", "answerCallbackQuery")
	w.people.Fail("setWebhook", 1, people.Failure{Code: http.StatusBadGateway, HTML: "<html>502</html>"})
	w.people.Fail("setWebhook", 1, people.Failure{Reset: true})
	p := w.start(talkative(), nil)
	k := &talk{Chat: owner.Private(), t: t, w: w, p: p, owner: owner}
	k.SendText("/start")
	p.wait(func() bool { // updates come in, so the bot's own picture has been fetched
		c, err := p.engine.Chat(t.Context(), "telegram", strconv.FormatInt(owner.ID, 10))
		return err == nil && c.Version > 0
	})
	fail("getFile", people.Downloads)
	k.SendPhoto(tinyPhoto(), pasta)
	k.SendDocument("찌개.jpg", "image/jpeg", picture(240, 400), "김치찌개 9,000원")
	p.ended(2, time.Minute)
	w.people.Heal()
	k.SendText("/usage")
	k.hearsText("이번 달")
	p.stop()

	left := map[string]string{"the log": book.String(), "the chat": fmt.Sprintf("%+v", k.Messages())}
	if !strings.Contains(left["the log"], "telegram: sendMessage") {
		t.Error("the log says nothing of what went wrong")
	}
	tasks, err := w.standIns.Tasks()
	if err != nil {
		t.Fatal(err)
	}
	left["the providers"] = fmt.Sprintf("%+v", tasks)
	w.sources.Range(func(source, _ any) bool { left["the providers"] += source.(string); return true })
	for _, r := range w.people.Requests() {
		if r.Method != "setWebhook" { // it is told the secret
			left["what Telegram was asked"] += fmt.Sprintf("%+v\n", r)
		}
	}
	for _, file := range []string{database, database + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		left["the database"] += string(b)
	}
	_, key, _ := strings.Cut(w.people.Token(), ":")
	for where, text := range left {
		for name, secret := range map[string]string{"the token": key, "the webhook's secret": webhookSecret} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s stands in %s: …%s…", name, where, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
}
