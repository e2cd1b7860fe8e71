package conversation_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestMembers_AShortWaitsUntilItsChatUnblocksTheBot(t *testing.T) {
	for name, back := range map[string]bot.Update{
		"unblocks":  {Kind: bot.Joined},
		"/start":    {Text: "/start"},
		"writes":    {Text: "안녕하세요"},
		"edits":     {Kind: bot.Edited, Text: "새우 파스타 18,000원", Message: "p1"},
		"a button":  {Kind: bot.Pressed, Action: "lang", Notice: "n"},
		"let in as": {Kind: bot.Joined, Group: true},
	} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Sends("p1", "새우 파스타 18,000원")
			t.Does(bot.Update{Kind: bot.Left})
			if c := t.Chat("owner"); !c.Unreachable || t.Orders()[0].Status != pipeline.Open {
				t.Errorf("%s: %+v", name, c)
			}
			t.Hear()
			t.Becomes(t.Orders()[0], func(o *pipeline.Order) {
				o.Status, o.Reason, o.Step, o.ClipKey, o.Cut.ShortKey = pipeline.Parked, pipeline.ReasonCantDeliver,
					pipeline.Deliver, "clip", "short"
			})
			t.Does(back)
			o := t.Orders()[0]
			if t.Chat("owner").Unreachable || o.Status != pipeline.Open || o.Step != pipeline.Deliver ||
				o.Phase != pipeline.Ready {
				t.Errorf("%s: %+v", name, o)
			}
			if p := t.Pipeline.Woken; p[len(p)-1] != o.ID {
				t.Errorf("%s: poked %v", name, p)
			}
		})
	}
}

func TestMembers_WhatAPersonSaysAboutAnOrderBeatsHandingItOver(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Becomes(t.Orders()[0], func(o *pipeline.Order) {
			o.Status, o.Reason, o.Step, o.ClipKey, o.Cut.ShortKey = pipeline.Parked, pipeline.ReasonCantDeliver,
				pipeline.Deliver, "clip", "short"
		})
		t.Writes("취소")
		if o := t.Orders()[0]; o.Status != pipeline.Cancelled {
			t.Errorf("%+v", o)
		}
	})
}

func TestMembers_AGroupHearsWhatItMustDo(t *testing.T) {
	for _, c := range []struct {
		open, sees bool
		want       string
	}{
		{true, true, bottest.Ko("group.sees", "ai")},
		{true, false, bottest.Ko("group.blind", "ai")},
		{false, true, bottest.Ko("group.sees", "ai") + "\n\n" + bottest.Ko("group.invite")},
		{false, false, bottest.Ko("group.blind", "ai") + "\n\n" + bottest.Ko("group.invite")},
	} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Configure(func(o *session.Options) { o.Open = c.open })
			t.Does(bot.Update{Kind: bot.Joined, Chat: "-5", Group: true, SeesAll: c.sees})
			t.Hear(c.want)
			t.Does(bot.Update{Kind: bot.Joined, Chat: "-5", Group: true, SeesAll: true})
			if got := t.Chat("-5"); !got.Group || got.Shop != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestMembers_AnUpgradedGroupKeepsItsOrders(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Does(bot.Update{Kind: bot.Renamed, NewChat: "-100777"})
		moved, err := t.Store.Recent(t.Context(), "telegram", "-100777", 5)
		t.Check(err)
		if len(moved) != 1 || len(t.Orders()) != 0 || t.Shop("-100777").Name != "바다식당" {
			t.Errorf("%+v", moved)
		}
	})
}

func TestMembers_AChatGetsItsShopWithItsFirstPhoto(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Does(bot.Update{Chat: "new", Text: "/help"})
		t.Does(bot.Update{Chat: "new", Text: "/usage"})
		t.Does(bot.Update{Chat: "new", Text: "안녕하세요"})
		if c := t.Chat("new"); c.Shop != 0 {
			t.Errorf("%+v", c)
		}
		t.Does(bottest.From("new", "p1", "새우 파스타 18,000원"))
		t.Does(bottest.From("new", "p2", "봉골레 17,000원"))
		got, err := t.Store.Recent(t.Context(), "telegram", "new", 5)
		t.Check(err)
		if len(got) != 2 || got[0].Shop != t.Chat("new").Shop || got[1].Shop != got[0].Shop || got[0].Shop == 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestMembers_WithoutAnInviteNothingIsMade(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.Open = false })
		for range 5 { // an album, or somebody who doesn't stop
			t.Does(bottest.From("new", "", "새우 파스타 18,000원"))
		}
		t.Does(bot.Update{Chat: "new", Text: "안녕하세요"})
		t.Hear(bottest.Ko("invite.needed"))
		time.Sleep(shop.ToldAgain)
		t.Does(bot.Update{Chat: "new", Text: "/shop 새우네"})
		t.Hear(bottest.Ko("invite.needed"))
		t.Does(bot.Update{Chat: "-5", Group: true, Text: "점심 뭐 먹지"})
		t.Does(bot.Update{Chat: "-5", Group: true, Text: "/weather"})
		t.Hear()
		for _, chat := range []string{"new", "-5"} {
			if got, err := t.Store.Recent(t.Context(), "telegram", chat, 5); err != nil || len(got) != 0 ||
				t.Chat(chat).Shop != 0 {
				t.Errorf("%s: %v, %v", chat, got, err)
			}
		}
	})
}

func TestMembers_AdminsNeedNoInvite(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.Open, o.Admins = false, map[string]bool{"telegram:boss": true} })
		u := bottest.From("new", "p1", "새우 파스타 18,000원")
		u.User.ID = "boss"
		t.Does(u)
		t.Hear(bottest.Ko("ai")) // the first that this chat hears of us
		if t.Shop("new").ID == 0 {
			t.Error("no shop")
		}
	})
}

func TestMembers_WhatCantBeDeliveredComesBackOnceAnHour(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		parked := func() {
			t.Helper()
			t.Becomes(t.Orders()[0], func(o *pipeline.Order) {
				o.Status, o.Reason, o.Step, o.ClipKey, o.Cut.ShortKey = pipeline.Parked, pipeline.ReasonCantDeliver,
					pipeline.Deliver, "clip", "short"
			})
		}
		parked()
		for range 30 { // we hear the group, and may not write there
			t.Does(bot.Update{Text: "안녕하세요", Group: true})
			time.Sleep(4 * time.Second)
		}
		if o := t.Orders()[0]; o.Status != pipeline.Parked {
			t.Errorf("talk brought it back at once: %s", o.Status)
		}
		time.Sleep(shop.BackEvery)
		t.Does(bot.Update{Text: "안녕하세요", Group: true})
		if o := t.Orders()[0]; o.Status != pipeline.Open {
			t.Errorf("an hour later it is %s", o.Status)
		}
		parked()
		t.Does(bot.Update{Kind: bot.Joined})
		if o := t.Orders()[0]; o.Status != pipeline.Open {
			t.Errorf("let in again, it is %s", o.Status)
		}
	})
}
