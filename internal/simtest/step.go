package simtest

import (
	"slices"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// candidate is something that may happen next.
type candidate struct {
	at time.Time
	do func()
}

// step lets the next thing happen, one of those that are due; else time passes until something is. It reports false
// when nothing is due before end.
func (w *world) step(end time.Time) bool {
	most := maxEvents
	if w.wasSkewed { // who is behind the queue's clock is given each of its jobs every second until it is due
		most *= 20
	}
	if w.events++; w.events > most {
		w.fail("no end after %d events", most)
		return false
	}
	all, now := w.candidates(), time.Now()
	if len(all) == 0 {
		return false
	}
	first := slices.MinFunc(all, func(a, b candidate) int { return a.at.Compare(b.at) })
	if first.at.After(now) {
		if !first.at.Before(end) {
			return false
		}
		w.sleep(first.at.Sub(now))
		now = time.Now()
	}
	due := slices.DeleteFunc(all, func(c candidate) bool { return c.at.After(now) })
	due[w.rng.IntN(len(due))].do()
	if w.depth == 0 && w.ok() {
		w.check()
	}
	return w.ok()
}

func (w *world) sleep(d time.Duration) {
	if d > 0 {
		time.Sleep(d)
		synctest.Wait()
	}
}

// candidates lists what is due or will be.
func (w *world) candidates() (all []candidate) {
	for i, l := range w.later {
		all = append(all, candidate{l.at, func() {
			w.later = slices.Delete(w.later, i, i+1)
			w.note("%s", l.what)
			l.do()
		}})
	}
	var awake []*process
	for _, p := range w.processes {
		if !p.awake() {
			continue
		}
		awake = append(awake, p)
		for _, c := range p.calls {
			all = append(all, candidate{c.at, func() { p.forget(c); w.call(p, nil, c.do) }})
		}
	}
	if len(awake) == 0 {
		return all
	}
	for _, j := range w.store.Jobs() {
		all = append(all, candidate{j.Due, func() { w.work(awake[w.rng.IntN(len(awake))], j) }})
	}
	all = append(all, candidate{w.beats.next(), func() { w.beat(awake) }})
	return all
}

// call calls a use case in a process, and reports whether it came to its end: not when the process was killed.
func (w *world) call(p *process, u *update, do func()) (whole bool) {
	before := w.frame
	w.frame = &frame{p: p, update: u}
	w.keepTime()
	defer func() {
		w.frame = before
		w.keepTime()
		if r := recover(); r != nil {
			if k, ok := r.(killed); !ok || k.p != p {
				panic(r)
			}
			whole = false
		}
	}()
	do()
	return !p.dead
}

// keepTime lets the database go by the clock of the caller.
func (w *world) keepTime() {
	if w.store.Now = nil; w.frame != nil && w.frame.p.skew != 0 {
		skew := w.frame.p.skew
		w.store.Now = func() time.Time { return time.Now().Add(skew) }
	}
}

// outside looks into the database as no process does.
func (w *world) outside(do func()) {
	before := w.frame
	w.frame = nil
	w.keepTime()
	defer func() { w.frame = before; w.keepTime() }()
	do()
}

// meanwhile lets time pass in the midst of a call, in which others go on.
func (w *world) meanwhile(d time.Duration) {
	f, end := w.frame, time.Now().Add(d)
	if w.depth < maxDepth {
		w.depth++
		for w.ok() && w.step(end) {
		}
		w.depth--
	}
	w.sleep(time.Until(end))
	if f != nil && f.p.dead {
		panic(killed{f.p})
	}
}

// work lets a process do a job. One that dies with its process comes to another one a little later.
func (w *world) work(p *process, j pipelinetest.Job) {
	if !w.store.TakeJob(j) {
		return
	}
	r := &running{j, p}
	w.running = append(w.running, r)
	var again time.Time
	var err error
	whole := w.call(p, nil, func() { again, err = p.do(j) })
	w.running = slices.DeleteFunc(w.running, func(x *running) bool { return x == r })
	switch {
	case !whole:
		j.Due = time.Now().Add(rescue)
	case err != nil:
		w.note("%s: %s %d: %v", p, j.Kind, j.ID, err)
		j.Due = time.Now().Add(time.Second << min(r.p.failed[j], 6))
		p.failed[r.Job]++
	case again.IsZero():
		return
	default:
		j.Due = again.Add(p.skew)
	}
	if soon := time.Now().Add(fetchPause); j.Due.Before(soon) {
		j.Due = soon
	}
	w.store.Queue(j)
}

// fetchPause is how soon the queue hands out a job again.
const fetchPause = time.Second

// rescue is how long the job of a process that is gone waits for another one.
const rescue = 90 * time.Second
