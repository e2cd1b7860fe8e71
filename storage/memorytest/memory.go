// Package memorytest is a database in memory for simulations: orders with their ledger and queue, and what chats,
// the outbox, admins and ops keep. It has one lock and no goroutine. It passes those contract suites of the databases
// that are about what it keeps; shops aren't forgotten in it, and it has no workspaces and no credentials.
package memorytest

import (
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// Store is such a database. Its zero value is empty and ready; see pipelinetest.Store for its hooks and its clock.
type Store struct {
	pipelinetest.Store

	chats     map[chatKey]bot.Chat
	shops     []bot.Shop // by number, from 1
	invites   map[string]bot.Invite
	drafts    map[int64]bot.Draft
	messages  []message // by number, from 1
	updates   map[string]time.Time
	leases    map[string]lease
	audit     []bot.AuditEntry
	incidents map[string]bot.Incident
}

type chatKey struct{ platform, id string }

// message is one to be sent.
type message struct {
	bot.OutgoingMessage
	claimed time.Time // until when; then, or when it was given back until
	ended   time.Time // zero: it waits
	name    string    // the chat's, once it was sent
	gone    bool      // it was forgotten
}

type lease struct {
	holder string
	ends   time.Time
}

// tx is a transaction.
type tx struct {
	pipelinetest.Tx
	*Store
}

func (s *Store) write(op string, f func(t tx) error) error {
	return s.Store.Write(op, func(o pipelinetest.Tx) error { return f(tx{o, s}) })
}

func (s *Store) view(op string, f func(t tx)) error {
	return s.Store.View(op, func(o pipelinetest.Tx) { f(tx{o, s}) })
}

// put writes into a map that may be nil yet.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}
