//go:build !linux

package worker

import "time"

// self is empty: the program's file is found by os.Executable.
const self = ""

// bound does nothing where a process can't set another's limits.
func bound(int, Limits) error { return nil }

// stepBack does nothing where it isn't known how.
func stepBack() {}

// used can't tell a process's processor time here.
func used(int) (time.Duration, bool) { return 0, false }
