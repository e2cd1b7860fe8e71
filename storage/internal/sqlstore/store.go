// Package sqlstore keeps orders, their history, the ledger and what the conversation remembers in tables: those of the
// orders here, the others in packages below it. Its SQL is one text for Postgres and SQLite: numbered parameters, times
// as milliseconds since 1970 in UTC (0 is no time), structures as JSON text.
package sqlstore

import (
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// Store is a pipeline.Store and a bot.Store on tables.
type Store struct {
	*sqldb.Conn
	chatTables
	ledgerTables
}

type (
	chatTables   = chats.Tables
	ledgerTables = ledger.Tables
)

// New makes a Store on a database.
func New(c sqldb.Conn) Store { return Store{&c, chats.Tables{Conn: &c}, ledger.Tables{Conn: &c}} }
