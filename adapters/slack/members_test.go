package slack

import (
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
)

func TestRunsChat_AsksSlackWhoRunsIt(t *testing.T) {
	s := open(t, people.Options{})
	staff, ch := s.channel()
	admin := s.ws.Member("김사장", "ko-KR")
	admin.Admin = true
	ch.Post("안녕하세요")
	chat := s.next(t, bot.Wrote).Chat
	for user, want := range map[string]bool{admin.ID: true, staff.ID: false, "U0NOBODY": false} {
		if got, err := s.c.RunsChat(t.Context(), chat, user); err != nil || got != want {
			t.Errorf("%q: %v, %v", user, got, err)
		}
	}
	s.ws.Without("users:read")
	if _, err := s.c.RunsChat(t.Context(), chat, admin.ID); err == nil {
		t.Error("Slack doesn't say, and it is known who runs the workspace")
	}
}
