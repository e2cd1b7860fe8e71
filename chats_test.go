package main

import (
	"net/http"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
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
		w := newWorld(t, databases()["sqlite"](t))
		if x.bot {
			w.withTelegram()
		}
		delete(w.settings, "SIGNUP")
		w.settings["RUNWAYML_BASE_URL"] = x.runway
		p := w.start(hurried(), nil)
		if p.desk.Open != x.open {
			t.Errorf("%s: open is %v", name, p.desk.Open)
		}
		p.stop()
	}
}

func TestMenusThatAreRefusedKeepNoUpdateOut(t *testing.T) {
	k := talking(t, func(w *world) {
		w.people.Fail("setMyCommands", -1, people.Failure{Code: http.StatusBadRequest})
	})
	k.SendPhoto(tinyPhoto(), pasta)
	k.gets(1)
}
