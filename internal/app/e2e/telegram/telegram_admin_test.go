package telegram_test

import (
	"strconv"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// governed is a service with an owner and an admin, who talk to it in private.
func governed(t *testing.T, change ...func(w *apptest.World)) (owner, admin *apptest.Talk) {
	t.Helper()
	var boss *people.Person
	owner = apptest.Talking(t, append(change, func(w *apptest.World) {
		boss = w.People.Person("관리자", "ko")
		w.Settings["ADMINS"] = "telegram:" + strconv.FormatInt(boss.Private().ID(), 10)
	})...)
	return owner, owner.In(boss.Private())
}

// introduce sets the bot's menus, and comes back when all is done.
func introduce(t *testing.T, p *apptest.Process) {
	t.Helper()
	for _, m := range p.Messengers {
		if m.About.Name != telegram.Platform {
			continue
		}
		for _, run := range m.Run {
			run(t.Context())
		}
	}
}

func TestMenu_WhoIsNoAdminAnyMoreLosesThatOfAdmins(t *testing.T) {
	owner, ops := apptest.OnDuty(t)
	shown := func() int {
		t.Helper()
		introduce(t, owner.Process)
		return len(owner.World.People.Commands("chat "+strconv.FormatInt(ops.ID(), 10), ""))
	}
	if shown() == 0 {
		t.Fatal("an admin has no menu")
	}
	owner.Process.Kill()
	owner.World.Settings["ADMINS"] = ""
	owner.Restarted()
	if n := shown(); n != 0 {
		t.Errorf("%d commands of admins are left", n)
	}
	if had, err := owner.Process.Engine.Flag(t.Context(), telegram.MenuOwners); err != nil || had != "" {
		t.Errorf("%q, %v", had, err)
	}
}
