// Package standin is what the stand-ins of outside systems share: faults on demand in one vocabulary, how a request is
// read and answered, and a world that tests and people can wait for.
package standin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// What Fault.Cut and Fault.Callback may say.
const (
	CutBefore = "before" // the connection ends before anything is done
	CutAfter  = "after"  // everything is done and written down, only the answer is lost
	CutHalf   = "half"   // a download breaks off in its middle

	CallbackDrop   = "drop"   // the end of the work isn't told: no callback; a file at Slack never appears
	CallbackDouble = "double" // two callbacks at the same time
	CallbackEarly  = "early"  // the work is done and told before the create request is answered
	CallbackForge  = "forge"  // the callback names a task that isn't there
)

// Fault is something that goes wrong on demand. Fields may be combined.
type Fault struct {
	// On is the route ("GET /v1/tasks/{id}"), one exact address ("GET /v1/tasks/4711"), or at a messenger the method
	// ("sendVideo"). Empty: any method of a messenger.
	On string `json:"on,omitempty"`
	// Chat limits it to requests for this chat or channel of a messenger.
	Chat string `json:"chat,omitempty"`
	// Times is how many requests it meets: 0 is one, -1 all until it is cleared.
	Times int `json:"times,omitempty"`
	// Status answers in place of the work; with Cut "after" in place of the answer only.
	Status int               `json:"status,omitempty"`
	Body   string            `json:"body,omitempty"` // with Status; empty: what the service would say
	Header map[string]string `json:"header,omitempty"`
	// RetryAfter is in seconds, in the header and wherever else the service says it.
	RetryAfter int `json:"retry_after,omitempty"`
	// DelayMS holds the request up before the work; with Cut "after" between work and answer.
	DelayMS int    `json:"delay_ms,omitempty"`
	Cut     string `json:"cut,omitempty"`
	// Fail is a failure in the service's own words. A task ends with it without being rendered: a failureCode of
	// Runway ("-" is none) or an error_message of Creatomate; CANCELLED ends it as cancelled. Messengers refuse the
	// request: an error's name at Slack, a description at Telegram.
	Fail string `json:"fail,omitempty"`
	// MovedTo is the supergroup that a group of Telegram has become, which the request is refused with.
	MovedTo int64 `json:"moved_to,omitempty"`
	// Swap makes the clip of another dish than the photo's.
	Swap bool `json:"swap,omitempty"`
	// Callback is one of the names above. Who asks a stand-in for faults knows it, and its delay, by their JSON names.
	Callback        string `json:"ring,omitempty"`
	CallbackDelayMS int    `json:"ring_delay_ms,omitempty"`
}

func (f Fault) check(known func(on string) bool) error {
	switch {
	case !known(f.On):
		return errors.New("on: there is no such route or method")
	case !slices.Contains([]string{"", CutBefore, CutAfter, CutHalf}, f.Cut):
		return errors.New("cut: before, after or half")
	case !slices.Contains([]string{"", CallbackDrop, CallbackDouble, CallbackEarly, CallbackForge}, f.Callback):
		return errors.New("ring: drop, double, early or forge")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return errors.New("status: 200 to 599")
	case f.Cut == CutBefore && f.Status != 0:
		return errors.New("cut: a connection that is cut before the work can't answer with a status")
	case f.DelayMS < 0 || f.CallbackDelayMS < 0 || f.RetryAfter < 0:
		return errors.New("a delay can't be negative")
	}
	return nil
}

// What names the kinds of trouble in a fault, for records.
func (f Fault) What() string {
	var kinds []string
	add := func(on bool, kind string) {
		if on {
			kinds = append(kinds, kind)
		}
	}
	add(f.Status != 0, "status")
	add(f.DelayMS != 0, "delay")
	add(f.Cut != "", "cut "+f.Cut)
	add(f.Fail != "", "fail")
	add(f.Callback != "", "callback "+f.Callback)
	add(f.CallbackDelayMS != 0, "callback delay")
	return strings.Join(kinds, ", ")
}

// Plan is the list of faults to come. Its methods may be called at the same time. The zero value is empty.
type Plan struct {
	mu     sync.Mutex
	faults []Fault
}

// Add makes something go wrong in requests to come: those on the same route are met in the order of adding. known says
// what On may be; a fault that could never be met is an error, for a test must not pass because nothing failed.
func (p *Plan) Add(f Fault, known func(on string) bool) error {
	f.Times = cmp.Or(f.Times, 1)
	if err := f.check(known); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f)
	return nil
}

// List is what is still to go wrong.
func (p *Plan) List() []Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.faults)
}

// Clear takes all of it back. What a task carries already stays with it.
func (p *Plan) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// Next takes the first fault that meets, if there is one.
func (p *Plan) Next(meets func(f Fault) bool) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.faults {
		f := &p.faults[i]
		if !meets(*f) {
			continue
		}
		met := *f
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			p.faults = slices.Delete(p.faults, i, i+1)
		}
		return met
	}
	return Fault{}
}
