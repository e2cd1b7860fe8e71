// Package contract is all that a database promises: the suites of the packages beside it, and what only shows with
// several of them: two shops, several processes, a database that is away.
package contract

import (
	"testing"

	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/admin"
	"github.com/sajangpick/sajangpick/storage/storagetest/chats"
	"github.com/sajangpick/sajangpick/storage/storagetest/jobs"
	"github.com/sajangpick/sajangpick/storage/storagetest/orders"
)

// Store is the contract of storage.Engine. empty makes a database that isn't migrated, fresh one that nothing is in; it
// may be migrated.
func Store(t *testing.T, empty, fresh func(t *testing.T) storagetest.Open) {
	t.Run("empty", func(t *testing.T) { storagetest.Run(t, empty, jobs.EmptyPromises) })
	for name, tests := range map[string]storagetest.Promises{
		"queue": jobs.QueuePromises, "life": jobs.LifePromises, "leases": jobs.LeasePromises,
		"turns": jobs.TurnPromises,
	} {
		t.Run(name, func(t *testing.T) { storagetest.Run(t, fresh, tests) })
	}
	orders.Run(t, func(t *testing.T) storagetest.OrderStore { return storagetest.Ready(t, fresh(t)) })
}

// State is the contract of its bot.Store, bot.Workspaces and bot.Admin. fresh makes a database that nothing is in;
// it may be migrated.
func State(t *testing.T, fresh func(t *testing.T) storagetest.Open) {
	for name, tests := range map[string]storagetest.Promises{
		"changes": chats.ChangePromises, "chats": chats.ChatPromises, "messages": chats.MessagePromises,
		"finding":    chats.FindPromises,
		"workspaces": chats.WorkspacePromises, "access": chats.AccessPromises,
		"overview": admin.OverviewPromises, "audit": admin.AuditPromises, "sums": admin.SumPromises,
		"forgetting": admin.ForgetPromises,
		"compacting": admin.CompactPromises, "two shops": twoPromises, "reporting": admin.ReportingPromises,
		"troubles": admin.TroublePromises,
	} {
		t.Run(name, func(t *testing.T) { storagetest.Run(t, fresh, tests) })
	}
}

// Talk is that part of Store and State which a simulation needs: what chats, messages and orders in trouble are kept
// in, as long as no shop is forgotten and nothing is summed up.
func Talk(t *testing.T, fresh func(t *testing.T) storagetest.Open) {
	for name, tests := range map[string]storagetest.Promises{
		"leases": jobs.LeasePromises, "changes": chats.ChangePromises, "chats": chats.ChatPromises,
		"messages": chats.MessagePromises,
		"finding":  chats.FindPromises, "troubles": admin.TroublePromises,
	} {
		t.Run(name, func(t *testing.T) { storagetest.Run(t, fresh, tests) })
	}
	orders.Run(t, func(t *testing.T) storagetest.OrderStore { return storagetest.Ready(t, fresh(t)) })
}

// Shared is the contract of engines that several processes may open at once; see Store.
func Shared(t *testing.T, empty, fresh func(t *testing.T) storagetest.Open) {
	storagetest.Run(t, empty, storagetest.Promises{"FourMigrateAnEmptyDatabaseAtOnce": fourMigrate})
	storagetest.Run(t, fresh, sharedPromises)
}
