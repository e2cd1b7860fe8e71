package stage

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
	stone   = "deleted.json" // stands in for the paper, so that no late writer undoes a deletion
	lock    = "task.lock"
	source  = "input"
	result  = "out."  // its kind follows
	drafts  = "part-" // half-made results start with it
	fresh   = "new-"  // and files that are about to replace another
	keyFile = "key"
)

// disk is a shelf of folders, one a task. A process that works on a task holds a lock on its lock
// file; the system drops it when the process dies, however it dies.
type disk struct{ dir string }

func newDisk(dir string) (disk, error) { return disk{dir}, os.MkdirAll(dir, 0o700) }

func (d disk) path(id, name string) string { return filepath.Join(d.dir, id, name) }

func (d disk) put(t Task, input []byte) (func(), error) {
	if err := os.Mkdir(filepath.Join(d.dir, t.ID), 0o700); err != nil {
		return nil, err
	}
	release, ok := d.claim(t.ID)
	if !ok {
		return nil, errors.New("a new task can't be locked")
	}
	if err := d.fill(t, input); err != nil {
		release()
		d.forget(t.ID)
		return nil, err
	}
	return release, nil
}

func (d disk) fill(t Task, input []byte) error {
	if input != nil {
		if err := replace(d.path(t.ID, source), input, true); err != nil {
			return err
		}
	}
	return d.save(t, true)
}

func (d disk) save(t Task, lasting bool) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return replace(d.path(t.ID, paper), b, lasting)
}

func (d disk) bury(t Task) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return place(d.path(t.ID, stone), b)
}

func (d disk) load(id string) (t Task, err error) {
	if !filepath.IsLocal(id) || strings.ContainsAny(id, `/\`) {
		return t, fs.ErrNotExist
	}
	b, err := os.ReadFile(d.path(id, stone))
	if errors.Is(err, fs.ErrNotExist) {
		b, err = os.ReadFile(d.path(id, paper))
	}
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(b, &t)
}

func (d disk) list() ([]Task, error) {
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

func (d disk) claim(id string) (func(), bool) {
	f := flock.New(d.path(id, lock), flock.SetPermissions(0o600))
	if held, err := f.TryLock(); err != nil || !held {
		_ = f.Close()
		return nil, false
	}
	return func() { _ = f.Close() }, true
}

func (d disk) input(id string) ([]byte, error) { return os.ReadFile(d.path(id, source)) }

func (d disk) clear(id string, what extent) {
	entries, _ := os.ReadDir(filepath.Join(d.dir, id))
	for _, e := range entries {
		n := e.Name()
		if strings.HasPrefix(n, drafts) || strings.HasPrefix(n, fresh) || n == source && what >= andInput || strings.HasPrefix(n, result) && what == andResult {
			os.Remove(d.path(id, n))
		}
	}
}

func (d disk) forget(id string) { os.RemoveAll(filepath.Join(d.dir, id)) }

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

// place puts data at path if nothing is there; fs.ErrExist if something is.
func place(path string, data []byte) error {
	own := filepath.Join(filepath.Dir(path), "own-"+rand.Text())
	defer os.Remove(own)
	if err := os.WriteFile(own, data, 0o600); err != nil {
		return err
	}
	return os.Link(own, path)
}

// sharedKey reads the key that signs links, or makes it; processes that come at once agree on one.
func sharedKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, keyFile)
	if b, err := os.ReadFile(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	b := make([]byte, 32)
	rand.Read(b)
	if err := place(path, b); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}
