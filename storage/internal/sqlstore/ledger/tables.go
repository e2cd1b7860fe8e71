// Package ledger keeps the calls that were paid and the sums of what they cost, and audits both.
package ledger

import "github.com/sajangpick/sajangpick/storage/internal/sqldb"

// Tables implement that part of pipeline's and bot's stores.
type Tables struct{ *sqldb.Conn }
