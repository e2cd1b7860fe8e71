// Package upgrade_test finishes what released programs have left behind.
package upgrade_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestUpgrade_WhatAReleaseLeftComesToItsEnd starts today's program on databases that released ones have written, and
// that were killed (kill -9) with orders in every phase, drafts, messages and jobs under way: see
// TestRelease_LeavesOrdersInEveryPhase. What is outside is made anew from what stands in them: files by their keys,
// tasks by their numbers, people by theirs.
func TestUpgrade_WhatAReleaseLeftComesToItsEnd(t *testing.T) {
	t.Parallel()
	for engine, empty := range map[string]func(t testing.TB) string{
		"postgres": storagetest.Postgres,
		"sqlite":   func(t testing.TB) string { return "sqlite:" + storagetest.SQLite(t) },
	} {
		dumps, err := filepath.Glob("testdata/*." + engine + ".sql")
		if err != nil || len(dumps) == 0 {
			t.Fatalf("no dump of %s: %v", engine, err)
		}
		for _, dump := range dumps {
			t.Run(filepath.Base(dump), func(t *testing.T) {
				t.Parallel()
				l := restore(t, empty(t), strings.TrimSuffix(dump, ".sql"))
				l.finish()
			})
		}
	}
}

// left is what a release has left.
type left struct {
	*apptest.World
	t      *testing.T
	orders []leftOrder
	drafts []int64 // chats that have been asked about a photo
	says   map[int64][]string
	chats  map[int64]*people.Chat
}

type leftOrder struct {
	id, chat            int64
	status, step, phase string
	remote, photo, clip string
	words               struct {
		Menu  string `json:"menu"`
		Price string `json:"price"`
	}
}

func restore(t *testing.T, database, from string) *left {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	text, dir := read(from+".tasks"), t.TempDir()
	var killed time.Time
	for _, task := range parseTasks(t, text) {
		if task.Made.After(killed) {
			killed = task.Made
		}
	}
	later := time.Since(killed) - 20*time.Minute // whoever was told to wait has waited
	for _, task := range parseTasks(t, shifted(text, later)) {
		putTask(t, dir, task)
	}
	l := &left{
		World: apptest.NewWorldWith(t, database, dir).WithTelegram(), t: t,
		says: map[int64][]string{}, chats: map[int64]*people.Chat{},
	}
	elsewhere := l.People.Group("주방", l.People.Person("김사장", "ko")) // the bot isn't there
	photo := elsewhere.SendPhoto(apptest.TinyPhoto(), "").File.ID
	dump := refs.ReplaceAllString(shifted(read(from+".sql"), later), photo)

	db, err := l.Database()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(dump); err != nil {
		t.Fatal(err)
	}
	l.read(db)
	return l
}

// read finds what is left, and puts the files of it where they were.
func (l *left) read(db *sql.DB) {
	l.t.Helper()
	rows(l.t, db, `SELECT id, chat, status, step, phase, remote, photo_key, clip_key, words
		FROM orders JOIN cuts ON order_id = id AND n = cut ORDER BY id`,
		func(scan func(...any) error) error {
			var o leftOrder
			var chat, words string
			if err := scan(
				&o.id, &chat, &o.status, &o.step, &o.phase, &o.remote, &o.photo, &o.clip, &words,
			); err != nil {
				return err
			}
			o.chat = number(l.t, chat)
			err := json.Unmarshal([]byte(words), &o.words)
			l.orders = append(l.orders, o)
			return err
		})
	rows(l.t, db, `SELECT chat FROM drafts ORDER BY body LIKE '%"Text":"새우%'`, func(scan func(...any) error) error {
		var chat string
		err := scan(&chat)
		l.drafts = append(l.drafts, number(l.t, chat))
		return err
	})
	rows(l.t, db, `SELECT chat, body FROM says WHERE ended = 0 ORDER BY id`, func(scan func(...any) error) error {
		var chat, body string
		var say struct{ Text string }
		if err := scan(&chat, &body); err != nil {
			return err
		}
		id := number(l.t, chat)
		err := json.Unmarshal([]byte(body), &say)
		l.says[id] = append(l.says[id], say.Text)
		return err
	})
	rows(l.t, db, `SELECT id FROM chats WHERE platform = 'telegram'`, func(scan func(...any) error) error {
		var chat string
		err := scan(&chat)
		id := number(l.t, chat)
		l.chats[id] = l.People.Returning(id, "사장", "ko", 1000).Private()
		return err
	})
	for _, o := range l.orders {
		l.keep(o.photo, apptest.TinyPhoto())
		l.keep(o.clip, apptest.TinyClip())
	}
	rows(l.t, db, `SELECT short_key FROM cuts`, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		l.keep(key, short())
		return err
	})
}

