// Package taskstore is what the stand-ins of Runway and Creatomate share: tasks that outlive a process, workers that
// render a few of them at once, links to the results, callbacks, faults on demand and a record of what was asked.
package taskstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// Options of a Store. The zero value keeps everything in a temporary folder, which Close removes.
type Options struct {
	Dir      string        // tasks live here and survive the process; empty: they don't
	Log      *slog.Logger  // nil: silent
	Parallel int           // renders at once; 0: one for each two processors
	BaseURL  string        // address in links; empty: the one that a request came to
	LinkLife time.Duration // how long a signed link works; 0: 24 hours
}

// Store holds what the stand-ins of one server share.
type Store struct {
	opt      Options
	dir      string
	log      *slog.Logger
	key      []byte
	workers  workers
	plan     standin.Plan
	record   record
	routes   []string
	callback *http.Client

	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu     sync.Mutex
	queues []*Queue
}

// Open prepares a store. Several processes may open one Dir at the same time.
func Open(o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Parallel <= 0 {
		o.Parallel = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if o.LinkLife <= 0 {
		o.LinkLife = 24 * time.Hour
	}
	s := &Store{opt: o, dir: o.Dir, log: o.Log, workers: workers{free: o.Parallel}, callback: newCallbackClient()}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

func (s *Store) prepare() (err error) {
	if s.dir == "" {
		s.dir, err = os.MkdirTemp(memoryFolder(), "sandbox-")
	} else {
		err = os.MkdirAll(s.dir, 0o700)
	}
	if err == nil {
		s.key, err = sharedKey(s.dir)
	}
	return err
}

// memoryFolder is a folder in memory where the system has one (Linux), else "".
func memoryFolder() string {
	const shm = "/dev/shm"
	if f, err := os.Stat(shm); err == nil && f.IsDir() {
		return shm
	}
	return ""
}

// Close stops the renders and waits for them. Unfinished tasks of a Dir stay unfinished: the process that
// opens it next, or has it open and is asked about them, goes on with them.
func (s *Store) Close() {
	s.workers.close()
	s.stop()
	s.wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.queues {
		q.letGo()
	}
	if s.opt.Dir == "" {
		os.RemoveAll(s.dir)
	}
}

// Base is the address under which r's sender reaches this server, without a slash at its end.
func (s *Store) Base(r *http.Request) string {
	switch {
	case s.opt.BaseURL != "":
		return s.opt.BaseURL
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// NewID makes a random UUID, version 4: both providers name their tasks so.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
