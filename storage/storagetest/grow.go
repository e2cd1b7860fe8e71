package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Growth is a year of a service: so many orders of so many shops, evenly spread, of which the first has about
// 1/√Shops. 94.5 % are delivered, a tenth of them with a second cut; 3 % failed, 2.5 % are cancelled, 25 are parked and
// 20 open. What is older than 90 days is compacted, but for the newest Purged orders of these, which are to be; what is
// kept for a week is of the last week.
type Growth struct {
	Orders, Shops, Purged int
	Now                   time.Time
}

const (
	growAtOnce = 1000
	growOpen   = 20
	growParked = 25
	aDay       = 24 * time.Hour
)

// Grow fills an empty, migrated database as the program itself would have left it. engine is postgres or sqlite.
func Grow(ctx context.Context, db *sql.DB, engine string, g Growth) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	run := func(texts ...string) error {
		for _, text := range texts {
			if _, err := conn.ExecContext(ctx, text); err != nil {
				return fmt.Errorf("%.80s: %w", strings.TrimSpace(text), err)
			}
		}
		return nil
	}
	off, on, err := triggers(ctx, conn, engine)
	if err != nil {
		return err
	}
	if err := run(slices.Concat(relaxed[engine], off, g.shops())...); err != nil {
		return err
	}
	for from := 1; from <= g.Orders; from += growAtOnce {
		texts := append([]string{`BEGIN`}, g.orders(from, min(from+growAtOnce-1, g.Orders))...)
		if err := run(append(texts, `COMMIT`)...); err != nil {
			return err
		}
	}
	sums, err := countAnew(ctx, conn)
	if err != nil {
		return err
	}
	return run(slices.Concat(sums, on)...)
}

// relaxed makes a power cut cost all and a commit nothing.
var relaxed = map[string][]string{"postgres": {`SET synchronous_commit = off`}, "sqlite": {`PRAGMA synchronous = OFF`}}

// triggers turn off what keeps sums, and on again: to count once is sooner done.
func triggers(ctx context.Context, conn *sql.Conn, engine string) (off, on []string, err error) {
	if engine == "postgres" {
		for _, table := range []string{"orders", "calls"} {
			off = append(off, `ALTER TABLE `+table+` DISABLE TRIGGER USER`)
			on = append(on, `ALTER TABLE `+table+` ENABLE TRIGGER USER`)
		}
		return off, append(
			on, `SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))`,
			`INSERT INTO provider_queue (id, shop, step, phase, reason, taken)
				SELECT id, shop, step, 'begun', reason, taken FROM orders WHERE status = 'open'`, // all wait for their clips
		), nil
	}
	found, err := conn.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return nil, nil, err
	}
	defer found.Close()
	for found.Next() {
		var name, text string
		if err := found.Scan(&name, &text); err != nil {
			return nil, nil, err
		}
		off, on = append(off, `DROP TRIGGER `+name), append(on, text)
	}
	return off, on, found.Err()
}

// countAnew makes the rows of all sums.
func countAnew(ctx context.Context, conn *sql.Conn) (texts []string, err error) {
	sums := map[string]int64{}
	recount(func(text string, row func(scan func(...any) error) error) {
		found, failed := conn.QueryContext(ctx, text)
		for failed == nil && found.Next() {
			failed = row(found.Scan)
		}
		if found != nil {
			failed = errors.Join(failed, found.Err(), found.Close())
		}
		err = errors.Join(err, failed)
	}, sums)
	keys := map[string]bool{}
	for key := range sums {
		keys[key[:strings.LastIndexByte(key, ' ')]] = true
	}
	rows := map[string][]string{} // by table
	for key := range keys {
		values := strings.Split(key, " ")
		table, values := values[0], values[1:]
		for i, name := range sumKeys[table] {
			if name == "status" || name == "reason" || name == "provider" {
				values[i] = "'" + values[i] + "'"
			}
		}
		for _, column := range sumColumns[table] {
			values = append(values, fmt.Sprint(sums[key+" "+column]))
		}
		rows[table] = append(rows[table], "("+strings.Join(values, ", ")+")")
	}
	for table, values := range rows {
		columns := strings.Join(slices.Concat(sumKeys[table], sumColumns[table]), ", ")
		for some := range slices.Chunk(values, growAtOnce) {
			texts = append(texts, `INSERT INTO `+table+` (`+columns+`) VALUES `+strings.Join(some, ", "))
		}
	}
	return append(append([]string{`BEGIN`}, texts...), `COMMIT`), err
}