// finish runs today's program until all that was left has come to its end.
func (l *left) finish() {
	before := l.Starts()
	times := apptest.Talkative()
	times.Call = time.Minute // a start that a busy machine takes longer for would be unknown
	p := l.Start(times, nil)
	l.t.Cleanup(p.Stop)
	ends := map[string]pipeline.Status{"failed": pipeline.Failed, "cancelled": pipeline.Cancelled}
	phases, shorts := map[string]bool{}, map[int64]bool{}
	for _, o := range l.orders {
		phases[o.status+" "+o.step+" "+o.phase] = true
		if o.status == "parked" {
			p.Change(o.id, pipeline.Retry)
		}
		want, ended := ends[o.status]
		if !ended {
			want = pipeline.Delivered
			shorts[o.chat] = true
		}
		now := p.Until(o.id, func(o pipeline.Order) bool { return o.Status == want })
		if w := now.Cut.Words; w.Menu != o.words.Menu || w.Price != o.words.Price || w.Menu == "" || w.Won == 0 {
			l.t.Errorf("order %d was left with %+v and has %+v", o.id, o.words, w)
		}
	}
	for _, want := range []string{
		"open fetch ready", "open animate ready", "open animate begun", "open animate waiting", "open animate unknown",
		"open render ready", "open render begun", "open render waiting", "open render unknown", "open deliver begun",
		"parked animate waiting", "failed animate waiting", "cancelled animate waiting",
	} {
		if !phases[want] {
			l.t.Errorf("no order was left %s: %v", want, slices.Sorted(maps.Keys(phases)))
		}
	}
	if len(l.drafts) != 2 || len(l.says) < 2 {
		l.t.Fatalf("left were drafts in %v and messages to %v", l.drafts, l.says)
	}
	for n, caption := range []string{"새우 파스타 18,000원", "18,000원"} {
		l.chats[l.drafts[n]].SendText(caption)
		shorts[l.drafts[n]] = true
	}
	for chat, texts := range l.says {
		for _, text := range texts {
			l.once(chat, "text", text)
		}
	}
	for chat := range shorts {
		l.once(chat, "video", "")
		for _, o := range l.ordersOf(p, l.chats[chat]) {
			p.Until(o.ID, func(o pipeline.Order) bool { return o.Status != pipeline.Open })
		}
	}
	l.nothingIsOpen(p, before)
}

func (l *left) ordersOf(p *apptest.Process, chat *people.Chat) []pipeline.Order {
	l.t.Helper()
	return (&apptest.Talk{Chat: chat, T: l.t, World: l.World, Process: p}).Orders()
}

