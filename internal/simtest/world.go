// Package simtest is a world in which the service lives through what one seed says: the whole of it (conversation,
// pipeline, outbox, admins, what it does by itself, budget) in several processes over one database in memory, with
// people, providers and operators outside, in fake time. One seed gives one trace, byte for byte: the use cases are
// called one at a time, on one goroutine, and what runs beside its caller in production is a queue of calls here.
//
// Whatever goes wrong stands in a script: the n-th write is lost, the n-th paid start has no answer, a process is
// killed. So a script can be made shorter and run again. While a request is under way, or a process stands still,
// others go on: their calls are made in the midst of it.
package simtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/storage/memorytest"
)

// Result is what came of a run.
type Result struct {
	Violation string // what didn't hold; empty: all did
	Script    []Entry
	Trace     []string // what happened, a line each
}

// Run lets the world live through a script; nil: the one that belongs to the seed. plant is a fault to be planted in
// the service, empty for none. It must not run beside other tests: chance is that of the whole program.
func Run(t *testing.T, seed uint64, script []Entry, plant Plant) (r Result) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, seed)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed, plant)
		if script == nil {
			script = write(rand.New(rand.NewPCG(seed, 1)), plant != "" && seed%2 == 0)
		}
		w.play(script)
		r = Result{Violation: w.violation, Script: script, Trace: w.trace}
	})
	return r
}

// world is everything.
type world struct {
	began time.Time
	setup setup
	plant Plant
	rng   *rand.Rand // who does what next
	store *memorytest.Store

	processes []*process
	frame     *frame // the use case that is being called; nil: none
	depth     int    // of calls that are made in the midst of others
	running   []*running
	later     []later // in the order in which they were decided
	events    int

	people    *people
	chats     *chats
	providers map[string]*provider
	files     map[string][]byte
	faults    faults
	beats     beats
	unknown   map[string]bool // paid calls of which the ledger has said that their outcome is unknown

	checked   checked
	written   bool // since it was checked what must hold
	wasSkewed bool // a clock was wrong
	trace     []string
	violation string
}

// frame is a use case on its way, in a process.
type frame struct {
	p      *process
	update *update // that is being handled; nil: none
	thing  string  // that is being sent; empty: none
	sent   []string
	effect bool // the change that is being committed leads to something
}

// running is a job in the hands of a process.
type running struct {
	pipelinetest.Job
	p *process
}

// later is something that happens outside at a time.
type later struct {
	at   time.Time
	what string
	do   func()
}

// killed ends the use cases of a process that was killed: nothing of it runs any more.
type killed struct{ p *process }

const (
	maxDepth  = 2
	maxEvents = 20_000 // far more than any script needs
)

func newWorld(t *testing.T, seed uint64, plant Plant) *world {
	chance := rand.New(rand.NewPCG(seed, 2))
	w := &world{
		began: time.Now(), setup: newSetup(chance), plant: plant, rng: rand.New(rand.NewPCG(seed, 3)),
		store: &memorytest.Store{}, files: map[string][]byte{}, unknown: map[string]bool{},
	}
	w.chats, w.people, w.providers = newChats(w), newPeople(w), map[string]*provider{}
	for _, name := range []string{"runway", "creatomate"} {
		w.providers[name] = newProvider(w, name)
	}
	w.store.Before, w.store.After = w.before, w.after
	return w
}

// play lives through a script, and then lets the world calm down: everything must come to its end.
func (w *world) play(script []Entry) {
	w.note("setup %+v", w.setup)
	w.people.moveIn()
	for range w.setup.Processes {
		w.start()
	}
	end := w.began.Add(scriptLength)
	for _, e := range script {
		if e.fault() {
			w.faults.add(e)
			continue
		}
		w.at(e.At, e.String(), func() { w.happen(e) })
	}
	for w.ok() && w.step(end) {
	}
	if w.ok() {
		w.calmDown()
	}
}

func (w *world) ok() bool { return w.violation == "" }

// fail notes what doesn't hold, once.
func (w *world) fail(format string, args ...any) {
	if w.violation == "" {
		w.violation = fmt.Sprintf(format, args...)
		w.note("VIOLATION %s", w.violation)
	}
}

func (w *world) note(format string, args ...any) {
	at := time.Since(w.began).Truncate(time.Millisecond)
	w.trace = append(w.trace, fmt.Sprintf("%12s %s", at, fmt.Sprintf(strings.ReplaceAll(format, "\n", " ⏎ "), args...)))
}

// at lets something happen outside after so long, from the beginning.
func (w *world) at(after time.Duration, what string, do func()) {
	w.later = append(w.later, later{w.began.Add(after), what, do})
}

func (w *world) in(pause time.Duration, what string, do func()) {
	w.at(time.Since(w.began)+pause, what, do)
}
