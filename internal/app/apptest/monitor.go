package apptest

import (
	"strconv"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// OnDuty is a service with an owner, and an admin whose chat is the one in which the service speaks up.
func OnDuty(t *testing.T, change ...func(w *World)) (owner, ops *Talk) {
	t.Helper()
	var boss *people.Person
	owner = Talking(t, append(change, func(w *World) {
		boss = w.People.Person("관리자", "ko")
		boss.Private().SendText("/start") // else a bot may not write there
		id := "telegram:" + strconv.FormatInt(boss.Private().ID(), 10)
		w.Settings["ADMINS"], w.Settings["OPS_CHAT"] = id, id
	})...)
	return owner, owner.In(boss.Private())
}

// Faulty lets a provider answer otherwise.
func Faulty(f sandbox.Fault) func(w *World) {
	return func(w *World) { w.Faults(f) }
}
