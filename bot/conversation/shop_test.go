package conversation_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestSettings_TheShopsNameIsSetByAWordOrByAnAnswer(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/shop 새우네 식당")
		t.Hear("좋아요! 다음 영상부터 ‘새우네 식당’을 넣을게요.")
		t.Writes("가게 이름")
		q := t.Hear("지금은 ‘새우네 식당’이에요. 새 이름을 보내 주시면 바꿔 드려요.")[0]
		if !q.Ask {
			t.Errorf("%+v", q)
		}
		t.Does(bot.Update{User: bot.User{ID: "lee"}, Text: "이건 이름이 아니에요"})
		t.Hears()
		t.Writes("바다회관")
		t.Hear("좋아요! 다음 영상부터 ‘바다회관’을 넣을게요.")
		t.Writes("고마워요") // nobody waits for a name any more
		t.Sends("p1", "새우 파스타 18,000원")
		if w := t.Orders()[0].Cut.Words; w.Shop != "바다회관" {
			t.Errorf("%+v", w)
		}
	})
}

func TestSettings_AMenuIsNoNameEvenWhenTheNameWasAskedFor(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/shop")
		t.Sends("p1", "새우 파스타 18,000원")
		t.Writes("봉골레 17,000원")
		t.Ordered("p1 새우 파스타 18,000원")
		if n := t.Shop("owner").Name; n != "바다식당" {
			t.Error(n)
		}
		time.Sleep(intent.SettingLife + time.Second)
		t.Hears()
		t.Writes("이제 와서 이름")
		if n := t.Shop("owner").Name; n != "바다식당" {
			t.Error(n)
		}
	})
}

func TestSettings_AGroupsTalkIsNoName(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Does(bot.Update{Group: true, ToUs: true, Text: "/shop"})
		q := t.Hears()[0]
		t.Does(bot.Update{Group: true, Text: "점심 뭐 먹지"})
		if n := t.Shop("owner").Name; n != "바다식당" {
			t.Error(n)
		}
		drafts, err := t.Store.Drafts(t.Context(), "telegram", "owner", time.Now())
		t.Check(err)
		t.Does(bot.Update{
			Group: true, ToUs: true, Text: "새우네", Reply: &bot.Reply{Message: drafts[0].Question, Ours: true},
		})
		if n := t.Shop("owner").Name; n != "새우네" {
			t.Errorf("%q after %+v", n, q)
		}
	})
}

func TestCleanName_LeavesOneLineOfVisibleLetters(t *testing.T) {
	for text, want := range map[string]string{
		"  새우네\n식당 ": "새우네 식당", "새\u200b우\u202e네\u0000": "새우네", "Bar & Grill": "Bar & Grill", "ㅁㅁ분식": "ㅁㅁ분식",
		"\u3164\u200d": "", "\u0301": "", "": "", "\ufeff \u2800": "", "새우네🦐": "새우네🦐", "a\xffb": "ab",
		strings.Repeat("가", 30): strings.Repeat("가", 30),
	} {
		if got, long := intent.CleanName(text); got != want || long {
			t.Errorf("%q is %q, %v; want %q", text, got, long, want)
		}
	}
	for _, text := range []string{strings.Repeat("가", 31), "e" + strings.Repeat("\u0301", 500)} {
		if got, long := intent.CleanName(text); !long {
			t.Errorf("%q isn't too long", got)
		}
	}
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/shop " + strings.Repeat("가", 31))
		t.Writes("\u200b\u2060")
		t.Writes("새우네")
		t.Hear(bottest.Ko("shop.long"), bottest.Ko("shop.empty"), "좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}

func FuzzCleanName_LeavesOneLineWithoutControlsAndIsStable(f *testing.F) {
	f.Add("새\u200b우\u202e네\n")
	f.Fuzz(func(t *testing.T, text string) {
		name, _ := intent.CleanName(text)
		odd := func(r rune) bool {
			return r == '\n' || r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf)
		}
		if strings.ContainsFunc(name, odd) || name != strings.TrimSpace(name) {
			t.Errorf("%q is %q", text, name)
		}
		if again, _ := intent.CleanName(name); again != name {
			t.Errorf("%q becomes %q", name, again)
		}
	})
}

func TestSettings_ALogoIsTakenHoweverItComes(t *testing.T) {
	picture := bottest.Photo("logo", "").Pictures
	for name, says := range map[string]func(t *bottest.Talk){
		"below it":        func(t *bottest.Talk) { t.Sends("logo", "/logo") },
		"below it, alone": func(t *bottest.Talk) { t.Sends("logo", "로고") },
		"in a reply": func(t *bottest.Talk) {
			t.Does(bot.Update{Text: "로고", Reply: &bot.Reply{Message: "m0", Pictures: picture}})
		},
		"when asked for": func(t *bottest.Talk) {
			t.Writes("/logo")
			t.Hear(bottest.Ko("logo.ask"))
			t.Sends("logo", "")
		},
	} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			says(t)
			kept := t.Hear(bottest.Ko("logo.kept"))
			shop := t.Shop("owner")
			if shop.NewLogo.Ref != "ref logo" || shop.Logo != "" || kept[0].Logo != shop.ID || len(t.Orders()) != 0 {
				t.Errorf("%s: %+v, %+v", name, shop, kept)
			}
			t.Sends("p2", "") // the next picture is a dish again
			if t.Shop("owner").NewLogo.Ref != "ref logo" {
				t.Errorf("%s: took the dish", name)
			}
		})
	}
}

