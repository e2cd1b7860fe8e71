// Package stage is what the stand-ins of Runway and Creatomate share: tasks that outlive a process,
// a crew that renders a few of them at once, links to the results, rings, faults on demand and a
// record of what was asked.
package stage

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
)

// Options of a Stage. The zero value keeps everything in memory and the files in a temporary folder.
type Options struct {
	Dir      string        // tasks live here and survive the process; empty: in memory
	Log      *slog.Logger  // nil: silent
	Parallel int           // renders at once; 0: one for each two processors
	BaseURL  string        // address in links; empty: the one that a request came to
	LinkLife time.Duration // how long a signed link works; 0: 24 hours
}

// Stage holds what all stand-ins of one server share.
type Stage struct {
	opt    Options
	log    *slog.Logger
	key    []byte
	temp   string // ours to remove; empty with Dir
	crew   crew
	script script
	record record
	routes []string
	bell   *http.Client

	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu    sync.Mutex
	works []*Works
}

// Open prepares a stage. Several processes may open one Dir at the same time.
func Open(o Options) (*Stage, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Parallel <= 0 {
		o.Parallel = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if o.LinkLife <= 0 {
		o.LinkLife = 24 * time.Hour
	}
	s := &Stage{opt: o, log: o.Log, crew: crew{free: o.Parallel}, bell: newBell()}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

func (s *Stage) prepare() (err error) {
	if s.opt.Dir == "" {
		s.key = make([]byte, 32)
		rand.Read(s.key)
		s.temp, err = os.MkdirTemp(memoryFolder(), "sandbox-")
		return err
	}
	if err := os.MkdirAll(s.opt.Dir, 0o700); err != nil {
		return err
	}
	s.key, err = sharedKey(s.opt.Dir)
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

// Close stops the renders and waits for them. Unfinished tasks of a Dir stay unfinished: whoever
// opens it next, or has it open and is asked about them, goes on with them.
func (s *Stage) Close() {
	s.crew.close()
	s.stop()
	s.wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.works {
		w.letGo()
	}
	if s.temp != "" {
		os.RemoveAll(s.temp)
	}
}

// Base is the address under which r's sender reaches this server, without a slash at its end.
func (s *Stage) Base(r *http.Request) string {
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
