// Package chats keeps what the conversation and its admins remember: chats, shops, who may sign in, drafts, messages,
// workspaces, uploads, leases, and what admins did, the flags that they set, and what they were told of.
package chats

import "github.com/sajangpick/sajangpick/storage/internal/sqldb"

// Tables implement that part of bot's stores.
type Tables struct{ *sqldb.Conn }
