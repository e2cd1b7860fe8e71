package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// programs is the folder of the program that program builds.
var programs string

func TestMain(m *testing.M) {
	worker.Serve(photo.Work)
	var err error
	if programs, err = os.MkdirTemp("", "sajangpick-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(programs)
	os.Exit(code)
}

// program builds the real program once, the way that the Makefile does, so that tests can kill it.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(programs, "sajangpick")
	cmd := exec.Command("go", "build", "-tags", "nodynamic", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// child is the program in a process of its own.
type child struct {
	t    testing.TB
	cmd  *exec.Cmd
	log  *bytes.Buffer
	done chan error
}

func startChild(t testing.TB, settings map[string]string, args ...string) *child {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.Command(path, args...), log: &bytes.Buffer{}, done: make(chan error, 1)}
	c.cmd.Env = os.Environ()
	for name, value := range settings {
		c.cmd.Env = append(c.cmd.Env, name+"="+value)
	}
	c.cmd.Dir = t.TempDir()
	c.cmd.Stderr = c.log
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { c.done <- c.cmd.Wait() }()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill() // it may have ended
		if t.Failed() {
			t.Logf("the program said:\n%s", c.log)
		}
	})
	return c
}

func (c *child) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	<-c.done
}

// terminate asks it to go and waits until it has.
func (c *child) terminate(limit time.Duration) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatal(err)
	}
	select {
	case err := <-c.done:
		if err != nil {
			c.t.Errorf("after SIGTERM: %v", err)
		}
	case <-time.After(limit):
		c.t.Errorf("still there %s after SIGTERM", limit)
		c.kill()
	}
}

// every runs f at once and then every so often until it finds nothing wrong. It may be called by
// any goroutine of the test.
func every(t testing.TB, pause, limit time.Duration, f func() error) {
	t.Helper()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	end := time.After(limit)
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			t.Errorf("not well within %s: %v", limit, err)
			return
		}
	}
}

// freeAddress is an address that nobody listens at.
func freeAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// browser is somebody at the chat page.
type browser struct {
	http *http.Client
	base string
}

func newBrowser(base string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err)
	}
	return &browser{http: &http.Client{Jar: jar, Timeout: 10 * time.Second}, base: base}
}

// order posts a photo and a caption as the page does; id is the same at each try.
func (b *browser) order(id string) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range []struct{ name, value string }{{"id", id}, {"caption", "새우 파스타 18,000원"}} {
		if err := form.WriteField(f.name, f.value); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("photo", "pasta.jpg")
	if err != nil {
		return err
	}
	if _, err := part.Write(tinyPhoto()); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, b.base+"/web/orders", &body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", b.base)
	return fine(b.http.Do(r))
}

// killed says how the program is killed in a test: what it runs on and how often.
type killed struct {
	orders, rounds int
	limit          time.Duration // for the last order after the last start
}

// TestKillMinus9LosesNothing kills the program at random moments while it works on many orders.
func TestKillMinus9LosesNothing(t *testing.T) {
	for name, fresh := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killAtRandom(t, fresh(t), killed{orders: 40, rounds: 6, limit: 3 * time.Minute})
		})
	}
}

func killAtRandom(t *testing.T, database string, k killed) {
	w, addr := servable(t, database)
	w.settings["RETRY_UNKNOWN_AFTER"], w.settings["POLL_INTERVAL"] = "1s", "1s"
	random := rand.New(rand.NewPCG(1, uint64(len(database))))

	var people sync.WaitGroup
	browsers := make([]*browser, k.orders)
	for n := range browsers {
		b := newBrowser("http://" + addr)
		browsers[n] = b
		people.Go(func() { // a person sends again until it is taken: one message is one order
			every(t, 100*time.Millisecond, 2*time.Minute, b.visit)
			every(t, 100*time.Millisecond, 2*time.Minute, func() error { return b.order(fmt.Sprintf("message%016d", n)) })
		})
	}
	for range k.rounds {
		c := startChild(t, w.settings, "serve", "--sandbox")
		every(t, 20*time.Millisecond, 20*time.Second, ready(addr))
		<-time.After(time.Duration(random.IntN(700)) * time.Millisecond) // the moment is the random part
		c.kill()
	}
	c := startChild(t, w.settings, "serve", "--sandbox")
	people.Wait()
	every(t, 200*time.Millisecond, k.limit, func() error {
		browsers = slices.DeleteFunc(browsers, (*browser).served)
		if len(browsers) > 0 {
			return fmt.Errorf("%d orders aren't at their end", len(browsers))
		}
		return nil
	})
	if t.Failed() {
		return
	}
	c.terminate(15 * time.Second)
	w.audit(k.orders)
}

func ready(addr string) func() error {
	return func() error { return fine(http.Get("http://" + addr + "/readyz")) }
}

// fine tells what is wrong with an answer.
func fine(resp *http.Response, err error) error {
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

// session opens the page, which makes the browser known.
func (b *browser) visit() error { return fine(b.http.Get(b.base + "/")) }

// served reports whether the page shows one order, at its end.
func (b *browser) served() bool {
	resp, err := b.http.Get(b.base + "/web/orders")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var page struct {
		Orders []struct{ Open bool }
	}
	err = json.NewDecoder(resp.Body).Decode(&page)
	return err == nil && len(page.Orders) == 1 && !page.Orders[0].Open
}

// audit opens the database when nobody works on it and checks each order.
func (w *world) audit(orders int) {
	t := w.t
	e, err := openEngine(t.Context(), w.config(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	starts := w.starts()
	count := map[pipeline.Status]int{}
	for id := int64(1); count[pipeline.Delivered]+count[pipeline.Parked] < orders; id++ {
		o, err := e.Order(t.Context(), id)
		if errors.Is(err, pipeline.ErrNotFound) && id < int64(orders)*3 {
			continue // numbers may have gaps
		}
		if err != nil {
			t.Fatalf("order %d: %v; so far %v", id, err, count)
		}
		count[o.Status]++
		w.balanced(e, starts, o)
	}
	t.Logf("orders by status: %v", count)
}
