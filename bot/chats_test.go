package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

func (t *talk) chat(id string) state.Chat {
	t.Helper()
	c, err := t.store.Chat(t.Context(), "telegram", id)
	t.check(err)
	return c
}

func (t *talk) shop(chat string) state.Shop {
	t.Helper()
	s, err := t.store.Shop(t.Context(), t.chat(chat).Shop)
	t.check(err)
	return s
}

// from is a picture from another chat.
func from(chat, message, text string) Update {
	u := photo(message, text)
	u.Chat = chat
	return u
}

func ko(keys ...string) string {
	var lines []string
	for _, k := range keys {
		lines = append(lines, phrase.Fill("ko", k, nil))
	}
	return strings.Join(lines, "\n")
}

func TestAShortWaitsForAChatThatHasBlockedUs(t *testing.T) { // T28, T29, T35
	for name, back := range map[string]Update{
		"unblocks":  {Kind: Joined},
		"/start":    {Text: "/start"},
		"writes":    {Text: "안녕하세요"},
		"edits":     {Kind: Edited, Text: "새우 파스타 18,000원", Message: "p1"},
		"a button":  {Kind: Pressed, Action: "lang", Notice: "n"},
		"let in as": {Kind: Joined, Group: true},
	} {
		conversation(t, func(t *talk) {
			t.sends("p1", "새우 파스타 18,000원")
			t.does(Update{Kind: Left})
			if c := t.chat("owner"); !c.Unreachable || t.orders()[0].Status != pipeline.Open {
				t.Errorf("%s: %+v", name, c)
			}
			t.hear()
			t.becomes(t.orders()[0], func(o *pipeline.Order) {
				o.Status, o.Reason, o.Step, o.ClipKey, o.Cut.ShortKey = pipeline.Parked, pipeline.ReasonCantDeliver, pipeline.Deliver, "clip", "short"
			})
			t.does(back)
			o := t.orders()[0]
			if t.chat("owner").Unreachable || o.Status != pipeline.Open || o.Step != pipeline.Deliver || o.Phase != pipeline.Ready {
				t.Errorf("%s: %+v", name, o)
			}
			if p := t.pipeline.poked; p[len(p)-1] != o.ID {
				t.Errorf("%s: poked %v", name, p)
			}
		})
	}
}

func TestWhatAPersonSaysAboutAnOrderBeatsHandingItOver(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.becomes(t.orders()[0], func(o *pipeline.Order) {
			o.Status, o.Reason, o.Step, o.ClipKey, o.Cut.ShortKey = pipeline.Parked, pipeline.ReasonCantDeliver, pipeline.Deliver, "clip", "short"
		})
		t.writes("취소")
		if o := t.orders()[0]; o.Status != pipeline.Cancelled {
			t.Errorf("%+v", o)
		}
	})
}

func TestAGroupHearsWhatItMustDo(t *testing.T) { // T30
	for _, c := range []struct {
		open, sees bool
		want       string
	}{
		{true, true, ko("group.sees", "ai")},
		{true, false, ko("group.blind", "ai")},
		{false, true, ko("group.sees", "ai") + "\n\n" + ko("group.invite")},
		{false, false, ko("group.blind", "ai") + "\n\n" + ko("group.invite")},
	} {
		conversation(t, func(t *talk) {
			t.desk.Open = c.open
			t.does(Update{Kind: Joined, Chat: "-5", Group: true, SeesAll: c.sees})
			t.hear(c.want)
			t.does(Update{Kind: Joined, Chat: "-5", Group: true, SeesAll: true})
			if got := t.chat("-5"); !got.Group || got.Shop != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAnUpgradedGroupKeepsItsOrders(t *testing.T) { // T34
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.does(Update{Kind: Renamed, NewChat: "-100777"})
		moved, err := t.store.Recent(t.Context(), "telegram", "-100777", 5)
		t.check(err)
		if len(moved) != 1 || len(t.orders()) != 0 || t.shop("-100777").Name != "바다식당" {
			t.Errorf("%+v", moved)
		}
	})
}

func TestAChatGetsItsShopWithItsFirstPhoto(t *testing.T) {
	conversation(t, func(t *talk) {
		t.does(Update{Chat: "new", Text: "/help"})
		t.does(Update{Chat: "new", Text: "/usage"})
		t.does(Update{Chat: "new", Text: "안녕하세요"})
		if c := t.chat("new"); c.Shop != 0 {
			t.Errorf("%+v", c)
		}
		t.does(from("new", "p1", "새우 파스타 18,000원"))
		t.does(from("new", "p2", "봉골레 17,000원"))
		got, err := t.store.Recent(t.Context(), "telegram", "new", 5)
		t.check(err)
		if len(got) != 2 || got[0].Shop != t.chat("new").Shop || got[1].Shop != got[0].Shop || got[0].Shop == 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestWithoutAnInviteNothingIsMade(t *testing.T) {
	conversation(t, func(t *talk) {
		t.desk.Open = false
		for range 5 { // an album, or somebody who doesn't stop
			t.does(from("new", "", "새우 파스타 18,000원"))
		}
		t.does(Update{Chat: "new", Text: "안녕하세요"})
		t.hear(ko("invite.needed"))
		time.Sleep(toldAgain)
		t.does(Update{Chat: "new", Text: "/shop 새우네"})
		t.hear(ko("invite.needed"))
		t.does(Update{Chat: "-5", Group: true, Text: "점심 뭐 먹지"})
		t.does(Update{Chat: "-5", Group: true, Text: "/weather"})
		t.hear()
		for _, chat := range []string{"new", "-5"} {
			if got, err := t.store.Recent(t.Context(), "telegram", chat, 5); err != nil || len(got) != 0 || t.chat(chat).Shop != 0 {
				t.Errorf("%s: %v, %v", chat, got, err)
			}
		}
	})
}

func TestAdminsNeedNoInvite(t *testing.T) {
	conversation(t, func(t *talk) {
		t.desk.Open, t.desk.Admins = false, map[string]bool{"telegram:boss": true}
		u := from("new", "p1", "새우 파스타 18,000원")
		u.User.ID = "boss"
		t.does(u)
		t.hear(ko("ai")) // the first that this chat hears of us
		if t.shop("new").ID == 0 {
			t.Error("no shop")
		}
	})
}

func TestDesk_WhatCantBeDeliveredComesBackOnceAnHour(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		parked := func() {
			t.Helper()
			t.becomes(t.orders()[0], func(o *pipeline.Order) {
				o.Status, o.Reason, o.Step, o.ClipKey, o.Cut.ShortKey = pipeline.Parked, pipeline.ReasonCantDeliver, pipeline.Deliver, "clip", "short"
			})
		}
		parked()
		for range 30 { // we hear the group, and may not write there
			t.does(Update{Text: "안녕하세요", Group: true})
			time.Sleep(4 * time.Second)
		}
		if o := t.orders()[0]; o.Status != pipeline.Parked {
			t.Errorf("talk brought it back at once: %s", o.Status)
		}
		time.Sleep(backEvery)
		t.does(Update{Text: "안녕하세요", Group: true})
		if o := t.orders()[0]; o.Status != pipeline.Open {
			t.Errorf("an hour later it is %s", o.Status)
		}
		parked()
		t.does(Update{Kind: Joined})
		if o := t.orders()[0]; o.Status != pipeline.Open {
			t.Errorf("let in again, it is %s", o.Status)
		}
	})
}
