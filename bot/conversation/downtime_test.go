package conversation_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestHeartbeat_AfterALongDowntimePeopleAreAskedToSendAgain: platforms keep what is written to us
// for a day, so after a longer absence something may be lost.
func TestHeartbeat_AfterALongDowntimePeopleAreAskedToSendAgain(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		alive := func(after time.Duration) {
			time.Sleep(after)
			synctest.Wait()
			if err := tk.Conversation.Heartbeat(tk.Context()); err != nil {
				tk.Fatal(err)
			}
		}
		tk.Writes("/help")
		tk.Hears()
		alive(0)
		alive(23 * time.Hour)
		if got := tk.Hears(); len(got) != 0 {
			tk.Errorf("after a short absence: %v", got)
		}
		alive(25 * time.Hour)
		got := tk.Hears()
		if len(got) != 1 || got[0].Thread.Chat != "owner" ||
			got[0].Text != "하루 넘게 자리를 비웠어요. 그사이 답을 못 받은 사진이 있으면 한 번만 다시 보내 주세요." {
			tk.Errorf("after a long one: %v", got)
		}
		alive(time.Minute)
		if got := tk.Hears(); len(got) != 0 {
			tk.Errorf("once is enough: %v", got)
		}
	})
}

func TestHeartbeat_AChatThatCannotBeAskedIsAskedAtTheNextAndNoOtherTwice(t *testing.T) {
	for _, fault := range []error{errors.New("connection reset"), pipeline.ErrMoved} {
		t.Run(fault.Error(), func(t *testing.T) {
			bottest.Conversation(t, func(tk *bottest.Talk) {
				for _, chat := range []string{"a", "b", "c"} {
					tk.Does(bot.Update{Chat: chat, Text: "/help"})
				}
				tk.Hears()
				tk.Check(tk.Conversation.Heartbeat(tk.Context()))
				time.Sleep(25 * time.Hour)
				commits, failing := 0, true
				tk.Configure(func(o *session.Options) {
					o.Store = &storagetest.Failing{Engine: tk.Store, Fails: func(method string) error {
						if method != "Commit" {
							return nil
						}
						if commits++; commits > 1 && failing {
							return fault
						}
						return nil
					}}
				})
				asked := func() (chats []string) {
					for _, m := range tk.Hears() {
						chats = append(chats, m.Thread.Chat)
					}
					return chats
				}
				if err := tk.Conversation.Heartbeat(tk.Context()); !errors.Is(err, fault) {
					tk.Errorf("two chats weren't asked: %v", err)
				}
				if got := asked(); fmt.Sprint(got) != "[a]" {
					tk.Errorf("first %v are asked", got)
				}
				if commits > 100 {
					tk.Errorf("%d commits", commits)
				}
				failing = false
				tk.Check(tk.Conversation.Heartbeat(tk.Context()))
				if got := asked(); fmt.Sprint(got) != "[b c]" {
					tk.Errorf("then %v are asked", got)
				}
				tk.Check(tk.Conversation.Heartbeat(tk.Context()))
				if got := asked(); len(got) != 0 {
					tk.Errorf("once more: %v", got)
				}
			})
		})
	}
}

func TestHeartbeat_AChatThatCanNeverBeAskedDoesNotKeepItUnwritten(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		tk.Does(bot.Update{Chat: "a", Text: "/help"})
		tk.Check(tk.Conversation.Heartbeat(tk.Context()))
		time.Sleep(25 * time.Hour)
		commits := 0
		tk.Configure(func(o *session.Options) {
			o.Store = &storagetest.Failing{Engine: tk.Store, Fails: func(method string) error {
				if method == "Commit" {
					commits++
					return errors.New("a row that can't be written")
				}
				return nil
			}}
		})
		for minutes := 0; tk.Conversation.Heartbeat(tk.Context()) != nil; minutes++ {
			if minutes > 61 {
				tk.Fatal("it is still not written after an hour")
			}
			time.Sleep(time.Minute)
		}
		if commits < 60 {
			tk.Errorf("given up after %d tries", commits)
		}
		tried := commits
		if tk.Check(tk.Conversation.Heartbeat(tk.Context())); commits != tried {
			tk.Error("the chat is asked for ever")
		}
	})
}
