package simtest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// Plant is a fault that is planted in the service, round its database and its providers: a mistake that the code could
// have. The simulation has to find each.
type Plant string

// The faults that can be planted.
const (
	NoFence       Plant = "an order is written over whatever its version"
	NoWakeup      Plant = "an order that people change or take up again gets no wakeup"
	NoWord        Plant = "nothing durable tells people what became of their order"
	PaidFirst     Plant = "a paid call is written down after it was made"
	NotSettled    Plant = "what a call cost isn't written down"
	NoKey         Plant = "an update that comes again isn't known again"
	NoClaim       Plant = "a message that is being sent may be taken by others"
	NotClosed     Plant = "that a message was sent isn't written down"
	NoBudget      Plant = "the budget isn't asked"
	NoMonth       Plant = "a month's orders aren't counted"
	LostIsCertain Plant = "a lost answer is taken for a refusal"
	FileAfter     Plant = "a result's file is kept after the commit that names it"
	NoJob         Plant = "a wakeup has a number and no job"
)

// Plants lists them.
func Plants() []Plant {
	return []Plant{
		NoFence, NoWakeup, NoWord, PaidFirst, NotSettled, NoKey, NoClaim, NotClosed, NoBudget,
		NoMonth, LostIsCertain, FileAfter, NoJob,
	}
}

// move is pipeline.Store's.
func (x Plant) move(
	s *port, o pipeline.Order, m pipeline.Move, write func(pipeline.Order, pipeline.Move) (pipeline.Order, error),
) (pipeline.Order, error) {
	switch x {
	case NoFence:
		s.p.outside(func() {
			if now, err := s.Store.Order(context.Background(), o.ID); err == nil {
				o.Version = now.Version
			}
		})
	case NoWord:
		m.Notify = false
	case NotSettled:
		for i := range m.Calls {
			if m.Calls[i].State == pipeline.CallSettled {
				m.Calls[i].State, m.Calls[i].Ended = pipeline.CallKnown, time.Time{}
			}
		}
	case NoBudget:
		if m.Reserve != nil {
			free := *m.Reserve
			free.Budget = 0
			m.Reserve = &free
		}
	case PaidFirst:
		if m.Reserve != nil {
			s.p.owed = func() { _, _ = write(o, m) }
			o.Version++
			return o, nil
		}
		if owed := s.p.owed; owed != nil {
			s.p.owed = nil
			owed()
		}
	}
	moved, err := write(o, m)
	if x == FileAfter && err == nil && s.p.owed != nil {
		s.p.owed()
		s.p.owed = nil
	}
	return moved, err
}

// change is what bot.Store commits.
func (x Plant) change(c bot.Change) bot.Change {
	switch x {
	case NoKey:
		c.Key = ""
	case NoWakeup:
		c.Moves = slices.Clone(c.Moves)
		for i := range c.Moves {
			c.Moves[i].Move.Wakeup = false
		}
	case NoMonth:
		c.Limit = 0
	}
	return c
}

// woken is what becomes of an order that pipeline.Store has woken.
func (x Plant) woken(s *port, id int64) {
	if x != NoJob {
		return
	}
	s.p.outside(func() {
		o, err := s.Store.Order(context.Background(), id)
		if err == nil {
			s.TakeJob(pipelinetest.Job{Kind: pipelinetest.Wakeup, ID: id, Number: o.Wakeup, Due: o.WakeupAt})
		}
	})
}

// claim is bot.Store's.
func (x Plant) claim(
	_ *port, say int64, limit time.Duration, claim func(int64, time.Duration) (bot.OutgoingMessage, error),
) (bot.OutgoingMessage, error) {
	if x == NoClaim {
		limit = 0
	}
	return claim(say, limit)
}

// markSent is bot.Store's.
func (x Plant) markSent(_ *port, say int64, name string, mark func(int64, string) (int64, error)) (int64, error) {
	if x == NotClosed {
		return 0, nil
	}
	return mark(say, name)
}

// started is a provider's answer.
func (x Plant) started(s pipeline.Started, err error) (pipeline.Started, error) {
	if x == LostIsCertain && err != nil && pipeline.AsFault(err).Kind == pipeline.Indeterminate {
		err = &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: err}
	}
	return s, err
}

// put keeps a file.
func (x Plant) put(w *world, key string, data []byte) {
	if x == FileAfter && !strings.HasPrefix(key, "photos/") {
		w.frame.p.owed = func() { w.files[key] = data }
		return
	}
	w.files[key] = data
}
