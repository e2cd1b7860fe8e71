package telegram_test

import (
	"net/http"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestTheSandboxIsOpenUnlessStrangersWouldSpendMoney(t *testing.T) {
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
		if p.Conversation.Open != x.open {
			t.Errorf("%s: open is %v", name, p.Conversation.Open)
		}
		p.Stop()
	}
}

func TestMenusThatAreRefusedKeepNoUpdateOut(t *testing.T) {
	k := apptest.Talking(t, func(w *apptest.World) {
		w.People.Fault(people.Fault{On: "setMyCommands", Times: -1, Status: http.StatusBadRequest})
	})
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
}
