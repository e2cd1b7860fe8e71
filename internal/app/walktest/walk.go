// Package walktest records which functions of this program one thing passes through. `make walk` has every function
// begin with a call of Enter, in a copy that only the compiler sees.
package walktest

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// Call is that one function of ours was entered from another.
type Call struct {
	From, To string // package and function, parted by a colon; From is empty where a goroutine begins
	Root     string // the function of ours with which the goroutine began, as far as it was recorded
}

// Package is the one that a function of a Call lies in, below the module's name.
func Package(function string) string {
	pkg, _, _ := strings.Cut(function, ":")
	return pkg
}

var (
	mu      sync.Mutex
	stacks  = map[int64][]string{} // by goroutine, while recording
	calls   []Call
	running bool
)

// Start records from now on what any goroutine enters.
func Start() {
	mu.Lock()
	defer mu.Unlock()
	running, calls, stacks = true, nil, map[int64][]string{}
}

// Stop ends the recording.
func Stop() []Call {
	mu.Lock()
	defer mu.Unlock()
	running = false
	return calls
}

// nothing is what there is to do at the end of a function whose beginning wasn't recorded.
func nothing() {}

// Enter is what each function begins with; what it returns is called at the function's end.
func Enter(function string) (leave func()) {
	mu.Lock()
	defer mu.Unlock()
	if !running {
		return nothing
	}
	id := goroutine()
	stack := stacks[id]
	from := ""
	if n := len(stack); n > 0 {
		from = stack[n-1]
	}
	stacks[id] = append(stack, function)
	calls = append(calls, Call{from, function, stacks[id][0]})
	depth := len(stack)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if stack := stacks[id]; len(stack) > depth {
			stacks[id] = stack[:depth]
		}
	}
}

// goroutine is the number of the one that calls.
func goroutine() int64 {
	var b [64]byte
	line := b[:runtime.Stack(b[:], false)] // goroutine 18 [running]:
	n, _ := strconv.ParseInt(string(bytes.Fields(line)[1]), 10, 64)
	return n
}
