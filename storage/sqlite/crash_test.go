package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// victimPath makes this test binary a process that is going to be killed.
const victimPath = "SAJANGPICK_TEST_VICTIM"

// victim begins a paid request in a job that never ends, places orders as fast as it can, and says what is done.
func victim(path string) {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	e, err := sqlite.Open(ctx, path, storage.Options{})
	must(err)
	must(e.Migrate(ctx))
	o, _, err := e.Place(ctx, storagetest.NewOrder("begun", time.Now()))
	must(err)
	must(e.Start(ctx, storage.Handlers{
		Advance: func(ctx context.Context, _, alarm int64) (time.Time, error) {
			o.Step, o.Phase, o.Due = pipeline.Animate, pipeline.Begun, time.Now().Add(time.Hour)
			_, err := e.Move(ctx, o, pipeline.Move{})
			must(err)
			fmt.Println("begun", alarm)
			select {}
		},
		NotifyStatus: func(context.Context, int64, int64) (time.Time, error) { return time.Now().Add(time.Hour), nil },
	}))
	for worker := range 8 {
		go func() {
			for i := 0; ; i++ {
				source := fmt.Sprint(worker, "/", i)
				_, _, err := e.Place(ctx, storagetest.NewOrder(source, time.Now().Add(time.Hour)))
				must(err)
				fmt.Println(source)
			}
		}()
	}
	select {}
}

// TestSQLite_WhatWasPromisedSurvivesAKill kills a process in mid-write: what it had said to be written is there, and
// its begun order and its running job are taken over at once.
func TestSQLite_WhatWasPromisedSurvivesAKill(t *testing.T) {
	t.Parallel()
	path := storagetest.SQLite(t)
	promised := killed(t, path)

	e := migrated(t, path)
	looks := make(chan int64, 1000)
	err := e.Start(t.Context(), storage.Handlers{
		Advance: func(_ context.Context, order, alarm int64) (time.Time, error) {
			if order == 1 {
				looks <- alarm
			}
			return time.Time{}, nil
		},
		NotifyStatus: func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int64]bool{}
	for range 2 { // the running job, and the fresh wakeup
		select {
		case alarm := <-looks:
			seen[alarm] = true
		case <-time.After(20 * time.Second):
			t.Fatalf("only alarms %v came", seen)
		}
	}
	begun, err := e.Order(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if !seen[1] || !seen[2] || begun.Wakeup != 2 || begun.Due.After(time.Now()) || begun.Version != 2 {
		t.Errorf(
			"alarms %v came; the order is at version %d with alarm %d, due %v", seen, begun.Version, begun.Wakeup,
			begun.Due,
		)
	}
	for _, source := range promised {
		if _, fresh, err := e.Place(t.Context(), storagetest.NewOrder(source, time.Now())); err != nil || fresh {
			t.Errorf("%s was promised and is gone: %v", source, err)
		}
	}
}

// killed runs a victim until it has said enough, and kills it.
func killed(t *testing.T, path string) (promised []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), victimPath+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, begun := bufio.NewScanner(out), false
	for (!begun || len(promised) < 100) && said.Scan() {
		if said.Text() == "begun 1" {
			begun = true
		} else {
			promised = append(promised, said.Text())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // "killed"
	if !begun || len(promised) < 100 {
		t.Fatalf("the victim said begun: %v, and %d orders", begun, len(promised))
	}
	return promised
}
