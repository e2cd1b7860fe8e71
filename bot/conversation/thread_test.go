package conversation_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// channel runs a test in a channel whose posts each begin a thread, as Slack's do.
func channel(t *testing.T, f func(c *room)) {
	t.Helper()
	bottest.Conversation(t, func(t *bottest.Talk) {
		c := &room{Talk: t, group: true}
		for _, id := range []string{"T1:C1", "T1:D1", "T2:C1"} {
			_, err := t.Store.Commit(t.Context(), bot.Change{
				Chat: bot.Chat{Platform: "slack", ID: id, Lang: "ko"}, Shop: &bot.Shop{Name: "바다식당", Made: time.Now()},
			})
			t.Check(err)
		}
		f(c)
	})
}

type room struct {
	*bottest.Talk
	group bool
}

// alone runs a test in a direct message, whose posts begin threads as well.
func alone(t *testing.T, f func(c *room)) {
	t.Helper()
	channel(t, func(c *room) { c.group = false; f(c) })
}

func (c *room) chat() string {
	if c.group {
		return "T1:C1"
	}
	return "T1:D1"
}

func (c *room) gives(u bot.Update) {
	c.Helper()
	c.Updates++
	u.Key, u.Platform, u.Chat, u.Group, u.At = fmt.Sprint("slack ", c.Updates), "slack", c.chat(), c.group, time.Now()
	u.Kind = cmp.Or(u.Kind, bot.Wrote)
	u.User.ID = cmp.Or(u.User.ID, "U1")
	u.ToUs = u.ToUs || !c.group
	if err := c.Conversation.Handle(c.Context(), u); err != nil {
		c.Fatal(err)
	}
}

// posts puts a message at the top of the channel. Its name is its thread's.
func (c *room) posts(user, name, text string, pictures ...string) {
	c.Helper()
	u := bot.Update{Message: name, Topic: name, Text: text, User: bot.User{ID: user}}
	for i, p := range pictures {
		u.Pictures = append(u.Pictures, bot.Image{
			Photo: pipeline.Photo{Ref: p, Bytes: 1000}, Message: name, Text: text, N: i,
		})
	}
	c.gives(u)
}

// answers writes into a thread.
func (c *room) answers(user, thread, text string) {
	c.Helper()
	c.Updates++
	c.gives(bot.Update{
		Message: fmt.Sprint("r", c.Updates), Topic: thread, Text: text, User: bot.User{ID: user},
		Reply: &bot.Reply{Message: thread},
	})
}

func (c *room) placed(want ...string) []pipeline.Order {
	c.Helper()
	all, err := c.Store.(bot.Store).Recent(c.Context(), "slack", c.chat(), 100)
	c.Check(err)
	slices.Reverse(all)
	var got []string
	for _, o := range all {
		got = append(got, o.Thread.Topic+" "+o.Thread.Message+" "+o.Cut.Words.Menu+" "+o.Cut.Words.Price)
	}
	if !slices.Equal(got, want) {
		c.Fatalf("orders %q, want %q", got, want)
	}
	return all
}

func (c *room) later(d time.Duration) {
	c.Helper()
	before, err := c.Store.Drafts(c.Context(), "slack", c.chat(), time.Now())
	c.Check(err)
	time.Sleep(d)
	for _, dr := range before {
		_, err := c.Conversation.Draft(c.Context(), dr.ID)
		c.Check(err)
	}
}

func TestIntake_TheNextTextInAThreadCompletesItsPhoto(t *testing.T) {
	channel(t, func(c *room) {
		c.posts("U1", "1", "", "a")
		c.later(orders.TextWait)
		says := c.Hear("메뉴 이름과 가격을 알려 주세요…")
		if th := says[0].Thread; th.Topic != "1" {
			c.Errorf("asked in %+v", th)
		}
		c.answers("U2", "1", "맛있겠다")
		c.Hear()
		c.answers("U1", "1", "새우 파스타")
		c.Hear("새우 파스타의 가격을 알려 주세요…")
		c.answers("U1", "1", "18,000원")
		c.Hear()
		c.placed("1 1 새우 파스타 18,000원")
	})
}

func TestIntake_TextThatIsPostedRightAfterAPhotoBelongsToIt(t *testing.T) {
	channel(t, func(c *room) {
		c.posts("U1", "1", "", "a")
		c.posts("U2", "2", "김치찌개 9,000원")
		c.posts("U1", "3", "오늘 손님 많네요")
		c.placed()
		c.posts("U1", "4", "새우 파스타 18,000원")
		c.Hear()
		c.placed("1 1 새우 파스타 18,000원")
	})
}

