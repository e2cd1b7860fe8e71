package sqlite

import (
	"errors"
	"fmt"
	"os"

	"github.com/gofrs/flock"
)

// ErrInUse is matched by Open's error when another process has the file.
var ErrInUse = errors.New("in use by another process")

// hold locks PATH.lock for as long as it isn't closed, or until this process dies.
func hold(path string) (*flock.Flock, error) {
	lock := flock.New(path+".lock", flock.SetPermissions(private))
	held, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	case !held:
		_ = lock.Close()
		return nil, fmt.Errorf("sqlite: DATABASE_URL: %s is %w: stop that one, "+
			"give this one another file, or use postgres:// for several processes", path, ErrInUse)
	}
	return lock, nil
}

// private lets the service's own user alone read and write.
const private = 0o600

// makePrivate makes the file where it is missing, and takes it from other users where an earlier version left it open:
// names, chats and unused invites are in it. SQLite gives -wal and -shm the mode of the file when it makes them.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, private)
	if err != nil {
		return fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm", path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		_ = os.Chmod(name, private) // another user's file stays as that user wants it
	}
	return nil
}
