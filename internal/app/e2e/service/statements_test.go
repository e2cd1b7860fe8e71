package service_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// What a delivered order may have its database do. On SQLite several orders share one BEGIN and COMMIT, which count for
// none of them.
const (
	maxCommits  = 8
	maxRowReads = 5
	maxRecent   = 1 // reads of the chat's newest orders
	looks       = 2 // for who waits for a place that has become free, which are made at rest as well
	maxLogged   = 8_700
	lateLogged  = 900 // what the commit of a callback that comes before its start's answer logs
)

var maxStatements = map[string]int{"postgres": 44, "sqlite": 47}

var (
	// atRest are the statements that a process makes now and then, whether there are orders or not.
	atRest = regexp.MustCompile(`^-- ping|^WITH begun AS|^SELECT value FROM switches|^SELECT 1 FROM turns LIMIT 1` +
		`|^SELECT id FROM provider_queue WHERE step = 'render' AND phase = 'ready' AND reason = 'turn' AND NOT` +
		`|^SELECT key, body, since FROM incidents|^SELECT service, min\(changed\)` +
		`|^SELECT coalesce\(\(SELECT min\(h\.at\)|river_(leader|queue|client|notification)`)
	// ofQueue are River's own: it looks for jobs, takes them and puts them away, many at a time. What adds one is an
	// order's.
	ofQueue = regexp.MustCompile(`river_job`)
	// ofLimits are requests that ask for their place under the limit of an account before they are made. A start asks
	// with the change that begins it, which counts.
	ofLimits = regexp.MustCompile(
		`INTO limits |^SELECT name, used FROM limits WHERE name IN \(\$1\)|^UPDATE limits .* WHERE name IN \(\$1\)$`,
	)
	frame = regexp.MustCompile(`^(begin|commit|rollback)$`)

	rowRead = regexp.MustCompile(`FROM orders o JOIN cuts c .* WHERE o\.id = \$1$`)
	recent  = regexp.MustCompile(`FROM orders o JOIN cuts c .* ORDER BY o\.id DESC LIMIT \$3$`)
)

// TestStatements_ADeliveredOrderTakesFew counts what orders have their database do: a photo with its words in Telegram,
// callbacks for clip and film, and the film in the chat, with the page turned on.
func TestStatements_ADeliveredOrderTakesFew(t *testing.T) {
	for engine, database := range apptest.Databases() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			const chats, orders = 5, 20
			direct := database(t)
			k, take := counting(t, engine, direct)
			var all []*apptest.Talk
			serve := func(i int) {
				chat := all[i%chats]
				chat.SendPhoto(apptest.Picture(300+i, 400), fmt.Sprintf("%s %d,000원", apptest.DishName(i), 5+i))
				if o := k.Process.Ended(1)[0]; o.Status != pipeline.Delivered {
					t.Fatalf("order %d is %s: %s", o.ID, o.Status, o.Detail)
				}
			}
			for i := range chats { // an owner's first photo makes the shop
				all = append(all, k.In(k.World.People.Person(fmt.Sprint("사장 ", i), "ko").Private()))
				serve(i)
			}
			take(&counts{texts: map[string]int{}})
			logged := log(t, direct, engine)
			n := counts{texts: map[string]int{}}
			for i := range orders {
				serve(chats + i)
			}
			wal, logs := logged(orders)
			take(&n) // what follows on the last one's end stands for what followed on that of the last one before
			table := n.table(orders)
			t.Logf("an order: %.1f statements, %.1f commits, %.1f reads of its row, %.1f of the newest orders; the "+
				"queue's own %.1f, the account's limit %.1f\n%s%s",
				per(n.statements, orders), per(n.commits, orders), per(n.rows, orders), per(n.recent, orders),
				per(n.queue, orders), per(n.limits, orders), table, logs)
			// A callback that comes before its start's answer costs a commit more, with what it logs; providers that
			// take a while don't do that.
			wal -= lateLogged * max(0, n.commits-maxCommits*orders) / orders
			if n.statements > (maxStatements[engine]-looks)*orders || 2*n.commits > (2*maxCommits+1)*orders ||
				n.rows > maxRowReads*orders || n.recent > maxRecent*orders || wal > maxLogged {
				t.Errorf(
					"more than %d statements, %d commits, %d reads of the row, %d of the newest orders, %d bytes",
					maxStatements[engine], maxCommits, maxRowReads, maxRecent, maxLogged,
				)
			}
			if n.statements < 15*orders || n.commits < maxCommits*orders || engine == "postgres" && wal < 4000 {
				t.Error("not everything was counted")
			}
		})
	}
}

func per(n, orders int) float64 { return float64(n) / float64(orders) }

// counts are of what was executed, but for what happens at rest.
type counts struct {
	statements, commits, rows, recent, queue, limits int
	texts                                            map[string]int
}

// add counts what is one transaction, and reports whether it is the order's own.
func (n *counts) add(texts ...string) (own bool) {
	each := func(is *regexp.Regexp) bool {
		return !slices.ContainsFunc(texts, func(text string) bool {
			return !is.MatchString(text) && !frame.MatchString(text)
		})
	}
	switch {
	case each(atRest):
		return false
	case each(ofQueue):
		n.queue += len(texts)
		return false
	case each(ofLimits):
		n.limits += len(texts)
		return false
	}
	for _, text := range texts {
		n.statements++
		n.texts[text]++
		if rowRead.MatchString(text) {
			n.rows++
		}
		if recent.MatchString(text) {
			n.recent++
		}
	}
	return true
}

