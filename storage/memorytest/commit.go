package memorytest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// Commit implements bot.Store.
func (s *Store) Commit(_ context.Context, c bot.Change) (placed []pipeline.Order, err error) {
	err = s.write("Commit", func(t tx) error {
		c := pipelinetest.Kept(c)
		if err := t.mayCommit(c); err != nil {
			return err
		}
		placed, err = t.commit(c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return placed, nil
}

// mayCommit looks whether a change can be written whole.
func (t tx) mayCommit(c bot.Change) error {
	if c.Chat.Platform == "" || c.Chat.ID == "" {
		return errors.New("whose chat isn't said")
	}
	if _, seen := t.updates[c.Key]; seen && c.Key != "" {
		return bot.ErrSeen
	}
	if i, known := t.invites[c.Invite]; c.Invite != "" && (!known || !i.Used.IsZero() || !i.Expires.After(t.Now())) {
		return pipeline.ErrMoved
	}
	if c.Shop != nil && c.Shop.ID != 0 &&
		(int(c.Shop.ID) > len(t.shops) || t.shops[c.Shop.ID-1].Version != c.Shop.Version) {
		return pipeline.ErrMoved
	}
	if t.chats[key(c.Chat)].Version != c.Chat.Version {
		return pipeline.ErrMoved
	}
	if c.Close != "" {
		if _, goesOn := t.incidents[c.Close]; !goesOn {
			return pipeline.ErrMoved
		}
	}
	for _, d := range c.Drafts {
		if d.ID == 0 {
			return errors.New("a draft without a number")
		}
		if old, known := t.drafts[d.ID]; known && (old.Platform != d.Platform || old.Chat != d.Chat) {
			return fmt.Errorf("draft %d belongs to another chat", d.ID)
		}
	}
	for _, m := range c.Moves {
		if now, found := t.Order(m.Order.ID); !found || now.Version != m.Order.Version {
			return fmt.Errorf("move order %d: %w", m.Order.ID, pipeline.ErrMoved)
		}
	}
	if c.Limit > 0 && t.wouldHave(c) > c.Limit {
		return pipeline.ErrMoved
	}
	return nil
}

// wouldHave is how many orders the chat's shop has in its month with those that a change places.
func (t tx) wouldHave(c bot.Change) int {
	n := t.inPeriod(c.Chat.Shop, c.Month)
	for _, o := range c.Place {
		there := false
		for range t.Orders(func(x pipeline.Order) bool { return x.Source == o.Source }) {
			there = true
		}
		if !there {
			n++
		}
	}
	return n
}

func key(c bot.Chat) chatKey { return chatKey{c.Platform, c.ID} }

// commit writes a change. Only a move can fail: of a call that isn't the order's, with which no use case comes.
func (t tx) commit(c bot.Change) (placed []pipeline.Order, err error) {
	for _, m := range c.Moves {
		if _, err := t.Move(m.Order, m.Move); err != nil {
			return nil, err
		}
	}
	now := t.Now()
	if c.Key != "" {
		put(&t.updates, c.Key, now)
	}
	if c.Invite != "" {
		i := t.invites[c.Invite]
		i.Used = now
		t.invites[c.Invite] = i
	}
	newShop := c.Shop != nil && c.Shop.ID == 0
	if c.Shop != nil {
		shop := *c.Shop
		shop.Version++
		if newShop {
			shop.ID, shop.Version = int64(len(t.shops)+1), 1
			t.Store.shops = append(t.shops, shop)
			c.Chat.Shop = shop.ID
		}
		t.shops[shop.ID-1] = shop
	}
	if c.Chat.Version++; c.Chat.Version == 1 {
		c.Chat.Looked = c.Chat.LastSeenAt
	} else {
		c.Chat.Looked = t.chats[key(c.Chat)].Looked
	}
	c.Chat.Waiting = 0
	put(&t.chats, key(c.Chat), c.Chat)
	t.aside(c)
	for _, o := range c.Place {
		if newShop && o.Shop == 0 {
			o.Shop = c.Chat.Shop
		}
		o, _ := t.Place(o)
		placed = append(placed, o)
	}
	if c.MovedTo != "" {
		t.rename(c.Chat, c.MovedTo)
	}
	return placed, nil
}

// aside writes what a change has beside its chat and its orders.
func (t tx) aside(c bot.Change) {
	if c.NewCode != nil {
		put(&t.invites, c.NewCode.Code, *c.NewCode)
	}
	if c.Audit != nil {
		t.Store.audit = append(t.audit, *c.Audit)
	}
	if c.Flag != nil {
		t.SetFlag(c.Flag.Name, c.Flag.Value)
	}
	if c.Open != nil {
		t.open(c.Open.Key, c.Open.Text)
	}
	delete(t.incidents, c.Close)
	for _, d := range c.Drafts {
		if old := t.drafts[d.ID]; old.Question != "" {
			d.Question = old.Question
		}
		put(&t.drafts, d.ID, d)
		if !d.Due.IsZero() {
			t.Queue(pipelinetest.Job{Kind: pipelinetest.Draft, ID: d.ID, Due: d.Due})
		}
	}
	for _, id := range c.Drop {
		if d := t.drafts[id]; d.Platform == c.Chat.Platform && d.Chat == c.Chat.ID {
			delete(t.drafts, id)
		}
	}
	t.addMessages(c.Messages)
}

// addMessages writes messages. Those that are their chat's first get jobs, and so do those that are Apart.
func (t tx) addMessages(all []bot.OutgoingMessage) {
	last := int64(len(t.messages))
	var chats []chatKey
	for _, m := range all {
		if m.Made.IsZero() {
			m.Made = t.Now()
		}
		m.ID = int64(len(t.messages) + 1)
		t.Store.messages = append(t.messages, message{OutgoingMessage: m})
		if chat := (chatKey{m.Thread.Platform, m.Thread.Chat}); m.Apart() {
			t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: m.ID, Due: t.Now()})
		} else if !slices.Contains(chats, chat) {
			chats = append(chats, chat)
		}
	}
	for _, chat := range chats {
		if first := t.first(chat); first > last {
			t.Queue(pipelinetest.Job{Kind: pipelinetest.Send, ID: first, Due: t.Now()})
		}
	}
}

// first is the message that is a chat's turn, by priority and number; 0: none waits.
func (t tx) first(chat chatKey) int64 {
	var first *message
	for i := range t.messages {
		m := &t.messages[i]
		if m.waits() && !m.Apart() && m.Thread.Platform == chat.platform && m.Thread.Chat == chat.id &&
			(first == nil || m.Priority < first.Priority) {
			first = m
		}
	}
	if first == nil {
		return 0
	}
	return first.ID
}

func (m message) waits() bool { return m.ended.IsZero() && !m.gone }

// rename gives everything of a chat to its new id. A chat that is known by that already keeps what it has, and its
// shop if it has one.
func (t tx) rename(c bot.Chat, to string) {
	if to == c.ID {
		return
	}
	next, known := t.chats[chatKey{c.Platform, to}]
	switch {
	case !known:
		next = c
		next.ID = to
	case next.Shop == 0:
		next.Shop, next.BoundBy = c.Shop, c.BoundBy
		fallthrough
	default:
		next.Version++
	}
	t.chats[key(next)] = next
	delete(t.chats, key(c))
	for id, d := range t.drafts {
		if d.Platform == c.Platform && d.Chat == c.ID {
			d.Chat = to
			t.drafts[id] = d
		}
	}
	for i, m := range t.messages {
		if m.waits() && m.Thread.Platform == c.Platform && m.Thread.Chat == c.ID {
			t.messages[i].Thread.Chat = to
		}
	}
	for o := range t.Orders(func(o pipeline.Order) bool {
		return o.Thread.Platform == c.Platform && o.Thread.Chat == c.ID
	}) {
		t.Rename(o.ID, to)
	}
}
