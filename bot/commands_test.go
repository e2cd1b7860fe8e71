package bot

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/phrase"
)

func TestCommandsAreReadInEverySpelling(t *testing.T) { // T31
	for text, want := range map[string]command{
		"/help":                {"help", "", true},
		" /HELP ":              {"help", "", true},
		"／Help":                {"help", "", true},
		"/start abc-123":       {"start", "abc-123", true},
		"/shop  새우네 \n":        {"shop", "새우네", true},
		"/도움말":                 {"help", "", true},
		"/가게 새우네":              {"shop", "새우네", true},
		"/가게 이름 새우네":           {"shop", "새우네", true},
		"/retry 12":            {"retry", "12", true},
		"도움말":                  {"help", "", false},
		"취소!":                  {"cancel", "", false},
		"취소해 주세요.":             {"cancel", "", false},
		"내 영상":                 {"videos", "", false},
		"이번 달":                 {"usage", "", false},
		"English":              {"language", "en", false},
		"가게 이름":                {"shop", "", false},
		"가게 이름 바꾸고 싶어요":        {"shop", "", false},
		"가게 이름은 새우네예요":         {"shop", "새우네", false},
		"상호: Bar & Grill":      {"shop", "Bar & Grill", false},
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
		if got, ok := readCommand(text); got != want && ok || ok != (want != command{}) {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

func FuzzReadCommand(f *testing.F) {
	f.Add("/start abc")
	f.Add("가게 이름은 새우네")
	f.Add("／\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := readCommand(text); ok && c.name == "" || len(c.arg) > len(text)+2 {
			t.Errorf("%q is %+v", text, c)
		}
	})
}

func TestAMenuWithAPhotoIsNeverACommand(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "로고 빵 4,000원")
		t.sends("p2", "/shorts 새우 파스타 18,000원")
		t.ordered("p1 로고 빵 4,000원", "p2 새우 파스타 18,000원")
		t.hear()
		t.sends("p3", "느낌")
		t.waits(textWait + 1)
		t.hear(ko("ask.both"))
	})
}

func TestAnUnknownCommandGetsAHintWhereWeAreSpokenTo(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/weather 12")
		t.does(Update{Chat: "other", Group: true, Text: "/weather"})
		t.does(Update{Chat: "other", Group: true, Text: "도움말"})
		t.does(Update{Chat: "other", Group: true, ToUs: true, Text: "/weather"})
		hint := phrase.Fill("ko", "unknown", nil)
		t.hear(hint, hint)
	})
}

func TestHelpTellsOfViewOncePhotosAndFitsAScreen(t *testing.T) { // T13
	for lang, once := range map[string]string{"ko": "한 번만 볼 수 있는 사진", "en": "View-once photos"} {
		help := phrase.Fill(lang, "help", nil)
		if n := strings.Count(help, "\n"); !strings.Contains(help, once) || n > 18 || utf8.RuneCountInString(help) > 450 {
			t.Errorf("%s: %d lines: %s", lang, n, help)
		}
	}
	conversation(t, func(t *talk) {
		t.writes("도움말")
		t.hear(ko("help") + "\n\n🤖 " + ko("ai"))
	})
}

func TestMenusOfferWhatIsUnderstood(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		for _, e := range AdminCommands(lang) {
			if c, ok := readCommand("/" + e.Name); !ok || c.name != e.Name || e.Text == "" {
				t.Errorf("%s: %+v is read as %+v", lang, e, c)
			}
		}
	}
	conversation(t, func(t *talk) {
		for _, e := range Commands("ko") {
			t.writes("/" + e.Name)
			for _, s := range t.hears() {
				if s.Text == "" || s.Text == phrase.Fill("ko", "unknown", nil) {
					t.Errorf("%s says %q", e.Name, s.Text)
				}
			}
		}
	})
}

func TestWhoIsNoAdminLearnsNothingFromStatus(t *testing.T) { // T32
	conversation(t, func(t *talk) {
		t.desk.Admins = map[string]bool{"telegram:boss": true, "slack:kim": true}
		t.sends("p1", "새우 파스타 18,000원")
		t.writes("/status")
		t.writes("상태")
		t.writes("/invite 몰래네")
		no := phrase.Fill("ko", "admin.only", nil)
		t.hear(no, no, no)
		t.does(Update{Text: "/status", User: User{ID: "boss"}})
		t.hear("📊 사장픽 1.2.0…")
	})
}

func TestIsAdmin_AnIDCountsInItsOwnWorkspaceOnly(t *testing.T) {
	conversation(t, func(t *talk) {
		t.desk.Admins = map[string]bool{"telegram:U0BOSS": true, "telegram:T2:U0CHEF": true}
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
			t.does(Update{Chat: c.chat, Text: "/status", User: User{ID: c.user, Team: c.team}})
			if says := t.hears(); len(says) != 1 || strings.HasPrefix(says[0].Text, "📊") != c.admin {
				t.Errorf("%+v is answered %+v", c, says)
			}
		}
	})
}

func TestAnAnonymousAdminIsAskedToShowThemselves(t *testing.T) { // T33
	conversation(t, func(t *talk) {
		t.desk.Admins = map[string]bool{"telegram:1087968824": true}
		nobody := User{ID: "1087968824", Anonymous: true}
		t.does(Update{Chat: "other", Group: true, ToUs: true, Text: "/invite", User: nobody})
		t.hear(phrase.Fill("ko", "admin.anonymous", nil))
		u := photo("p1", "새우 파스타 18,000원")
		u.Chat, u.Group, u.User = "other", true, nobody
		t.does(u)
		if got, err := t.store.Recent(t.Context(), "telegram", "other", 5); err != nil || len(got) != 1 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestCancelEndsWhatIsBeingMade(t *testing.T) { // T50
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.writes("취소")
		t.hear("취소했어요.")
		if o := t.orders()[0]; o.Status != "cancelled" {
			t.Errorf("%+v", o)
		}
		t.writes("/cancel")
		t.hear(phrase.Fill("ko", "cancel.nothing", nil))
	})
}
