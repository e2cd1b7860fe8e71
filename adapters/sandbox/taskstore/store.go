package taskstore

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// The files of a task's folder.
const (
	paper   = "task.json"
	lock    = "task.lock"
	source  = "input"
	result  = "out."  // its kind follows
	drafts  = "part-" // half-made results start with it
	fresh   = "new-"  // and files that are about to replace another
	keyFile = "key"
)

// store keeps the tasks of one provider in a folder each. A process that works on a task holds a lock on its lock
// file; the system drops it when the process dies, however it dies.
type store struct{ dir string }

func (d store) path(id, name string) string { return filepath.Join(d.dir, id, name) }

// put writes a new task and its input down and claims it.
func (d store) put(t Task, input []byte) (release func(), err error) {
	if err := os.Mkdir(filepath.Join(d.dir, t.ID), 0o700); err != nil {
		return nil, err
	}
	release, ok := d.claim(t.ID)
	if !ok {
		return nil, errors.New("a new task can't be locked")
	}
	if input != nil {
		err = replace(d.path(t.ID, source), input, true)
	}
	if err == nil {
		err = d.save(t, true)
	}
	if err != nil {
		release()
		d.forget(t.ID)
		return nil, err
	}
	return release, nil
}

// save writes t over the task that is there; lasting makes it survive the machine, too. Only who has claimed the task
// may.
func (d store) save(t Task, lasting bool) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return replace(d.path(t.ID, paper), b, lasting)
}

// load reads a task, fs.ErrNotExist.
func (d store) load(id string) (t Task, err error) {
	b, err := read(filepath.Join(d.dir, id), id, paper)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(b, &t)
}

// list reads all tasks.
func (d store) list() ([]Task, error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, err
	}
	tasks := make([]Task, 0, len(entries))
	for _, e := range entries {
		t, err := d.load(e.Name())
		if err == nil {
			tasks = append(tasks, t)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("task %s: %w", e.Name(), err)
		}
	}
	return tasks, nil
}

// claim makes a task ours, unless a process works on it.
func (d store) claim(id string) (release func(), ok bool) {
	f := flock.New(d.path(id, lock), flock.SetPermissions(0o600))
	if held, err := f.TryLock(); err != nil || !held {
		_ = f.Close()
		return nil, false
	}
	return func() { _ = f.Close() }, true
}

// input is the file that came with the task.
func (d store) input(id string) ([]byte, error) { return os.ReadFile(d.path(id, source)) }

// clear removes half-made files of the task, and with input what came with it.
func (d store) clear(id string, input bool) {
	entries, _ := os.ReadDir(filepath.Join(d.dir, id))
	for _, e := range entries {
		n := e.Name()
		if strings.HasPrefix(n, drafts) || strings.HasPrefix(n, fresh) || input && n == source {
			os.Remove(d.path(id, n))
		}
	}
}

// forget removes a task as if it had never been.
func (d store) forget(id string) { os.RemoveAll(filepath.Join(d.dir, id)) }

// read reads a file of dir that belongs to what others named: a name that leads elsewhere doesn't exist.
func read(dir, name, file string) ([]byte, error) {
	if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) {
		return nil, fs.ErrNotExist
	}
	return os.ReadFile(filepath.Join(dir, file))
}

// replace puts data at path, whole or not at all. It doesn't make folders: a removed task stays removed.
func replace(path string, data []byte, lasting bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), fresh)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && lasting {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// sharedKey reads the key that signs links, or makes it; processes that come at once agree on one.
func sharedKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, keyFile)
	if b, err := os.ReadFile(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	b := make([]byte, 32)
	rand.Read(b)
	own := filepath.Join(dir, "own-"+rand.Text())
	defer os.Remove(own)
	if err := os.WriteFile(own, b, 0o600); err != nil {
		return nil, err
	}
	if err := os.Link(own, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}
