package stage

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// shelf keeps the tasks of one provider.
type shelf interface {
	// put writes a new task and its input down and claims it.
	put(t Task, input []byte) (release func(), err error)
	// save writes t over the task that is there, except over a tombstone; lasting makes it survive
	// the machine, too. Only who has claimed the task may.
	save(t Task, lasting bool) error
	// bury puts a tombstone up, once and for all; fs.ErrExist if there is one. Anybody may.
	bury(t Task) error
	// load reads a task, fs.ErrNotExist.
	load(id string) (Task, error)
	// list reads all tasks, tombstones included.
	list() ([]Task, error)
	// claim makes a task ours, unless somebody works on it.
	claim(id string) (release func(), ok bool)
	// input is the file that came with the task.
	input(id string) ([]byte, error)
	// path is where a file of the task belongs.
	path(id, name string) string
	// clear removes files of the task, never its paper.
	clear(id string, what extent)
	// forget removes a task as if it had never been.
	forget(id string)
}

// extent says how much of a task's files goes.
type extent int

const (
	draftsOnly extent = iota // half-made files
	andInput
	andResult
)

// memory is a shelf for tasks that need not outlive the process. Results are files all the same.
type memory struct {
	dir    string
	mu     sync.Mutex
	tasks  map[string]Task
	inputs map[string][]byte
}

func newMemory(dir string) *memory {
	return &memory{dir: dir, tasks: map[string]Task{}, inputs: map[string][]byte{}}
}

func (m *memory) put(t Task, input []byte) (func(), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tasks[t.ID] = t
	if input != nil {
		m.inputs[t.ID] = input
	}
	return func() {}, nil
}

func (m *memory) save(t Task, _ bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tasks[t.ID].State != Deleted {
		m.tasks[t.ID] = t
	}
	return nil
}

func (m *memory) bury(t Task) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tasks[t.ID].State == Deleted {
		return fs.ErrExist
	}
	m.tasks[t.ID] = t
	return nil
}

func (m *memory) load(id string) (Task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tasks[id]
	if !ok {
		return Task{}, fs.ErrNotExist
	}
	return t, nil
}

func (m *memory) list() ([]Task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.tasks)), nil
}

// claim never succeeds: whoever made a task in memory is at it.
func (m *memory) claim(string) (func(), bool) { return nil, false }

func (m *memory) input(id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.inputs[id]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return b, nil
}

func (m *memory) path(id, name string) string { return filepath.Join(m.dir, id+"-"+name) }

func (m *memory) clear(id string, what extent) {
	if what >= andInput {
		m.mu.Lock()
		delete(m.inputs, id)
		m.mu.Unlock()
	}
	if what == andResult {
		m.mu.Lock()
		name := result + m.tasks[id].kind()
		m.mu.Unlock()
		os.Remove(m.path(id, name))
	}
}

func (m *memory) forget(id string) {
	m.clear(id, andResult)
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tasks, id)
}
