package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
)

// expired finds by an index each, shop by shop, what ended long ago, and what forgotten shops had ordered.
const expired = `WHERE o.id IN (
	SELECT id FROM (SELECT id FROM orders WHERE emptied = 0 AND ended <> 0 AND ended < $1 ORDER BY ended LIMIT $2) old
UNION
	SELECT id FROM (SELECT x.id FROM shops s CROSS JOIN orders x WHERE s.gone > 0
		AND x.shop <> 0 AND x.shop = s.id AND x.emptied = 0 AND x.placed <= s.gone AND x.ended > 0 LIMIT $2) forgotten)
ORDER BY o.ended, o.id LIMIT $2`

// Purgeable implements bot.Admin. What a forgotten shop has ordered expires at once.
func (s Store) Purgeable(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, expired, sqldb.Millis(t), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list expired orders: %w", err)
	}
	return all, nil
}

// OrdersOf implements bot.Admin.
func (s Store) OrdersOf(ctx context.Context, shop, before int64, limit int) ([]pipeline.Order, error) {
	before = cmp.Or(before, math.MaxInt64)
	all, err := orders(ctx, s.Read, `WHERE o.shop <> 0 AND o.shop = $1 AND o.emptied = 0 AND o.id < $2
		ORDER BY o.id DESC LIMIT $3`, shop, before, int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list orders of shop %d: %w", shop, err)
	}
	return all, nil
}

// selectShorts looks up the cuts of a page of orders by their keys: a database without statistics would rather read all
// cuts. %s are the sizes.
var selectShorts = fmt.Sprintf(`
WITH o AS MATERIALIZED (SELECT id, cut FROM orders WHERE shop <> 0 AND shop = $3 AND emptied = 0 AND shown > 0
    ORDER BY id DESC LIMIT CAST($1 AS bigint) + CAST($2 AS bigint)),
newest AS MATERIALIZED (SELECT o.id, `+newestShown+` AND k.size = s.size) AS n FROM o CROSS JOIN (%s) s)
`, eachSize()) + selectCut + `JOIN newest w ON w.id = o.id AND w.n = c.n ORDER BY o.id DESC, c.n DESC LIMIT $1 OFFSET $2`

func eachSize() string {
	var all []string
	for _, size := range pipeline.Sizes() {
		all = append(all, fmt.Sprintf("SELECT '%s' AS size", size))
	}
	return strings.Join(all, " UNION ALL ")
}

// ShortsOf implements bot.Admin.
func (s Store) ShortsOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error) {
	all, err := read(ctx, s.Read, selectShorts, append(sqldb.Page(skip, limit), shop)...)
	if err != nil {
		return nil, fmt.Errorf("list shorts of shop %d: %w", shop, err)
	}
	return all, nil
}

// lastTracks are the shop's own pieces of music that aren't needed after this order: they are neither the one
// that the shop has now, nor in a cut of another order that may be cut again. A piece that was replaced stays
// until then, since an order sounds as it did when only its price is changed.
const lastTracks = `
SELECT c.music FROM cuts c JOIN orders o ON o.id = c.order_id
WHERE o.id = $1 AND c.music LIKE '` + pipeline.TrackPrefix + `%'
    AND NOT EXISTS (SELECT 1 FROM shops WHERE shops.id = o.shop AND shops.track = c.music)
    AND NOT EXISTS (SELECT 1 FROM orders x JOIN cuts y ON y.order_id = x.id
        WHERE x.shop <> 0 AND x.shop = o.shop AND x.id <> o.id AND x.emptied = 0 AND y.music = c.music)
ORDER BY c.n`

