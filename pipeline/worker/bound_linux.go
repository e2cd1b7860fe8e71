package worker

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// self is this program, also after its file was replaced by a newer one.
const self = "/proc/self/exe"

// bound sets a child's limits (RLIMIT_DATA counts every private writable mapping since Linux 4.7) and makes
// it the first that a machine short of memory kills.
func bound(pid int, l Limits) error {
	for resource, most := range map[int]uint64{unix.RLIMIT_DATA: uint64(l.Memory), unix.RLIMIT_CPU: seconds(l.CPU)} {
		if most == 0 {
			continue
		}
		limit := unix.Rlimit{Cur: most, Max: most}
		if err := unix.Prlimit(pid, resource, &limit, nil); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("prlimit: %w", err)
		}
	}
	// A child that has ended already, or a machine that hides /proc, loses nothing but the preference.
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte("1000"), 0)
	return nil
}

// behind is how much nicer than the service a worker is: messages are answered first.
const behind = 5

// stepBack lets every other process go before this one. On Linux each thread has a niceness of its own, and hands it on
// to those that it starts.
func stepBack() {
	threads, _ := os.ReadDir("/proc/self/task") // a machine that hides /proc loses nothing but the preference
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			continue
		}
		if inverse, err := unix.Getpriority(unix.PRIO_PROCESS, id); err == nil { // 20 less the niceness
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, min(20-inverse+behind, 19))
		}
	}
}

func seconds(d time.Duration) uint64 { return uint64((d + time.Second - 1) / time.Second) }

// used is the processor time that a process has taken, false if that can't be told.
func used(pid int) (time.Duration, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// proc(5): fields are counted behind the name, which stands in brackets and may hold anything.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, false
	}
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return 0, false
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100), true // USER_HZ is 100 on every Linux that Go knows
}
