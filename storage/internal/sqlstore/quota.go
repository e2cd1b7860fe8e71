package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// countedOf is how many orders of a shop count that were placed since a month began, with those of the shops that its
// chats had before they were forgotten: each is looked up by its number. %s are the shop, the one that its chats had
// before, and the month.
const countedOf = `(
	WITH RECURSIVE line (id, former) AS (
		SELECT %[1]s, %[2]s
		UNION SELECT line.former, (SELECT f.former FROM shops f WHERE f.id = line.former) FROM line WHERE line.former <> 0)
	SELECT CAST(coalesce(sum((SELECT sum(m.used) FROM shop_months m WHERE m.shop = line.id AND m.month >= %[3]s)), 0) AS bigint)
	FROM line WHERE line.id <> 0)`

// countedOfOne is countedOf the shop $1 since $2.
var countedOfOne = fmt.Sprintf(countedOf, "CAST($1 AS bigint)", "(SELECT s.former FROM shops s WHERE s.id = $1)", "$2")

// OrdersInPeriod implements bot.Store.
func (s Store) OrdersInPeriod(ctx context.Context, shop int64, since time.Time) (int, error) {
	var n int
	err := s.Read.Query(ctx, `SELECT `+countedOfOne, []any{shop, ledger.MonthOf(since)},
		func(scan func(...any) error) error { return scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("count orders of shop %d: %w", shop, err)
	}
	return n, nil
}

// Former implements bot.Store.
func (s Store) Former(ctx context.Context, platform, chat string) (int64, error) {
	var shop int64
	err := s.Read.Query(ctx, `SELECT shop FROM former_chats WHERE chat = $1`, []any{hashed(platform, chat)},
		func(scan func(...any) error) error { return scan(&shop) })
	if err != nil {
		return 0, fmt.Errorf("look for the former shop of a chat: %w", err)
	}
	return shop, nil
}

// Refused implements bot.Store. What was purged since then belongs to the shop that the chat had.
func (s Store) Refused(ctx context.Context, platform, chat string, since time.Time) (int, error) {
	var n int
	err := s.Read.Query(ctx, `SELECT count(*) FROM orders
		WHERE placed >= $1 AND (reason = 'photo_refused' OR plain = 'photo_refused') AND (platform = $2 AND chat = $3
			OR emptied > 0 AND shop <> 0 AND shop IN (SELECT shop FROM former_chats WHERE chat = $4))`,
		[]any{sqldb.Millis(since), sqldb.Clean(platform), sqldb.Clean(chat), hashed(platform, chat)},
		func(scan func(...any) error) error { return scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("count refused photos: %w", err)
	}
	return n, nil
}

// hashed is how a chat is called that was forgotten.
func hashed(platform, chat string) string {
	sum := sha256.Sum256([]byte(sqldb.Clean(platform) + ":" + sqldb.Clean(chat)))
	return hex.EncodeToString(sum[:])
}

// rememberChat writes down which shop a chat had.
func rememberChat(platform, chat string, shop int64, now time.Time) sqldb.Statement {
	return sqldb.Statement{
		Text: `INSERT INTO former_chats (chat, shop, at) VALUES ($1, $2, $3)
			ON CONFLICT (chat) DO UPDATE SET shop = excluded.shop, at = excluded.at`,
		Args: []any{hashed(platform, chat), shop, sqldb.Millis(now)},
	}
}

// comeBack makes a new shop go on with the month of the one that its chat had.
func comeBack(platform, chat string, shop int64) sqldb.Statement {
	return sqldb.Statement{
		Text: `UPDATE shops SET former = coalesce(
			(SELECT f.shop FROM former_chats f WHERE f.chat = $1 AND f.shop <> $2), 0) WHERE id = $2`,
		Args: []any{hashed(platform, chat), shop},
	}
}
