package simtest

import (
	"context"
	"errors"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/memorytest"
)

// port is the database as one process has it.
type port struct {
	*memorytest.Store
	rest
	p *process
}

// rest is what no use case here asks for: the day's figures and the forgetting of shops.
type rest struct{ missing }

type missing struct {
	bot.Admin
	bot.Reporting
}

var errRefused = errors.New("the database refuses")

// writes are the transactions that write.
var writes = map[string]bool{
	"Place": true, "Move": true, "Postpone": true, "SaveStatusRef": true, "Wake": true, "TakeTurns": true,
	"Take": true, "SetFlag": true, "Commit": true, "Claim": true, "ReleaseMessage": true, "WakePending": true,
	"MarkPartSent": true, "MarkSent": true, "LookedBack": true, "Lease": true, "Heartbeat": true, "Release": true,
	"OpenIncident": true, "CloseIncident": true, "Resume": true, "Thaw": true,
}

// before stands before each transaction of a process.
func (w *world) before(op string) error {
	f := w.frame
	if f == nil {
		return nil
	}
	w.alive(f.p)
	kind := "read"
	if writes[op] {
		kind = "write"
	}
	how := w.befalls(kind)
	if how == "" && time.Now().Before(w.faults.until["database"]) {
		f.p.unsaved = append(f.p.unsaved, f.sent...)
		if w.faults.long { // longer than a process goes on trying to write that it has sent something
			w.excuse(f)
		}
		return errRefused
	}
	switch how {
	case "refused":
		f.p.unsaved = append(f.p.unsaved, f.sent...)
		return errRefused
	case "refused for 3s", "refused for 20s":
		f.p.unsaved = append(f.p.unsaved, f.sent...)
		d, _ := time.ParseDuration(how[len("refused for "):])
		w.faults.until["database"], w.faults.long = time.Now().Add(d), d > 10*time.Second
		return errRefused
	case "kill", "kill before":
		w.die(f)
	case "stands still 5s", "stands still 2m", "stands still 11m":
		d, _ := time.ParseDuration(how[len("stands still "):])
		w.excuse(f)
		for _, p := range w.processes { // all may stand still: see meanwhile
			w.excuseUnsaved(p)
		}
		f.p.stopped++
		w.meanwhile(d)
		f.p.stopped--
	case "lost", "kill after":
		w.faults.count[how+" "+f.p.name] = 1 // once it is written
	}
	return nil
}

// after stands after each transaction of a process that has written.
func (w *world) after(op string) error {
	f := w.frame
	w.written = true
	if f == nil {
		return nil
	}
	if u := f.update; u != nil && op == "Commit" {
		if u.commits++; u.commits > 1 {
			w.fail("update %s had an effect %d times", u.Key, u.commits)
		}
		u.effect = u.effect || f.effect
	}
	for _, how := range []string{"lost", "kill after"} {
		if key := how + " " + f.p.name; w.faults.count[key] > 0 {
			w.faults.count[key] = 0
			if how == "lost" {
				return errors.New("connection reset: the commit's answer is lost")
			}
			w.die(f)
		}
	}
	return nil
}

// excuseUnsaved allows that what a process has sent, and could not write down, is sent once more: it alone knows.
func (w *world) excuseUnsaved(p *process) {
	for _, t := range p.unsaved {
		w.chats.excuses[t]++
	}
}

// alive ends a use case whose process was killed meanwhile.
func (w *world) alive(p *process) {
	if p.dead {
		panic(killed{p})
	}
}

// die kills the process of a use case in the midst of it.
func (w *world) die(f *frame) {
	w.excuse(f)
	w.kill(f.p)
	panic(killed{f.p})
}

// lost notes the calls whose outcome the ledger says is unknown: it may learn it later.
func (w *world) lost(m pipeline.Move) {
	for _, c := range m.Calls {
		if c.State == pipeline.CallUnknown {
			w.unknown[c.ID] = true
		}
	}
}

// Move implements pipeline.Store.
func (s *port) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	s.p.lost(m)
	moved, err := s.p.plant.move(s, o, m, func(o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
		moved, err := s.Store.Move(ctx, in(s, o), in(s, m))
		return out(s, moved), err
	})
	if err == nil && moved.Version != o.Version+1 {
		s.p.fail("order %d was written over by who had seen version %d of %d", o.ID, o.Version, moved.Version-1)
	}
	s.p.note("%s: order %d.%d %s %s %s (%s) %v", s.p, o.ID, o.Version, o.Status, o.Step, o.Phase, m.Note, err)
	return moved, err
}

// Commit implements bot.Store.
func (s *port) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
	s.p.frame.effect = len(c.Place)+len(c.Messages)+len(c.Drafts)+len(c.Drop)+len(c.Moves) > 0
	c = s.p.plant.change(c)
	for _, m := range c.Moves {
		s.p.lost(m.Move)
	}
	placed, err := s.Store.Commit(ctx, in(s, c))
	s.p.note("%s: commit %s of %s: %d orders, %d moves, %d messages, %d drafts: %v",
		s.p, c.Key, c.Chat.ID, len(c.Place), len(c.Moves), len(c.Messages), len(c.Drafts), err)
	return out(s, placed), err
}

// Claim implements bot.Store.
func (s *port) Claim(ctx context.Context, say int64, limit time.Duration) (bot.OutgoingMessage, error) {
	m, err := s.p.plant.claim(s, say, limit, func(say int64, limit time.Duration) (bot.OutgoingMessage, error) {
		m, err := s.Store.Claim(ctx, say, limit)
		return out(s, m), s.waited(err)
	})
	if err == nil {
		s.p.frame.thing = thing("message", say, 0)
	}
	return m, err
}

// MarkSent implements bot.Store.
func (s *port) MarkSent(ctx context.Context, say int64, name string) (int64, error) {
	s.p.frame.thing = ""
	return s.p.plant.markSent(s, say, name, func(say int64, name string) (int64, error) {
		return s.Store.MarkSent(ctx, say, name)
	})
}

// Wake implements pipeline.Store.
func (s *port) Wake(ctx context.Context, id int64) error {
	err := s.Store.Wake(ctx, id)
	s.p.plant.woken(s, id)
	return err
}

// OrdersInPeriod implements bot.Store.
func (s *port) OrdersInPeriod(ctx context.Context, shop int64, since time.Time) (int, error) {
	n, err := s.Store.OrdersInPeriod(ctx, shop, in(s, since))
	if s.p.plant == NoMonth {
		n = 0
	}
	return n, err
}
