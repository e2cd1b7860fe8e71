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
	s.RunJobs(ctx, func(ctx context.Context, j Job) (time.Time, error) {
		if j.Kind == Notify {
			return p.NotifyStatus(ctx, j.ID, j.Number)
		}
		return p.Advance(ctx, j.ID, j.Number)
	})
}

// RunJobs is Run for a caller with handlers of all kinds.
func (s *Store) RunJobs(ctx context.Context, do func(ctx context.Context, j Job) (again time.Time, err error)) {
	for {
		j, wait, rang := s.next()
		if wait == 0 {
			again, err := do(ctx, j)
			if err != nil {
				again = time.Now().Add(retryAfter)
			}
			if !again.IsZero() {
				j.Due = again
				s.Queue(j)
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

// next takes the job that is due first, or says how long it is until then, and is woken when one comes.
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

// Queue adds a job.
func (s *Store) Queue(j Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(j)
}

// TakeJob takes a job out of the queue; false: it isn't there.
func (s *Store) TakeJob(j Job) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.jobs, j)
	if i < 0 {
		return false
	}
	s.jobs = slices.Delete(s.jobs, i, i+1)
	return true
}

// Jobs are those that wait.
func (s *Store) Jobs() []Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}
