package pipelinetest

import (
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// retryAfter is when a job comes back whose handler failed.
const retryAfter = time.Second

// Run is the queue: it hands each job to p when it is due, one after the other, until ctx ends. A job that p wants to
// see again comes back then. Several may run on one Store: each job goes to one of them.
func (s *Store) Run(ctx context.Context, p *pipeline.Pipeline) {
	for {
		j, wait, rang := s.next()
		if wait == 0 {
			var again time.Time
			var err error
			if j.Notify {
				again, err = p.NotifyStatus(ctx, j.Order, j.Number)
			} else {
				again, err = p.Advance(ctx, j.Order, j.Number)
			}
			if err != nil {
				again = time.Now().Add(retryAfter)
			}
			if !again.IsZero() {
				s.mu.Lock()
				j.Due = again
				s.add(j)
				s.mu.Unlock()
			}
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-rang:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// forever is longer than any test waits.
const forever = 1 << 62

// next takes the job that is due first, or says how long it is until then, and is rung when one comes.
func (s *Store) next() (j Job, wait time.Duration, rang <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rang == nil {
		s.rang = make(chan struct{})
	}
	if len(s.jobs) == 0 {
		return j, forever, s.rang
	}
	i := 0
	for k := range s.jobs {
		if s.jobs[k].Due.Before(s.jobs[i].Due) {
			i = k
		}
	}
	j = s.jobs[i]
	if wait = time.Until(j.Due); wait > 0 {
		return j, wait, s.rang
	}
	s.jobs = slices.Delete(s.jobs, i, i+1)
	return j, 0, nil
}

// Jobs are those that wait.
func (s *Store) Jobs() []Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}