// Files implements bot.Admin. What a call has made is there even when its order went another way before
// that was written down.
func (s Store) Files(ctx context.Context, order int64) ([]string, error) {
	var keys []string
	for _, text := range []string{
		`SELECT photo_key FROM orders WHERE id = $1`,
		`SELECT clip_key FROM orders WHERE id = $1`,
		`SELECT short_key FROM cuts WHERE order_id = $1 ORDER BY n`,
		lastTracks,
	} {
		err := s.Read.Query(ctx, text, []any{order}, func(scan func(...any) error) error {
			var key string
			err := scan(&key)
			if key != "" && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list files of order %d: %w", order, err)
		}
	}
	calls, err := s.Calls(ctx, order)
	for _, c := range calls {
		for _, size := range pipeline.Sizes() { // it wasn't written down which one it was made for
			if key := pipeline.ResultKey(c, size); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys, err
}

// ofForgotten is whether a shop has placed an order that wanted to be forgotten since.
const ofForgotten = `(SELECT count(*) FROM shops WHERE shops.id = orders.shop AND shops.gone > 0 AND orders.placed <= shops.gone) > 0`

// purgeOrder leaves what can be counted. The source must stay unique, and known: see purgedSource. That of a forgotten
// shop's order is forgotten.
const purgeOrder = `
UPDATE orders SET emptied = $2, version = version + 1, source = CASE
        WHEN ` + ofForgotten + ` THEN 'emptied/' || id ELSE $3 END, chat = '', topic = '', message = '',
    usr = '', maker = '', told = '', photo_ref = '', photo_unique = '', photo_name = '', photo_key = '', clip_key = '',
    call_id = '', remote = '', detail = '', callback = ''
WHERE id = $1 AND emptied = 0 AND status NOT IN ('open', 'parked') RETURNING version`

// MarkPurged implements bot.Admin.
func (s Store) MarkPurged(ctx context.Context, order int64) error {
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		var version int64
		source, now := "", sqldb.Millis(time.Now())
		err := tx.Run(ctx, sqldb.Statement{
			Text: `SELECT source FROM orders WHERE id = $1`, Args: []any{order}, Dest: []any{&source},
		})
		if err == nil {
			err = tx.Run(ctx, sqldb.Statement{
				Text: purgeOrder, Args: []any{order, now, purgedSource(source)}, Dest: []any{&version},
				ErrNoRows: chats.ErrNotNow,
			})
		}
		if errors.Is(err, chats.ErrNotNow) {
			return nil, alreadyPurged(ctx, tx, order)
		}
		if err != nil {
			return nil, err
		}
		return nil, tx.Run(ctx,
			sqldb.Statement{
				Text: `UPDATE cuts SET words = '{}', short_key = '', receipt = '' WHERE order_id = $1`,
				Args: []any{order},
			},
			sqldb.Statement{Text: `UPDATE history SET note = '' WHERE order_id = $1`, Args: []any{order}},
			sqldb.Statement{Text: `UPDATE calls SET note = '' WHERE order_id = $1 AND note <> ''`, Args: []any{order}},
			sqldb.Statement{Text: `INSERT INTO history (order_id, version, at, status, step, phase, attempt, note)
				SELECT id, version, emptied, status, step, phase, attempt, 'emptied' FROM orders WHERE id = $1`, Args: []any{order}},
		)
	})
	if err != nil {
		return fmt.Errorf("empty order %d: %w", order, err)
	}
	return nil
}

// alreadyPurged is nil if the order was, and says what is in the way otherwise.
func alreadyPurged(ctx context.Context, tx sqldb.Tx, order int64) error {
	var at int64
	err := tx.Run(ctx, sqldb.Statement{
		Text: `SELECT emptied FROM orders WHERE id = $1`, Args: []any{order}, Dest: []any{&at},
		ErrNoRows: pipeline.ErrNotFound,
	})
	switch {
	case err == nil && at == 0:
		err = pipeline.ErrMoved
	case errors.Is(err, pipeline.ErrNotFound):
		if err = purged(ctx, tx, order); errors.Is(err, pipeline.ErrPurged) { // and compacted since
			err = nil
		}
	}
	return err
}

// forgetShop keeps the key of the logo until it needn't be told any more: see ForgetShop. forgetTrack does
// the same for its music.
const forgetShop = `
UPDATE shops SET version = version + 1, gone = $2, name = '', look = '', music = '', new_logo = '{}', logo = '', webhook = '',
    old_logo = CASE WHEN logo = '' THEN old_logo ELSE logo END
WHERE id = $1 RETURNING old_logo, track, new_track`

// ForgetShop implements bot.Admin. Rows are locked in the order of Commit.
func (s Store) ForgetShop(ctx context.Context, shop int64) ([]string, error) {
	var keys []string
	err := s.Pages(ctx, `UPDATE past_orders SET source = 0 WHERE id IN (
		SELECT id FROM past_orders WHERE shop = $1 AND shop <> 0 AND source <> 0 LIMIT $2) RETURNING 1`, shop)
	if err != nil {
		return nil, fmt.Errorf("forget shop %d: %w", shop, err)
	}
	err = s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		var logo, track, coming string
		err := tx.Run(ctx,
			sqldb.Statement{Text: `DELETE FROM invites WHERE shop = $1 OR used > 0 AND name <> ''
				AND name = (SELECT name FROM shops WHERE id = $1)`, Args: []any{shop}},
			sqldb.Statement{
				Text: forgetShop, Args: []any{shop, sqldb.Millis(time.Now())}, Dest: []any{&logo, &track, &coming},
				ErrNoRows: pipeline.ErrNotFound,
			},
		)
		if err != nil {
			return nil, err
		}
		// What its forms left behind is a stray at once.
		if err := tx.Run(ctx, sqldb.Statement{
			Text: `UPDATE uploads SET at = 1 WHERE shop = $1`, Args: []any{shop},
		}); err != nil {
			return nil, err
		}
		if err := forgetChats(ctx, tx, shop); err != nil {
			return nil, err
		}
		tracks, err := forgetTrack(ctx, tx, shop, track, coming)
		if err != nil {
			return nil, err
		}
		keys, err = logos(ctx, tx, shop)
		keys = append(keys, tracks...)
		if logo != "" && !slices.Contains(keys, logo) {
			keys = append(keys, logo)
		}
		return nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("forget shop %d: %w", shop, err)
	}
	return keys, nil
}

