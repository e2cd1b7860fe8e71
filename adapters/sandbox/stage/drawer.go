package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Drawer keeps small things by name: templates, uploads. On disk if the stage has a Dir.
type Drawer struct {
	dir string // empty: in memory

	mu   sync.Mutex
	kept map[string]thing
}

type thing struct {
	data []byte
	at   time.Time
}

// Drawer opens the drawer of that name.
func (s *Stage) Drawer(name string) (*Drawer, error) {
	d := &Drawer{kept: map[string]thing{}}
	if s.opt.Dir == "" {
		return d, nil
	}
	d.dir = filepath.Join(s.opt.Dir, name)
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return d, nil
}

// Put keeps data under key, in place of what was there.
func (d *Drawer) Put(key string, data []byte) error {
	if d.dir != "" {
		return replace(filepath.Join(d.dir, key), data, true)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept[key] = thing{data, time.Now()}
	return nil
}

// Get returns what is under key and when it was put there. fs.ErrNotExist.
func (d *Drawer) Get(key string) ([]byte, time.Time, error) {
	if d.dir == "" {
		d.mu.Lock()
		defer d.mu.Unlock()
		t, ok := d.kept[key]
		if !ok {
			return nil, time.Time{}, fs.ErrNotExist
		}
		return t.data, t.at, nil
	}
	if !filepath.IsLocal(key) || strings.ContainsAny(key, `/\`) {
		return nil, time.Time{}, fs.ErrNotExist
	}
	path := filepath.Join(d.dir, key)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	fi, err := os.Stat(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	return data, fi.ModTime(), nil
}

// Keys lists the names, in no order.
func (d *Drawer) Keys() ([]string, error) {
	var keys []string
	if d.dir == "" {
		d.mu.Lock()
		defer d.mu.Unlock()
		for k := range d.kept {
			keys = append(keys, k)
		}
		return keys, nil
	}
	entries, err := os.ReadDir(d.dir)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), fresh) {
			keys = append(keys, e.Name())
		}
	}
	return keys, err
}

// Remove takes something out; a missing one is no error.
func (d *Drawer) Remove(key string) error {
	if d.dir == "" {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.kept, key)
		return nil
	}
	if err := os.Remove(filepath.Join(d.dir, key)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
