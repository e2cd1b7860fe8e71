package main

import (
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

// kitchen is a group of the owner's with the bot in it, which sees what is addressed to it.
func (k *talk) kitchen() *talk {
	return k.in(k.w.people.Group("주방", k.owner).AddBot())
}

func TestAGroupIsToldHowItsPhotosAreSeen(t *testing.T) { // T30
	k := talking(t)
	g := k.kitchen()
	hello := g.hearsText("관리자로 지정해 주시거나")
	if unseen := g.SendPhoto(tinyPhoto(), pasta); !unseen.Unseen {
		t.Fatal("the stand-in shows what privacy hides")
	}
	photo := g.SendPhoto(tinyPhoto(), pasta, people.ReplyTo(hello.ID))
	if short := g.gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
	g.Promote()
	g.hearsText("이 방에 음식 사진을 올리면서")
	g.SendPhoto(picture(240, 400), "김치찌개 9,000원")
	g.gets(2)
}

// seen lets the bot see all that is written in groups, before it asks whether it does.
func seen(w *world) { w.people.SeeAll(true) }

func TestAGroupThatIsSeenNeedsNothing(t *testing.T) { // T30
	k := talking(t, seen)
	g := k.kitchen()
	g.hearsText("이 방에 음식 사진을 올리면서")
	cook := k.w.people.Person("주방장", "ko")
	photo := g.As(cook).SendPhoto(tinyPhoto(), pasta)
	if short := g.gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
}

func TestCommandsInAGroupAreOursWhenTheyNameUs(t *testing.T) { // T31, T32, T33
	k := talking(t)
	g := k.kitchen()
	g.SendText("/STATUS@sajangpickbot")
	g.hearsText("관리자만 쓸 수 있어요")
	g.SendText("/usage@OtherBot")
	g.SendText("/usage@SajangpickBot")
	g.hearsText("이번 달")
	if n := g.count("이번 달"); n != 1 {
		t.Errorf("%d answers", n)
	}
	g.Anonymous().SendText("/status@SajangpickBot")
	g.hearsText("익명을 끄거나")
}

func TestAnotherBotsPhotosAreNobodysOrder(t *testing.T) { // T37
	k := talking(t, seen)
	g := k.kitchen()
	g.As(k.w.people.Bot("PhotoBot")).SendPhoto(tinyPhoto(), pasta)
	g.SendPhoto(picture(240, 400), "김치찌개 9,000원")
	g.gets(1)
	if n := len(g.orders()); n != 1 {
		t.Errorf("%d orders", n)
	}
}

func TestAGroupThatIsUpgradedGetsItsShortThere(t *testing.T) { // T34
	k := talking(t, seen)
	g := k.kitchen()
	release := k.hold()
	g.SendPhoto(tinyPhoto(), pasta)
	o := g.underWay()
	up := k.in(g.Upgrade())
	k.p.until(o.ID, func(o pipeline.Order) bool { return o.Thread.Chat == up.name() })
	release()
	if short := up.gets(1); !strings.Contains(short.Text, pasta) {
		t.Errorf("the short: %+v", short)
	}
	up.SendPhoto(picture(240, 400), "김치찌개 9,000원")
	up.gets(2)
}

func TestWhoThrewUsOutGetsTheShortWhenWeAreBack(t *testing.T) { // T35
	k := talking(t, seen)
	g := k.kitchen()
	release := k.hold()
	g.SendPhoto(tinyPhoto(), pasta)
	o := g.underWay()
	g.RemoveBot()
	release()
	k.p.until(o.ID, func(o pipeline.Order) bool {
		return o.Status == pipeline.Parked && o.Reason == pipeline.ReasonCantDeliver
	})
	g.AddBot()
	g.gets(1)
	if clips, cuts := k.bought(); clips != 1 || cuts != 1 {
		t.Errorf("%d clips, %d cuts", clips, cuts)
	}
}

func TestInATopicAShortComesThoughItsPhotoIsGone(t *testing.T) { // T21
	k := talking(t, seen)
	topic := k.in(k.w.people.Forum("가게", k.owner).AddBot().Topic("영상"))
	release := k.hold()
	photo := topic.SendPhoto(tinyPhoto(), pasta)
	topic.underWay()
	topic.Delete(photo.ID)
	release()
	if short := topic.gets(1); short.Topic != topic.TopicID() || short.ReplyTo != 0 {
		t.Errorf("the short: %+v", short)
	}
}

func TestWhenATopicIsGoneTheShortComesToTheForum(t *testing.T) { // T22
	k := talking(t, seen)
	forum := k.in(k.w.people.Forum("가게", k.owner).AddBot())
	topic := k.in(forum.Topic("영상"))
	release := k.hold()
	topic.SendPhoto(tinyPhoto(), pasta)
	topic.underWay()
	topic.DeleteTopic()
	release()
	if short := forum.gets(1); short.Topic != 0 {
		t.Errorf("the short: %+v", short)
	}
}

// TestAGroupIsNotWrittenToMoreThanItMayBe has several cooks in a group. 20 messages a minute are one in 3 s,
// and the first few may come at once.
func TestAGroupIsNotWrittenToMoreThanItMayBe(t *testing.T) {
	k := talking(t, seen)
	g := k.kitchen()
	for i, caption := range []string{"김치찌개 9,000원", "된장찌개 8,000원", "순두부 8,500원", "비빔밥 9,500원"} {
		g.As(k.w.people.Person("주방장", "ko")).SendPhoto(picture(230+i, 400), caption)
	}
	g.gets(2)
	if n := g.Busiest(9 * time.Second); n > 5+9/3 {
		t.Errorf("%d messages in 9 seconds", n)
	}
}
