package bot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
)

func labels(s state.OutgoingMessage) (all []string) {
	for _, row := range s.Buttons {
		for _, b := range row {
			all = append(all, b.Label)
		}
	}
	return all
}

func TestALookIsChosenForTheOrdersToCome(t *testing.T) {
	conversation(t, func(t *talk) {
		look := func(name string) string { return phrase.Fill("ko", "look."+name, nil) }
		t.writes("느낌")
		asked := t.hears()
		if got := fmt.Sprint(labels(asked[0])); got != fmt.Sprint([]string{"✓ " + look("clean"), look("market")}) {
			t.Error(got)
		}
		press := t.button(asked, look("market"))
		for range 2 { // twice is as good as once
			t.presses(press)
		}
		says := t.hears()
		want := phrase.Fill("ko", "shoplook.set", phrase.Args{"name": look("market")})
		if len(says) != 3 || says[0].Text != want || says[0].Answer != "press" || says[1].Edit != "bot question" || says[2].Answer != "press" {
			t.Errorf("%+v", says)
		}
		t.sends("p1", "새우 파스타 18,000원")
		if o := t.orders()[0]; o.Cut.Look != "market" || o.Cut.Music != "bright" {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestMusicIsChosenForTheOrdersToCome(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/music")
		t.presses(t.button(t.hears(), phrase.Fill("ko", "music.calm", nil)))
		t.sends("p1", "새우 파스타 18,000원")
		if o := t.orders()[0]; o.Cut.Look != "clean" || o.Cut.Music != "calm" {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestHostileButtonsSetNothingAndAreAnsweredOnce(t *testing.T) {
	conversation(t, func(t *talk) {
		before := t.shop("owner")
		for _, data := range []string{"shoplook:../../etc", "shopmusic:", "lang:xx", "shoplook:market:x:y", "nonsense", "", ":::", "lang:ko:en"} {
			t.presses(data)
			answers := 0
			for _, s := range t.hears() {
				if s.Answer == "press" {
					answers++
				}
			}
			if answers != 1 {
				t.Errorf("%q was answered %d times", data, answers)
			}
		}
		if s := t.shop("owner"); s.Music != before.Music || s.Look != "market" {
			t.Errorf("%+v", s)
		}
	})
}

func TestAForeignerIsSpokenToInKoreanUntilTheyChoose(t *testing.T) { // T49
	conversation(t, func(t *talk) {
		t.does(Update{Chat: "new", Text: "/language"})
		t.hear(ko("lang.ask"))
		t.does(Update{Kind: Pressed, Chat: "new", Action: "lang:en", Notice: "n"})
		t.does(Update{Chat: "new", Text: "/help"})
		says := t.hears()
		if last := says[len(says)-1].Text; says[0].Text != phrase.Fill("en", "lang.set", nil) || !strings.HasPrefix(last, phrase.Fill("en", "help", nil)) {
			t.Errorf("%+v", says)
		}
		t.does(Update{Chat: "new", Text: "한국어"})
		t.does(Update{Chat: "new", Text: "English"})
		t.hear(ko("lang.set"), phrase.Fill("en", "lang.set", nil))
	})
}

func TestSettingsShowWhatHolds(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/settings")
		s := t.hear("가게 이름: 바다식당\n로고: 아직 없어요\n느낌: " + phrase.Fill("ko", "look.clean", nil) + "…")
		if got := labels(s[0]); len(got) != 3 {
			t.Error(got)
		}
		t.presses(t.button(s, ko("lang.button")))
		t.hear("", ko("lang.ask"))
	})
}
