// Package chats is the contract of what the conversation keeps: chats, shops, drafts, messages to send, invites,
// sign-ins, uploads.
package chats

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// ChatPromises are about chats, their shops and invites.
var ChatPromises = storagetest.Promises{
	"AChatIsReadBack":                     chatReadBack,
	"AnInviteIsUsedOnce":                  inviteOnce,
	"AnInviteEnds":                        inviteEnds,
	"ARenamedChatTakesEverythingAlong":    renamedChat,
	"ARenamedChatMayBeKnownAlready":       renamedIsKnown,
	"AMoveDoesNotUndoARename":             moveAfterRename,
	"WhatIsUnknownIsNotFound":             unknownState,
	"HostileTextOfAConversationComesBack": hostileState,
}

func chatReadBack(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := bot.Chat{Platform: "telegram", ID: "77", Shop: 3, Lang: "en", Group: true, Unreachable: true,
		LastSeenAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), BoundBy: "1",
		Answered: []bot.Answer{{User: "2", At: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}}}
	c.Looked = c.LastSeenAt // is what a new chat begins with
	storagetest.Same(t, storagetest.NewChange(t, e, "77").Chat, bot.Chat{Platform: "telegram", ID: "77", Lang: "ko"})
	for version := int64(1); version <= 2; version++ {
		storagetest.Commit(t, e, bot.Change{Chat: c})
		got, err := e.Chat(t.Context(), "telegram", "77")
		storagetest.Check(t, err)
		c.Version = version
		storagetest.Same(t, got, c)
	}
	c.LastSeenAt = c.LastSeenAt.Add(time.Hour)
	storagetest.Commit(t, e, bot.Change{Chat: c})
	c.Version++
	for _, looked := range []time.Duration{time.Minute, time.Second} { // the earlier one changes nothing
		storagetest.Check(t, e.LookedBack(t.Context(), "telegram", "77", c.Looked.Add(looked)))
	}
	c.Looked = c.Looked.Add(time.Minute)
	got, err := e.Chat(t.Context(), "telegram", "77")
	storagetest.Check(t, err)
	storagetest.Same(t, got, c)
	storagetest.Commit(t, e, bot.Change{Chat: c, MovedTo: "78"})
	got, err = e.Chat(t.Context(), "telegram", "78")
	storagetest.Check(t, err)
	if !got.Looked.Equal(c.Looked) {
		t.Errorf("under its new id it was looked through until %s", got.Looked)
	}
}

func inviteOnce(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	invite := bot.Invite{
		Code: "kX3", Shop: 3, Name: "사장네", By: "telegram:1",
		Expires: storagetest.Later().UTC().Truncate(time.Millisecond),
	}
	c := storagetest.NewChange(t, e, "1")
	c.NewCode = &invite
	storagetest.Commit(t, e, c)
	got, err := e.Invite(t.Context(), "kX3")
	storagetest.Check(t, err)
	storagetest.Same(t, got, invite)
	var wg sync.WaitGroup
	var bound atomic.Int32
	for i := range 10 {
		wg.Go(func() {
			chat := bot.Chat{Platform: "telegram", ID: fmt.Sprint("new", i), Shop: 3}
			_, err := e.Commit(t.Context(), bot.Change{Chat: chat, Invite: "kX3"})
			if err == nil {
				bound.Add(1)
			} else if !errors.Is(err, pipeline.ErrMoved) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err = e.Invite(t.Context(), "kX3"); err != nil || got.Used.IsZero() || bound.Load() != 1 {
		t.Errorf("%d chats have it: %+v, %v", bound.Load(), got, err)
	}
}

func inviteEnds(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "1")
	c.NewCode = &bot.Invite{Code: "kX3", Expires: time.Now().Add(-time.Second)}
	storagetest.Commit(t, e, c)
	for _, code := range []string{"kX3", "unknown"} {
		c := storagetest.NewChange(t, e, "77")
		c.Invite = code
		if _, err := e.Commit(t.Context(), c); !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func renamedChat(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("a", storagetest.Later()))
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "said"), storagetest.NewMessage("77", "not yet"))
	storagetest.Claim(t, e, 1)
	storagetest.MarkSent(t, e, 1, "m1")
	c := storagetest.NewChange(t, e, "77")
	c.Chat.Shop, c.Chat.Group, c.MovedTo = 3, true, "-100"
	c.Drafts, c.Place = []bot.Draft{storagetest.NewDraft(1, "77")}, []pipeline.Order{
		storagetest.NewOrder("b", storagetest.Later()),
	}
	c.Messages = []bot.OutgoingMessage{storagetest.NewMessage("77", "with the change")}
	storagetest.Commit(t, e, c)

	now := storagetest.NewChange(t, e, "-100").Chat
	if now.Shop != 3 || !now.Group || storagetest.NewChange(t, e, "77").Chat.Version != 0 {
		t.Errorf("the chat is %+v", now)
	}
	all, err := e.Recent(t.Context(), "telegram", "-100", 10)
	storagetest.Check(t, err)
	if len(all) != 2 || all[1].ID != o.ID || all[1].Version != o.Version || all[1].Thread.Chat != "-100" {
		t.Errorf("orders %+v", all)
	}
	if d := storagetest.Drafts(t, e, "-100"); len(d) != 1 || d[0].Chat != "-100" {
		t.Errorf("drafts %+v", d)
	}
	for _, id := range []int64{2, 3} {
		if s := storagetest.Claim(t, e, id); s.Thread.Chat != "-100" {
			t.Errorf("%q goes to %s", s.Text, s.Thread.Chat)
		}
		storagetest.MarkSent(t, e, id, "m")
	}
	stale := c
	stale.MovedTo, stale.Drafts = "", nil
	if _, err := e.Commit(t.Context(), stale); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("the old chat: %v", err)
	}
}

