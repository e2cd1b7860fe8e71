package taskstore

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func openQueue(t *testing.T, o Options, p Provider) *Queue {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p.Name = cmp.Or(p.Name, "x")
	p.Credits = 1000
	p.Settle = func(Task) float64 { return 0 }
	p.Body = func(t Task) any { return t.ID }
	q, err := s.Queue(p)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func touch(_ context.Context, j Job) error { return os.WriteFile(j.Out, []byte("x"), 0o600) }

func TestTaskstore_TasksRunInTheOrderOfTheirStart(t *testing.T) {
	var mu sync.Mutex
	var order []string
	gate := make(chan struct{})
	q := openQueue(t, Options{Parallel: 1}, Provider{Limit: 2, Render: func(ctx context.Context, j Job) error {
		<-gate
		mu.Lock()
		order = append(order, j.Task.ID)
		mu.Unlock()
		return touch(ctx, j)
	}})
	var ids []string
	for range 20 {
		task, err := q.Start(Task{Credits: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, task.ID)
	}
	close(gate)
	for _, id := range ids {
		q.Wait(t.Context(), id)
	}
	if !slices.Equal(order, ids) {
		t.Errorf("ran as %v, started as %v", order, ids)
	}
}

func TestTaskstore_NoMoreThanParallelRunAtOnceOverAllProviders(t *testing.T) {
	s, err := Open(Options{Parallel: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mu sync.Mutex
	now, most := 0, 0
	render := func(ctx context.Context, j Job) error {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		err := touch(ctx, j)
		mu.Lock()
		now--
		mu.Unlock()
		return err
	}
	var ids [2][]string
	var queues [2]*Queue
	for i, name := range []string{"a", "b"} {
		queues[i], err = s.Queue(Provider{Name: name, Credits: 1e6, Render: render})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 100 {
		task, err := queues[n%2].Start(Task{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids[n%2] = append(ids[n%2], task.ID)
	}
	for i, q := range queues {
		for _, id := range ids[i] {
			q.Wait(t.Context(), id)
			if got, err := q.Task(id); err != nil || got.State != Done {
				t.Fatalf("task is %v, %v", got.State, err)
			}
		}
	}
	if most > 2 {
		t.Errorf("%d ran at once", most)
	}
}

func TestTaskstore_RendersOneTaskForEachTwoCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for cores, hands := range map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 9: 4} {
		runtime.GOMAXPROCS(cores)
		s, err := Open(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Close(); s.workers.free != hands {
			t.Errorf("%d cores have %d hands, want %d", cores, s.workers.free, hands)
		}
	}
}

func TestOpen_ForgetsOldTasks(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var id string
		one := func() (found bool) {
			s, err := Open(Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			q, err := s.Queue(Provider{Name: "x", Credits: 10, Render: touch})
			if err != nil {
				t.Fatal(err)
			}
			if id == "" {
				task, err := q.Start(Task{}, nil)
				if err != nil {
					t.Fatal(err)
				}
				id = task.ID
				synctest.Wait()
			}
			_, err = q.Task(id)
			return err == nil
		}
		if !one() {
			t.Error("a fresh task is not found")
		}
		time.Sleep(retention - time.Minute)
		if !one() {
			t.Error("forgotten before its time")
		}
		time.Sleep(2 * time.Minute)
		if one() {
			t.Error("kept beyond its time")
		}
	})
}

func TestTaskstore_AHostileNameFindsNothing(t *testing.T) {
	dir := t.TempDir()
	q := openQueue(t, Options{Dir: dir}, Provider{Render: touch})
	for _, id := range []string{"", ".", "..", "../key", "a/b", `..\x`, "/etc/passwd", "none"} {
		if _, err := q.Task(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestOpens_ATokenOpensItsOwnPathOnly(t *testing.T) {
	s, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	token := s.Token("/a")
	if !s.Opens(token, "/a") || s.Opens(token, "/b") || s.Opens("", "/a") || s.Opens(token[1:], "/a") {
		t.Error("a token opens what it should not, or not what it should")
	}
	other, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if other.Opens(token, "/a") {
		t.Error("a stranger's token opens")
	}
}

func FuzzOpens_NoOtherTokenOpensAPath(f *testing.F) {
	s, err := Open(Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	f.Add(s.Token("/b"))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		if s.Opens(token, "/a") {
			t.Errorf("%q opens", token)
		}
	})
}

func TestCallback_IsShownWithoutItsSecrets(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"https://h.example/webhooks/x/12/tok":  "https://h.example/webhooks/x/12",
		"https://u:p@h.example/w/12/tok?key=1": "https://h.example/w/12",
		"://":                                  "",
	} {
		if got := Untold(in); got != want {
			t.Errorf("%s is shown as %s", in, got)
		}
	}
}

func BenchmarkTaskstore_StartAndCheck(b *testing.B) {
	for name, dir := range map[string]string{"memory": "", "disk": b.TempDir()} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(Options{Dir: dir, Parallel: 2})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			q, err := s.Queue(Provider{Name: "x", Credits: 1e12, Render: touch})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				t, err := q.Start(Task{Credits: 1}, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := q.Task(t.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
