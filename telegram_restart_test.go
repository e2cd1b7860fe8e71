package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// restarted puts another process in the place of the talk's, which is gone.
func (k *talk) restarted() {
	k.p = k.w.start(talkative(), nil)
	k.t.Cleanup(k.p.stop)
}

// ending is a talk whose processes the test ends by itself.
func ending(t *testing.T, database string, wrap func(storage.Engine) storage.Engine) *talk {
	t.Helper()
	w := newWorld(t, database).withTelegram()
	owner := w.people.Person("김사장", "ko")
	return &talk{Chat: owner.Private(), t: t, w: w, p: w.start(talkative(), wrap), owner: owner}
}

// TestARestartForgetsNothing ends the process in the middle of a conversation, once in order and once not.
func TestARestartForgetsNothing(t *testing.T) {
	t.Parallel()
	for how, end := range map[string]func(p *process){"stopped": (*process).stop, "killed": (*process).kill} {
		for what, talk := range map[string]func(k *talk, end func()){
			"a question":        questionOverRestart,
			"an album":          albumOverRestart,
			"a clip being made": clipOverRestart,
			"words unsaid":      wordsOverRestart,
		} {
			t.Run(what+", "+how, func(t *testing.T) {
				t.Parallel()
				k := ending(t, databases()["sqlite"](t), nil)
				talk(k, func() { end(k.p); k.restarted() })
			})
		}
	}
}

func questionOverRestart(k *talk, end func()) {
	photo := k.SendPhoto(tinyPhoto(), "새우 파스타")
	k.hearsText("가격을 알려 주세요")
	end()
	k.SendText("18,000원")
	if short := k.gets(1); short.ReplyTo != photo.ID {
		k.t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func albumOverRestart(k *talk, end func()) {
	k.SendAlbum(dishes(k.t, pasta, "", "")...)
	k.w.people.Until(patience, func() bool { return k.w.people.Waiting() == 0 })
	end()
	k.press(k.hearsText("사진 3장 중에서"), "3번 사진")
	k.gets(1)
	k.one(1)
}

func clipOverRestart(k *talk, end func()) {
	release := k.hold()
	k.SendPhoto(tinyPhoto(), pasta)
	k.underWay()
	end()
	release()
	k.gets(1)
	k.one(1)
}

func wordsOverRestart(k *talk, end func()) {
	k.w.people.Fail("sendMessage", -1, people.Failure{Code: http.StatusInternalServerError})
	k.SendText("/start")
	k.SendText("/usage")
	k.w.people.Until(patience, func() bool { return k.w.people.Waiting() == 0 })
	end()
	k.w.people.Heal()
	hello, usage := k.hearsText("안녕하세요"), k.hearsText("이번 달")
	if hello.ID > usage.ID || k.count("안녕하세요") != 1 || k.count("이번 달") != 1 {
		k.t.Errorf("said: %+v", k.Messages())
	}
}

func polled(w *world) { w.settings["TELEGRAM_MODE"] = "polling" }

func TestPollingIsTheSameConversation(t *testing.T) {
	k := talking(t, polled)
	k.SendPhoto(tinyPhoto(), "")
	k.SendText(pasta)
	short := k.gets(1)
	k.press(short, "다른 느낌")
	k.press(k.hearsText("어떤 느낌으로"), "시장")
	k.gets(2)
	k.one(2)
}

// stuck is a database that takes no change from chats, and tells when the first one came.
type stuck struct {
	storage.Engine
	came func()
}

func (e stuck) Commit(ctx context.Context, _ state.Change) ([]pipeline.Order, error) {
	e.came()
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestWhatWasPolledAndNotCommittedIsPolledAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	polled(w)
	ctx, came := context.WithCancel(t.Context())
	first := w.start(talkative(), func(next storage.Engine) storage.Engine { return stuck{next, came} })
	owner := w.people.Person("김사장", "ko")
	k := &talk{Chat: owner.Private(), t: t, w: w, p: first, owner: owner}
	k.SendPhoto(tinyPhoto(), pasta)
	k.SendPhoto(picture(240, 400), "김치찌개 9,000원")
	<-ctx.Done()
	first.kill()
	k.restarted()
	k.gets(2)
	if n := len(k.orders()); n != 2 {
		t.Errorf("%d orders", n)
	}
}

// TestAConversationOnPostgres is a day's talk on the other database, with a restart in it.
func TestAConversationOnPostgres(t *testing.T) {
	t.Parallel()
	k := ending(t, databases()["postgres"](t), nil)
	k.SendPhoto(tinyPhoto(), "새우 파스타")
	k.hearsText("가격을 알려 주세요")
	k.p.stop()
	k.restarted()
	k.SendText("18,000원")
	short := k.gets(1)
	k.SendText("가격 19,000원", people.ReplyTo(short.ID))
	if second := k.gets(2); !strings.Contains(second.Text, "19,000원") {
		t.Errorf("the second short: %+v", second)
	}
	k.one(2)
	k.SendAlbum(dishes(t, "김치찌개 9,000원", "된장찌개 8,000원")...)
	k.press(k.hearsText("영상 2편을 만들까요?"), "모두 따로")
	k.gets(4)
}
