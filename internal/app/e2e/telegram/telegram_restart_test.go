package telegram_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// ending is a talk whose processes the test ends by itself.
func ending(t *testing.T, database string, wrap func(storage.Engine) storage.Engine) *apptest.Talk {
	t.Helper()
	w := apptest.NewWorld(t, database).WithTelegram()
	owner := w.People.Person("김사장", "ko")
	return &apptest.Talk{
		Chat: owner.Private(), T: t, World: w, Process: w.Start(apptest.Talkative(), wrap), Owner: owner,
	}
}

// dishes are so many pictures, each of another size, so that none is the same as another.
func dishes(captions ...string) []people.Picture {
	var all []people.Picture
	for i, c := range captions {
		all = append(all, people.Picture{Data: apptest.Picture(230+i, 400), Caption: c})
	}
	return all
}

// TestRestart_ForgetsNothing ends the process in the middle of a conversation, once in order and once not.
func TestRestart_ForgetsNothing(t *testing.T) {
	t.Parallel()
	for how, end := range map[string]func(p *apptest.Process){
		"stopped": (*apptest.Process).Stop, "killed": (*apptest.Process).Kill,
	} {
		for what, talk := range map[string]func(k *apptest.Talk, end func()){
			"a question":        questionOverRestart,
			"an album":          albumOverRestart,
			"a clip being made": clipOverRestart,
			"words unsaid":      wordsOverRestart,
		} {
			t.Run(what+", "+how, func(t *testing.T) {
				t.Parallel()
				k := ending(t, apptest.Databases()["sqlite"](t), nil)
				talk(k, func() { end(k.Process); k.Restarted() })
			})
		}
	}
}

func questionOverRestart(k *apptest.Talk, end func()) {
	photo := k.SendPhoto(apptest.TinyPhoto(), "새우 파스타")
	k.HearsText("가격을 알려 주세요")
	end()
	k.SendText("18,000원")
	if short := k.Gets(1); short.ReplyTo != photo.ID {
		k.T.Errorf("the short: %+v", short)
	}
	k.One(1)
}

func albumOverRestart(k *apptest.Talk, end func()) {
	k.SendAlbum(dishes(apptest.Pasta, "", "")...)
	k.World.People.Until(apptest.Patience, func() bool { return k.World.People.Waiting() == 0 })
	end()
	k.Press(k.HearsText("사진 3장 중에서"), "3번 사진")
	k.Gets(1)
	k.One(1)
}

func clipOverRestart(k *apptest.Talk, end func()) {
	release := k.Hold()
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.UnderWay()
	end()
	release()
	k.Gets(1)
	k.One(1)
}

func wordsOverRestart(k *apptest.Talk, end func()) {
	k.World.People.Fault(people.Fault{On: "sendMessage", Times: -1, Status: http.StatusInternalServerError})
	k.SendText("/start")
	k.SendText("/usage")
	k.World.People.Until(apptest.Patience, func() bool { return k.World.People.Waiting() == 0 })
	end()
	k.World.People.Faults.Clear()
	hello, usage := k.HearsText("안녕하세요"), k.HearsText("이번 달")
	if hello.ID > usage.ID || k.Count("안녕하세요") != 1 || k.Count("이번 달") != 1 {
		k.T.Errorf("said: %+v", k.Messages())
	}
}

// stuck is a database that takes no change from chats, and tells when the first one came.
type stuck struct {
	storage.Engine
	came func()
}

func (e stuck) Commit(ctx context.Context, _ bot.Change) ([]pipeline.Order, error) {
	e.came()
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestRestart_WhatWasPolledAndNotCommittedIsPolledAgain(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	apptest.Polled(w)
	ctx, came := context.WithCancel(t.Context())
	first := w.Start(apptest.Talkative(), func(next storage.Engine) storage.Engine { return stuck{next, came} })
	owner := w.People.Person("김사장", "ko")
	k := &apptest.Talk{Chat: owner.Private(), T: t, World: w, Process: first, Owner: owner}
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.SendPhoto(apptest.Picture(240, 400), "김치찌개 9,000원")
	<-ctx.Done()
	first.Kill()
	k.Restarted()
	k.Gets(2)
	if n := len(k.Orders()); n != 2 {
		t.Errorf("%d orders", n)
	}
}

// TestRestart_AConversationGoesOnOverPostgres is a day's talk on the other database, with a restart in it.
func TestRestart_AConversationGoesOnOverPostgres(t *testing.T) {
	t.Parallel()
	k := ending(t, apptest.Databases()["postgres"](t), nil)
	k.SendPhoto(apptest.TinyPhoto(), "새우 파스타")
	k.HearsText("가격을 알려 주세요")
	k.Process.Stop()
	k.Restarted()
	k.SendText("18,000원")
	short := k.Gets(1)
	k.SendText("가격 19,000원", people.ReplyTo(short.ID))
	if second := k.Gets(2); !strings.Contains(second.Text, "19,000원") {
		t.Errorf("the second short: %+v", second)
	}
	k.One(2)
	k.SendAlbum(dishes("김치찌개 9,000원", "된장찌개 8,000원")...)
	k.Press(k.HearsText("영상 2편을 만들까요?"), "모두 따로")
	k.Gets(4)
}
