package sqlite_test

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/upgrade"
)

// TestAudit_ACallThatNeverEndsIsOddAfterADay lets a day pass after an order has ended.
func TestAudit_ACallThatNeverEndsIsOddAfterADay(t *testing.T) {
	path := storagetest.Migrated(t)
	synctest.Test(t, func(t *testing.T) {
		e := migrated(t, path)
		o, _, err := e.Place(t.Context(), storagetest.NewOrder("a", time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		o.Status = pipeline.Cancelled
		calls := []pipeline.Call{
			{ID: "k1", Order: o.ID, Step: pipeline.Animate, State: pipeline.CallKnown, Begun: time.Now()},
			{ID: "k2", Order: o.ID, Step: pipeline.Render, State: pipeline.CallUnknown, Begun: time.Now()},
		}
		if _, err := e.Move(t.Context(), o, pipeline.Move{Calls: calls}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"[]", "[order 1: ended more than a day ago, and a call of it never did (call k1)]",
		} {
			b, err := e.AuditLedger(t.Context())
			if got := fmt.Sprint(b.Inconsistencies); err != nil || got != want {
				t.Errorf("odd are %s, want %s: %v", got, want, err)
			}
			time.Sleep(25 * time.Hour)
		}
	})
}

// TestAudit_ACallOfNoOrderIsOdd looks at a file that was changed by hand.
func TestAudit_ACallOfNoOrderIsOdd(t *testing.T) {
	t.Parallel()
	path := storagetest.Migrated(t)
	e := migrated(t, path)
	alter(t, path, `PRAGMA foreign_keys = 0;
		INSERT INTO calls VALUES ('k', 7, 1, 'animate', 'runway', 'settled', 'task', 1500, 1500, 1, 2, '')`)
	b, err := e.AuditLedger(t.Context())
	if want := "[order 7: a call of an order that does not exist (call k)]"; err != nil ||
		fmt.Sprint(b.Inconsistencies) != want {
		t.Errorf("odd are %v, want %s: %v", b.Inconsistencies, want, err)
	}
}

func alter(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// TestForget_NothingOfAShopIsInAnyTable reads every column of every table.
func TestForget_NothingOfAShopIsInAnyTable(t *testing.T) {
	t.Parallel()
	path := storagetest.Migrated(t)
	e := migrated(t, path)
	chat := bot.Chat{Platform: "telegram", ID: "대화", Lang: "ko"}
	thread := pipeline.Thread{Platform: "telegram", Chat: "대화", Topic: "주제", Message: "메시지", User: "사람"}
	o := storagetest.NewOrder("telegram:대화:메시지", time.Now())
	o.Shop, o.Thread, o.Status = 1, thread, pipeline.Delivered
	o.Photo.Name, o.Detail = "바다식당.jpg", "바다식당"
	placed, err := e.Commit(t.Context(), bot.Change{
		Chat: chat, Shop: &bot.Shop{Name: "바다식당", NewLogo: o.Photo}, Place: []pipeline.Order{o},
		Drafts: []bot.Draft{
			{ID: 5, Platform: "telegram", Chat: "대화", User: "사람", Text: "바다식당", Ends: time.Now().Add(time.Hour)},
		},
		NewCode:  &bot.Invite{Code: "코드", Name: "바다식당", Shop: 1},
		Messages: []bot.OutgoingMessage{{Message: bot.Message{Thread: thread, Text: "바다식당"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o = placed[0]
	o.Cut.N = 2
	if o, err = e.Move(t.Context(), o, pipeline.Move{Cut: true, Note: "바다식당 대화"}); err != nil {
		t.Fatal(err)
	}
	private := []string{"바다식당", "새우", "점심", "대화", "주제", "메시지", "사람", "코드", o.Photo.Ref, o.Photo.Unique}
	if text := everything(t, path); !strings.Contains(text, "바다식당") {
		t.Fatalf("it isn't there to begin with: %s", text)
	}
	if _, err := e.MarkSent(t.Context(), 1, "답장"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.ForgetShop(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := e.MarkPurged(t.Context(), o.ID); err != nil {
		t.Fatal(err)
	}
	text := everything(t, path)
	for _, word := range private {
		if i := strings.Index(text, word); i >= 0 {
			t.Errorf("%q is still there: … %s …", word, text[max(0, i-80):min(len(text), i+80)])
		}
	}
}

// everything is a file's tables as text.
func everything(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var b strings.Builder
	for _, table := range column(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table'`) {
		for _, c := range column(t, db, `SELECT name FROM pragma_table_info('`+table+`')`) {
			fmt.Fprintf(
				&b, "%s.%s: %s\n", table, c,
				strings.Join(column(t, db, `SELECT coalesce(CAST("`+c+`" AS text), '') FROM "`+table+`"`), " "),
			)
		}
	}
	return b.String()
}

func column(t *testing.T, db *sql.DB, text string) []string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var all []string
	for found.Next() {
		var value string
		if err := found.Scan(&value); err != nil {
			t.Fatal(err)
		}
		all = append(all, value)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSQLiteUpgrade_KeepsWhatWasThereBeforeAdmins brings up a file with rows in it that was made before there were
// admins.
func TestSQLiteUpgrade_KeepsWhatWasThereBeforeAdmins(t *testing.T) {
	t.Parallel()
	path := storagetest.SQLite(t)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	old, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), upgrade.BeforeAdmins); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	upgrade.FromBeforeAdmins(t, func(t *testing.T) storage.Engine { return open(t, path, storage.Options{}) })
}
