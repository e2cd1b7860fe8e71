package worker

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

func TestPool_WorkersLetTheServiceGoFirst(t *testing.T) {
	ours, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := do(t, NewPool(1, OpenLimits()), "pid")
	if err != nil {
		t.Fatal(err)
	}
	threads, err := os.ReadDir("/proc/" + pid + "/task")
	if err != nil || len(threads) == 0 {
		t.Fatalf("%d threads, %v", len(threads), err)
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			t.Fatal(err)
		}
		// The system call says 20 less how nice a thread is, which is 19 at most.
		theirs, err := unix.Getpriority(unix.PRIO_PROCESS, id)
		if err != nil || theirs != max(ours-behind, 1) {
			t.Errorf("thread %d: %d beside %d, %v", id, theirs, ours, err)
		}
	}
}
