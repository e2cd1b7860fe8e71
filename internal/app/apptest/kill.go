package apptest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
)

// programs is the folder of the program that program builds.
var programs string

// Program builds the real program once, the way that the Makefile does, so that tests can kill it.
var Program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(programs, "sajangpick")
	cmd := exec.Command(
		"go", "build", "-tags", "nodynamic", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path,
		"github.com/sajangpick/sajangpick",
	)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func StartChild(t testing.TB, settings map[string]string, args ...string) *Child {
	t.Helper()
	path, err := Program()
	if err != nil {
		t.Fatal(err)
	}
	return startCommand(t, settings, exec.Command(path, args...))
}

func startCommand(t testing.TB, settings map[string]string, cmd *exec.Cmd) *Child {
	t.Helper()
	c := &Child{t: t, Cmd: cmd, log: &bytes.Buffer{}, Done: make(chan error, 1)}
	c.Cmd.Env = os.Environ()
	for name, value := range settings {
		c.Cmd.Env = append(c.Cmd.Env, name+"="+value)
	}
	c.Cmd.Dir = t.TempDir()
	c.Cmd.Stderr = c.log
	if err := c.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { c.Done <- c.Cmd.Wait() }()
	t.Cleanup(func() {
		_ = c.Cmd.Process.Kill() // it may have ended
		if t.Failed() {
			t.Logf("the program said:\n%s", c.log)
		}
	})
	return c
}

func (c *Child) Kill() {
	c.t.Helper()
	if err := c.Cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	<-c.Done
}

// Terminate asks it to go and waits until it has.
func (c *Child) Terminate() {
	c.t.Helper()
	if err := c.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatal(err)
	}
	select {
	case err := <-c.Done:
		if err != nil {
			c.t.Errorf("after SIGTERM: %v", err)
		}
	case <-time.After(Patience):
		c.t.Errorf("still there %s after SIGTERM", Patience)
		c.Kill()
	}
}

// Every runs f at once and then every so often until it finds nothing wrong, for as long as Patience. It may be called
// by any goroutine of the test.
func Every(t testing.TB, pause time.Duration, f func() error) {
	t.Helper()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	end := time.After(Patience)
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			t.Errorf("not well within %s: %v", Patience, err)
			return
		}
	}
}

// FreeAddress is an address at which nothing listens, and which the system gives to no other listener or connection:
// Linux gives out ports from 32768 on, macOS from 49152. So a program that was killed finds it free once more.
func FreeAddress(t testing.TB) string {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(10_000+rand.IntN(22_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

func Ready(addr string) func() error {
	return func() error { return Fine(http.Get("http://" + addr + "/readyz")) }
}

// Fine tells what is wrong with an answer.
func Fine(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 == 2 {
		return nil
	}
	text, err := io.ReadAll(resp.Body)
	return errors.Join(fmt.Errorf("%s: %s", resp.Status, text), err)
}

// Audit opens the database when no process works on it and checks each order. An order may have failed whose photo was
// being opened at pipeline.MaxDeaths of so many kills: that photo is taken to be the cause, and nothing was bought.
func (w *World) Audit(orders, kills int) {
	t := w.T
	e, err := app.OpenEngine(t.Context(), w.Config(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	starts := w.Starts()
	count := map[pipeline.Status]int{}
	for id := int64(1); count[pipeline.Delivered]+count[pipeline.Parked]+count[pipeline.Failed] < orders; id++ {
		o, err := e.Order(t.Context(), id)
		if errors.Is(err, pipeline.ErrNotFound) && id < int64(orders)*3 {
			continue // numbers may have gaps
		}
		if err != nil {
			t.Fatalf("order %d: %v; so far %v", id, err, count)
		}
		count[o.Status]++
		if o.Status != pipeline.Failed || o.Reason != pipeline.ReasonPhotoUnopened {
			w.Balanced(e, starts, o)
			continue
		}
		calls, err := e.Calls(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if len(calls) > 0 || starts[PaidStep{id, "runway"}] > 0 || count[pipeline.Failed] > kills/pipeline.MaxDeaths {
			t.Errorf("order %d of %d that failed so in %d kills has %+v", id, count[pipeline.Failed], kills, calls)
		}
	}
	t.Logf("orders by status: %v", count)
}

var ErrDead = errors.New("the process is dead")

// Again finds the only order.
func (p *Process) Again(t *testing.T) (pipeline.Order, bool) {
	orders, err := p.Engine.Recent(t.Context(), "web", "test", 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(orders) == 0 {
		return pipeline.Order{}, false
	}
	return orders[0], true
}
