package telegram_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestSandbox_IsOpenUnlessStrangersWouldSpendMoney(t *testing.T) {
	for name, x := range map[string]struct {
		runway string
		bot    bool
		open   bool
	}{
		"nothing is paid":                         {"http://127.0.0.1:1", true, true},
		"clips are paid, nobody else knows it":    {"https://runway.invalid", false, true},
		"clips are paid, the bot is known to all": {"https://runway.invalid", true, false},
	} {
		w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
		if x.bot {
			w.WithTelegram()
		}
		delete(w.Settings, "SIGNUP")
		w.Settings["RUNWAYML_BASE_URL"] = x.runway
		p := w.Start(apptest.Hurried(), nil)
		stranger := bot.Update{
			Key: "1", Kind: bot.Wrote, Platform: "telegram", Chat: "77", User: bot.User{ID: "77"}, Message: "1",
			ToUs: true,
			At:   time.Now(), Pictures: []bot.Image{{Photo: pipeline.Photo{Ref: "1", Unique: "1"}, Message: "1"}},
		}
		if err := p.Conversation.Handle(t.Context(), stranger); err != nil {
			t.Fatal(err)
		}
		chat, err := p.Engine.Chat(t.Context(), "telegram", "77")
		if open := chat.Shop != 0; err != nil || open != x.open {
			t.Errorf("%s: open is %v, %v", name, open, err)
		}
		p.Stop()
	}
}
