package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/config"
)

const (
	spaceNeeded = 1 << 20         // bytes that must fit for a process to be ready
	spaceFresh  = 5 * time.Second // how long an answer is believed: every client may ask for /readyz
)

// space reports whether the folders on this machine that orders are written to take more. It may be asked by many.
type space struct {
	folders []string

	mu    sync.Mutex
	asked time.Time
	err   error
}

// NewSpace looks after the folders of the database and of the blobs, where these are on this machine.
func NewSpace(cfg config.Config) *space {
	s := &space{}
	if cfg.Database.SQLite != "" {
		s.folders = append(s.folders, filepath.Dir(cfg.Database.SQLite))
	}
	if cfg.Blobs.Dir != "" && !slices.Contains(s.folders, cfg.Blobs.Dir) {
		s.folders = append(s.folders, cfg.Blobs.Dir)
	}
	return s
}

// check writes, since free space says nothing of quotas and of disks that have become read-only.
func (s *space) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.asked) < spaceFresh {
		return s.err
	}
	s.asked, s.err = time.Now(), nil
	for _, folder := range s.folders {
		if err := Takes(folder, spaceNeeded); err != nil {
			s.err = errors.Join(s.err, fmt.Errorf("nothing more can be written: %w", err))
		}
	}
	return s.err
}

// Takes writes a file of so many bytes into folder, and takes it away again.
func Takes(folder string, bytes int) error {
	f, err := os.CreateTemp(folder, ".space-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, bytes))
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}