func (g Growth) shops() []string {
	numbers := fmt.Sprintf(
		`WITH RECURSIVE s(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM s WHERE i < %d) `, g.Shops,
	)
	now := g.Now.UnixMilli()
	return []string{
		numbers + `INSERT INTO shops (version, name, logo, look, music, monthly, new_logo, made)
			SELECT 3, '가게 ' || i, '', '', '', CASE WHEN i % 10 = 0 THEN 60 ELSE 0 END, '{}', 1 FROM s ORDER BY i`,
		numbers + fmt.Sprintf(`INSERT INTO chats (platform, id, version, shop, lang, grp, away, heard, looked)
			SELECT 'telegram', CAST(100000 + i AS text), 40, i, 'ko', false, false, %d - i %% 30 * %d, %[1]d FROM s`, now, aDay.Milliseconds()),
		fmt.Sprintf(`INSERT INTO deeds (at, who, what, outcome) WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 300)
			SELECT %d + i, 'telegram:1', '/retry ' || i, 'taken up again' FROM s`, now-aDay.Milliseconds()),
	}
}

// past is the last order that is compacted.
func (g Growth) past() int {
	step := 365 * aDay.Milliseconds() / int64(g.Orders)
	kept := ((90 * aDay).Milliseconds() - 120_000) / step // whose orders aren't older than that
	return max(g.Orders-int(kept)-1-g.Purged, 0)
}

