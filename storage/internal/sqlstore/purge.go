package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
)

// deleteStrangers deletes chats without a shop in which nothing was heard for a month. They hold nothing that the first
// message there wouldn't make again: the language is the person's until they choose another.
const deleteStrangers = `DELETE FROM chats WHERE (platform, id) IN (SELECT platform, id FROM chats c
	WHERE shop = 0 AND heard < $1 - ` + aMonth + `
		AND NOT EXISTS (SELECT 1 FROM says s WHERE s.platform = c.platform AND s.chat = c.id AND s.ended = 0)
		AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.platform = c.platform AND o.chat = c.id)
	ORDER BY heard LIMIT $2) AND shop = 0 RETURNING 1`

// aMonth and aYear are as many milliseconds as the longest ones have.
const (
	aMonth = `2678400000`
	aYear  = `31622400000`
)

// PurgeExpired implements bot.Store.
func (s Store) PurgeExpired(ctx context.Context, before time.Time) error {
	for _, text := range []string{
		`DELETE FROM updates WHERE key IN (SELECT key FROM updates WHERE at < $1 ORDER BY at LIMIT $2) RETURNING 1`,
		`DELETE FROM says WHERE id IN (SELECT id FROM says WHERE ended > 0 AND ended < $1 ORDER BY ended LIMIT $2) RETURNING 1`,
		`DELETE FROM drafts WHERE id IN (SELECT id FROM drafts WHERE ends < $1 ORDER BY ends LIMIT $2) RETURNING 1`,
		`DELETE FROM leases WHERE name IN (SELECT name FROM leases WHERE ends < $1 AND name <> '` +
			chats.HeartbeatLease +
			`' ORDER BY ends LIMIT $2) RETURNING 1`,
		`DELETE FROM credentials WHERE id IN (SELECT id FROM credentials WHERE ends <> 0 AND ends < $1 ORDER BY ends LIMIT $2) RETURNING 1`,
		`DELETE FROM former_chats WHERE chat IN (SELECT chat FROM former_chats WHERE at < $1 - ` + aMonth +
			` LIMIT $2) RETURNING 1`,
		`DELETE FROM invites WHERE code IN (SELECT code FROM invites WHERE expires < $1 - ` + aMonth +
			` ORDER BY expires LIMIT $2) RETURNING 1`,
		`DELETE FROM deeds WHERE id IN (
			SELECT id FROM (SELECT id, at FROM deeds ORDER BY id LIMIT $2) oldest WHERE at < $1 - ` + aYear + `) RETURNING 1`,
		deleteStrangers,
	} {
		if err := s.Pages(ctx, text, sqldb.Millis(before)); err != nil {
			return fmt.Errorf("tidy: %w", err)
		}
	}
	return nil
}