func line(text string) string { return strings.Join(strings.Fields(text), " ") }

// ofWire counts what went over a wire. A transaction that goes on counts as far as it has come.
func (n *counts) ofWire(all []apptest.Executed) {
	in := map[int][]string{}
	writes := map[int]bool{}
	for _, e := range all {
		if e.In == 0 {
			if n.add(e.Text) && e.Commit {
				n.commits++
			}
			continue
		}
		in[e.In] = append(in[e.In], e.Text)
		writes[e.In] = writes[e.In] || e.Commit
	}
	for tx, texts := range in {
		if n.add(texts...) && writes[tx] {
			n.commits++
		}
	}
}

func (n *counts) table(orders int) string {
	var b strings.Builder
	for _, text := range slices.SortedFunc(maps.Keys(n.texts), func(a, b string) int {
		return cmp.Compare(n.texts[b], n.texts[a])
	}) {
		short := text
		if len(short) > 150 {
			short = short[:70] + " … " + short[len(short)-77:]
		}
		fmt.Fprintf(&b, "%5.1f  %s\n", per(n.texts[text], orders), short)
	}
	return b.String()
}

// counting is a chat with a service whose statements are counted. What it does at its start is over.
func counting(t *testing.T, engine, database string) (*apptest.Talk, func(n *counts)) {
	w := apptest.NewWorld(t, database).WithTelegram()
	w.Settings["SWEEP_CRON"] = "0 0 1 1 *"
	times := pipeline.DefaultTimes()
	times.PickUp, times.PollWithCallback = time.Hour, 2*time.Hour // nothing comes late on a slow machine
	var wire *apptest.Wire
	var watched *storagetest.Statements
	if engine == "postgres" {
		wire = w.WithWire()
	}
	var rows storage.Engine
	k := w.Talk(w.Start(times, func(e storage.Engine) storage.Engine {
		if rows = e; wire == nil {
			watched = storagetest.Watch(e)
		}
		return e
	}))
	apptest.Every(t, 20*time.Millisecond, func() error {
		done := 0
		err := storagetest.Tables(rows).Read.Query(t.Context(),
			`SELECT count(*) FROM river_job WHERE kind = 'periodic' AND state = 'completed'`, nil,
			func(scan func(...any) error) error { return scan(&done) })
		if n := len(k.Process.Schedule()); err == nil && done < n {
			err = fmt.Errorf("%d of %d jobs of the start are done", done, n)
		}
		return err
	})
	return k, func(n *counts) {
		if wire != nil {
			n.ofWire(wire.Take())
			return
		}
		limits := 0
		for _, s := range watched.Take() {
			text := line(s.Text)
			if n.add(text); strings.HasPrefix(text, "UPDATE limits ") && ofLimits.MatchString(text) {
				limits++
			}
		}
		n.commits += watched.Commits() - limits
	}
}

// logOfTables adds up, between two places in Postgres' log, what this database has written there about each table and
// about its indexes, and about the ends of the transactions that did: without full-page images.
const logOfTables = `
WITH records AS MATERIALIZED (
    SELECT xid, record_type, record_length - fpi_length AS bytes,
        CAST(substring(block_ref from 'rel \d+/(\d+)/') AS oid) AS database,
        CAST(substring(block_ref from 'rel \d+/\d+/(\d+)') AS oid) AS node
    FROM pg_get_wal_records_info(CAST($1 AS text)::pg_lsn, pg_current_wal_flush_lsn())),
own AS MATERIALIZED (
    SELECT * FROM records WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT coalesce(t.relname || ', its indexes', c.relname, 'others'), sum(bytes) FROM own
    LEFT JOIN pg_class c ON c.relfilenode = own.node LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_class t ON t.oid = i.indrelid
    WHERE c.relnamespace IS DISTINCT FROM 'pg_catalog'::regnamespace GROUP BY 1
UNION ALL SELECT 'commits', coalesce(sum(bytes), 0) FROM records
    WHERE record_type = 'COMMIT' AND database IS NULL AND xid IN (SELECT xid FROM own)
ORDER BY 2 DESC`

// withoutVacuum keeps what Postgres does to its tables by itself out of the log.
const withoutVacuum = `
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', name);
    END LOOP;
END $$`

// log notes where Postgres is in its log. What it gives tells how many bytes an order were written there since, and for
// what.
func log(t *testing.T, database, engine string) func(orders int) (int, string) {
	if engine != "postgres" {
		return func(int) (int, string) { return 0, "" }
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	from := ""
	if _, err = conn.Exec(t.Context(), withoutVacuum+`; CREATE EXTENSION pg_walinspect`); err == nil {
		err = conn.QueryRow(t.Context(), `SELECT CAST(pg_current_wal_flush_lsn() AS text)`).Scan(&from)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func(orders int) (int, string) {
		found, err := conn.Query(t.Context(), logOfTables, from)
		if err != nil {
			t.Fatal(err)
		}
		defer found.Close()
		total, lines := 0, ""
		for found.Next() {
			name, bytes := "", 0
			if err := found.Scan(&name, &bytes); err != nil {
				t.Fatal(err)
			}
			total += bytes
			lines += fmt.Sprintf("%6.0f bytes logged for %s\n", per(bytes, orders), name)
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		return total / orders, lines + fmt.Sprintf("%6d in all\n", total/orders)
	}
}