func TestIntake_TextBelongsToNoPhotoWhenThereIsDoubt(t *testing.T) {
	for name, f := range map[string]func(c *room){
		"two photos": func(c *room) { c.posts("U1", "1", "", "a"); c.posts("U1", "2", "", "b") },
		"too late": func(c *room) {
			c.posts("U1", "1", "", "a")
			c.later(session.PairWait + time.Second)
			c.Hears()
		},
	} {
		t.Run(name, func(t *testing.T) {
			channel(t, func(c *room) {
				f(c)
				c.posts("U1", "3", "새우 파스타 18,000원")
				c.Hear()
				c.placed()
			})
		})
	}
}

func TestIntake_InAPrivateChatPhotoAndTextComeInAnyOrder(t *testing.T) {
	alone(t, func(c *room) {
		c.posts("U1", "1", "", "a")
		c.later(session.PairWait + time.Second)
		c.Hears()
		c.posts("U1", "2", "새우 파스타 18,000원")
		c.posts("U1", "3", "김치찌개 9,000원")
		c.posts("U1", "4", "", "b")
		c.Hear("김치찌개 · 9,000원, 적어 뒀어요…")
		c.placed("1 1 새우 파스타 18,000원", "4 4 김치찌개 9,000원")
	})
}

func TestEdits_TalkInAThreadOrdersNothing(t *testing.T) {
	channel(t, func(c *room) {
		c.posts("U1", "1", "새우 파스타 18,000원", "a")
		o := c.placed("1 1 새우 파스타 18,000원")[0]
		c.Delivered(o, "s1")
		for _, talk := range []string{
			"고마워요", "맛있겠다", "원가가 5,000원이라 남는 게 없어요", "3명이서 54,000원 나왔어요", "이거 18,000원 맞나요?", "네 12,000원이요",
			"메뉴가 뭐예요", "이름이 예쁘네", "제목 좋다", "메뉴 바꾸자", "가격이 너무 비싸요 9000원으로 하죠", "상태", "취소",
		} {
			c.answers("U2", "1", talk)
			c.Hear()
			c.placed("1 1 새우 파스타 18,000원")
		}
	})
}

func TestEdits_AFixInTheThreadNeedsNoMention(t *testing.T) {
	for text, want := range map[string]string{
		"가격 19,000원": "새우 파스타 19,000원", "19,000원": "새우 파스타 19,000원", "메뉴 새우 로제 파스타": "새우 로제 파스타 18,000원",
		"메뉴: 김치볶음밥": "김치볶음밥 18,000원", "새우 로제 19,000원": "새우 로제 19,000원", "19,000원으로 바꿔주세요": "새우 파스타 19,000원",
		"메뉴 고르곤졸라 피자": "고르곤졸라 피자 18,000원",
	} {
		channel(t, func(c *room) {
			c.posts("U1", "1", "새우 파스타 18,000원", "a")
			c.Delivered(c.placed("1 1 새우 파스타 18,000원")[0], "s1")
			c.answers("U2", "1", text)
			if says := c.Hears(); len(says) != 1 {
				c.Errorf("%s: said %+v", text, says)
			}
			c.placed("1 1 " + want)
		})
	}
}

func TestEdits_APhotoWithinAThreadIsFixedThere(t *testing.T) {
	channel(t, func(c *room) {
		p := bot.Image{Photo: pipeline.Photo{Ref: "a"}, Message: "2", Text: "새우 파스타 18,000원"}
		c.gives(bot.Update{
			Message: "2", Topic: "1", Text: p.Text, Pictures: []bot.Image{p}, Reply: &bot.Reply{Message: "1"},
		})
		c.Delivered(c.placed("1 2 새우 파스타 18,000원")[0], "s1")
		c.answers("U1", "1", "가격 19,000원")
		c.Hear("가격을 19,000원으로 고쳐서 다시 만들게요.")
		c.placed("1 2 새우 파스타 19,000원")
	})
}

func TestEdits_WithSeveralShortsInAThreadTheButtonSaysWhich(t *testing.T) {
	channel(t, func(c *room) {
		c.posts("U1", "1", "새우 파스타 18,000원", "a", "b")
		says := c.Hear("새우 파스타 · 18,000원, 사진 2장 중에서…")
		c.gives(bot.Update{Kind: bot.Pressed, Action: c.Button(says, "모두 따로"), Message: "q", Topic: "1"})
		c.Hears()
		all := c.placed("1 1 새우 파스타 18,000원", "1 1 새우 파스타 18,000원")
		c.Delivered(all[0], "s1")
		c.Delivered(all[1], "s2")
		c.answers("U1", "1", "가격 19,000원")
		c.Hear("이 스레드에는 영상이 여러 개예요…")
		c.gives(bot.Update{
			Kind: bot.Pressed, Action: intent.Action(intent.DoFix, all[0].ID), Message: "s1", Topic: "1",
		})
		c.Hear("", "무엇을 고칠까요?…")
		c.answers("U1", "1", "가격 19,000원")
		c.placed("1 1 새우 파스타 19,000원", "1 1 새우 파스타 18,000원")
	})
}

