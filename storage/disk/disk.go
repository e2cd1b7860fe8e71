// Package disk keeps blobs as plain files in one directory, and serves them under addresses that
// can't be guessed. It is the blob store of a single machine; storage/s3 is the one of many.
//
// A blob's file lies at its key, so an operator can look at it with any tool. Two things follow:
// a key can't be the folder of another key, and the ending of a key says its content type
// (types.go has the list).
package disk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/internal/names"
)

// Options are what links are made of.
type Options struct {
	// BaseURL is where Handler is reachable, without "/files/". Empty gives links that are only a path.
	BaseURL string
	Signer  sign.Signer // signs links
}

// Store is a pipeline.Blobs in a directory. Processes may share the directory.
type Store struct {
	root    *os.Root
	base    string
	public  bool
	signer  sign.Signer
	folders sync.Mutex // held while folders come and go: one that another Put finds will survive a crash
}

var (
	_ pipeline.Blobs         = (*Store)(nil)
	_ pipeline.UnsyncedBlobs = (*Store)(nil)
)

const (
	draftDir = ".put" // no key begins with a dot
	draftAge = time.Hour
)

// New opens the store in dir, and makes dir where it is missing. Files of writes that a crash cut
// off are removed when they are older than an hour, since another process may be writing now.
func New(dir string, o Options) (*Store, error) {
	public := false
	if o.BaseURL != "" {
		var err error
		if public, err = names.Reachable(o.BaseURL); err != nil {
			return nil, fmt.Errorf("disk: base URL: %w", err)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("disk: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("disk: %w", err)
	}
	s := &Store{root: root, base: strings.TrimRight(o.BaseURL, "/"), public: public, signer: o.Signer}
	if err := s.clean(time.Now().Add(-draftAge)); err != nil {
		root.Close()
		return nil, fmt.Errorf("disk: clean: %w", err)
	}
	return s, nil
}

// Close gives the directory back. Blobs that are open stay readable.
func (s *Store) Close() error { return s.root.Close() }

func (s *Store) clean(before time.Time) error {
	if err := s.root.Mkdir(draftDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	drafts, err := fs.ReadDir(s.root.FS(), draftDir)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.ModTime().After(before) {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.root.Remove(path.Join(draftDir, d.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put stores r under key. The type must be the one that the key's ending says.
func (s *Store) Put(ctx context.Context, key, contentType string, r io.Reader) error {
	if err := names.CheckKey(key); err != nil {
		return err
	}
	if err := checkType(key, contentType); err != nil {
		return err
	}
	draft := path.Join(draftDir, rand.Text())
	err := s.write(ctx, draft, r)
	if err == nil {
		err = s.settle(draft, key)
	}
	if err != nil {
		s.root.Remove(draft)
		return fmt.Errorf("disk: put %s: %w", key, err)
	}
	return nil
}

// PutUnsynced implements pipeline.UnsyncedBlobs. It writes over the file at once, so a process that is killed leaves
// the former content or the new one, behind which the rest of a longer former one may be. A new file each time would be
// dear for all others too: ext4 looks through the inodes that were freed lately before it gives one out.
func (s *Store) PutUnsynced(ctx context.Context, key, contentType string, r io.Reader) error {
	content, err := io.ReadAll(reader{ctx, r})
	if err == nil {
		err = errors.Join(names.CheckKey(key), checkType(key, contentType))
	}
	if err != nil {
		return err
	}
	err = s.inFolder(key, func() error {
		f, err := s.root.OpenFile(key, os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		former, err := f.Stat()
		if err == nil {
			_, err = f.Write(content)
		}
		if err == nil && former.Size() > int64(len(content)) {
			err = f.Truncate(int64(len(content)))
		}
		return errors.Join(err, f.Close())
	})
	if err != nil {
		return fmt.Errorf("disk: put %s: %w", key, err)
	}
	return nil
}

func (s *Store) write(ctx context.Context, name string, r io.Reader) error {
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.Copy(f, reader{ctx, r}); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// settle gives a finished draft its name.
func (s *Store) settle(draft, key string) error {
	if err := s.inFolder(key, func() error { return s.root.Rename(draft, key) }); err != nil {
		return err
	}
	if err := s.sync(path.Dir(key)); err != nil && !errors.Is(err, fs.ErrNotExist) { // not there: deleted by now
		return err
	}
	return nil
}

// inFolder does what needs the folder of a key, and makes the folder where it is missing. Another process may take it
// away in between: then once more.
func (s *Store) inFolder(key string, do func() error) error {
	s.folders.Lock()
	defer s.folders.Unlock()
	for try := 1; ; try++ {
		err := do()
		if !errors.Is(err, fs.ErrNotExist) || try == 10 {
			return err
		}
		if err := s.makeFolder(path.Dir(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
}

// makeFolder returns once those that it has made survive a crash.
func (s *Store) makeFolder(dir string) error {
	made := "."
	for name := range strings.SplitSeq(dir, "/") {
		parent := made
		made = path.Join(made, name)
		err := s.root.Mkdir(made, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.sync(parent); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) sync(dir string) error {
	if runtime.GOOS == "windows" { // folders can't be synced there
		return nil
	}
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Open reads a blob. What is open stays whole when the blob is replaced or deleted.
func (s *Store) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	f, _, err := s.open(ctx, key)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (s *Store) open(ctx context.Context, key string) (*os.File, fs.FileInfo, error) {
	if err := names.CheckKey(key); err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("disk: open %s: %w", key, err)
	}
	f, err := s.root.Open(key)
	if errors.Is(err, syscall.ENOTDIR) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, fmt.Errorf("disk: open %s: %w", key, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("disk: open %s: %w", key, err)
	}
	return f, info, nil
}

// Delete removes a blob, and the folders that are empty without it.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := names.CheckKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("disk: delete %s: %w", key, err)
	}
	info, err := s.root.Lstat(key)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || err == nil && info.IsDir() {
		return nil
	}
	if err == nil {
		err = s.root.Remove(key)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("disk: delete %s: %w", key, err)
	}
	dir := path.Dir(key)
	if err := s.sync(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("disk: delete %s: %w", key, err)
	}
	s.folders.Lock()
	defer s.folders.Unlock()
	for ; dir != "."; dir = path.Dir(dir) {
		if s.root.Remove(dir) != nil {
			break
		}
	}
	return nil
}

// reader ends a copy when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
