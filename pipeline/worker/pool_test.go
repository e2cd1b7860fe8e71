package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	Serve(work)
	os.Exit(m.Run())
}

var (
	kept [][]byte
	spun int
	left bool
)

// work does what a hostile file makes a decoder do.
func work(job []byte) []byte {
	word, arg, _ := strings.Cut(string(job), " ")
	switch word {
	case "echo":
		return []byte(arg)
	case "pid":
		return []byte(strconv.Itoa(os.Getpid()))
	case "environment":
		return []byte(strings.Join(os.Environ(), "\n"))
	case "spin":
		for i := 0; ; i++ {
			spun = i
		}
	case "eat":
		debug.SetMemoryLimit(-1)
		for {
			kept = append(kept, bytes.Repeat([]byte{1}, 1<<20))
		}
	case "leave": // memory to the next job, which dies of it
		left = true
		return []byte("left")
	case "last":
		if left {
			panic("of what is left")
		}
		return []byte("whole")
	case "panic":
		panic("of a decoder")
	case "print":
		fmt.Println("a library says something")
		return []byte("printed")
	case "wait":
		select {}
	}
	return nil
}

func do(t *testing.T, p *Pool, job string) (string, error) {
	t.Helper()
	reply, err := p.Do(t.Context(), []byte(job), nil)
	return string(reply), err
}

func TestPool_JobsAreAnsweredByFewWorkersThatStay(t *testing.T) {
	p := NewPool(2, OpenLimits())
	var pids sync.Map
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			want := strings.Repeat(strconv.Itoa(i), 1<<17)
			if got, err := do(t, p, "echo "+want); err != nil || got != want {
				t.Errorf("job %d: %.20q, %v", i, got, err)
			}
			pid, err := do(t, p, "pid")
			if err != nil || pid == strconv.Itoa(os.Getpid()) {
				t.Errorf("pid %q, %v", pid, err)
			}
			pids.Store(pid, true)
		})
	}
	all.Wait()
	n := 0
	pids.Range(func(any, any) bool { n++; return true })
	if n < 1 || n > 2 {
		t.Errorf("%d workers", n)
	}
	if got, err := do(t, p, "print"); got != "printed" || err != nil {
		t.Errorf("what a library printed stands in the answer: %q, %v", got, err)
	}
}

func TestPool_WorkersKnowNoSecret(t *testing.T) {
	t.Setenv("TELEGRAM_BOT_TOKEN", "110201543:secret")
	got, err := do(t, NewPool(1, OpenLimits()), "environment")
	if err != nil || !strings.Contains(got, "PATH=") || strings.Contains(got, "secret") {
		t.Errorf("%v:\n%s", err, got)
	}
}

func TestPool_HarmfulJobsEndAndOthersGoOn(t *testing.T) {
	p := NewPool(1, Limits{Memory: OpenLimits().Memory / 4, CPU: 3 * time.Second})
	for job, why := range map[string]string{"eat": "memory|allocate", "spin": "more than", "panic": "of a decoder"} {
		if _, err := do(t, p, job); !errors.Is(err, ErrLimit) || !regexp.MustCompile(why).MatchString(err.Error()) {
			t.Errorf("%s: %v", job, err)
		}
		if got, err := do(t, p, "echo after "+job); got != "after "+job || err != nil {
			t.Errorf("after %s: %q, %v", job, got, err)
		}
	}
}

func TestPool_AJobIsNotBlamedForWhatEarlierOnesLeft(t *testing.T) {
	p := NewPool(1, OpenLimits())
	for _, job := range []string{"leave", "last"} {
		begun := 0
		_, err := p.Do(t.Context(), []byte(job), func() error { begun++; return nil })
		if err != nil || begun != 1 {
			t.Errorf("%s: %v, begun %d times", job, err, begun)
		}
	}
}

func TestPool_AWorkerThatIsKilledIsNoFaultOfTheJob(t *testing.T) {
	p := NewPool(1, OpenLimits())
	pid, err := do(t, p, "pid")
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(pid)
	w, err := os.FindProcess(n)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Do(t.Context(), []byte("wait"), func() error { return w.Kill() })
	if !errors.Is(err, ErrDied) {
		t.Errorf("%v", err)
	}
	if _, err := do(t, p, "echo"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestPool_WhoWaitsInVainHasBegunNothing(t *testing.T) {
	p := NewPool(1, OpenLimits())
	ctx, cut := context.WithCancel(t.Context())
	begun, held := make(chan struct{}), make(chan error)
	go func() {
		_, err := p.Do(ctx, []byte("wait"), func() error { close(begun); return nil })
		held <- err
	}()
	<-begun
	over, end := context.WithCancel(t.Context())
	waiting := make(chan error)
	go func() {
		_, err := p.Do(over, []byte("echo"), func() error { t.Error("was begun"); return nil })
		waiting <- err
	}()
	end()
	if err := <-waiting; !errors.Is(err, ErrNoTurn) || !errors.Is(err, context.Canceled) {
		t.Errorf("the one that waited: %v", err)
	}
	cut()
	if err := <-held; !errors.Is(err, context.Canceled) || errors.Is(err, ErrNoTurn) || errors.Is(err, ErrLimit) {
		t.Errorf("the one that was cut off: %v", err)
	}
	no := errors.New("can't be written down")
	if _, err := p.Do(t.Context(), []byte("echo"), func() error { return no }); err != no {
		t.Errorf("not begun: %v", err)
	}
	if _, err := do(t, p, "echo"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
