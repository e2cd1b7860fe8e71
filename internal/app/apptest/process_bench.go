package apptest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/disk"
)

// Child is the program in a process of its own.
type Child struct {
	t    testing.TB
	Cmd  *exec.Cmd
	log  *bytes.Buffer
	Done chan error
}

// Fill puts n orders into the database while no process works on it, due after a while. state says how they stand.
func (w *World) Fill(n int, due time.Duration, state func(*pipeline.Order)) {
	t, ctx := w.T, context.Background()
	cfg := w.Config()
	blobs, err := disk.New(cfg.Blobs.Dir, disk.Options{
		Signer: sign.New([]byte(w.Settings["SECRET_KEY"]), nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	if err := blobs.Put(ctx, "uploads/test", "application/octet-stream", bytes.NewReader(sample.Photo)); err != nil {
		t.Fatal(err)
	}
	e, err := app.OpenEngine(ctx, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		o := OrderOf(fmt.Sprint("fill-", i))
		now := time.Now()
		o.Status, o.Step, o.Phase, o.Placed, o.Since, o.Due = pipeline.Open, pipeline.Fetch, pipeline.Ready, now, now,
			now.Add(due)
		o, _, err := e.Place(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		was := o.Phase
		if state(&o); o.Phase != was {
			if _, err := e.Move(ctx, o, pipeline.Move{Wakeup: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// SignIn makes shops while no process works on the database, and a session of each.
func (w *World) SignIn(shops int) (secrets []string) {
	t, ctx := w.T, context.Background()
	e, err := app.OpenEngine(ctx, w.Config(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for n := range shops {
		secret, hash := bot.NewSecret()
		now := time.Now()
		_, err := e.Commit(ctx, bot.Change{
			Chat: bot.Chat{Platform: bot.PagePlatform, ID: fmt.Sprint("shop-", n), Lang: "ko"},
			Shop: &bot.Shop{Name: fmt.Sprint(n), Made: now},
			Credential: &bot.Credential{
				Kind: bot.Session, Hash: hash, User: "test", Lang: "ko", Made: now, Used: now,
				Ends: now.AddDate(0, 1, 0),
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, secret)
	}
	return secrets
}

// StartPinned starts the program on one core alone, at an address of its own (taskset, of util-linux).
func (w *World) StartPinned(core int) *Child {
	w.T.Helper()
	path, err := Program()
	if err != nil {
		w.T.Fatal(err)
	}
	settings, addr := maps.Clone(w.Settings), FreeAddress(w.T)
	settings["LISTEN"], settings["PUBLIC_URL"] = addr, "http://"+addr
	return startCommand(w.T, settings, exec.Command("taskset", "-c", strconv.Itoa(core), path, "serve", "--sandbox"))
}

// Delivered is an error as long as fewer orders than n have been delivered.
func (w *World) Delivered(n int) error {
	db, err := w.Database()
	if err != nil {
		return err
	}
	defer db.Close()
	var done int
	err = db.QueryRowContext(w.T.Context(), `SELECT count(*) FROM orders WHERE status = 'delivered'`).Scan(&done)
	if err == nil && done < n {
		err = fmt.Errorf("%d of %d orders are delivered", done, n)
	}
	return err
}

// DatabaseCpu is the time that Postgres's processes have computed so far, the connection included that asks; 0 on
// SQLite, which is in the program.
func (w *World) DatabaseCpu() (all time.Duration) {
	if !strings.HasPrefix(w.Settings["DATABASE_URL"], "postgres") {
		return 0
	}
	db, err := w.Database()
	if err != nil {
		w.T.Fatal(err)
	}
	defer db.Close()
	var mine int
	if err := db.QueryRowContext(w.T.Context(), `SELECT pg_backend_pid()`).Scan(&mine); err != nil {
		w.T.Fatal(err)
	}
	server := w.stat(mine)[1] // its parent
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		w.T.Fatal(err)
	}
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			w.T.Fatal(err)
		}
		if f := w.stat(pid); f != nil && (f[1] == server || strconv.Itoa(pid) == server) {
			all += ticks(w.T, f[11:15]) // of those that have ended, too
		}
	}
	return all
}

// stat is what proc(5) says of a process behind its name; nil: it has ended.
func (w *World) stat(pid int) []string {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	return strings.Fields(rest)
}

func ticks(t testing.TB, of []string) (all time.Duration) {
	for _, s := range of {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		all += time.Duration(n) * 10 * time.Millisecond
	}
	return all
}

// Megabytes reads one line of the process's status.
func (c *Child) Megabytes(line string) float64 {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.Cmd.Process.Pid), "status"))
	if err != nil {
		c.t.Fatal(err)
	}
	for l := range strings.Lines(string(data)) {
		if f := strings.Fields(l); len(f) == 3 && f[0] == line+":" {
			kb, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				c.t.Fatal(err)
			}
			return kb / 1024
		}
	}
	c.t.Fatalf("no %s", line)
	return 0
}

// Cpu is the time that the process has computed so far (proc(5), utime and stime in ticks of 10 ms).
func (c *Child) Cpu() time.Duration {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.Cmd.Process.Pid), "stat"))
	if err != nil {
		c.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	return ticks(c.t, strings.Fields(rest)[11:13])
}
