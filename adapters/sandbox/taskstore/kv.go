package taskstore

import (
	"fmt"
	"os"
	"path/filepath"
)

// KV keeps small things by name, such as templates.
type KV struct{ dir string }

// KV opens the one of that name.
func (s *Store) KV(name string) (KV, error) {
	kv := KV{filepath.Join(s.dir, name)}
	if err := os.MkdirAll(kv.dir, 0o700); err != nil {
		return kv, fmt.Errorf("sandbox: %w", err)
	}
	return kv, nil
}

// Put keeps data under key, in place of what was there. The key is ours, not a caller's.
func (kv KV) Put(key string, data []byte) error {
	return replace(filepath.Join(kv.dir, key), data, true)
}

// Get returns what is under key, for every caller. fs.ErrNotExist.
func (kv KV) Get(key string) ([]byte, error) { return read(kv.dir, key, key) }