// forgetTrack forgets a shop's own music and where it was to come from; only the keys of its blobs stay. A
// piece that orders still have goes with the last of them as well.
func forgetTrack(ctx context.Context, tx sqldb.Tx, shop int64, track, coming string) ([]string, error) {
	t, err := chats.NewTrack(coming)
	if err != nil {
		return nil, err
	}
	if track != "" {
		t.Old = append(t.Old, track)
	}
	if t.Address != "" { // it may have been fetched just now
		t.Old = append(t.Old, bot.Shop{ID: shop, NewTrack: t}.NewTrackKey())
	}
	text, err := sqldb.Body(bot.NewTrack{Old: t.Old})
	if err != nil {
		return nil, err
	}
	return t.Old, tx.Run(ctx, sqldb.Statement{
		Text: `UPDATE shops SET track = '', new_track = $2 WHERE id = $1`, Args: []any{shop, text},
	})
}

// forgetChats takes a shop's chats away with what they hold. A message that is on its way is still said.
func forgetChats(ctx context.Context, tx sqldb.Tx, shop int64) error {
	todo := []sqldb.Statement{{Text: `DELETE FROM credentials WHERE shop = $1`, Args: []any{shop}}}
	err := tx.Query(ctx, `UPDATE chats SET version = version + 1 WHERE shop <> 0 AND shop = $1 RETURNING platform, id`,
		[]any{shop},
		func(scan func(...any) error) error {
			var platform, id string
			err := scan(&platform, &id)
			for _, text := range []string{
				`DELETE FROM drafts WHERE platform = $1 AND chat = $2`,
				`DELETE FROM says WHERE platform = $1 AND chat = $2 AND ended > 0`,
				`DELETE FROM chats WHERE platform = $1 AND id = $2`,
			} {
				todo = append(todo, sqldb.Statement{Text: text, Args: []any{platform, id}})
			}
			todo = append(todo, rememberChat(platform, id, shop, time.Now()))
			return err
		})
	if err != nil {
		return err
	}
	return tx.Run(ctx, todo...)
}

// logos are the keys of all logos that a shop has had on its shorts.
func logos(ctx context.Context, db sqldb.DB, shop int64) ([]string, error) {
	var keys []string
	err := db.Query(ctx, `SELECT c.words FROM orders o JOIN cuts c ON c.order_id = o.id
		WHERE o.shop <> 0 AND o.shop = $1 AND o.emptied = 0 ORDER BY c.order_id, c.n`, []any{shop},
		func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			var words pipeline.Words
			if err := json.Unmarshal([]byte(text), &words); err != nil {
				return err
			}
			if words.Logo != "" && !slices.Contains(keys, words.Logo) {
				keys = append(keys, words.Logo)
			}
			return nil
		})
	return keys, err
}
