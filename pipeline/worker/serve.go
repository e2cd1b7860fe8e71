package worker

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"syscall"
	"time"
)

// role is the argument that makes this program a worker.
const role = "worker"

// ready reports whether this program has called Serve, so that starting it again makes a worker of it.
var ready atomic.Bool

const (
	growth   = 300             // percent by which a heap may grow before it is collected …
	maxHeap  = 400 << 20       // … while it stays below this
	leftover = 32 << 20        // bytes that a job may leave to be collected later
	idle     = 2 * time.Second // a worker without a job gives its memory back after this
)

// Serve makes a worker of this process if a Pool has started it: then it does one job after the other and
// never returns. Elsewhere it returns at once. main calls it before anything else, and so does the TestMain of
// a package whose tests use a Pool. work must answer every job; a job that it panics for ends the worker.
func Serve(work func(job []byte) []byte) {
	if len(os.Args) != 2 || os.Args[1] != role {
		ready.Store(true)
		return
	}
	// Ctrl-C and a supervisor's SIGTERM may reach the whole group; the parent says when it is over.
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	out := os.Stdout
	os.Stdout = os.Stderr // what a library prints must not stand among the answers
	runtime.GOMAXPROCS(1)
	stepBack()
	debug.SetGCPercent(growth)
	debug.SetMemoryLimit(maxHeap)
	if err := answer(bufio.NewReader(os.Stdin), out, work); err != io.EOF {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// answer does jobs until in ends, which is io.EOF between two of them.
func answer(in io.Reader, out io.Writer, work func([]byte) []byte) error {
	rest := time.AfterFunc(math.MaxInt64, debug.FreeOSMemory)
	for {
		job, err := receive(in)
		if err != nil {
			return err
		}
		rest.Stop()
		reply := work(job)
		if err := send(out, reply); err != nil {
			return err
		}
		job, reply = nil, nil
		if large() { // what the last job has left must not count as the next one's
			runtime.GC()
		}
		rest.Reset(idle)
	}
}

func large() bool {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	return heap[0].Value.Uint64() > leftover
}

// maxFrame bounds what one side may send the other: a file of 20 MB, or what was made of it.
const maxFrame = 64 << 20

func send(w io.Writer, b []byte) error {
	var head [4]byte
	binary.BigEndian.PutUint32(head[:], uint32(len(b)))
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

func receive(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("message cut off: %w", err)
	}
	return b, nil
}
