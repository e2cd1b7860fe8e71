package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

// victimDir makes the test binary a server that renders for ever, to be killed.
const victimDir = "SANDBOX_TEST_VICTIM_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		victim(dir)
	}
	os.Exit(m.Run())
}

func victim(dir string) {
	srv, err := sandbox.New(sandbox.Options{Dir: dir, Clip: stuckClip, Cut: instantCut})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	web := httptest.NewServer(srv.Handler())
	fmt.Println(web.URL)
	select {}
}

// stuckClip leaves half a file and goes nowhere, until the server closes.
func stuckClip(ctx context.Context, j sandbox.ClipJob) error {
	os.WriteFile(j.Out, []byte("half"), 0o600)
	j.Progress(0.5)
	<-ctx.Done()
	return ctx.Err()
}

func TestSandbox_ATaskOutlivesAKilledProcess(t *testing.T) {
	dir, b := t.TempDir(), newReceiver(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	other := site{t, nil, strings.TrimSpace(line)}
	id := other.startClip("X-Callback-Url", b.url)
	other.poll("/v1/tasks/"+id, "RUNNING")

	// While the other lives, its task is not ours, and we can tell how it is.
	s := open(t, sandbox.Options{Dir: dir, Clip: instantClip})
	s.poll("/v1/tasks/"+id, "RUNNING")
	cmd.Process.Kill()
	cmd.Wait()
	s.poll("/v1/tasks/"+id, "SUCCEEDED")
	if callback := <-b.callbacks; callback["id"] != id || callback["status"] != "SUCCEEDED" {
		t.Errorf("called with %v", callback)
	}
	tasks, _ := s.srv.Tasks()
	if len(tasks) != 1 || tasks[0].Credits != 15 {
		t.Errorf("books %+v", tasks)
	}
	s.srv.Close() // waits for the last writing
	left, _ := filepath.Glob(filepath.Join(dir, "runway", id, "*"))
	for _, f := range left {
		if n := filepath.Base(f); n != "task.json" && n != "task.lock" && n != "out.mp4" {
			t.Errorf("%s is left over", n)
		}
	}
}

func TestSandbox_TheNextServerFinishesWhatAClosedOneLeft(t *testing.T) {
	dir, b, media := t.TempDir(), newReceiver(t), mediaSite(t)
	started := make(chan struct{}, 1)
	stuck := func(ctx context.Context, _ sandbox.CutJob) error {
		started <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	one, err := sandbox.New(sandbox.Options{Dir: dir, Parallel: 1, Clip: stuckClip, Cut: stuck})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(one.Handler())
	defer web.Close()
	first := site{t, one, web.URL}
	ids := map[string]bool{}
	for range 3 { // one under way, two in line
		a := first.ask("POST", "/v2/renders", with(document(media), "webhook_url", b.url)).want(t, 202)
		ids[a.body["id"].(string)] = true
	}
	<-started
	one.Close()
	first.ask("POST", "/v2/renders", document(media)).want(t, 503)
	if len(b.callbacks) != 0 {
		t.Error("an unfinished task was called")
	}

	open(t, sandbox.Options{Dir: dir}) // resumes without being asked
	for range 3 {
		callback := <-b.callbacks
		if id := callback["id"].(string); !ids[id] || callback["status"] != "succeeded" {
			t.Errorf("called with %v", callback)
		} else {
			delete(ids, id)
		}
	}
}

func TestSandbox_TwoServersOnOneFolderDoEachTaskOnce(t *testing.T) {
	dir := t.TempDir()
	var films atomic.Int64
	count := func(ctx context.Context, j sandbox.ClipJob) error {
		films.Add(1)
		return instantClip(ctx, j)
	}
	one, two := open(t, sandbox.Options{Dir: dir, Clip: count}), open(t, sandbox.Options{Dir: dir, Clip: count})
	for range 5 {
		id := one.startClip()
		link := two.poll("/v1/tasks/"+id, "SUCCEEDED").body["output"].([]any)[0].(string)
		if f := two.ask("GET", link, nil).want(t, 200); f.raw != canned {
			t.Errorf("the other server has %q", f.raw)
		}
		one.ask("GET", strings.Replace(link, two.base, one.base, 1), nil).want(t, 200) // one key for both
	}
	if films.Load() != 5 {
		t.Errorf("%d films of 5 tasks", films.Load())
	}
}

func TestSandbox_AnswersAfterTheTaskIsOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, sandbox.Options{Dir: dir, Clip: stuckClip})
	id := s.startClip()
	if _, err := os.Stat(filepath.Join(dir, "runway", id, "task.json")); err != nil {
		t.Error(err)
	}
	for _, f := range []string{"task.json", "input"} {
		b, _ := os.ReadFile(filepath.Join(dir, "runway", id, f))
		if len(b) == 0 {
			t.Errorf("%s is empty", f)
		}
	}
}

