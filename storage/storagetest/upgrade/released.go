// Package upgrade is the promise that what former releases left in a database comes up to today's schema.
package upgrade

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// released holds the schema that each release leaves behind, as script/freeze dumped it. Those before the first
// release are of the states that an edit of a migration made.
//
//go:embed released/*.sql
var released embed.FS

// Releases is the promise that a database that any release left behind comes up to today's schema with all that is
// in it. engine is how the dumps' names end.
func Releases(t *testing.T, engine string, empty func(t *testing.T) storagetest.Raw) {
	dumps, err := fs.Glob(released, "released/*."+engine+".sql")
	if err != nil || len(dumps) < 9 {
		t.Fatalf("%d dumps, %v", len(dumps), err)
	}
	fresh := empty(t)
	storagetest.Ready(t, fresh.Open)
	for _, name := range dumps {
		t.Run(path.Base(name), func(t *testing.T) {
			t.Parallel()
			dump, err := fs.ReadFile(released, name)
			storagetest.Check(t, err)
			raw := empty(t)
			raw.Exec(t, string(dump))
			leaveBehind(t, raw)
			// Since 00026, which came after 00024's column, attempts of an unknown start are answers of its provider.
			attempts := 0
			if raw.Has(t, "orders", "framing") {
				attempts = 2
			}
			behind := !cmp.Equal(raw.Pairs(t, raw.Columns), fresh.Pairs(t, fresh.Columns))
			old := raw.Open(t)
			if err := old.Ready(t.Context()); (err != nil) != behind {
				t.Errorf("behind: %t, before it was migrated: %v", behind, err)
			}
			storagetest.Check(t, old.Close())
			e := storagetest.Ready(t, raw.Open)
			storagetest.Check(t, e.Ready(t.Context()))
			storagetest.Same(t, raw.Pairs(t, raw.Columns), fresh.Pairs(t, fresh.Columns))
			storagetest.Same(t, raw.Pairs(t, raw.Indexes), fresh.Pairs(t, fresh.Indexes))
			goesOn(t, e, attempts)
		})
	}
}

// leaveBehind writes four orders: one was delivered, one has its second cut under way, one waits for its clip, and of
// one the start of its clip was made a second time and lost again.
func leaveBehind(t *testing.T, raw storagetest.Raw) {
	const columns = `source, platform, chat, message, lang, photo_ref, photo_name, placed, changed, status, step, phase,
		version, due, alarm, attempt, again, reason, detail, photo_key, clip_key, call_id, remote, progress, told, cut`
	const rest = `'telegram', '77', '5', 'ko', 'photo', 'a.jpg', 1000, 2000, `
	raw.Exec(t, `
INSERT INTO orders (`+late(raw, t, columns)+`) VALUES
	('a', `+rest+`'delivered', 'deliver', 'begun', 7, 1, 1, 0, 0, '', '', 'photos/1.jpg', 'clips/1.mp4', '', '', 0, '6', 2`+late(raw, t, "")+`),
	('b', `+rest+`'open', 'render', 'ready', 8, 3000, 1, 0, 0, '', '', 'photos/2.jpg', 'clips/2.mp4', '', '', 0, '6', 2`+late(raw, t, "")+`),
	('c', `+rest+`'open', 'animate', 'waiting', 3, 3000, 1, 0, 0, '', '', 'photos/3.jpg', '', 'clip', 'task', 0, '6', 1`+late(raw, t, "")+`),
	('d', `+rest+`'open', 'animate', 'unknown', 9, 3000, 1, 2, 1, 'unknown_start', '', 'photos/4.jpg', '', 'lost', '',
		0, '6', 1`+late(raw, t, "")+`);
INSERT INTO cuts (order_id, n, words, look, music, short_key, receipt) VALUES
	(1, 1, '{"menu": "새우 파스타"}', '', '', 'shorts/1.mp4', '7'), (1, 2, '{"menu": "새우 파스타"}', '', '', 'shorts/1b.mp4', '8'),
	(2, 1, '{"menu": "김밥"}', '', '', 'shorts/2.mp4', '9'), (2, 2, '{"menu": "김밥"}', '', '', '', ''), (3, 1, '{"menu": "라면"}', '', '', '', ''),
	(4, 1, '{"menu": "떡볶이"}', '', '', '', '');
INSERT INTO calls (id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended)
	VALUES ('clip', 3, 1, 'animate', 'runway', 'known', 'task', 1500, 0, 1500, 0);`)
	for column, text := range map[string]string{
		"cuts":  `UPDATE orders SET cuts = 2 WHERE cut = 2`,
		"shown": `UPDATE orders SET shown = CASE source WHEN 'a' THEN 2 WHEN 'b' THEN 1 ELSE 0 END`,
	} {
		if raw.Has(t, "orders", column) {
			raw.Exec(t, text)
		}
	}
}

