package bot

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestTheShopsNameIsSetByAWordOrByAnAnswer(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/shop 새우네 식당")
		t.hear("좋아요! 다음 영상부터 ‘새우네 식당’을 넣을게요.")
		t.writes("가게 이름")
		q := t.hear("지금은 ‘새우네 식당’이에요. 새 이름을 보내 주시면 바꿔 드려요.")[0]
		if !q.Ask {
			t.Errorf("%+v", q)
		}
		t.does(Update{User: User{ID: "lee"}, Text: "이건 이름이 아니에요"})
		t.hears()
		t.writes("바다회관")
		t.hear("좋아요! 다음 영상부터 ‘바다회관’을 넣을게요.")
		t.writes("고마워요") // nobody waits for a name any more
		t.sends("p1", "새우 파스타 18,000원")
		if w := t.orders()[0].Cut.Words; w.Shop != "바다회관" {
			t.Errorf("%+v", w)
		}
	})
}

func TestAMenuIsNoNameEvenWhenTheNameWasAskedFor(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/shop")
		t.sends("p1", "새우 파스타 18,000원")
		t.writes("봉골레 17,000원")
		t.ordered("p1 새우 파스타 18,000원")
		if n := t.shop("owner").Name; n != "바다식당" {
			t.Error(n)
		}
		time.Sleep(settingLife + time.Second)
		t.hears()
		t.writes("이제 와서 이름")
		if n := t.shop("owner").Name; n != "바다식당" {
			t.Error(n)
		}
	})
}

func TestAGroupsTalkIsNoName(t *testing.T) {
	conversation(t, func(t *talk) {
		t.does(Update{Group: true, ToUs: true, Text: "/shop"})
		q := t.hears()[0]
		t.does(Update{Group: true, Text: "점심 뭐 먹지"})
		if n := t.shop("owner").Name; n != "바다식당" {
			t.Error(n)
		}
		drafts, err := t.store.Drafts(t.Context(), "telegram", "owner", time.Now())
		t.check(err)
		t.does(Update{Group: true, ToUs: true, Text: "새우네", Reply: &Reply{Message: drafts[0].Question, Ours: true}})
		if n := t.shop("owner").Name; n != "새우네" {
			t.Errorf("%q after %+v", n, q)
		}
	})
}

