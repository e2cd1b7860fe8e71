package stage

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// What Fault.Cut and Fault.Ring may say.
const (
	CutBefore = "before" // the connection ends before anything is done
	CutAfter  = "after"  // everything is done and written down, only the answer is lost

	RingDrop   = "drop"   // nobody rings
	RingDouble = "double" // two rings at the same time
	RingEarly  = "early"  // the work is done and rung before the create request is answered
	RingForge  = "forge"  // the ring names a task that isn't there
)

// codeCancelled as a planted failure ends a task as cancelled by the provider.
const codeCancelled = "CANCELLED"

// Fault is something that goes wrong on demand. Fields may be combined.
type Fault struct {
	// On is the route ("GET /v1/tasks/{id}") or one exact address ("GET /v1/tasks/4711").
	On string `json:"on,omitempty"`
	// Times is how many requests it meets: 0 is one, -1 all until it is cleared.
	Times int `json:"times,omitempty"`
	// Status answers in place of the work; with Cut "after" in place of the answer only.
	Status int               `json:"status,omitempty"`
	Body   string            `json:"body,omitempty"` // with Status; empty: what the provider would say
	Header map[string]string `json:"header,omitempty"`
	// DelayMS holds the request up before the work; with Cut "after" between work and answer.
	DelayMS int    `json:"delay_ms,omitempty"`
	Cut     string `json:"cut,omitempty"`
	// Fail ends the task in failure without rendering: a failureCode of Runway ("-" is none) or an
	// error_message of Creatomate; CANCELLED ends it as cancelled.
	Fail string `json:"fail,omitempty"`
	// Swap makes the clip of another dish than the photo's.
	Swap        bool   `json:"swap,omitempty"`
	Ring        string `json:"ring,omitempty"`
	RingDelayMS int    `json:"ring_delay_ms,omitempty"`
}

func (f Fault) check(routes []string) error {
	switch {
	case !slices.ContainsFunc(routes, func(route string) bool { return f.On == route || fits(f.On, route) }):
		return fmt.Errorf("on: no such route; there are %q", routes)
	case !slices.Contains([]string{"", CutBefore, CutAfter}, f.Cut):
		return errors.New("cut: before or after")
	case !slices.Contains([]string{"", RingDrop, RingDouble, RingEarly, RingForge}, f.Ring):
		return errors.New("ring: drop, double, early or forge")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return errors.New("status: 200 to 599")
	case f.Cut == CutBefore && f.Status != 0:
		return errors.New("cut: a connection that is cut before the work can't answer with a status")
	case f.DelayMS < 0 || f.RingDelayMS < 0:
		return errors.New("a delay can't be negative")
	}
	return nil
}

// fits tells whether an address such as "GET /v1/tasks/4711" is one of a route's.
func fits(address, route string) bool {
	a, r := strings.Split(address, "/"), strings.Split(route, "/")
	if len(a) != len(r) || a[0] != r[0] && (a[0] != "HEAD " || r[0] != "GET ") {
		return false
	}
	for i := 1; i < len(r); i++ {
		if a[i] != r[i] && !(strings.HasPrefix(r[i], "{") && a[i] != "" && !strings.HasPrefix(a[i], "{")) {
			return false
		}
	}
	return true
}

// planted is the part of a fault that a task carries with it.
func (f Fault) planted() Fault {
	return Fault{Fail: f.Fail, Swap: f.Swap, Ring: f.Ring, RingDelayMS: f.RingDelayMS}
}

// script is the list of faults to come.
type script struct {
	mu     sync.Mutex
	faults []Fault
}

// Plant makes something go wrong in requests to come. Faults on the same route are met in the order of planting.
func (s *Stage) Plant(f Fault) error {
	if f.Times == 0 {
		f.Times = 1
	}
	if err := f.check(s.routes); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	s.script.faults = append(s.script.faults, f)
	return nil
}

// Faults lists what is still to go wrong.
func (s *Stage) Faults() []Fault {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	return slices.Clone(s.script.faults)
}

// ClearFaults takes all of it back. Faults that a task carries already stay with it.
func (s *Stage) ClearFaults() {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	s.script.faults = nil
}

// next takes the fault that meets a request, if there is one.
func (s *script) next(route, address string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.On != route && f.On != address {
			continue
		}
		met := *f
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return met
	}
	return Fault{}
}

func failure(fail string) error {
	if fail == "-" {
		return &Failure{Message: "planted failure"}
	}
	return &Failure{Code: fail, Message: fail}
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// Bare takes the address out of an HTTP client's error: it may carry a secret.
func Bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