func TestMessages_ADeletedPostIsTakenBackUnlessAClipWasBought(t *testing.T) {
	channel(t, func(c *room) {
		c.posts("U1", "1", "새우 파스타 18,000원", "a")
		c.posts("U1", "2", "김치찌개 9,000원", "b")
		all := c.placed("1 1 새우 파스타 18,000원", "2 2 김치찌개 9,000원")
		c.Becomes(all[0], func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Animate, pipeline.Ready })
		c.Becomes(all[1], func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Animate, pipeline.Begun })
		c.posts("U1", "3", "", "c", "d")
		c.Hears()
		for _, post := range []string{"1", "2", "3"} {
			c.gives(bot.Update{Kind: bot.Deleted, Message: post})
		}
		c.Hear()
		all = c.placed("1 1 새우 파스타 18,000원", "2 2 김치찌개 9,000원")
		if all[0].Status != pipeline.Cancelled || all[1].Status != pipeline.Open {
			c.Errorf("they are %s and %s", all[0].Status, all[1].Status)
		}
		drafts, err := c.Store.Drafts(c.Context(), "slack", c.chat(), time.Now())
		if err != nil || len(drafts) > 0 {
			c.Errorf("drafts %+v, %v", drafts, err)
		}
	})
}

func TestConversation_CommandsStandBehindTheBotsNameInSlack(t *testing.T) {
	channel(t, func(c *room) {
		c.gives(bot.Update{Text: "/status", ToUs: true, Topic: "@U1"})
		c.Hear("이 명령은 관리자만 쓸 수 있어요. 지난 영상은 /sajangpick videos 에서 볼 수 있어요.")
		c.gives(bot.Update{Text: "사용량", ToUs: true, Message: "9", Topic: "1", Reply: &bot.Reply{Message: "1"}})
		c.Hear("이번 달 0/30편…")
	})
}

func TestSettings_ASettingThatWasAskedForAsideIsAnsweredInTheChannel(t *testing.T) {
	channel(t, func(c *room) {
		c.gives(bot.Update{Text: "/logo", ToUs: true, Topic: "@U1"})
		c.Hear("로고 그림을 보내 주세요…")
		c.posts("U2", "1", "새우 파스타 18,000원", "dish")
		c.posts("U1", "2", "", "logo")
		if says := c.Hears(); len(says) != 1 || says[0].Logo == 0 {
			c.Errorf("said %+v", says)
		}
		c.placed("1 1 새우 파스타 18,000원")
		c.gives(bot.Update{Text: "가게", ToUs: true, Message: "4", Topic: "3", Reply: &bot.Reply{Message: "3"}})
		c.Hears()
		c.answers("U1", "3", "새우네")
		c.Hear("좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}

func TestExpelled_EndsTheWorkOfTheWholeWorkspace(t *testing.T) {
	channel(t, func(c *room) {
		c.posts("U1", "1", "새우 파스타 18,000원", "a")
		c.posts("U1", "2", "", "b")
		elsewhere := pipeline.Order{Source: "x", Thread: pipeline.Thread{Platform: "slack", Chat: "T2:C1"},
			Status: pipeline.Open,
			Step:   pipeline.Fetch, Phase: pipeline.Ready, Cut: pipeline.Cut{N: 1}}
		other, _, err := c.Store.Place(c.Context(), elsewhere)
		c.Check(err)
		for range 2 {
			c.Check(c.Conversation.Expelled(c.Context(), "slack", "T1:"))
		}
		if o := c.placed("1 1 새우 파스타 18,000원")[0]; o.Status != pipeline.Cancelled {
			c.Errorf("the order is %s", o.Status)
		}
		drafts, err := c.Store.Drafts(c.Context(), "slack", c.chat(), time.Now())
		if chat, _ := c.Store.Chat(c.Context(), "slack", c.chat()); err != nil || len(drafts) > 0 || !chat.Unreachable {
			c.Errorf("drafts %+v, chat %+v, %v", drafts, chat, err)
		}
		if o, err := c.Store.Order(c.Context(), other.ID); err != nil || o.Status != pipeline.Open {
			c.Errorf("the other workspace's order is %s, %v", o.Status, err)
		}
		c.Hear()
	})
}
