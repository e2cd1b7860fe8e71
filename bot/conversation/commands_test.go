package conversation_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

func TestReader_CommandsAreReadInEverySpelling(t *testing.T) {
	for text, want := range map[string]intent.Command{
		"/help":                {Name: "help", Arg: "", Slash: true},
		" /HELP ":              {Name: "help", Arg: "", Slash: true},
		"／Help":                {Name: "help", Arg: "", Slash: true},
		"/start abc-123":       {Name: "start", Arg: "abc-123", Slash: true},
		"/shop  새우네 \n":        {Name: "shop", Arg: "새우네", Slash: true},
		"/도움말":                 {Name: "help", Arg: "", Slash: true},
		"/가게 새우네":              {Name: "shop", Arg: "새우네", Slash: true},
		"/가게 이름 새우네":           {Name: "shop", Arg: "새우네", Slash: true},
		"/retry 12":            {Name: "retry", Arg: "12", Slash: true},
		"도움말":                  {Name: "help", Arg: "", Slash: false},
		"취소!":                  {Name: "cancel", Arg: "", Slash: false},
		"취소해 주세요.":             {Name: "cancel", Arg: "", Slash: false},
		"내 영상":                 {Name: "videos", Arg: "", Slash: false},
		"이번 달":                 {Name: "usage", Arg: "", Slash: false},
		"English":              {Name: "language", Arg: "en", Slash: false},
		"가게 이름":                {Name: "shop", Arg: "", Slash: false},
		"가게 이름 바꾸고 싶어요":        {Name: "shop", Arg: "", Slash: false},
		"가게 이름은 새우네예요":         {Name: "shop", Arg: "새우네", Slash: false},
		"상호: Bar & Grill":      {Name: "shop", Arg: "Bar & Grill", Slash: false},
		"새우 파스타 18,000원":       {},
		"음악 좋네요":               {},
		"취소표 12,000원":          {},
		"상호 정식 9,000원":         {},
		"가게 정식":                {},
		"상호정식":                 {},
		"/ 새우 파스타 18,000원":     {},
		"/18,000원":             {},
		"/home/user/photo.jpg": {},
		"/":                    {},
		"":                     {},
	} {
		if got, ok := new(intent.Reader).Command(text); got != want && ok || ok != (want != intent.Command{}) {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

func FuzzReader_ACommandHasANameAndNoMoreThanTheText(f *testing.F) {
	f.Add("/start abc")
	f.Add("가게 이름은 새우네")
	f.Add("／\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := new(intent.Reader).Command(text); ok && c.Name == "" || len(c.Arg) > len(text)+2 {
			t.Errorf("%q is %+v", text, c)
		}
	})
}

func TestConversation_AMenuWithAPhotoIsNeverACommand(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "로고 빵 4,000원")
		t.Sends("p2", "/shorts 새우 파스타 18,000원")
		t.Ordered("p1 로고 빵 4,000원", "p2 새우 파스타 18,000원")
		t.Hear()
		t.Sends("p3", "느낌")
		t.Waits(orders.TextWait + 1)
		t.Hear(bottest.Ko("ask.both"))
	})
}

func TestConversation_AnUnknownCommandToTheBotGetsAHint(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/weather 12")
		t.Does(bot.Update{Chat: "other", Group: true, Text: "/weather"})
		t.Does(bot.Update{Chat: "other", Group: true, Text: "도움말"})
		t.Does(bot.Update{Chat: "other", Group: true, ToUs: true, Text: "/weather"})
		hint := present.Fill("ko", "unknown", nil)
		t.Hear(hint, hint)
	})
}

func TestHelp_TellsOfViewOncePhotosAndFitsAScreen(t *testing.T) {
	for lang, once := range map[string]string{"ko": "한 번만 볼 수 있는 사진", "en": "View-once photos"} {
		help := present.Fill(lang, "help", nil)
		if n := strings.Count(help, "\n"); !strings.Contains(help, once) || n > 18 ||
			utf8.RuneCountInString(help) > 450 {
			t.Errorf("%s: %d lines: %s", lang, n, help)
		}
	}
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("도움말")
		t.Hear(bottest.Ko("help") + "\n\n🤖 " + bottest.Ko("ai"))
	})
}

func TestReader_EveryCommandInTheMenusIsUnderstood(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		for _, e := range present.AdminCommands(lang) {
			if c, ok := new(intent.Reader).Command("/" + e.Name); !ok || c.Name != e.Name || e.Text == "" {
				t.Errorf("%s: %+v is read as %+v", lang, e, c)
			}
		}
	}
	bottest.Conversation(t, func(t *bottest.Talk) {
		for _, e := range present.Commands("ko") {
			t.Writes("/" + e.Name)
			for _, s := range t.Hears() {
				if s.Text == "" || s.Text == present.Fill("ko", "unknown", nil) {
					t.Errorf("%s says %q", e.Name, s.Text)
				}
			}
		}
	})
}

func TestConversation_WhoIsNoAdminLearnsNothingFromStatus(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) {
			o.Admins = map[string]bool{"telegram:boss": true, "slack:kim": true}
		})
		t.Sends("p1", "새우 파스타 18,000원")
		t.Writes("/status")
		t.Writes("상태")
		t.Writes("/invite 몰래네")
		no := present.Fill("ko", "admin.only", nil)
		t.Hear(no, no, no)
		t.Does(bot.Update{Text: "/status", User: bot.User{ID: "boss"}})
		t.Hear("📊 사장픽 1.2.0…")
	})
}

func TestIsAdmin_AnIDCountsInItsOwnWorkspaceOnly(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) {
			o.Admins = map[string]bool{"telegram:U0BOSS": true, "telegram:T2:U0CHEF": true}
		})
		for _, c := range []struct {
			chat, team, user string
			admin            bool
		}{
			{"T1:D1", "T1", "U0BOSS", true},
			{"T1:D2", "T2", "U0BOSS", false}, // a guest from elsewhere who is called the same
			{"T1:D3", "T2", "U0CHEF", true},
			{"T1:D4", "T1", "U0CHEF", false},
			{"T2:D5", "T2", "U0CHEF", true},
		} {
			t.Does(bot.Update{Chat: c.chat, Text: "/status", User: bot.User{ID: c.user, Team: c.team}})
			if says := t.Hears(); len(says) != 1 || strings.HasPrefix(says[0].Text, "📊") != c.admin {
				t.Errorf("%+v is answered %+v", c, says)
			}
		}
	})
}

func TestConversation_AnAnonymousAdminIsAskedToShowThemselves(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.Admins = map[string]bool{"telegram:1087968824": true} })
		nobody := bot.User{ID: "1087968824", Anonymous: true}
		t.Does(bot.Update{Chat: "other", Group: true, ToUs: true, Text: "/invite", User: nobody})
		t.Hear(present.Fill("ko", "admin.anonymous", nil))
		u := bottest.Photo("p1", "새우 파스타 18,000원")
		u.Chat, u.Group, u.User = "other", true, nobody
		t.Does(u)
		if got, err := t.Store.Recent(t.Context(), "telegram", "other", 5); err != nil || len(got) != 1 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestEdits_CancelEndsTheOrderThatIsBeingMade(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Writes("취소")
		t.Hear("취소했어요.")
		if o := t.Orders()[0]; o.Status != "cancelled" {
			t.Errorf("%+v", o)
		}
		t.Writes("/cancel")
		t.Hear(present.Fill("ko", "cancel.nothing", nil))
	})
}
