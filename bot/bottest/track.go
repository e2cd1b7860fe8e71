package bottest

import (
	"github.com/sajangpick/sajangpick/bot"
)

// Own gives the owner's shop a piece of its own, as the outbox does.
func (t *Talk) Own(key string) {
	t.Helper()
	c, err := t.Store.Chat(t.Context(), "telegram", "owner")
	t.Check(err)
	s := t.Shop("owner")
	s.Track, s.Music, s.NewTrack = key, key, bot.NewTrack{}
	_, err = t.Store.Commit(t.Context(), bot.Change{Chat: c, Shop: &s})
	t.Check(err)
}