func TestSettings_ADishIsNoLogoEvenWhenTheLogoWasAskedFor(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/logo")
		t.Sends("p1", "새우 파스타 18,000원")
		t.Ordered("p1 새우 파스타 18,000원")
		if s := t.Shop("owner"); s.NewLogo.Ref != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestSettings_AnOrderOrHalfOfOneIsNoLogoAndEndsTheWaitForIt(t *testing.T) {
	for name, says := range map[string]func(t *bottest.Talk){
		"price missing": func(t *bottest.Talk) { t.Sends("p1", "냉면 9 물비빔 같음") },
		"menu missing":  func(t *bottest.Talk) { t.Sends("p1", "9,000원") },
		"all there":     func(t *bottest.Talk) { t.Sends("p1", "냉면 9,000원") },
		"words first":   func(t *bottest.Talk) { t.Writes("냉면 9,000원") },
		"an album's picture": func(t *bottest.Talk) {
			t.Album("a", "냉면 9,000원", "")
			t.Waits(2 * time.Second)
			t.Presses(t.Button(t.Hears(), "2번 사진"))
		},
	} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Writes("/logo")
			t.Hear(bottest.Ko("logo.ask"))
			says(t)
			t.Hears()
			t.Sends("p2", "")
			t.Waits(orders.TextWait)
			if s := t.Shop("owner"); s.NewLogo.Ref != "" {
				t.Errorf("%s: the logo is %+v", name, s.NewLogo)
			}
		})
	}
	for _, says := range []string{"", "우리 가게 로고예요", "our logo", "이걸로 해 주세요"} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Writes("/logo")
			t.Sends("logo", says)
			t.Hear(bottest.Ko("logo.ask"), bottest.Ko("logo.kept"))
		})
	}
}

func TestSettings_AnAlbumIsNoLogo(t *testing.T) {
	for name, captions := range map[string][]string{
		"the dish has the line and comes first": {"새우 파스타 18,000원", ""},
		"the dish has the line and comes last":  {"", "새우 파스타 18,000원"},
		"no line at all":                        {"", ""},
	} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Writes("/logo")
			t.Hear(bottest.Ko("logo.ask"))
			t.Album("a", captions...)
			t.Waits(2 * time.Second)
			if q := t.Hears(); len(q) != 1 || t.Shop("owner").NewLogo.Ref != "" {
				t.Errorf("%s: said %+v, the logo is %+v", name, q, t.Shop("owner").NewLogo)
			}
			t.Sends("logo", "") // it is still asked for
			t.Hear(bottest.Ko("logo.kept"))
		})
	}
}

func TestSettings_ALogoThatIsTooHeavyIsRefusedAtOnce(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		u := bottest.Photo("logo", "/logo")
		u.Pictures[0].Photo.Bytes = shop.MaxPhoto + 1
		t.Does(u)
		t.Hear(present.Reason("ko", pipeline.ReasonPhotoHeavy))
	})
}

func TestSettings_ANewChatsLogoMakesItsShop(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Does(bottest.From("new", "logo", "/logo"))
		if s := t.Hears(); len(s) != 2 || s[1].Logo != bot.ChatsShop || t.Shop("new").NewLogo.Ref != "ref logo" {
			t.Errorf("%+v", s)
		}
	})
}

func TestSettings_AHelloIsNotTheShopsName(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/shop")
		t.Hears()
		t.Writes("안녕하세요")
		if says := t.Hears(); len(says) != 1 || !strings.HasPrefix(says[0].Text, bottest.Ko("start.hello")) ||
			t.Shop("owner").Name != "바다식당" {
			t.Errorf("%+v, and the shop is %q", says, t.Shop("owner").Name)
		}
		t.Writes("새우네") // the question still stands
		t.Hear("좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}

func TestSettings_ANoIsNotTheShopsName(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("가게 이름 바꿔줘")
		t.Writes("아니요")
		t.Writes("가게 이름")
		t.Writes("새우네예요")
		t.Hear("지금은 ‘바다식당’이에요…", "알겠어요. 가게 이름은 그대로 둘게요.", "지금은 ‘바다식당’이에요…", "좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}
