package bot

import (
	"strings"
	"testing"
	"time"
)

// invited makes a code as an admin in a chat of their own.
func (t *talk) invited(name string) string {
	t.Helper()
	t.desk.Open, t.desk.Admins = false, map[string]bool{"telegram:boss": true}
	t.does(Update{Chat: "boss", User: User{ID: "boss"}, Text: "/invite " + name})
	s := t.hears()[0]
	_, code, ok := strings.Cut(s.Text, "/start ")
	if !ok {
		t.Fatalf("%+v", s)
	}
	return strings.Fields(code)[0]
}

func TestAnInvitesCodeMakesAShop(t *testing.T) { // T43
	conversation(t, func(t *talk) {
		code := t.invited("새우네\n")
		if len(code) < 16 {
			t.Error(code)
		}
		t.does(Update{Chat: "new", Text: "/start " + strings.ToUpper(code)})
		t.hear("초대를 확인했어요. 새우네 사장님, 반가워요! 👋\n" + ko("start.how", "ai", "start.more"))
		t.does(from("new", "p1", "새우 파스타 18,000원"))
		got, err := t.store.Recent(t.Context(), "telegram", "new", 5)
		t.check(err)
		if s := t.shop("new"); s.Name != "새우네" || len(got) != 1 || got[0].Cut.Words.Shop != "새우네" {
			t.Errorf("%+v, %+v", s, got)
		}
		t.does(Update{Chat: "new", Text: "/start " + code})
		t.hear(ko("start.bound", "start.how", "ai"))
	})
}

func TestACodeThatIsNoUseSaysWhatToDo(t *testing.T) { // T43
	conversation(t, func(t *talk) {
		used, late := t.invited(""), t.invited("")
		t.does(Update{Chat: "first", Text: "/start " + used})
		t.hears()
		for _, code := range []string{used, "abc123", strings.Repeat("a", codeLetters), "'; DROP TABLE invites", strings.Repeat("x", 4000)} {
			t.does(Update{Chat: "second", Text: "/start " + code})
			t.hear(ko("start.badcode"))
		}
		time.Sleep(inviteLife)
		t.does(Update{Chat: "second", Text: "/start " + late})
		t.hear(ko("start.badcode"))
		if c := t.chat("second"); c.Shop != 0 {
			t.Errorf("%+v", c)
		}
		t.does(Update{Chat: "second", Text: "/start"})
		t.hear(ko("start.hello", "invite.needed", "ai"))
	})
}

func TestAGroupIsBoundByACodeToo(t *testing.T) {
	conversation(t, func(t *talk) {
		code := t.invited("")
		t.does(Update{Chat: "-5", Group: true, ToUs: true, Text: "/start " + code})
		t.hear(ko("start.joined", "start.how", "ai", "start.more"))
		if t.shop("-5").Name != "" {
			t.Error(t.shop("-5"))
		}
	})
}

func TestInvitesAreMadeInPrivateByAdmins(t *testing.T) {
	conversation(t, func(t *talk) {
		code := t.invited("새우네")
		t.console.BotName = func() string { return "sajangpick_bot" }
		t.does(Update{Chat: "-5", Group: true, ToUs: true, User: User{ID: "boss"}, Text: "/invite"})
		t.hear(ko("admin.private"))
		t.does(Update{Chat: "boss", User: User{ID: "boss"}, Text: "/invite"})
		s := t.hears()[0]
		link := s.Buttons[0][0].Copy
		if !strings.HasPrefix(link, "https://t.me/sajangpick_bot?start=") || !strings.Contains(s.Text, link) || strings.Contains(s.Text, code) {
			t.Errorf("%+v", s)
		}
		if !strings.Contains(s.Text, "1월 15일까지") { // it is the first of January
			t.Error(s.Text)
		}
	})
}

func TestWhoIsWelcomeIsToldHowToBegin(t *testing.T) {
	conversation(t, func(t *talk) {
		t.does(Update{Chat: "new", Text: "/start"})
		t.does(Update{Chat: "new", Text: "/start from-a-poster"})
		hello := ko("start.hello", "start.how", "ai", "start.more")
		t.hear(hello, hello)
		if n := strings.Count(hello, "\n"); n > 4 {
			t.Errorf("%d lines", n+1)
		}
	})
}
