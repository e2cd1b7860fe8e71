package telegram

import (
	"net/http"
	"testing"
)

func TestSandboxTelegram_PrivacyModeHidesWhatIsNotForTheBot(t *testing.T) {
	tg, b := play(t, Options{})
	owner := tg.Person("김사장", "ko")
	g := tg.Group("주방", owner).AddBot()
	if all := b.fresh(); len(all) != 2 || all[0].Mine.New.Status != "member" {
		t.Fatalf("joining: %+v", all)
	}
	dish := picture(100, 100)
	if m := g.SendPhoto(dish, "새우 파스타 18,000원"); !m.Unseen {
		t.Error("an ordinary photo is seen")
	}
	if m := g.SendText("/status@OtherBot"); !m.Unseen {
		t.Error("another bot's command is seen")
	}
	if m := g.SendText("/status"); !m.Unseen {
		t.Error("a bare command is seen before the bot wrote")
	}
	hello := b.call("sendMessage", map[string]any{"chat_id": g.ID(), "text": "안녕하세요"}).message(t)
	for _, m := range []Message{
		g.SendText("/status"), g.SendText("주문 /status@SAJANGPICKbot"), g.SendText("@SajangpickBot 안녕"),
		g.SendPhoto(dish, "", ReplyTo(hello.ID)), g.SendPhoto(dish, "@SajangpickBot 파스타 9,000원"),
	} {
		if m.Unseen {
			t.Errorf("not seen: %+v", m)
		}
	}
	if all := b.fresh(); len(all) != 5 || all[3].Message.Reply.ID != hello.ID {
		t.Errorf("got %+v", all)
	}
	if g.Promote(); g.SendPhoto(dish, "").Unseen {
		t.Error("an admin doesn't see a photo")
	}
	g.RemoveBot()
	if g.AddBot(); !g.SendPhoto(dish, "").Unseen {
		t.Error("an ordinary photo is seen after the bot was an admin once")
	}
	open, _ := play(t, Options{SeesAll: true})
	if open.Group("홀", open.Person("박사장", "ko")).AddBot().SendPhoto(dish, "").Unseen {
		t.Error("privacy mode is off, but a photo isn't seen")
	}
}

func TestSandboxTelegram_WhoCannotBeReachedIsForbidden(t *testing.T) {
	tg, b := play(t, Options{})
	owner := tg.Person("김사장", "ko")
	say := func(c *Chat) reply { return b.call("sendMessage", map[string]any{"chat_id": c.ID(), "text": "x"}) }
	chat := owner.Private()
	say(chat).refused(t, 400, "chat not found")
	chat.SendText("/start")
	owner.Block()
	say(chat).refused(t, 403, "bot was blocked by the user")
	owner.Unblock()
	say(chat).message(t)

	g := tg.Supergroup("주방", owner)
	say(g).refused(t, 400, "chat not found")
	g.AddBot().RemoveBot()
	say(g).refused(t, 403, "bot was kicked from the supergroup chat")

	c := tg.Channel("소식", owner).AddBot()
	say(c).refused(t, 400, "need administrator rights")
	c.Promote()
	say(c).message(t)
	b.fresh()
	c.SendText("글")
	if all := b.fresh(); len(all) != 1 || all[0].Post == nil || all[0].Post.From != nil {
		t.Errorf("channel post: %+v", all)
	}
}

func TestSandboxTelegram_AnUpgradedGroupHasAnotherID(t *testing.T) {
	tg, b := play(t, Options{})
	g := tg.Group("주방", tg.Person("김사장", "ko")).AddBot()
	b.fresh()
	n := g.Upgrade()
	all := b.fresh()
	if len(all) != 2 || all[0].Message.MigrateTo != n.ID() || all[1].Message.MigrateFrom != g.ID() {
		t.Fatalf("got %+v", all)
	}
	r := b.call("sendMessage", map[string]any{"chat_id": g.ID(), "text": "x"})
	if r.refused(t, 400, "upgraded to a supergroup chat"); r.Parameters.MigrateTo != n.ID() {
		t.Errorf("parameters %+v", r.Parameters)
	}
	b.call("sendMessage", map[string]any{"chat_id": n.ID(), "text": "x"}).message(t)
}

