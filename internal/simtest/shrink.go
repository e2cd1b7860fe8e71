package simtest

import "testing"

// Shrink leaves out of a script whatever the violation does without, and returns the shortest that still shows one.
func Shrink(t *testing.T, seed uint64, found Result, plant Plant) Result {
	t.Helper()
	for size := max(len(found.Script)/2, 1); size > 0; size /= 2 {
		for from := 0; from < len(found.Script); {
			script := make([]Entry, 0, len(found.Script))
			script = append(script, found.Script[:from]...)
			script = append(script, found.Script[min(from+size, len(found.Script)):]...)
			if r := Run(t, seed, script, plant); r.Violation != "" {
				found = r
			} else {
				from += size
			}
		}
	}
	return found
}
