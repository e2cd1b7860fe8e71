package telegram_test

import (
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAGroupIsToldHowItsPhotosAreSeen(t *testing.T) { // T30
	k := apptest.Talking(t)
	g := k.Kitchen()
	hello := g.HearsText("관리자로 지정해 주시거나")
	if unseen := g.SendPhoto(apptest.TinyPhoto(), apptest.Pasta); !unseen.Unseen {
		t.Fatal("the stand-in shows what privacy hides")
	}
	photo := g.SendPhoto(apptest.TinyPhoto(), apptest.Pasta, people.ReplyTo(hello.ID))
	if short := g.Gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
	g.Promote()
	g.HearsText("이 방에 음식 사진을 올리면서")
	g.SendPhoto(apptest.Picture(240, 400), "김치찌개 9,000원")
	g.Gets(2)
}

// seen lets the bot see all that is written in groups, before it asks whether it does.
func seen(w *apptest.World) { w.People.SeeAll(true) }

func TestAGroupThatIsSeenNeedsNothing(t *testing.T) { // T30
	k := apptest.Talking(t, seen)
	g := k.Kitchen()
	g.HearsText("이 방에 음식 사진을 올리면서")
	cook := k.World.People.Person("주방장", "ko")
	photo := g.As(cook).SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	if short := g.Gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
}

func TestCommandsInAGroupAreOursWhenTheyNameUs(t *testing.T) { // T31, T32, T33
	k := apptest.Talking(t)
	g := k.Kitchen()
	g.SendText("/STATUS@sajangpickbot")
	g.HearsText("관리자만 쓸 수 있어요")
	g.SendText("/usage@OtherBot")
	g.SendText("/usage@SajangpickBot")
	g.HearsText("이번 달")
	if n := g.Count("이번 달"); n != 1 {
		t.Errorf("%d answers", n)
	}
	g.Anonymous().SendText("/status@SajangpickBot")
	g.HearsText("익명을 끄거나")
}

func TestAnotherBotsPhotosAreNobodysOrder(t *testing.T) { // T37
	k := apptest.Talking(t, seen)
	g := k.Kitchen()
	g.As(k.World.People.Bot("PhotoBot")).SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	g.SendPhoto(apptest.Picture(240, 400), "김치찌개 9,000원")
	g.Gets(1)
	if n := len(g.Orders()); n != 1 {
		t.Errorf("%d orders", n)
	}
}

func TestAGroupThatIsUpgradedGetsItsShortThere(t *testing.T) { // T34
	k := apptest.Talking(t, seen)
	g := k.Kitchen()
	release := k.Hold()
	g.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := g.UnderWay()
	up := k.In(g.Upgrade())
	k.Process.Until(o.ID, func(o pipeline.Order) bool { return o.Thread.Chat == up.Name() })
	release()
	if short := up.Gets(1); !strings.Contains(short.Text, apptest.Pasta) {
		t.Errorf("the short: %+v", short)
	}
	up.SendPhoto(apptest.Picture(240, 400), "김치찌개 9,000원")
	up.Gets(2)
}

func TestWhoThrewUsOutGetsTheShortWhenWeAreBack(t *testing.T) { // T35
	k := apptest.Talking(t, seen)
	g := k.Kitchen()
	release := k.Hold()
	g.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := g.UnderWay()
	g.RemoveBot()
	release()
	k.Process.Until(o.ID, func(o pipeline.Order) bool {
		return o.Status == pipeline.Parked && o.Reason == pipeline.ReasonCantDeliver
	})
	g.AddBot()
	g.Gets(1)
	if clips, cuts := k.Bought(); clips != 1 || cuts != 1 {
		t.Errorf("%d clips, %d cuts", clips, cuts)
	}
}

func TestInATopicAShortComesThoughItsPhotoIsGone(t *testing.T) { // T21
	k := apptest.Talking(t, seen)
	topic := k.In(k.World.People.Forum("가게", k.Owner).AddBot().Topic("영상"))
	release := k.Hold()
	photo := topic.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	topic.UnderWay()
	topic.Delete(photo.ID)
	release()
	if short := topic.Gets(1); short.Topic != topic.TopicID() || short.ReplyTo != 0 {
		t.Errorf("the short: %+v", short)
	}
}

func TestWhenATopicIsGoneTheShortComesToTheForum(t *testing.T) { // T22
	k := apptest.Talking(t, seen)
	forum := k.In(k.World.People.Forum("가게", k.Owner).AddBot())
	topic := k.In(forum.Topic("영상"))
	release := k.Hold()
	topic.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	topic.UnderWay()
	topic.DeleteTopic()
	release()
	if short := forum.Gets(1); short.Topic != 0 {
		t.Errorf("the short: %+v", short)
	}
}

// TestAGroupIsNotWrittenToMoreThanItMayBe has several cooks in a group. 20 messages a minute are one in 3 s,
// and the first few may come at once.
func TestAGroupIsNotWrittenToMoreThanItMayBe(t *testing.T) {
	k := apptest.Talking(t, seen)
	g := k.Kitchen()
	for i, caption := range []string{"김치찌개 9,000원", "된장찌개 8,000원", "순두부 8,500원", "비빔밥 9,500원"} {
		g.As(k.World.People.Person("주방장", "ko")).SendPhoto(apptest.Picture(230+i, 400), caption)
	}
	g.Gets(2)
	if n := g.Busiest(9 * time.Second); n > 5+9/3 {
		t.Errorf("%d messages in 9 seconds", n)
	}
}
