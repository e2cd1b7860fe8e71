//go:build freeze

package upgrade_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// TestRelease_LeavesOrdersInEveryPhase has a released program leave orders in every phase, drafts and messages behind,
// and kills it. script/freeze runs it and dumps the database.
func TestRelease_LeavesOrdersInEveryPhase(t *testing.T) {
	var program, database, tasks string
	for name, v := range map[string]*string{
		"FREEZE_PROGRAM": &program, "FREEZE_DATABASE": &database, "FREEZE_TASKS": &tasks,
	} {
		if *v = os.Getenv(name); *v == "" {
			t.Fatalf("%s is required", name)
		}
	}
	apptest.Program = func() (string, error) { return program, nil }
	dir := t.TempDir()
	w := apptest.NewWorldWith(t, database, dir).WithTelegram()
	addr := apptest.FreeAddress(t)
	w.Settings["LISTEN"], w.Settings["PUBLIC_URL"], w.Settings["METRICS_LISTEN"] = addr, "http://"+addr, "off"
	w.Settings["RETRY_UNKNOWN_AFTER"], w.Settings["POLL_INTERVAL"] = "1m", "5s"
	l := &leaving{World: w, t: t}
	var err error
	if l.db, err = w.Database(); err != nil {
		t.Fatal(err)
	}
	defer l.db.Close()
	w.Cut = func(ctx context.Context, j sandbox.CutJob) error {
		if l.holdCuts.Load() {
			<-ctx.Done()
		}
		return os.WriteFile(j.Out, apptest.Canned(j, 0), 0o600)
	}
	child := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	apptest.Every(t, 20*time.Millisecond, apptest.Ready(addr))
	l.leave()
	child.Kill()
	l.unname()
	if err := os.WriteFile(tasks, l.tasks(dir), 0o600); err != nil {
		t.Fatal(err)
	}
}

type leaving struct {
	*apptest.World
	t        *testing.T
	db       *sql.DB
	holdCuts atomic.Bool
	n        int
}

// owner is a new one in a chat with the bot.
func (l *leaving) owner() *people.Chat {
	l.n++
	return l.People.Person("사장 "+strconv.Itoa(l.n), "ko").Private()
}

// order sends a photo with a caption, and waits for the order to stand as it should.
func (l *leaving) order(want string) *people.Chat {
	c := l.owner()
	c.SendPhoto(apptest.Picture(480+l.n, 640), apptest.DishName(l.n)+" 9,000원")
	l.stands(c, want)
	return c
}

func (l *leaving) stands(c *people.Chat, want string) {
	l.t.Helper()
	l.until(want, l.standing(c))
}

func (l *leaving) standing(c *people.Chat) string {
	return `SELECT status || ' ' || step || ' ' || phase FROM orders WHERE chat = '` + strconv.FormatInt(c.ID(), 10) +
		`' ORDER BY id DESC LIMIT 1`
}

// until waits for what a query gives to begin with want, and to end with one of some words.
func (l *leaving) until(want, query string, ends ...string) (got string) {
	l.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		err := l.db.QueryRow(query).Scan(&got)
		if err == nil && strings.HasPrefix(got, want) && (len(ends) == 0 ||
			slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(got, e) })) {
			return got
		}
	}
	l.t.Fatalf("%q, not %q, by %s", got, want, query)
	return ""
}