// orders are all that is left of the orders with these numbers.
func (g Growth) orders(from, to int) []string {
	now := g.Now.UnixMilli()
	step := 365 * aDay.Milliseconds() / int64(g.Orders)
	late := g.Orders * 85 / 365
	past := g.past()
	all := fmt.Sprintf(`WITH RECURSIVE s(i) AS (SELECT CAST(%d AS bigint) UNION ALL SELECT i + 1 FROM s WHERE i < %d),
		a AS (SELECT i, %d - (%d - i) * %d - 120000 AS placed, i * 7919 %% 1000 AS luck, (i * 7907) %% 10007 AS draw FROM s),
		b AS (SELECT i, placed, 1 + %d * draw * draw / 100140049 AS shop,
			CASE WHEN i > %d THEN 'open' WHEN i > %d AND i %% %d = 0 THEN 'parked' WHEN luck < 30 THEN 'failed'
				WHEN luck < 55 THEN 'cancelled' ELSE 'delivered' END AS status,
			CASE WHEN placed + 82000 < %d THEN placed + %d ELSE 0 END AS emptied FROM a),
		o AS (SELECT i, placed, shop, CAST(100000 + shop AS text) AS chat, status, emptied,
			CASE WHEN status = 'delivered' AND i %% 10 = 3 THEN 2 ELSE 1 END AS cut,
			CASE status WHEN 'delivered' THEN 7 WHEN 'parked' THEN 4 WHEN 'cancelled' THEN 2 ELSE 3 END AS version FROM b WHERE i `,
		from, to, now, g.Orders, step, g.Shops, g.Orders-growOpen, g.Orders-late, max(late/growParked, 1),
		now-(90*aDay).Milliseconds(), (90 * aDay).Milliseconds())
	base := all + fmt.Sprintf(`> %d) `, past)
	week := fmt.Sprint(now - (7 * aDay).Milliseconds())
	kept := func(text string) string { return `CASE WHEN emptied > 0 THEN '' ELSE ` + text + ` END` }
	const bought = `status IN ('delivered', 'open', 'parked')`
	const spans = `((placed + 2000) / 10800000)`
	texts := []string{
		all + fmt.Sprintf(`<= %d) `, past) + `INSERT INTO past_orders (id, source, shop, placed, shown, status, reason, spent)
			SELECT i, (i * 7919 % 1000003) * 9000000000 + i, shop, placed, status = 'delivered', status,
				CASE status WHEN 'failed' THEN 'photo_refused' ELSE '' END,
				CASE status WHEN 'failed' THEN '[["runway","animate","refunded",' || ` + spans + ` || ',1,0]]' WHEN 'delivered' THEN
					'[["runway","animate","settled",' || ` + spans + ` || ',1,1500],["creatomate","render","settled",' || ` + spans + ` || ',' || cut || ',' || (300 * cut) || ']]'
				ELSE '[]' END FROM o`,
		base + `INSERT INTO orders (id, source, shop, platform, chat, message, usr, lang, photo_ref, photo_unique, photo_name, photo_bytes, placed, changed, since,
				status, step, phase, version, due, alarm, alarm_due, attempt, again, reason, detail, photo_key, clip_key, call_id, remote, progress, told,
				cut, cuts, shown, emptied, ended)
			SELECT i, CASE WHEN emptied > 0 THEN 'purged/' || CAST(1000000000000000 + i AS text) ELSE 'telegram:' || chat || ':' || i END, shop, 'telegram', ` + kept(`chat`) + `, ` +
			kept(`CAST(i AS text)`) + `, ` + kept(`chat`) + `, 'ko', ` + kept(
			`'AgACAgUAAxkBAAIBY2c5l4Qy8rW3fRk1mQABHk0yAAE5sAACxrwxG' || i`,
		) + `, ` +
			kept(`'AQADx' || i`) + `, '', 204800, placed, placed + 82000, placed + 80000, status,
				CASE status WHEN 'delivered' THEN 'deliver' WHEN 'parked' THEN 'render' ELSE 'animate' END,
				CASE WHEN status = 'open' THEN 'waiting' ELSE 'begun' END, version + CASE WHEN emptied > 0 THEN 1 ELSE 0 END, placed + 80000, 5, placed + 80000, 0, 0,
				CASE status WHEN 'failed' THEN 'photo_refused' WHEN 'parked' THEN 'template' ELSE '' END,
				CASE WHEN status = 'failed' AND emptied = 0 THEN 'runway: task failed: SAFETY.INPUT.IMAGE Your submission was flagged.' ELSE '' END, ` +
			kept(`'photos/' || i || '-c3f7a1b2c3d4e5f6.jpg'`) + `, ` + kept(`'clips/' || i || '-c3f7a1b2c3d4e5f6.mp4'`) + `,
				CASE WHEN status = 'open' THEN 'c' || i ELSE '' END, CASE WHEN status = 'open' THEN '17f20503-6c24-4c16-946b-' || i ELSE '' END, 0, ` +
			kept(`CAST(i + 1 AS text)`) + `, cut, cut, CASE WHEN status = 'delivered' THEN cut ELSE 0 END, emptied,
				CASE WHEN status IN ('open', 'parked') THEN 0 ELSE placed + 82000 END
			FROM o`,
		base + `INSERT INTO cuts (order_id, n, words, look, music, short_key, receipt)
			SELECT i, n, CASE WHEN emptied > 0 THEN '{}' ELSE '{"menu":"새우 파스타","price":"18,000원","won":18000}' END, 'clean', 'calm', ` +
			kept(`CASE WHEN status = 'delivered' THEN 'shorts/' || i || '-1-c3f7a1b2c3d4e5f6.mp4' ELSE '' END`) + `, ` +
			kept(`CASE WHEN status = 'delivered' THEN (i + 2) || ' BAACAgUAAxkBAAIBZWc5l4Qy8r' || i ELSE '' END`) + `
			FROM o JOIN (SELECT 1 AS n UNION ALL SELECT 2) k ON n <= cut`,
		base + `INSERT INTO calls (id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended)
			SELECT 'c' || i, i, 1, 'animate', 'runway', CASE status WHEN 'failed' THEN 'refunded' WHEN 'open' THEN 'known' ELSE 'settled' END,
				'17f20503-6c24-4c16-946b-' || i, 1500, CASE WHEN status IN ('failed', 'open') THEN 0 ELSE 1500 END, placed + 2000,
				CASE WHEN status = 'open' THEN 0 ELSE placed + 50000 END FROM o WHERE status = 'failed' OR ` + bought,
		base + `INSERT INTO calls (id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended)
			SELECT 'r' || n || '/' || i, i, n, 'render', 'creatomate', 'settled', 'a12b0503-6c24-4c16-946b-' || i, 300, 300, placed + 50000, placed + 79000
			FROM o JOIN (SELECT 1 AS n UNION ALL SELECT 2) k ON n <= cut WHERE status = 'delivered'`,
		base + `, h(v, step, phase, ms) AS (VALUES (1, 'fetch', 'ready', 0), (2, 'animate', 'begun', 2000), (3, 'animate', 'waiting', 3000),
				(4, 'render', 'begun', 50000), (5, 'render', 'waiting', 51000), (6, 'deliver', 'begun', 80000), (7, 'deliver', 'begun', 82000))
			INSERT INTO history (order_id, version, at, status, step, phase, attempt, note)
			SELECT i, v, placed + ms, CASE WHEN v = version THEN status ELSE 'open' END, h.step, h.phase, 0, '' FROM o JOIN h ON v <= version`,
		base + `INSERT INTO history (order_id, version, at, status, step, phase, attempt, note)
			SELECT i, version + 1, emptied, status, 'deliver', 'begun', 0, 'emptied' FROM o WHERE emptied > 0`,
		base + `INSERT INTO updates (key, at) SELECT 'telegram:' || i, placed FROM o WHERE placed > ` + week,
		base + `INSERT INTO leases (name, holder, ends) SELECT 'line ' || i, 'a', placed FROM o WHERE placed > ` + week,
		base + `INSERT INTO drafts (id, platform, chat, question, made, ends, body)
			SELECT i, 'telegram', chat, '', placed, placed + 1000, '{}' FROM o WHERE i % 10 = 1 AND placed > ` + week,
		base + `INSERT INTO says (platform, chat, draft, answer, body, made, claimed, ended, message)
			SELECT 'telegram', chat, 0, false, '{"Text":"사진을 받았어요. 곧 영상으로 만들어 드릴게요."}', placed, 0, placed + 1, CAST(i AS text)
			FROM o WHERE i % 5 = 1 AND placed > ` + week,
	}
	return texts
}
