package storagetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// draft is one with something in each field.
func draft(id int64, chat string) bot.Draft {
	made := time.Date(2026, 11, 22, 9, 0, int(id), 0, time.UTC)
	return bot.Draft{
		ID: id, Platform: "telegram", Chat: chat, Topic: "2", User: "501", Waits: bot.ForWords, Text: "새우 파스타",
		Images: []bot.Image{{Photo: NewOrder("", made).Photo, Message: "5", Text: "점심"}},
		Album:  "1357", Order: 9, Choices: []pipeline.Words{NewOrder("", made).Cut.Words},
		Asked: true, Reminded: true, Made: made, Due: later().UTC().Truncate(time.Millisecond),
		Ends: made.AddDate(9, 0, 0),
	}
}

func drafts(t *testing.T, e storage.Engine, chat string) []bot.Draft {
	t.Helper()
	all, err := e.Drafts(t.Context(), "telegram", chat, time.Now())
	check(t, err)
	return all
}

func draftWritten(t *testing.T, open Open) {
	e := ready(t, open)
	c := talk(t, e, "77")
	old := draft(3, "77")
	old.Ends = time.Now().Add(-time.Second)
	second, first := draft(2, "77"), draft(1, "77")
	c.Drafts = []bot.Draft{second, old, first}
	commit(t, e, c)
	same(t, drafts(t, e, "77"), []bot.Draft{first, second})
	same(t, drafts(t, e, "78"), []bot.Draft(nil))
	first.Waits, first.Text, first.Images = bot.Settled, "", nil
	c = talk(t, e, "77")
	c.Drafts, c.Drop = []bot.Draft{first}, []int64{2}
	commit(t, e, c)
	same(t, drafts(t, e, "77"), []bot.Draft{first})
	got, err := e.Draft(t.Context(), 1)
	check(t, err)
	same(t, got, first)
	if _, err := e.Draft(t.Context(), 2); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("the dropped one: %v", err)
	}
}

func draftLookedAt(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	soon, never := draft(1, "77"), draft(2, "77")
	soon.Due, never.Due = time.Now().Add(300*time.Millisecond), time.Time{}
	c := talk(t, e, "77")
	c.Drafts = []bot.Draft{soon, never}
	commit(t, e, c)
	if j := expect(t, d.drafts, 1, 0); j.at.Before(soon.Due.Truncate(time.Millisecond)) {
		t.Errorf("%v too early", soon.Due.Sub(j.at))
	}
}

func foreignDraft(t *testing.T, open Open) {
	e := ready(t, open)
	c := talk(t, e, "77")
	c.Drafts = []bot.Draft{draft(1, "77")}
	commit(t, e, c)
	theirs := talk(t, e, "78")
	theirs.Drafts = []bot.Draft{draft(1, "78")}
	if _, err := e.Commit(t.Context(), theirs); err == nil || errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("it was written over: %v", err)
	}
	theirs.Drafts, theirs.Drop = nil, []int64{1}
	commit(t, e, theirs)
	if all := drafts(t, e, "77"); len(all) != 1 {
		t.Errorf("drafts %+v", all)
	}
}

// strangersEnd looks two months ahead: what is forgotten then is what was silent for a month before the time that is
// asked for.
func strangersEnd(t *testing.T, open Open) {
	e := ready(t, open)
	now := time.Now()
	chats := map[string]func(c *bot.Change){
		"silent":     func(c *bot.Change) {},
		"heard":      func(c *bot.Change) { c.Chat.LastSeenAt = now.AddDate(0, 2, 0) },
		"English":    func(c *bot.Change) { c.Chat.Lang = "en" },
		"owner":      func(c *bot.Change) { c.Shop = &bot.Shop{Name: "사장네"} },
		"told later": func(c *bot.Change) { c.Messages = []bot.OutgoingMessage{say("told later", "hello")} },
		"ordered": func(c *bot.Change) {
			o := NewOrder("a", later())
			o.Thread.Chat = "ordered"
			c.Place = []pipeline.Order{o}
		},
	}
	for id, change := range chats {
		c := talk(t, e, id)
		c.Chat.LastSeenAt = now
		c.NewCode = &bot.Invite{Code: "code of " + id, Expires: now.Add(time.Hour)}
		change(&c)
		commit(t, e, c)
	}
	young := talk(t, e, "owner")
	young.NewCode = &bot.Invite{Code: "young", Expires: now.AddDate(0, 1, 0)}
	commit(t, e, young)
	check(t, e.PurgeExpired(t.Context(), now))
	if _, err := e.Invite(t.Context(), "code of owner"); err != nil {
		t.Errorf("a code that ended not long ago: %v", err)
	}
	check(t, e.PurgeExpired(t.Context(), now.AddDate(0, 2, 0)))
	for id := range chats {
		c, err := e.Chat(t.Context(), "telegram", id)
		check(t, err)
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

func tidies(t *testing.T, open Open) {
	e := ready(t, open)
	c := talk(t, e, "77")
	c.Key, c.Drafts = "old", []bot.Draft{draft(1, "77"), draft(2, "77")}
	c.Drafts[0].Ends = time.Now().Add(-time.Hour)
	for i := range 1100 { // more than one batch
		c.Messages = append(c.Messages, say("77", fmt.Sprint(i)))
	}
	commit(t, e, c)
	said(t, e, 1, "m")
	check(t, e.PurgeExpired(t.Context(), time.Now().Add(-time.Minute)))
	if _, err := e.Commit(t.Context(), c); !errors.Is(err, bot.ErrSeen) {
		t.Errorf("a young update is forgotten: %v", err)
	}
	if all := drafts(t, e, "77"); len(all) != 1 {
		t.Errorf("drafts %+v", all)
	}
	if _, err := e.Heartbeat(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(t, e.PurgeExpired(t.Context(), time.Now().Add(time.Minute)))
	if last, err := e.Heartbeat(t.Context()); err != nil || last.IsZero() {
		t.Errorf("the last sign of life: %v, %v", last, err)
	}
	again := talk(t, e, "77")
	again.Key = "old"
	commit(t, e, again)
	if _, err := e.Claim(t.Context(), 2, time.Minute); err != nil {
		t.Errorf("a say that is open: %v", err)
	}
}
