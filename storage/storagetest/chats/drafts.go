package chats

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func draftWritten(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "77")
	old := storagetest.NewDraft(3, "77")
	old.Ends = time.Now().Add(-time.Second)
	second, first := storagetest.NewDraft(2, "77"), storagetest.NewDraft(1, "77")
	c.Drafts = []bot.Draft{second, old, first}
	storagetest.Commit(t, e, c)
	storagetest.Same(t, storagetest.Drafts(t, e, "77"), []bot.Draft{first, second})
	storagetest.Same(t, storagetest.Drafts(t, e, "78"), []bot.Draft(nil))
	first.Waits, first.Text, first.Images = bot.Settled, "", nil
	c = storagetest.NewChange(t, e, "77")
	c.Drafts, c.Drop = []bot.Draft{first}, []int64{2}
	storagetest.Commit(t, e, c)
	storagetest.Same(t, storagetest.Drafts(t, e, "77"), []bot.Draft{first})
	got, err := e.Draft(t.Context(), 1)
	storagetest.Check(t, err)
	storagetest.Same(t, got, first)
	if _, err := e.Draft(t.Context(), 2); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("the dropped one: %v", err)
	}
}

func draftLookedAt(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	soon, never := storagetest.NewDraft(1, "77"), storagetest.NewDraft(2, "77")
	soon.Due, never.Due = time.Now().Add(300*time.Millisecond), time.Time{}
	c := storagetest.NewChange(t, e, "77")
	c.Drafts = []bot.Draft{soon, never}
	storagetest.Commit(t, e, c)
	if j := storagetest.Expect(t, d.Drafts, 1, 0); j.At.Before(soon.Due.Truncate(time.Millisecond)) {
		t.Errorf("%v too early", soon.Due.Sub(j.At))
	}
}

func foreignDraft(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "77")
	c.Drafts = []bot.Draft{storagetest.NewDraft(1, "77")}
	storagetest.Commit(t, e, c)
	theirs := storagetest.NewChange(t, e, "78")
	theirs.Drafts = []bot.Draft{storagetest.NewDraft(1, "78")}
	if _, err := e.Commit(t.Context(), theirs); err == nil || errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("it was written over: %v", err)
	}
	theirs.Drafts, theirs.Drop = nil, []int64{1}
	storagetest.Commit(t, e, theirs)
	if all := storagetest.Drafts(t, e, "77"); len(all) != 1 {
		t.Errorf("drafts %+v", all)
	}
}

// strangersEnd looks two months ahead: what is forgotten then is what was silent for a month before the time that is
// asked for.
func strangersEnd(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	now := time.Now()
	chats := map[string]func(c *bot.Change){
		"silent":  func(c *bot.Change) {},
		"heard":   func(c *bot.Change) { c.Chat.LastSeenAt = now.AddDate(0, 2, 0) },
		"English": func(c *bot.Change) { c.Chat.Lang = "en" },
		"owner":   func(c *bot.Change) { c.Shop = &bot.Shop{Name: "사장네"} },
		"told later": func(c *bot.Change) {
			c.Messages = []bot.OutgoingMessage{storagetest.NewMessage("told later", "hello")}
		},
		"ordered": func(c *bot.Change) {
			o := storagetest.NewOrder("a", storagetest.Later())
			o.Thread.Chat = "ordered"
			c.Place = []pipeline.Order{o}
		},
	}
	for id, change := range chats {
		c := storagetest.NewChange(t, e, id)
		c.Chat.LastSeenAt = now
		c.NewCode = &bot.Invite{Code: "code of " + id, Expires: now.Add(time.Hour)}
		change(&c)
		storagetest.Commit(t, e, c)
	}
	young := storagetest.NewChange(t, e, "owner")
	young.NewCode = &bot.Invite{Code: "young", Expires: now.AddDate(0, 1, 0)}
	storagetest.Commit(t, e, young)
	storagetest.Check(t, e.PurgeExpired(t.Context(), now))
	if _, err := e.Invite(t.Context(), "code of owner"); err != nil {
		t.Errorf("a code that ended not long ago: %v", err)
	}
	storagetest.Check(t, e.PurgeExpired(t.Context(), now.AddDate(0, 2, 0)))
	for id := range chats {
		c, err := e.Chat(t.Context(), "telegram", id)
		storagetest.Check(t, err)
		if gone := c.Version == 0; gone != (id == "silent" || id == "English") {
			t.Errorf("the chat %q is forgotten: %v", id, gone)
		}
		if _, err := e.Invite(t.Context(), "code of "+id); !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("an old code: %v", err)
		}
	}
	if _, err := e.Invite(t.Context(), "young"); err != nil {
		t.Errorf("a young code: %v", err)
	}
}

func tidies(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "77")
	c.Key, c.Drafts = "old", []bot.Draft{storagetest.NewDraft(1, "77"), storagetest.NewDraft(2, "77")}
	c.Drafts[0].Ends = time.Now().Add(-time.Hour)
	for i := range 1100 { // more than one batch
		c.Messages = append(c.Messages, storagetest.NewMessage("77", fmt.Sprint(i)))
	}
	storagetest.Commit(t, e, c)
	storagetest.MarkSent(t, e, 1, "m")
	storagetest.Check(t, e.PurgeExpired(t.Context(), time.Now().Add(-time.Minute)))
	if _, err := e.Commit(t.Context(), c); !errors.Is(err, bot.ErrSeen) {
		t.Errorf("a young update is forgotten: %v", err)
	}
	if all := storagetest.Drafts(t, e, "77"); len(all) != 1 {
		t.Errorf("drafts %+v", all)
	}
	storagetest.Check(t, e.Heartbeat(t.Context()))
	storagetest.Check(t, e.PurgeExpired(t.Context(), time.Now().Add(time.Minute)))
	if last, err := e.LastHeartbeat(t.Context()); err != nil || last.IsZero() {
		t.Errorf("the last sign of life: %v, %v", last, err)
	}
	again := storagetest.NewChange(t, e, "77")
	again.Key = "old"
	storagetest.Commit(t, e, again)
	if _, err := e.Claim(t.Context(), 2, time.Minute); err != nil {
		t.Errorf("a message that is open: %v", err)
	}
}
