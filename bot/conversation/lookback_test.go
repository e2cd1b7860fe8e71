package conversation_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
)

// past is what a platform remembers of its chats.
type past struct {
	all   []bot.Update
	asked []time.Time
	err   error
}

func (p *past) Missed(_ context.Context, chat string, t time.Time) (all []bot.Update, until time.Time, err error) {
	if chat != "owner" {
		return nil, time.Time{}, nil
	}
	p.asked = append(p.asked, t)
	for _, u := range p.all {
		if u.At.Before(t) {
			continue
		}
		all, until = append(all, u), u.At
	}
	return all, until, p.err
}

// missed makes something written to the owner's chat that no update tells of.
func (p *past) missed(u bot.Update) bot.Update {
	n := len(p.all) + 1
	u.Kind, u.Platform, u.Chat, u.Key, u.At = bot.Wrote, "telegram", "owner", fmt.Sprint("missed ", n),
		time.Now().Truncate(time.Millisecond)
	u.ToUs = true
	u.User.ID = cmp.Or(u.User.ID, "kim")
	if u.Message == "" {
		u.Message = fmt.Sprint("late ", n)
	}
	p.all = append(p.all, u)
	time.Sleep(time.Second)
	return u
}

func TestLookBack_MissedPhotosBecomeOrdersOnceAndOtherTalkIsOver(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		p := &past{}
		tk.Configure(func(o *session.Options) { o.Histories = map[string]bot.History{"telegram": p} })
		look := func() {
			tk.Helper()
			tk.Check(tk.Conversation.LookBack(tk.Context(), tk.Conversation.Handle))
			tk.Waits(time.Minute)
		}
		orders := func(want int) {
			tk.Helper()
			all, err := tk.Store.Recent(tk.Context(), "telegram", "owner", 20)
			tk.Check(err)
			if len(all) != want {
				tk.Errorf("%d orders, want %d", len(all), want)
			}
		}
		tk.Sends("m0", "된장찌개 8,000원") // in time
		tk.Hears()
		p.missed(bottest.Photo("p1", "새우 파스타 18,000원"))
		p.missed(bot.Update{Text: "/forget"})
		p.missed(bottest.Photo("p2", ""))
		other := p.missed(bot.Update{Text: "저도 갈게요", User: bot.User{ID: "lee"}})
		p.missed(bot.Update{Text: "로제 파스타 19,000원"})
		p.missed(bot.Update{Text: "/videos"})
		look()
		orders(3)
		for _, s := range tk.Hears() {
			if s.Thread.Message == other.Message {
				tk.Errorf("talk is answered late: %q", s.Text)
			}
		}
		look()
		orders(3)
		p.err = &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("HTTP 502")}
		p.missed(bottest.Photo("p3", "김치찌개 9,000원"))
		look()
		orders(3)
		p.err = nil
		look()
		orders(4)
		last := p.asked[len(p.asked)-1]
		if want := p.all[5].At; !last.Equal(want) {
			tk.Errorf("it looked from %s on, want %s", last, want)
		}
		time.Sleep(10 * 24 * time.Hour)
		synctest.Wait()
		look()
		if last := p.asked[len(p.asked)-1]; time.Since(last) > conversation.MaxLookBack+2*time.Minute {
			tk.Errorf("it looked %s back", time.Since(last))
		}
		orders(4)
	})
}

func TestLookBack_WhatWasCancelledMeanwhileIsNotOrdered(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		p := &past{}
		tk.Configure(func(o *session.Options) { o.Histories = map[string]bot.History{"telegram": p} })
		p.missed(bottest.Photo("p1", "새우 파스타 18,000원"))
		p.missed(bottest.Photo("p2", "로제 파스타 19,000원"))
		lee := bottest.Photo("p3", "김밥 3,000원")
		lee.User.ID = "lee"
		p.missed(lee)
		p.missed(bot.Update{Text: "취소해 주세요"})
		p.missed(bottest.Photo("p4", ""))
		p.missed(bot.Update{Text: "김치찌개 9,000원"})
		p.missed(bot.Update{Text: "취소"})
		tk.Check(tk.Conversation.LookBack(tk.Context(), tk.Conversation.Handle))
		tk.Waits(time.Minute)
		tk.Ordered("p1 새우 파스타 18,000원", "p3 김밥 3,000원")
	})
}

func TestLookBack_AnUpdateThatPanicsDoesNotHoldUpTheNext(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		p := &past{}
		tk.Configure(func(o *session.Options) { o.Histories = map[string]bot.History{"telegram": p} })
		bad := p.missed(bottest.Photo("p1", "새우 파스타 18,000원"))
		p.missed(bottest.Photo("p2", "로제 파스타 19,000원"))
		var got []string
		tk.Check(tk.Conversation.LookBack(tk.Context(), func(_ context.Context, u bot.Update) error {
			if u.Key == bad.Key {
				panic("boom")
			}
			got = append(got, u.Message)
			return nil
		}))
		if fmt.Sprint(got) != "[p2]" {
			tk.Errorf("handled %v", got)
		}
	})
}

func TestHeartbeat_WhoseHistoryIsLookedThroughIsNotAskedToSendAgain(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		tk.Configure(func(o *session.Options) { o.Histories = map[string]bot.History{"telegram": &past{}} })
		tk.Writes("/help")
		tk.Hears()
		tk.Check(tk.Conversation.Heartbeat(tk.Context()))
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		tk.Check(tk.Conversation.Heartbeat(tk.Context()))
		if got := tk.Hears(); len(got) != 0 {
			tk.Errorf("after a day: %+v", got)
		}
		time.Sleep(conversation.MaxLookBack + time.Hour)
		synctest.Wait()
		tk.Check(tk.Conversation.Heartbeat(tk.Context()))
		if got := tk.Hears(); len(got) != 1 {
			tk.Errorf("after more than can be looked through: %+v", got)
		}
	})
}