// direct calls the handler without a network, so that the time may be false.
func direct(t *testing.T, h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer k")
	r.Header.Set("X-Runway-Version", "2024-11-06")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestSandboxCreatomate_TakesThirtyRequestsInTenSecondsAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sandbox.New(sandbox.Options{Ephemeral: true, Clip: instantClip, Cut: instantCut})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		get := func() int { return direct(t, s.Handler(), "GET", "/v2/renders/x", "").Code }
		for i := range 30 {
			if got := get(); got != 404 {
				t.Fatalf("request %d gives %d", i, got)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if got := get(); got != 429 {
			t.Errorf("the 31st gives %d", got)
		}
		time.Sleep(7*time.Second - time.Nanosecond)
		if got := get(); got != 429 {
			t.Errorf("just before ten seconds have passed it gives %d", got)
		}
		time.Sleep(time.Nanosecond)
		if got := get(); got != 404 {
			t.Errorf("after ten seconds it gives %d", got)
		}
		if got := get(); got != 429 {
			t.Errorf("only one place is free, but the next gives %d", got)
		}
	})
}

func TestSandboxRunway_ALinkExpiresAndTheNextCheckGivesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sandbox.New(sandbox.Options{Ephemeral: true, Clip: instantClip, Cut: instantCut})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		body := `{"model":"gen4_turbo","ratio":"720:1280","duration":3,"promptImage":"` + dataURI(t, 72, 128) + `"}`
		var made struct{ ID string }
		decode(t, answer{raw: direct(t, s.Handler(), "POST", "/v1/image_to_video", body).Body.String()}, &made)
		synctest.Wait()
		link := func() string {
			var task struct{ Output []string }
			decode(t, answer{raw: direct(t, s.Handler(), "GET", "/v1/tasks/"+made.ID, "").Body.String()}, &task)
			return strings.TrimPrefix(task.Output[0], "http://example.com")
		}
		first := link()
		time.Sleep(24*time.Hour - time.Nanosecond)
		if got := direct(t, s.Handler(), "GET", first, "").Code; got != 200 {
			t.Errorf("after a day less a moment: %d", got)
		}
		time.Sleep(time.Nanosecond)
		if got := direct(t, s.Handler(), "GET", first, "").Code; got != 403 {
			t.Errorf("after a day: %d", got)
		}
		if got := direct(t, s.Handler(), "GET", link(), "").Code; got != 200 {
			t.Errorf("the fresh link: %d", got)
		}
	})
}

func TestFault_ALateCallbackIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sandbox.New(sandbox.Options{Ephemeral: true, Clip: instantClip, Cut: instantCut})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Fault(sandbox.Fault{On: "POST /v2/renders", CallbackDelayMS: 5000}); err != nil {
			t.Fatal(err)
		}
		// Port 1 refuses at once; what counts is when the bell has been pulled.
		direct(t, s.Handler(), "POST", "/v2/renders", `{"elements":[],"webhook_url":"http://127.0.0.1:1/x"}`)
		called := func() bool { tasks, _ := s.Tasks(); return tasks[0].Called }
		synctest.Wait()
		time.Sleep(4999 * time.Millisecond)
		if called() {
			t.Error("called too early")
		}
		time.Sleep(time.Millisecond)
		for at := time.Now(); !called(); runtime.Gosched() {
			if time.Since(at) > 0 {
				t.Fatal("not called when it was time")
			}
		}
	})
}
