package telegram

import (
	"strconv"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

func TestRunsChat_AsksTelegramWhoRunsIt(t *testing.T) {
	s, c := stand(t, people.Options{SeesAll: true})
	boss, staff := s.Person("김사장", "ko"), s.Person("이직원", "ko")
	group := s.Group("주방", boss).AddBot()
	chat := strconv.FormatInt(group.ID(), 10)
	for user, want := range map[string]bool{
		strconv.FormatInt(boss.Private().ID(), 10):  true, // whose group it is
		strconv.FormatInt(staff.Private().ID(), 10): false,
		"404": false, "boss": false, "": false,
	} {
		if got, err := c.RunsChat(t.Context(), chat, user); err != nil || got != want {
			t.Errorf("%q: %v, %v", user, got, err)
		}
	}
	s.Fault(people.Fault{On: "getChatMember", Status: 502})
	if _, err := c.RunsChat(t.Context(), chat, "1"); err == nil {
		t.Error("Telegram is away, and it is known who runs the chat")
	}
}
