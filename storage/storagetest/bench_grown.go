package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/storage"
)

// grown makes the numbers from 1 to 200,000.
const grown = `WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 200000) `

// Grown fills an empty database with 200,000 orders of 400 days, 500 a day: one in 25 failed, one in 50 was
// cancelled, a few are parked and a few open. Each that was delivered has its two paid calls.
func Grown(now time.Time) []string {
	placed := fmt.Sprintf("(%d - (200000 - i) * CAST(172800 AS bigint))", now.UnixMilli())
	const status = `CASE WHEN i > 199940 THEN 'open' WHEN i % 6000 = 0 THEN 'parked' WHEN i % 25 = 0 THEN 'failed' WHEN i % 50 = 1 THEN 'cancelled' ELSE 'delivered' END`
	return []string{
		grown + `INSERT INTO orders (id, source, platform, chat, message, lang, photo_ref, photo_name, placed, changed, status, since, step, phase,
			version, due, alarm, alarm_due, attempt, again, reason, detail, photo_key, clip_key, call_id, remote, progress, told, cut, cuts, shown, shop)
		SELECT i, 'telegram:' || (100000 + i % 300) || ':' || i, 'telegram', CAST(100000 + i % 300 AS text), CAST(i AS text), 'ko',
			'AgACAgUAAxkBAAIBY2c5l4Qy8rW3fRk1mQABHk0yAAE5sAACxrwxG' || i, '', ` + placed + `, ` + placed + ` + 180000, ` + status + `, ` + placed + ` + 170000,
			CASE WHEN i > 199940 OR i % 25 = 0 THEN 'animate' ELSE 'deliver' END, 'ready',
			9, ` + placed + `, 5, 0, 0, 0, CASE WHEN i % 25 = 0 OR i % 6000 = 0 THEN 'photo_refused' ELSE '' END,
			CASE WHEN i % 25 = 0 THEN 'runway: task failed: SAFETY.INPUT.IMAGE Your submission was flagged by our content moderation system.' ELSE '' END,
			'photos/' || i || '-c3f7a1b2c3d4e5f6.jpg', 'clips/' || i || '-c3f7a1b2c3d4e5f6.mp4', '', '', 0, CAST(i AS text), 1, 1,
			CASE WHEN i > 199940 OR i % 25 = 0 THEN 0 ELSE 1 END, i % 300 FROM s`,
		grown + `INSERT INTO cuts (order_id, n, words, look, music, short_key, receipt)
		SELECT i, 1, '{"menu":"새우 파스타","price":"18,000원","won":18000}', 'clean', 'calm', 'shorts/' || i || '-1-c3f7a1b2c3d4e5f6.mp4', i || ' BAACAgUAAxkBAAIBZWc5l4Qy8r' || i FROM s`,
		grown + `INSERT INTO calls (id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended)
		SELECT 'c' || i, i, 1, 'animate', 'runway', CASE WHEN i % 25 = 0 THEN 'refunded' ELSE 'settled' END, '17f20503-6c24-4c16-946b-' || i, 1500,
			CASE WHEN i % 25 = 0 THEN 0 ELSE 1500 END, ` + placed + ` + 2000, ` + placed + ` + 60000 FROM s WHERE i <= 199940`,
		grown + `INSERT INTO calls (id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended)
		SELECT 'r' || i, i, 1, 'render', 'creatomate', 'settled', 'a12b0503-6c24-4c16-946b-' || i, 300, 300, ` + placed + ` + 61000, ` + placed + ` + 90000
		FROM s WHERE i <= 199940 AND i % 25 <> 0`,
		grown + `INSERT INTO history (order_id, version, at, status, step, phase, attempt, note)
		SELECT i, 9, ` + placed + ` + 180000, 'delivered', 'deliver', 'begun', 0, '' FROM s WHERE i <= 199940 AND i % 25 <> 0`,
	}
}

// Screens asks what admins and the monitor shift ask, of a database that has Grown.
func Screens(b *testing.B, e storage.Engine, now time.Time) {
	month, day := now.Add(-22*24*time.Hour), now.Add(-24*time.Hour)
	for _, x := range []struct {
		name string
		ask  func() error
	}{
		{"Overview", func() error { _, err := e.Overview(b.Context(), day, month); return err }},
		{"Spend", func() error { _, err := e.SpendByShop(b.Context(), month, now); return err }},
		{"Spending", func() error { _, err := e.SpendByProvider(b.Context(), day); return err }},
		{"Shops", func() error { _, err := e.Shops(b.Context(), month, 0, 10); return err }},
		{"Spenders", func() error { _, err := e.Spenders(b.Context(), month, 0, 10); return err }},
		{"Tally", func() error { _, err := e.Tally(b.Context(), day, now); return err }},
		{"Check", func() error { _, err := e.AuditLedger(b.Context()); return err }},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				if err := x.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
