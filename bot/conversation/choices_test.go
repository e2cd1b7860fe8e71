package conversation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/present"
)

func labels(s bot.OutgoingMessage) (all []string) {
	for _, row := range s.Buttons {
		for _, b := range row {
			all = append(all, b.Label)
		}
	}
	return all
}

func TestSettings_ALookIsChosenForTheOrdersToCome(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		look := func(name string) string { return present.Fill("ko", "look."+name, nil) }
		t.Writes("느낌")
		asked := t.Hears()
		if got := fmt.Sprint(labels(asked[0])); got != fmt.Sprint([]string{"✓ " + look("clean"), look("market")}) {
			t.Error(got)
		}
		press := t.Button(asked, look("market"))
		for range 2 { // twice is as good as once
			t.Presses(press)
		}
		says := t.Hears()
		want := present.Fill("ko", "shoplook.set", present.Args{"name": look("market")})
		if len(says) != 3 || says[0].Text != want || says[0].Answer != "press" || says[1].Edit != "bot question" ||
			says[2].Answer != "press" {
			t.Errorf("%+v", says)
		}
		t.Sends("p1", "새우 파스타 18,000원")
		if o := t.Orders()[0]; o.Cut.Look != "market" || o.Cut.Music != "bright" {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestSettings_MusicIsChosenForTheOrdersToCome(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/music")
		t.Presses(t.Button(t.Hears(), present.Fill("ko", "music.calm", nil)))
		t.Sends("p1", "새우 파스타 18,000원")
		if o := t.Orders()[0]; o.Cut.Look != "clean" || o.Cut.Music != "calm" {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestSettings_HostileButtonsSetNothingAndAreAnsweredOnce(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		before := t.Shop("owner")
		for _, data := range []string{
			"shoplook:../../etc", "shopmusic:", "lang:xx", "shoplook:market:x:y", "nonsense", "", ":::", "lang:ko:en",
		} {
			t.Presses(data)
			answers := 0
			for _, s := range t.Hears() {
				if s.Answer == "press" {
					answers++
				}
			}
			if answers != 1 {
				t.Errorf("%q was answered %d times", data, answers)
			}
		}
		if s := t.Shop("owner"); s.Music != before.Music || s.Look != "market" {
			t.Errorf("%+v", s)
		}
	})
}

func TestSettings_AForeignerReadsKoreanUntilTheyChooseALanguage(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Does(bot.Update{Chat: "new", Text: "/language"})
		t.Hear(bottest.Ko("lang.ask"))
		t.Does(bot.Update{Kind: bot.Pressed, Chat: "new", Action: "lang:en", Notice: "n"})
		t.Does(bot.Update{Chat: "new", Text: "/help"})
		says := t.Hears()
		if last := says[len(says)-1].Text; says[0].Text != present.Fill("en", "lang.set", nil) ||
			!strings.HasPrefix(last, present.Fill("en", "help", nil)) {
			t.Errorf("%+v", says)
		}
		t.Does(bot.Update{Chat: "new", Text: "한국어"})
		t.Does(bot.Update{Chat: "new", Text: "English"})
		t.Hear(bottest.Ko("lang.set"), present.Fill("en", "lang.set", nil))
	})
}

func TestSettings_AreShownAsTheyHold(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/settings")
		s := t.Hear("가게 이름: 바다식당\n로고: 아직 없어요\n느낌: " + present.Fill("ko", "look.clean", nil) + "…")
		if got := labels(s[0]); len(got) != 3 {
			t.Error(got)
		}
		t.Presses(t.Button(s, bottest.Ko("lang.button")))
		t.Hear("", bottest.Ko("lang.ask"))
	})
}
