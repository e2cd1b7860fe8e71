package service_test

import (
	"database/sql"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// `make growth` asks for other sizes, and for the table.
var (
	grownOrders = flag.Int("growth.orders", 100_000, "orders in the databases of TestGrowth")
	grownShops  = flag.Int("growth.shops", 5_000, "shops in them")
	grownPurged = flag.Int("growth.purged", 250, "orders past their keeping time that are still to be compacted")
)

const (
	owner    = "100001" // of the largest shop
	maxRows  = 2_000    // that a statement of a schedule, a command or a scrape may touch
	maxSteps = 60_000   // instructions of SQLite's machine for as much: some 30 a row
)

// TestGrowth_NothingOnAScheduleReadsEverything lets everything that is asked regularly, by admins or by Prometheus be
// asked of a service that is a year old, and counts what each of its statements reads.
func TestGrowth_NothingOnAScheduleReadsEverything(t *testing.T) {
	for engine, database := range apptest.Databases() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			g := &grownService{t: t, engine: engine, address: database(t), seen: map[string]bool{}}
			g.fill()
			g.asks()
			if len(g.asked) < 70 {
				t.Errorf("only %d statements were sent", len(g.asked))
			}
			g.reads("")
			if g.forgets() {
				g.reads(" without statistics")
			}
			g.compacted()
			var b strings.Builder
			table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "what\tms\tstatements")
			for _, line := range g.lines {
				fmt.Fprintln(table, line)
			}
			_ = table.Flush() // to memory
			t.Logf("%s with %d orders of %d shops\n%s", engine, *grownOrders, *grownShops, b.String())
		})
	}
}

// grownService is a service with a year of orders.
type grownService struct {
	t       *testing.T
	engine  string
	address string
	db      *sql.DB
	p       *apptest.Process
	sent    *storagetest.Statements
	asked   []sentBy
	seen    map[string]bool
	lines   []string
}

// sentBy is a statement, and what it was for.
type sentBy struct {
	by string
	storagetest.Sent
}

func (g *grownService) check(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *grownService) file() string { return strings.TrimPrefix(g.address, "sqlite:") }

func (g *grownService) fill() {
	w := apptest.NewWorld(g.t, g.address)
	began := time.Now()
	g.db = w.Grow(g.engine, storagetest.Growth{
		Orders: *grownOrders, Shops: *grownShops, Purged: *grownPurged, Now: began,
	})
	_, err := g.db.ExecContext(g.t.Context(), `ANALYZE`) // as autovacuum and this program do by themselves
	g.check(err)
	g.line("(filling)", time.Since(began), 0)
	g.sizes()
}

func (g *grownService) line(what string, took time.Duration, statements int) {
	g.lines = append(g.lines, fmt.Sprintf("%s\t%.1f\t%d", what, float64(took.Microseconds())/1000, statements))
}

// sizes add what each table and its indexes take.
func (g *grownService) sizes() {
	text := `SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC`
	if g.engine == "sqlite" {
		text = `SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_schema m ON m.name = s.name GROUP BY 1 ORDER BY 2 DESC`
	}
	found, err := g.db.QueryContext(g.t.Context(), text)
	g.check(err)
	defer found.Close()
	total := int64(0)
	for n := 0; found.Next(); n++ {
		var table string
		var bytes int64
		g.check(found.Scan(&table, &bytes))
		if total += bytes; n < 8 {
			g.lines = append(
				g.lines,
				fmt.Sprintf("table %s\t%.1f MB\t%d B an order", table, float64(bytes)/1e6, bytes/int64(*grownOrders)),
			)
		}
	}
	g.check(found.Err())
	g.lines = append(
		g.lines, fmt.Sprintf("all tables\t%.1f MB\t%d B an order", float64(total)/1e6, total/int64(*grownOrders)),
	)
}

// compacted holds that the clean-up has compacted what was left to it, and tells what the tables take then.
func (g *grownService) compacted() {
	count := func(text string) (n int) {
		g.check(g.db.QueryRowContext(g.t.Context(), text).Scan(&n))
		return n
	}
	if purged, past := count(
		`SELECT count(*) FROM orders WHERE emptied > 0`,
	), count(`SELECT count(*) FROM past_orders`); purged != 0 || past == 0 {
		g.t.Errorf("%d orders are still to be compacted, %d are", purged, past)
	}
	if flag.Lookup("growth.purged").Value.String() == flag.Lookup("growth.purged").DefValue {
		return
	}
	text := `VACUUM FULL`
	if g.engine == "sqlite" {
		text = `VACUUM`
	}
	_, err := g.db.ExecContext(g.t.Context(), text)
	g.check(err)
	g.sizes()
}

