package slack_test

import (
	"strings"
	"testing"
	"time"

	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// posting opens a service with Slack in front, and a channel that it was invited to. Before it starts the
// world may be changed.
func posting(t *testing.T, change ...func(w *apptest.World)) *apptest.Room {
	t.Helper()
	return postingTo(t, (*apptest.World).Subscribed, change...)
}

// postingTo is posting to a process that start starts.
func postingTo(
	t *testing.T, start func(*apptest.World, *office.Server) *apptest.Process, change ...func(w *apptest.World),
) *apptest.Room {
	t.Helper()
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	sl := w.WithSlack(office.Options{})
	ws := sl.Workspace("바다식당")
	w.Settings["SLACK_BOT_TOKEN"] = ws.Token()
	for _, f := range change {
		f(w)
	}
	k := &apptest.Room{
		T: t, World: w, Process: start(w, sl), Slack: sl, Workspace: ws, Staff: ws.Member("이직원", "ko-KR"),
	}
	k.Channel = ws.Channel("쇼츠", k.Staff).Invite()
	k.Hears("이 채널에 음식 사진을 올리면서")
	return k
}

// TestSlack_AnOrdinaryConversationEndsInAShort is the happy path: a post, its short, a fix in the thread and a button
// hours later.
func TestSlack_AnOrdinaryConversationEndsInAShort(t *testing.T) {
	k := posting(t)
	release := k.Hold()
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	line := k.Hears("새우 파스타 · 18,000원")
	if line.Thread != dish.TS {
		t.Errorf("the line: %+v", line)
	}
	k.Marked(dish, "eyes")
	release()
	short := k.Gets(1, dish)
	if !strings.Contains(short.Shown, "18,000원") || short.Thread != dish.TS {
		t.Errorf("the short: %+v", short)
	}
	k.Marked(dish, "white_check_mark")
	dish.Reply("가격 19,000원")
	if short = k.Gets(2, dish); !strings.Contains(short.Shown, "19,000원") {
		t.Errorf("the second: %+v", short)
	}
	k.One(2)
	k.Slack.Pass(2 * time.Hour)
	k.Presses(short, "다시 만들기")
	k.Presses(k.Hears("이번 달 영상 한 편을 써요"), "새로 만들기")
	k.Gets(3, dish)
	if clips, cuts := k.Bought(); clips != 2 || cuts != 3 {
		t.Errorf("%d clips and %d cuts were bought", clips, cuts)
	}
	k.Types("/sajangpick usage")
	if m := k.Finds("usage", func(m office.Message) bool {
		return m.Ephemeral && strings.Contains(m.Shown, "이번 달")
	}); m.Thread != "" {
		t.Errorf("usage: %+v", m)
	}
}
