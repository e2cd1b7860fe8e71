package telegram_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// TestToken_StaysWithTelegram has a conversation in which everything fails in every way, and looks for
// the bot's token and the webhook's secret in all that is left of it.
func TestToken_StaysWithTelegram(t *testing.T) {
	t.Parallel()
	book, dir := &apptest.Logbook{}, t.TempDir()
	database := filepath.Join(dir, "orders.db")
	w := apptest.NewWorld(t, "sqlite:"+database).WithTelegram()
	w.Log = book
	const webhookSecret = "webhook-secret-of-this-test"
	w.Settings["TELEGRAM_WEBHOOK_SECRET"] = webhookSecret
	owner := w.People.Person("김사장", "ko")
	fail := func(methods ...string) {
		for _, method := range methods {
			for _, f := range []people.Fault{
				{Status: http.StatusInternalServerError}, {Status: http.StatusBadGateway, Body: "<html>502</html>"},
				{Status: http.StatusNotFound}, {Cut: "before"}, {Cut: "after"}, {Cut: "half"},
			} {
				f.On = method
				w.People.Fault(f)
			}
		}
	}
	fail("sendMessage", "sendVideo", "editMessageText", "answerCallbackQuery")
	w.People.Fault(people.Fault{On: "setWebhook", Status: http.StatusBadGateway, Body: "<html>502</html>"})
	w.People.Fault(people.Fault{On: "setWebhook", Cut: "before"})
	p := w.Start(apptest.Talkative(), nil)
	k := &apptest.Talk{Chat: owner.Private(), T: t, World: w, Process: p, Owner: owner}
	k.SendText("/start")
	p.Wait(func() bool { // updates come in, so the bot's own picture has been fetched
		c, err := p.Engine.Chat(t.Context(), "telegram", strconv.FormatInt(owner.ID, 10))
		return err == nil && c.Version > 0
	})
	fail("getFile", people.Downloads)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.SendDocument("찌개.jpg", "image/jpeg", apptest.Picture(540, 640), "김치찌개 9,000원")
	p.Ended(2)
	w.People.Faults.Clear()
	k.SendText("/usage")
	k.HearsText("이번 달")
	p.Stop()

	left := map[string]string{"the log": book.String(), "the chat": fmt.Sprintf("%+v", k.Messages())}
	if !strings.Contains(left["the log"], "telegram: sendMessage") {
		t.Error("the log says nothing of what went wrong")
	}
	tasks, err := w.StandIns.Tasks()
	if err != nil {
		t.Fatal(err)
	}
	left["the providers"] = fmt.Sprintf("%+v", tasks)
	w.Sources.Range(func(source, _ any) bool { left["the providers"] += source.(string); return true })
	for _, r := range w.People.Requests() {
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
	_, key, _ := strings.Cut(w.People.Token(), ":")
	for where, text := range left {
		for name, secret := range map[string]string{"the token": key, "the webhook's secret": webhookSecret} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s stands in %s: …%s…", name, where, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
}
