package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// sweep is how many rows Tidy deletes in one transaction, so that others needn't wait for long.
const sweep = 500

// aMonth is as many milliseconds as the longest one has.
const aMonth = `2678400000`

// PurgeExpired implements state.Store.
func (s Store) PurgeExpired(ctx context.Context, before time.Time) error {
	for _, text := range []string{
		`DELETE FROM updates WHERE key IN (SELECT key FROM updates WHERE at < $1 ORDER BY at LIMIT $2) RETURNING 1`,
		`DELETE FROM says WHERE id IN (SELECT id FROM says WHERE ended > 0 AND ended < $1 ORDER BY ended LIMIT $2) RETURNING 1`,
		`DELETE FROM drafts WHERE id IN (SELECT id FROM drafts WHERE ends < $1 ORDER BY ends LIMIT $2) RETURNING 1`,
		`DELETE FROM leases WHERE name IN (SELECT name FROM leases WHERE ends < $1 AND name <> '` + alive + `' ORDER BY ends LIMIT $2) RETURNING 1`,
		`DELETE FROM credentials WHERE id IN (SELECT id FROM credentials WHERE ends > 0 AND ends < $1 ORDER BY ends LIMIT $2) RETURNING 1`,
		`DELETE FROM former_chats WHERE chat IN (SELECT chat FROM former_chats WHERE at < $1 - ` + aMonth +
			` LIMIT $2) RETURNING 1`,
	} {
		for gone := sweep; gone == sweep; {
			err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
				gone = 0
				return nil, tx.Query(ctx, text, []any{millis(before), int64(sweep)}, func(func(...any) error) error {
					gone++
					return nil
				})
			})
			if err != nil {
				return fmt.Errorf("tidy: %w", err)
			}
		}
	}
	return nil
}
