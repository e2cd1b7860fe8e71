package ops

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	healthMinutes = 10 // the time that counts
	healthCalls   = 5  // fewer calls say nothing bad of a provider, and so many in a row outweigh what was before
)

// Health is how providers answer this process: in the last ten minutes, from what came of its calls.
type Health struct {
	mu        sync.Mutex
	providers map[string]*answers
}

// answers of a provider, by minute.
type answers struct {
	minutes [healthMinutes]struct {
		at        int64 // minutes since 1970
		good, bad int
	}
	row     int       // good answers in a row; below 0: bad ones
	last    string    // what went wrong last
	failing time.Time // zero: it isn't
	spoken  bool      // enough was heard to know
}

// Note takes in what came of a request. A limit that was met says nothing, and who refuses a photo is well.
func (h *Health) Note(provider string, err error) {
	var f *pipeline.Fault
	if err != nil {
		if f = pipeline.AsFault(err); f.RateLimited || errors.Is(err, context.Canceled) {
			return
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.providers == nil {
		h.providers = map[string]*answers{}
	}
	a := h.providers[provider]
	if a == nil {
		a = &answers{}
		h.providers[provider] = a
	}
	now := time.Now().Unix() / 60
	m := &a.minutes[now%healthMinutes]
	if m.at != now {
		m.at, m.good, m.bad = now, 0, 0
	}
	if f == nil || f.Kind == pipeline.Rejected {
		m.good++
		a.row = max(a.row, 0) + 1
		return
	}
	m.bad++
	a.row = min(a.row, 0) - 1
	a.last = f.Error()
}

// Verdict is what is known of a provider.
type Verdict struct {
	Provider  string
	Failing   time.Time // since when most of its answers are bad; zero: it is well
	Good, Bad int       // answers lately
	Last      string    // what went wrong last, for operators
}

// Verdicts are those of whom enough was heard.
func (h *Health) Verdicts() []Verdict {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []Verdict
	for name, a := range h.providers {
		good, bad := a.count(time.Now().Unix() / 60)
		switch {
		case a.row >= healthCalls, good > bad && a.row > -healthCalls:
			a.failing, a.spoken = time.Time{}, true
		case good+bad >= healthCalls && bad >= good, a.row <= -healthCalls:
			if a.failing.IsZero() {
				a.failing = time.Now()
			}
			a.spoken = true
		}
		if a.spoken {
			all = append(all, Verdict{Provider: name, Failing: a.failing, Good: good, Bad: bad, Last: a.last})
		}
	}
	return all
}

func (a *answers) count(now int64) (good, bad int) {
	for _, m := range a.minutes {
		if now-m.at < healthMinutes {
			good, bad = good+m.good, bad+m.bad
		}
	}
	return good, bad
}
