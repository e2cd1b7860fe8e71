package apptest

import (
	"bytes"
	"sync"
)

// Logbook keeps what is logged.
type Logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *Logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *Logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
