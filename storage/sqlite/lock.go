package sqlite

import (
	"fmt"
	"os"
	"syscall"
)

// hold locks a file for as long as it is open, or until this process dies.
func hold(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("sqlite: DATABASE_URL: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("sqlite: DATABASE_URL: %s is in use by another process (%w): stop that one, "+
			"give this one another file, or use postgres:// for several processes", path[:len(path)-len(".lock")], err)
	}
	return f, nil
}