func TestSandboxTelegram_TopicsComeAndGo(t *testing.T) {
	tg, b := play(t, Options{SeesAll: true})
	g := tg.Forum("주방", tg.Person("김사장", "ko")).AddBot()
	orders := g.Topic("주문")
	dish := orders.SendText("파스타")
	send := func(thread, reply int) reply {
		return b.call("sendMessage", map[string]any{"chat_id": g.ID(), "text": "x", "message_thread_id": thread,
			"reply_parameters": map[string]any{"message_id": reply, "allow_sending_without_reply": true}})
	}
	if m := send(orders.TopicID(), dish.ID).message(t); m.Thread != orders.TopicID() || len(m.Reply) == 0 {
		t.Errorf("got %+v", m)
	}
	if n := len(orders.Messages()); n != 3 {
		t.Errorf("the topic shows %d messages", n)
	}
	send(General, 0).refused(t, 400, "message thread not found")
	orders.Delete(dish.ID)
	send(orders.TopicID(), dish.ID).refused(t, 400, "message to be replied not found")
	if m := send(0, dish.ID).message(t); len(m.Reply) > 0 {
		t.Errorf("replies to what is gone: %+v", m)
	}
	orders.DeleteTopic()
	send(orders.TopicID(), 0).refused(t, 400, "message thread not found")
}

func TestSandboxTelegram_AThreadOfRepliesIsNoTopic(t *testing.T) {
	tg, b := play(t, Options{SeesAll: true})
	g := tg.Supergroup("주방", tg.Person("김사장", "ko")).AddBot()
	first := g.SendText("하나")
	g.SendText("둘", ReplyTo(first.ID))
	all := b.fresh()
	if last := all[len(all)-1].Message; last.Reply.ID != first.ID {
		t.Fatalf("got %+v", last)
	}
	b.call("sendMessage", map[string]any{"chat_id": g.ID(), "text": "x", "message_thread_id": first.ID}).
		refused(t, http.StatusBadRequest, "message thread not found")
	answer := b.call("sendMessage", map[string]any{
		"chat_id": g.ID(), "text": "x", "reply_parameters": map[string]any{"message_id": first.ID},
	}).message(t)
	if answer.Thread != first.ID {
		t.Errorf("thread %d", answer.Thread)
	}
}

func TestSandboxTelegram_APhotoIsNeverMadeLarger(t *testing.T) {
	for _, c := range []struct{ w, h, sizes, largest int }{
		{60, 30, 1, 60}, {90, 90, 1, 90}, {100, 50, 2, 100}, {320, 320, 2, 320}, {1000, 500, 4, 1000},
		{1400, 700, 4, 1280},
	} {
		all, err := scale(picture(c.w, c.h))
		if n := len(all); err != nil || n != c.sizes || all[n-1].w != c.largest || n > 1 && all[0].w != 90 {
			t.Errorf("%dx%d: %d sizes, %v", c.w, c.h, n, err)
		}
	}
}

func TestSandboxTelegram_AlbumsAndEditsComeAndDeletionsAreNotTold(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	dish := picture(1000, 500)
	album := chat.SendAlbum(Picture{dish, "세트 12,000원"}, Picture{Data: dish})
	all := b.fresh()
	if a := all[0].Message.Album; a == "" || a != all[1].Message.Album || all[1].Message.Caption != "" {
		t.Errorf("album: %+v", all)
	}
	one, two := all[0].Message.Photo, all[1].Message.Photo
	if one[3].Unique != two[3].Unique || one[3].ID == two[3].ID || one[3].Width != 1000 {
		t.Errorf("the same picture: %+v, %+v", one, two)
	}
	if m := chat.Edit(album[0].ID, "세트 13,000원"); m.Edits != 1 || len(b.fresh()) != 1 {
		t.Errorf("edit: %+v", m)
	}
	if chat.Edit(album[0].ID, "세트 13,000원"); len(b.fresh()) != 0 {
		t.Error("an edit that changes nothing was told")
	}
	if chat.Delete(album[0].ID); len(b.fresh()) != 0 {
		t.Error("a deletion was told")
	}
}