func TestNamesAreOneLineOfWhatCanBeSeen(t *testing.T) {
	for text, want := range map[string]string{
		"  새우네\n식당 ": "새우네 식당", "새\u200b우\u202e네\u0000": "새우네", "Bar & Grill": "Bar & Grill", "ㅁㅁ분식": "ㅁㅁ분식",
		"\u3164\u200d": "", "\u0301": "", "": "", "\ufeff \u2800": "", "새우네🦐": "새우네🦐", "a\xffb": "ab",
		strings.Repeat("가", 30): strings.Repeat("가", 30),
	} {
		if got, long := cleanName(text); got != want || long {
			t.Errorf("%q is %q, %v; want %q", text, got, long, want)
		}
	}
	for _, text := range []string{strings.Repeat("가", 31), "e" + strings.Repeat("\u0301", 500)} {
		if got, long := cleanName(text); !long {
			t.Errorf("%q isn't too long", got)
		}
	}
	conversation(t, func(t *talk) {
		t.writes("/shop " + strings.Repeat("가", 31))
		t.writes("\u200b\u2060")
		t.writes("새우네")
		t.hear(ko("shop.long"), ko("shop.empty"), "좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}

func FuzzCleanName(f *testing.F) {
	f.Add("새\u200b우\u202e네\n")
	f.Fuzz(func(t *testing.T, text string) {
		name, _ := cleanName(text)
		odd := func(r rune) bool {
			return r == '\n' || r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf)
		}
		if strings.ContainsFunc(name, odd) || name != strings.TrimSpace(name) {
			t.Errorf("%q is %q", text, name)
		}
		if again, _ := cleanName(name); again != name {
			t.Errorf("%q becomes %q", name, again)
		}
	})
}

func TestALogoIsTakenHoweverItComes(t *testing.T) {
	picture := photo("logo", "").Pictures
	for name, says := range map[string]func(t *talk){
		"below it":        func(t *talk) { t.sends("logo", "/logo") },
		"below it, alone": func(t *talk) { t.sends("logo", "로고") },
		"in a reply":      func(t *talk) { t.does(Update{Text: "로고", Reply: &Reply{Message: "m0", Pictures: picture}}) },
		"when asked for": func(t *talk) {
			t.writes("/logo")
			t.hear(ko("logo.ask"))
			t.sends("logo", "")
		},
	} {
		conversation(t, func(t *talk) {
			says(t)
			kept := t.hear(ko("logo.kept"))
			shop := t.shop("owner")
			if shop.NewLogo.Ref != "ref logo" || shop.Logo != "" || kept[0].Logo != shop.ID || len(t.orders()) != 0 {
				t.Errorf("%s: %+v, %+v", name, shop, kept)
			}
			t.sends("p2", "") // the next picture is a dish again
			if t.shop("owner").NewLogo.Ref != "ref logo" {
				t.Errorf("%s: took the dish", name)
			}
		})
	}
}

func TestADishIsNoLogoEvenWhenTheLogoWasAskedFor(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/logo")
		t.sends("p1", "새우 파스타 18,000원")
		t.ordered("p1 새우 파스타 18,000원")
		if s := t.shop("owner"); s.NewLogo.Ref != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestDesk_AnOrderOrHalfOfOneIsNoLogoAndEndsTheWaitForIt(t *testing.T) {
	for name, orders := range map[string]func(t *talk){
		"price missing": func(t *talk) { t.sends("p1", "냉면 9 물비빔 같음") },
		"menu missing":  func(t *talk) { t.sends("p1", "9,000원") },
		"all there":     func(t *talk) { t.sends("p1", "냉면 9,000원") },
		"words first":   func(t *talk) { t.writes("냉면 9,000원") },
		"an album's picture": func(t *talk) {
			t.album("a", "냉면 9,000원", "")
			t.waits(2 * time.Second)
			t.presses(t.button(t.hears(), "2번 사진"))
		},
	} {
		conversation(t, func(t *talk) {
			t.writes("/logo")
			t.hear(ko("logo.ask"))
			orders(t)
			t.hears()
			t.sends("p2", "")
			t.waits(textWait)
			if s := t.shop("owner"); s.NewLogo.Ref != "" {
				t.Errorf("%s: the logo is %+v", name, s.NewLogo)
			}
		})
	}
	for _, says := range []string{"", "우리 가게 로고예요", "our logo", "이걸로 해 주세요"} {
		conversation(t, func(t *talk) {
			t.writes("/logo")
			t.sends("logo", says)
			t.hear(ko("logo.ask"), ko("logo.kept"))
		})
	}
}

func TestDesk_AnAlbumIsNoLogo(t *testing.T) {
	for name, captions := range map[string][]string{
		"the dish has the line and comes first": {"새우 파스타 18,000원", ""},
		"the dish has the line and comes last":  {"", "새우 파스타 18,000원"},
		"no line at all":                        {"", ""},
	} {
		conversation(t, func(t *talk) {
			t.writes("/logo")
			t.hear(ko("logo.ask"))
			t.album("a", captions...)
			t.waits(2 * time.Second)
			if q := t.hears(); len(q) != 1 || t.shop("owner").NewLogo.Ref != "" {
				t.Errorf("%s: said %+v, the logo is %+v", name, q, t.shop("owner").NewLogo)
			}
			t.sends("logo", "") // it is still asked for
			t.hear(ko("logo.kept"))
		})
	}
}

func TestALogoThatIsTooHeavyIsRefusedAtOnce(t *testing.T) {
	conversation(t, func(t *talk) {
		u := photo("logo", "/logo")
		u.Pictures[0].Photo.Bytes = maxPhoto + 1
		t.does(u)
		t.hear(phrase.Reason("ko", pipeline.ReasonPhotoHeavy))
	})
}

func TestANewChatsLogoMakesItsShop(t *testing.T) {
	conversation(t, func(t *talk) {
		t.does(from("new", "logo", "/logo"))
		if s := t.hears(); len(s) != 2 || s[1].Logo != state.ChatsShop || t.shop("new").NewLogo.Ref != "ref logo" {
			t.Errorf("%+v", s)
		}
	})
}

func TestDesk_AHelloIsNotTheShopsName(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/shop")
		t.hears()
		t.writes("안녕하세요")
		if says := t.hears(); len(says) != 1 || !strings.HasPrefix(says[0].Text, ko("start.hello")) || t.shop("owner").Name != "바다식당" {
			t.Errorf("%+v, and the shop is %q", says, t.shop("owner").Name)
		}
		t.writes("새우네") // the question still stands
		t.hear("좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}

func TestANoIsNotTheShopsName(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("가게 이름 바꿔줘")
		t.writes("아니요")
		t.writes("가게 이름")
		t.writes("새우네예요")
		t.hear("지금은 ‘바다식당’이에요…", "알겠어요. 가게 이름은 그대로 둘게요.", "지금은 ‘바다식당’이에요…", "좋아요! 다음 영상부터 ‘새우네’를 넣을게요.")
	})
}
