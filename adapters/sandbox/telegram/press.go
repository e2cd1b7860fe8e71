package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// inaccessible is the age from which a press says of its message no more than its id.
const inaccessible = 60 * 24 * time.Hour

// Answer is what the person sees who pressed a button.
type Answer struct {
	Text  string `json:"text"`
	Alert bool   `json:"alert"`
}

var errUnanswered = errors.New("the bot didn't answer the press")

// Tap is a press of a button.
type Tap struct {
	s      *Server
	at     time.Time
	done   bool
	answer Answer
}

// Press presses a button, named by its label or by its data, and waits for the answer.
func (c *Chat) Press(message int, button string) (Answer, error) {
	t, err := c.Tap(message, button)
	if err != nil {
		return Answer{}, err
	}
	return t.Answer(10 * time.Second)
}

// Tap presses a button and doesn't wait.
func (c *Chat) Tap(message int, button string) (*Tap, error) {
	s := c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := c.room.find(message)
	if m == nil {
		return nil, fmt.Errorf("there is no message %d", message)
	}
	data, err := m.data(button)
	if err != nil {
		return nil, err
	}
	t := &Tap{s: s, at: s.Now()}
	id := itoa(4_000_000_000_000_000_000 + s.Next())
	s.presses[id] = t
	if c.room.bot != member && c.room.bot != admin {
		return t, nil
	}
	var on any = m.wire()
	if s.Now().Sub(time.Unix(m.Date, 0)) > inaccessible {
		on = wireGone{Chat: c.room.wire(), MessageID: m.MessageID}
	}
	s.queue("callback_query", "press "+itoa(c.who.ID), wirePress{
		ID: id, From: c.who.wire(), Message: on, ChatInstance: itoa(-c.room.id * 31), Data: data,
	}, patience)
	return t, nil
}

// data is what a button sends, found by it or by the label.
func (m *post) data(button string) (string, error) {
	if m.ReplyMarkup != nil {
		for _, row := range m.ReplyMarkup.InlineKeyboard {
			for _, b := range row {
				if b.CallbackData != "" && (b.Text == button || b.CallbackData == button) {
					return b.CallbackData, nil
				}
			}
		}
	}
	return "", fmt.Errorf("message %d has no button %q", m.MessageID, button)
}

// Answer waits for the bot's answer.
func (t *Tap) Answer(limit time.Duration) (Answer, error) {
	var a Answer
	if !t.s.Wait(context.Background(), limit, func() bool { a = t.answer; return t.done }) {
		return Answer{}, errUnanswered
	}
	return a, nil
}
