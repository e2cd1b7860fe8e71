package memorytest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// Chat implements bot.Store.
func (s *Store) Chat(_ context.Context, platform, id string) (c bot.Chat, err error) {
	err = s.view("Chat", func(t tx) {
		k := pipelinetest.Kept(struct{ Platform, ID string }{platform, id})
		c = bot.Chat{Platform: k.Platform, ID: k.ID}
		if known, found := t.chats[key(c)]; found {
			c = pipelinetest.Kept(known)
		}
		for _, m := range t.messages {
			if m.waits() && !m.Apart() && m.Thread.Platform == c.Platform && m.Thread.Chat == c.ID &&
				c.Waiting < bot.MaxWaiting {
				c.Waiting++
			}
		}
	})
	return c, err
}

// selected lists chats by platform and id.
func (s *Store) selected(op string, is func(c bot.Chat) bool) (all []bot.Chat, err error) {
	err = s.view(op, func(t tx) {
		for _, c := range t.chats {
			if is(c) {
				all = append(all, pipelinetest.Kept(c))
			}
		}
	})
	slices.SortFunc(all, func(a, b bot.Chat) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// Active implements bot.Store.
func (s *Store) Active(_ context.Context, since time.Time) ([]bot.Chat, error) {
	return s.selected("Active", func(c bot.Chat) bool { return !c.Unreachable && !c.LastSeenAt.Before(since) })
}

// Chats implements bot.Store.
func (s *Store) Chats(_ context.Context, platform, prefix string) ([]bot.Chat, error) {
	return s.selected("Chats", func(c bot.Chat) bool {
		return c.Platform == platform && strings.HasPrefix(c.ID, prefix)
	})
}

// ChatsOf implements bot.Admin.
func (s *Store) ChatsOf(_ context.Context, shop int64) ([]bot.Chat, error) {
	return s.selected("ChatsOf", func(c bot.Chat) bool { return c.Shop == shop && shop != 0 })
}

// LookedBack implements bot.Store.
func (s *Store) LookedBack(_ context.Context, platform, chat string, at time.Time) error {
	return s.write("LookedBack", func(t tx) error {
		if c, known := t.chats[chatKey{platform, chat}]; known && at.After(c.Looked) {
			c.Looked = pipelinetest.Kept(at)
			t.chats[key(c)] = c
		}
		return nil
	})
}

// Shop implements bot.Store.
func (s *Store) Shop(_ context.Context, id int64) (shop bot.Shop, err error) {
	found := false
	err = s.view("Shop", func(t tx) {
		if found = id > 0 && int(id) <= len(t.shops); found {
			shop = pipelinetest.Kept(t.shops[id-1])
		}
	})
	if err == nil && !found {
		err = pipeline.ErrNotFound
	}
	return shop, err
}

// Invite implements bot.Store.
func (s *Store) Invite(_ context.Context, code string) (i bot.Invite, err error) {
	found := false
	err = s.view("Invite", func(t tx) { i, found = t.invites[pipelinetest.Kept(code)] })
	if err == nil && !found {
		err = pipeline.ErrNotFound
	}
	return i, err
}

// Drafts implements bot.Store.
func (s *Store) Drafts(_ context.Context, platform, chat string, at time.Time) (all []bot.Draft, err error) {
	err = s.view("Drafts", func(t tx) {
		k := pipelinetest.Kept(struct{ Platform, Chat string }{platform, chat})
		for _, d := range t.drafts {
			if d.Platform == k.Platform && d.Chat == k.Chat && d.Ends.After(pipelinetest.Kept(at)) {
				all = append(all, pipelinetest.Kept(d))
			}
		}
	})
	slices.SortFunc(all, func(a, b bot.Draft) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// Draft implements bot.Store.
func (s *Store) Draft(_ context.Context, id int64) (d bot.Draft, err error) {
	found := false
	err = s.view("Draft", func(t tx) {
		d, found = t.drafts[id]
		d = pipelinetest.Kept(d)
	})
	if err == nil && !found {
		err = pipeline.ErrNotFound
	}
	return d, err
}

// longestLease is as in the databases.
const longestLease = time.Hour

// Lease implements bot.Store.
func (s *Store) Lease(_ context.Context, name, holder string, ttl time.Duration) (held bool, err error) {
	err = s.write("Lease", func(t tx) error {
		now := t.Now()
		old, known := t.leases[name]
		held = !known || !old.ends.After(now) || old.holder == holder || old.ends.After(now.Add(max(ttl, longestLease)))
		if held {
			put(&t.leases, name, lease{holder, pipelinetest.Kept(now.Add(ttl))})
		}
		return nil
	})
	return held && err == nil, err
}

// Heartbeat implements bot.Store.
func (s *Store) Heartbeat(context.Context) error {
	return s.write("Heartbeat", func(t tx) error {
		put(&t.leases, "alive", lease{"", t.Now()})
		return nil
	})
}

// LastHeartbeat implements bot.Store.
func (s *Store) LastHeartbeat(context.Context) (last time.Time, err error) {
	err = s.view("LastHeartbeat", func(t tx) { last = t.leases["alive"].ends })
	return last, err
}

// month is as many days as the longest one has.
const month = 31 * 24 * time.Hour

// PurgeExpired implements bot.Store.
func (s *Store) PurgeExpired(_ context.Context, before time.Time) error {
	before = pipelinetest.Kept(before)
	return s.write("PurgeExpired", func(t tx) error {
		forget(t.updates, func(_ string, at time.Time) bool { return at.Before(before) })
		forget(t.drafts, func(_ int64, d bot.Draft) bool { return d.Ends.Before(before) })
		forget(t.leases, func(name string, l lease) bool { return name != "alive" && l.ends.Before(before) })
		forget(t.invites, func(_ string, i bot.Invite) bool { return i.Expires.Before(before.Add(-month)) })
		for i, m := range t.messages {
			t.messages[i].gone = m.gone || !m.ended.IsZero() && m.ended.Before(before)
		}
		forget(t.chats, func(k chatKey, c bot.Chat) bool {
			if c.Shop != 0 || !c.LastSeenAt.Before(before.Add(-month)) || t.first(k) != 0 {
				return false
			}
			for range t.Orders(func(o pipeline.Order) bool {
				return o.Thread.Platform == k.platform && o.Thread.Chat == k.id
			}) {
				return false
			}
			return true
		})
		return nil
	})
}

func forget[K comparable, V any](m map[K]V, is func(k K, v V) bool) {
	for k, v := range m {
		if is(k, v) {
			delete(m, k)
		}
	}
}