// leave brings orders where they are to be left. What ends by itself comes last: a request that isn't answered ends
// after ten seconds.
func (l *leaving) leave() {
	lost := sandbox.Fault{Cut: "after", Callback: "drop"}
	at := func(f sandbox.Fault, on string) sandbox.Fault {
		f.On = on
		return f
	}
	delivered := l.order("delivered")
	l.Faults(sandbox.Fault{On: apptest.StartClip, Fail: "SAFETY.INPUT.IMAGE"})
	l.order("failed")
	l.Faults(sandbox.Fault{On: apptest.StartClip, Fail: "NEW.THING"})
	l.order("parked")

	l.Faults(at(lost, apptest.StartCut))
	l.order("open render unknown")
	l.Faults(at(lost, apptest.StartClip))
	l.order("open animate unknown")
	l.holdCuts.Store(true)
	l.order("open render waiting")
	short := delivered.Messages()
	delivered.SendText("19,000원으로 바꿔줘", people.ReplyTo(short[len(short)-1].ID))
	l.stands(delivered, "open render waiting")

	// Drafts: one has no words, another no price.
	for _, caption := range []string{"", "새우 파스타"} {
		c := l.owner()
		c.SendPhoto(apptest.Picture(480+l.n, 640), caption)
		l.until("1", `SELECT count(*) FROM drafts WHERE chat = '`+strconv.FormatInt(c.ID(), 10)+`'`)
		if _, err := c.Wait(apptest.Patience, func(all []people.Message) bool { return len(all) > 1 }); err != nil {
			l.t.Fatal(err)
		}
	}

	refused := sandbox.Fault{Status: 429, RetryAfter: 600}
	l.Faults(at(refused, apptest.StartCut))
	l.order("open render ready")
	l.HoldRequest(apptest.Method("sendVideo"))
	l.holdCuts.Store(false)
	l.order("open deliver begun")
	lost.DelayMS = 120_000
	l.HoldRequest(apptest.To(apptest.StartCut))
	l.order("open render begun")
	l.Faults(at(lost, apptest.StartCut))
	l.order("open render begun")

	for tries := 0; ; tries++ { // a server that refuses a photo unread may cut it off: then its start is unknown
		l.Faults(at(refused, apptest.StartClip))
		c := l.order("")
		if got := l.until("open animate ", l.standing(c), " ready", " unknown"); strings.HasSuffix(got, " ready") {
			break
		} else if tries == 5 {
			l.t.Fatal("no refusal arrives")
		}
	}
	l.HoldRequest(apptest.To(apptest.StartClip))
	l.order("open animate begun")
	l.Faults(at(lost, apptest.StartClip))
	l.order("open animate begun")
	l.Holding.Store(true)
	waiting, cancelled := l.order("open animate waiting"), l.order("open animate waiting")
	l.cancel(cancelled)
	l.HoldRequest(apptest.Method("getFile"))
	l.order("open fetch")

	// Messages that wait: one is on its way, another behind it, and Telegram is down for the third.
	down := l.owner()
	for chat, f := range map[*people.Chat]people.Fault{waiting: {DelayMS: 120_000}, down: {Status: 502, Times: -1}} {
		f.On, f.Chat = "sendMessage", strconv.FormatInt(chat.ID(), 10)
		l.People.Fault(f)
	}
	waiting.SendText("/help")
	waiting.SendText("/status")
	down.SendText("/help")
	l.until("3", `SELECT count(*) FROM says WHERE ended = 0`)
}

func (l *leaving) cancel(c *people.Chat) {
	l.t.Helper()
	for _, m := range c.Messages() {
		if len(m.Buttons) > 0 {
			if _, err := c.Tap(m.ID, "취소"); err != nil {
				l.t.Fatal(err)
			}
		}
	}
	l.stands(c, "cancelled")
}

// unname takes the name of this machine out of the queue's tables.
func (l *leaving) unname() {
	l.t.Helper()
	host, err := os.Hostname()
	if err != nil {
		l.t.Fatal(err)
	}
	attempted := `jsonb(replace(json(attempted_by), $1, 'host-'))`
	if !strings.HasPrefix(l.Settings["DATABASE_URL"], "sqlite:") {
		attempted = `string_to_array(replace(array_to_string(attempted_by, ','), $1, 'host-'), ',')`
	}
	for _, text := range []string{
		`UPDATE river_leader SET leader_id = replace(leader_id, $1, 'host-')`,
		`UPDATE river_job SET attempted_by = ` + attempted + ` WHERE attempted_by IS NOT NULL`,
	} {
		if _, err := l.db.Exec(text, host+"-"); err != nil {
			l.t.Fatal(err)
		}
	}
}

// tasks is what the providers know: their tasks, one a line.
func (l *leaving) tasks(dir string) (all []byte) {
	l.t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", "task.json"))
	if err != nil || len(files) == 0 {
		l.t.Fatalf("%d tasks, %v", len(files), err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			l.t.Fatal(err)
		}
		all = append(append(all, text...), '\n')
	}
	return all
}