func renamedIsKnown(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for chat, shop := range map[string]int64{"old": 3, "bound": 4, "unbound": 0} {
		c := storagetest.NewChange(t, e, chat)
		c.Chat.Shop = shop
		storagetest.Commit(t, e, c)
	}
	for _, step := range []struct {
		from, to string
		shop     int64
	}{{"old", "unbound", 3}, {"unbound", "bound", 4}} {
		before := storagetest.NewChange(t, e, step.to)
		c := storagetest.NewChange(t, e, step.from)
		c.MovedTo = step.to
		storagetest.Commit(t, e, c)
		if now := storagetest.NewChange(t, e, step.to).Chat; now.Shop != step.shop ||
			now.Version <= before.Chat.Version {
			t.Errorf("%s became %+v", step.from, now)
		}
		if _, err := e.Commit(t.Context(), before); !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("%s as it was before: %v", step.to, err)
		}
	}
	self := storagetest.NewChange(t, e, "bound")
	self.MovedTo = "bound"
	storagetest.Commit(t, e, self)
	if now := storagetest.NewChange(t, e, "bound").Chat; now.Shop != 4 {
		t.Errorf("renamed to itself, it is %+v", now)
	}
}

func moveAfterRename(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("a", storagetest.Later()))
	c := storagetest.NewChange(t, e, "77")
	c.MovedTo = "-100"
	storagetest.Commit(t, e, c)
	moved := storagetest.Move(t, e, o, pipeline.Move{}) // as it was read before
	if now := storagetest.ReadOrder(t, e, o.ID); now.Thread.Chat != "-100" || moved.Thread.Chat != "-100" {
		t.Errorf("the order's chat is %s", now.Thread.Chat)
	}
}

func unknownState(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	_, shop := e.Shop(t.Context(), 404)
	_, invite := e.Invite(t.Context(), "no shop's")
	_, draft := e.Draft(t.Context(), 404)
	for _, err := range []error{shop, invite, draft} {
		if !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
	storagetest.MarkSent(t, e, 404, "m")
	storagetest.Check(t, e.ReleaseMessage(t.Context(), 404, time.Now(), false))
	if _, err := e.Commit(t.Context(), bot.Change{Key: "k"}); err == nil {
		t.Error("a change of no chat was written")
	}
}

func hostileState(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for i, text := range []string{
		`'; DROP TABLE says; --`, `"$1" \ %s {{.}}`, `\u0000 \\u0000`, "🍝👩‍🍳\u202e냉면", "줄\r\n바꿈\t<b>",
		"nul \x00, broken \xff",
	} {
		kept := strings.NewReplacer("\x00", "\uFFFD", "\xff", "\uFFFD").Replace(text)
		c := storagetest.NewChange(t, e, text)
		c.Key, c.Chat.Lang = text, text
		c.Shop = &bot.Shop{Name: text, NewLogo: pipeline.Photo{Name: text}}
		c.NewCode = &bot.Invite{Code: text, Name: text, By: text, Expires: storagetest.Later()}
		d := storagetest.NewDraft(int64(i+1), text)
		d.Text, d.Images[0].Text, d.Choices[0].Menu = text, text, text
		c.Drafts, c.Messages = []bot.Draft{d}, []bot.OutgoingMessage{storagetest.NewMessage(text, text)}
		storagetest.Commit(t, e, c)

		if _, err := e.Commit(t.Context(), c); !errors.Is(err, bot.ErrSeen) {
			t.Errorf("%q again: %v", text, err)
		}
		chat := storagetest.NewChange(t, e, text).Chat
		shop, err := e.Shop(t.Context(), chat.Shop)
		storagetest.Check(t, err)
		invite, err := e.Invite(t.Context(), text)
		storagetest.Check(t, err)
		s := storagetest.Claim(t, e, int64(i+1))
		storagetest.MarkSent(t, e, s.ID, text)
		all := storagetest.Drafts(t, e, text)
		if len(all) != 1 {
			t.Fatalf("drafts of %q: %+v", text, all)
		}
		d = all[0]
		for _, got := range []string{
			chat.ID, shop.Name, shop.NewLogo.Name, invite.Code, invite.Name, invite.By,
			s.Text, s.Thread.Chat, d.Chat, d.Text, d.Images[0].Text, d.Choices[0].Menu,
		} {
			if got != kept {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
}