// nothingIsOpen checks orders, the ledger and the queue.
func (l *left) nothingIsOpen(p *apptest.Process, before map[apptest.PaidStep]int) {
	l.t.Helper()
	after, delivered := l.Starts(), 0
	for _, chat := range l.chats {
		for _, o := range l.ordersOf(p, chat) {
			l.paidOnce(p, o, before, after)
			if apptest.Delivered(o) {
				delivered++
			}
		}
	}
	if want := len(l.orders) - 2 + len(l.drafts); delivered != want { // one had failed, one was cancelled
		l.t.Errorf("%d orders are delivered, want %d", delivered, want)
	}
	if odd, err := p.Engine.AuditLedger(l.t.Context()); err != nil || len(odd.Inconsistencies) > 0 {
		l.t.Errorf("the ledger doesn't add up: %q, %v", odd.Inconsistencies, err)
	}
	if due, err := p.Engine.Overdue(l.t.Context(), time.Now(), 10); err != nil || len(due) > 0 {
		l.t.Errorf("overdue are %v, %v", due, err)
	}
	db, err := l.Database()
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	apptest.Every(l.t, 50*time.Millisecond, func() error { // a job that can't be read is tried for ever
		var failing int
		err := db.QueryRow(`SELECT count(*) FROM river_job WHERE state IN ('retryable', 'discarded')`).Scan(&failing)
		if err == nil && failing > 0 {
			err = fmt.Errorf("%d jobs fail", failing)
		}
		return err
	})
}

// once waits for a message of a kind with a text, and checks that it came once.
func (l *left) once(chat int64, kind, text string) {
	l.t.Helper()
	is := func(m people.Message) bool { return m.Ours && m.Kind == kind && (text == "" || m.Text == text) }
	all, err := l.chats[chat].Wait(apptest.Patience, func(all []people.Message) bool {
		return slices.ContainsFunc(all, is)
	})
	if err != nil {
		l.t.Fatalf("chat %d: no %s %q: %v", chat, kind, text, err)
	}
	if n := len(slices.DeleteFunc(all, func(m people.Message) bool { return !is(m) })); n != 1 {
		l.t.Errorf("chat %d: %d times %s %q", chat, n, kind, text)
	}
}

// paidOnce checks what was bought for an order against the ledger: each result once, and nothing that it doesn't know.
// What a provider was known to work on isn't started again.
func (l *left) paidOnce(p *apptest.Process, o pipeline.Order, before, after map[apptest.PaidStep]int) {
	l.t.Helper()
	calls, err := p.Engine.Calls(l.t.Context(), o.ID)
	if err != nil {
		l.t.Fatal(err)
	}
	results, bought, taken := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range calls {
		switch c.State {
		case pipeline.CallSettled:
			results[fmt.Sprint(c.Step, " ", c.Cut)]++
			bought[c.Provider]++
			taken[c.Provider]++
		case pipeline.CallRefunded, pipeline.CallUnknown:
			taken[c.Provider]++
		case pipeline.CallVoid:
		default:
			l.t.Errorf("order %d: a call of %s is still %s", o.ID, c.Provider, c.State)
		}
	}
	want := map[string]int{"animate 1": 1}
	if apptest.Delivered(o) {
		for n := range o.Cut.N {
			want[fmt.Sprint("render ", n+1)] = 1
		}
	}
	if diff := cmp.Diff(want, results); diff != "" {
		l.t.Errorf("order %d: bought were (-want +got):\n%s", o.ID, diff)
	}
	for _, provider := range []string{"runway", "creatomate"} {
		of := apptest.PaidStep{Order: o.ID, Provider: provider}
		if after[of] > taken[provider] || after[of] < bought[provider] {
			l.t.Errorf("order %d: %s took %d starts, %d before the upgrade: %+v", o.ID, provider, after[of], before[of],
				calls)
		}
	}
	for _, was := range l.orders {
		of := apptest.PaidStep{Order: was.id, Provider: providers[was.step]}
		if was.id == o.ID && was.remote != "" && after[of] != before[of] {
			l.t.Errorf("order %d: %s had its work, and was given it again", o.ID, of.Provider)
		}
	}
}

var providers = map[string]string{"animate": "runway", "render": "creatomate"}

func rows(t *testing.T, db *sql.DB, query string, each func(scan func(...any) error) error) {
	t.Helper()
	found, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		if err := each(found.Scan); err != nil {
			t.Fatal(err)
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
