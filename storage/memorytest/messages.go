package memorytest

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// open finds a message that waits.
func (t tx) waiting(id int64) *message {
	if id < 1 || int(id) > len(t.messages) || !t.messages[id-1].waits() {
		return nil
	}
	return &t.messages[id-1]
}

func (t tx) isTurn(m *message) bool {
	return m.Apart() || t.first(chatKey{m.Thread.Platform, m.Thread.Chat}) == m.ID
}

// Claim implements bot.Store.
func (s *Store) Claim(_ context.Context, id int64, limit time.Duration) (found bot.OutgoingMessage, err error) {
	err = s.write("Claim", func(t tx) error {
		m := t.waiting(id)
		if m == nil {
			return pipeline.ErrNotFound
		}
		found = pipelinetest.Kept(m.OutgoingMessage)
		switch {
		case !t.isTurn(m):
			return &bot.WaitError{}
		case m.claimed.After(t.Now()):
			return &bot.WaitError{Until: m.claimed}
		}
		m.claimed = t.Now().Add(limit)
		return nil
	})
	if err != nil {
		err = fmt.Errorf("claim message %d: %w", id, err)
	}
	return found, err
}

// ReleaseMessage implements bot.Store.
func (s *Store) ReleaseMessage(_ context.Context, id int64, at time.Time, job bool) error {
	return s.write("ReleaseMessage", func(t tx) error {
		if m := t.waiting(id); m != nil {
			m.claimed = pipelinetest.Kept(at)
			if job {
				t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: id, Due: m.claimed})
			}
		}
		return nil
	})
}

// WakePending implements bot.Store.
func (s *Store) WakePending(_ context.Context, before time.Time) (n int, err error) {
	err = s.write("WakePending", func(t tx) error {
		for i := range t.messages {
			m := &t.messages[i]
			if m.waits() && m.Made.Before(before) && m.claimed.Before(before) && t.isTurn(m) {
				m.claimed = t.Now()
				t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: m.ID, Due: t.Now()})
				n++
			}
		}
		return nil
	})
	return n, err
}

// MarkPartSent implements bot.Store.
func (s *Store) MarkPartSent(_ context.Context, part bot.OutgoingMessage) error {
	return s.write("MarkPartSent", func(t tx) error {
		if m := t.waiting(part.ID); m != nil {
			chat := m.Thread.Chat
			m.OutgoingMessage = pipelinetest.Kept(part)
			m.Thread.Chat = chat
		}
		return nil
	})
}

// MarkSent implements bot.Store.
func (s *Store) MarkSent(_ context.Context, id int64, name string) (next int64, err error) {
	err = s.write("MarkSent", func(t tx) error {
		m := t.waiting(id)
		if m == nil {
			return nil
		}
		name := pipelinetest.Kept(name)
		if d, known := t.drafts[m.Draft]; known && name != "" {
			d.Question = name
			t.drafts[d.ID] = d
		}
		m.ended, m.name = t.Now(), name
		if m.Apart() {
			return nil
		}
		if next = t.first(chatKey{m.Thread.Platform, m.Thread.Chat}); next != 0 {
			due := t.Now()
			if c := t.messages[next-1].claimed; c.After(due) {
				due = c
			}
			t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: next, Due: due})
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return next, nil
}

// Waiting messages are those that aren't sent yet, oldest first.
func (s *Store) Unsent() (all []bot.OutgoingMessage) {
	_ = s.Store.View("Unsent", func(pipelinetest.Tx) {
		for _, m := range s.messages {
			if m.waits() {
				all = append(all, m.OutgoingMessage)
			}
		}
	})
	return all
}