// late adds the columns without a default that the first states lack: to their names, or their values to values.
func late(raw storagetest.Raw, t *testing.T, names string) string {
	if !raw.Has(t, "orders", "since") {
		return names
	}
	if names == "" {
		return ", 2000, 3000"
	}
	return names + ", since, alarm_due"
}

// goesOn checks what leaveBehind has written. attempts are those of the lost start.
func goesOn(t *testing.T, e storage.Engine, attempts int) {
	for id, want := range map[int64]struct {
		cuts, shown int
		menu        string
	}{1: {2, 2, "새우 파스타"}, 2: {2, 1, "김밥"}, 3: {0, 0, "라면"}, 4: {0, 0, "떡볶이"}} {
		o := storagetest.ReadOrder(t, e, id)
		if o.Cuts != want.cuts || o.Shown != want.shown || o.Cut.Words.Menu != want.menu ||
			o.Since.UnixMilli() != 2000 {
			t.Errorf("order %d has %d cuts, shown %d, %q, since %v", id, o.Cuts, o.Shown, o.Cut.Words.Menu, o.Since)
		}
	}
	if o := storagetest.ReadOrder(t, e, 4); o.Phase != pipeline.Unknown || o.Attempt != attempts ||
		o.UnknownRestarts != 1 {
		t.Errorf("the lost start is %s, with %d attempts, made again %d times", o.Phase, o.Attempt, o.UnknownRestarts)
	}
	moved, err := e.Move(t.Context(), storagetest.ReadOrder(t, e, 3), pipeline.Move{})
	if err != nil || moved.Version != 4 {
		t.Errorf("version %d, %v", moved.Version, err)
	}
	overdue, err := e.Overdue(t.Context(), time.UnixMilli(4000), 10)
	storagetest.Check(t, err)
	if len(overdue) == 0 {
		t.Error("the sweep finds no open order")
	}
	if o := storagetest.Place(t, e, storagetest.NewOrder("telegram/1", storagetest.Later())); o.ID < 5 {
		t.Errorf("a new order is number %d", o.ID)
	}
}

// OddSchemas is the promise that a database whose tables or applied migrations aren't what this program's are is
// refused, naming what differs.
func OddSchemas(t *testing.T, empty func(t *testing.T) storagetest.Raw) {
	raw := empty(t)
	e := storagetest.Ready(t, raw.Open)
	refuses := func(words ...string) {
		t.Helper()
		err := e.Ready(t.Context())
		if !errors.Is(err, storage.ErrSchemaDiffers) {
			t.Fatalf("%v", err)
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v doesn't name %s", err, w)
			}
		}
	}
	tables := map[string][]string{}
	for _, pair := range raw.Pairs(t, raw.Columns) {
		table, column, _ := strings.Cut(pair, " ")
		if !strings.HasPrefix(table, "river_") && table != "goose_db_version" && table != "migration_sums" &&
			table != "sqlite_sequence" {
			tables[table] = append(tables[table], table+"."+column)
		}
	}
	if len(tables) < 14 {
		t.Fatalf("%d tables", len(tables))
	}
	for table, columns := range tables {
		raw.Exec(t, `ALTER TABLE `+table+` RENAME TO elsewhere`)
		refuses(columns...)
		raw.Exec(t, `ALTER TABLE elsewhere RENAME TO `+table)
	}
	storagetest.Check(t, e.Ready(t.Context()))
	raw.Exec(t, `UPDATE migration_sums SET sum = 'another' WHERE version = 6`)
	refuses("00006")
	if err := e.Migrate(t.Context()); !errors.Is(err, storage.ErrSchemaDiffers) {
		t.Errorf("migrated: %v", err)
	}
	if err := e.Start(t.Context(), storagetest.NewHandlerLog().Handlers()); !errors.Is(err, storage.ErrSchemaDiffers) {
		t.Errorf("started: %v", err)
	}
}
