package jobs

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// LeasePromises are about what one process does for all.
var LeasePromises = storagetest.Promises{
	"ALeaseHasOneHolderAtATime":           oneHolder,
	"TheLastSignOfLifeIsKnown":            signOfLife,
	"ActiveChatsWereHeardAndCanBeReached": activeChats,
}

func oneHolder(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for i, x := range []struct {
		holder string
		ttl    time.Duration
		want   bool
	}{
		{"a", time.Hour, true}, {"b", time.Hour, false}, {"a", -time.Second, true}, {"b", time.Hour, true},
		{"a", time.Hour, false},
	} {
		if got, err := e.Lease(t.Context(), "poll", x.holder, x.ttl); err != nil || got != x.want {
			t.Errorf("%d: %s has it: %v, %v", i, x.holder, got, err)
		}
	}
	if got, err := e.Lease(t.Context(), "other", "a", time.Hour); err != nil || !got {
		t.Errorf("another lease: %v, %v", got, err)
	}
}

func signOfLife(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for range 2 { // to read it writes nothing
		if last, err := e.LastHeartbeat(t.Context()); err != nil || !last.IsZero() {
			t.Errorf("before the first: %v, %v", last, err)
		}
	}
	before := time.Now().Truncate(time.Millisecond)
	storagetest.Check(t, e.Heartbeat(t.Context()))
	if last, err := e.LastHeartbeat(t.Context()); err != nil || last.Before(before) || last.After(time.Now()) {
		t.Errorf("after it: %v, %v", last, err)
	}
}

func activeChats(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	now := time.Now()
	for _, c := range []bot.Chat{
		{Platform: "telegram", ID: "1", LastSeenAt: now},
		{Platform: "telegram", ID: "2", LastSeenAt: now.Add(-48 * time.Hour)},
		{Platform: "telegram", ID: "3", LastSeenAt: now, Unreachable: true},
		{Platform: "slack", ID: "4", LastSeenAt: now, Lang: "en", Group: true},
	} {
		_, err := e.Commit(t.Context(), bot.Change{Chat: c})
		storagetest.Check(t, err)
	}
	got, err := e.Active(t.Context(), now.Add(-24*time.Hour))
	if err != nil || len(got) != 2 || got[0].ID != "4" || !got[0].Group || got[0].Lang != "en" || got[1].ID != "1" ||
		got[1].Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