// asks lets everything be asked once.
func (g *grownService) asks() {
	const admin = "900001"
	w := apptest.NewWorld(g.t, g.address).WithTelegram()
	w.Settings["ADMINS"], w.Settings["OPS_CHAT"] = "telegram:"+admin, "telegram:"+admin
	began := time.Now()
	g.p = w.Start(apptest.Hurried(), func(e storage.Engine) storage.Engine {
		g.sent = storagetest.Watch(e)
		return e
	})
	defer g.p.Kill() // what is open waits for providers that don't know it
	g.line("start", time.Since(began), len(g.sent.Take()))
	ctx := g.t.Context()
	for _, x := range g.p.Schedule() {
		g.ask("schedule "+x.Name, func() error { return x.Run(ctx) })
	}
	for range *grownPurged / 2000 { // as the schedule goes on each minute
		g.ask("schedule cleaning", func() error { return g.p.Monitor.CleanOn(ctx) })
	}
	g.ask("schedule report", func() error { return g.p.Monitor.Ops.Report(ctx, always{}) })
	g.ask("sweep of the shops' months", func() error { // which rests at night
		for last := int64(0); ; {
			shops, err := g.p.Engine.Shops(ctx, time.Now(), last, 100)
			if err != nil || len(shops) == 0 {
				return err
			}
			last = shops[len(shops)-1].ID
		}
	})
	g.ask("watch", func() error { return g.p.Monitor.Tick(ctx) })
	g.ask("watch: resume", func() error { return g.p.Monitor.Resume(ctx) })
	g.ask("watch: thaw", func() error { return g.p.Monitor.Thaw(ctx) })
	g.ask("scrape of /metrics", func() error { scrape(g.t, g.p); return nil })
	say := func(chat, text string, reply *bot.Reply) {
		g.ask(chat+" "+text, func() error {
			n := strconv.Itoa(len(g.lines))
			return g.p.Conversation.Handle(ctx, bot.Update{
				Key: "growth:" + n, Kind: bot.Wrote, Platform: "telegram", Chat: chat,
				User:    bot.User{ID: chat, Lang: "ko"},
				Message: "n" + n, At: time.Now(), Text: text, ToUs: true, Reply: reply,
			})
		})
	}
	for _, text := range []string{
		"/status", "/status 1", "/status " + strconv.Itoa(*grownOrders-1000), "/stuck", "/spend", "/spend 2", "/shops",
		"/shops 900", "/log",
	} {
		say(admin, text, nil)
	}
	for _, text := range []string{"/usage", "/videos", "/shop", "/export"} {
		say(owner, text, nil)
	}
	say(owner, "20,000원", &bot.Reply{Message: "123456789", Ours: true})
}

// always is a schedule whose time is now.
type always struct{}

func (always) Next(t time.Time) time.Time { return t.Truncate(time.Minute).Add(time.Minute) }

func (g *grownService) ask(what string, do func() error) {
	g.t.Helper()
	g.sent.Take()
	began := time.Now()
	if err := do(); err != nil {
		g.t.Errorf("%s: %v", what, err)
	}
	g.took(what, began)
}

// took notes how long something took, and keeps its statements that were not seen before.
func (g *grownService) took(what string, began time.Time) {
	took, sent := time.Since(began), g.sent.Take()
	g.line(what, took, len(sent))
	for _, s := range sent {
		if !g.seen[s.Text] {
			g.seen[s.Text] = true
			g.asked = append(g.asked, sentBy{what, s})
		}
	}
}

// reads holds what each statement touches against what it may. when stands in what it says.
func (g *grownService) reads(when string) {
	most := max(maxRows, *grownOrders/300) // the report reads a day
	for _, a := range g.asked {
		// it reads nothing, and is there already
		if strings.Contains(a.Text, "INSERT INTO") &&
			(strings.Contains(a.Text, "VALUES") || strings.Contains(a.Text, "AS first")) {
			continue
		}
		if g.engine == "sqlite" {
			if scanned, steps := storagetest.Steps(g.t, filepath.Clean(g.file()), a.Sent); scanned > most ||
				steps > maxSteps {
				g.t.Errorf("%s goes through %d rows, and takes %d steps: %s", a.by, scanned, steps, a.Text)
			}
			continue
		}
		if rows, plan := g.explain(a.Sent); rows > most {
			g.t.Errorf("%s touches %d rows%s: %s\n%s", a.by, rows, when, a.Text, plan)
		}
	}
}

// forgets leaves Postgres as pg_restore does: without statistics of what is in the tables.
func (g *grownService) forgets() bool {
	if g.engine != "postgres" {
		return false
	}
	_, err := g.db.ExecContext(g.t.Context(), `DELETE FROM pg_statistic`)
	g.check(err)
	return true
}

// explain runs a statement, takes back what it wrote, and counts the rows that its scans went through.
func (g *grownService) explain(s storagetest.Sent) (rows int, plan string) {
	tx, err := g.db.BeginTx(g.t.Context(), nil)
	g.check(err)
	defer tx.Rollback()
	var text string
	if err := tx.QueryRowContext(
		g.t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) `+s.Text, s.Args...,
	).Scan(&text); err != nil {
		g.t.Fatalf("%s: %v", s.Text, err)
	}
	return storagetest.Touched(g.t, text)
}
