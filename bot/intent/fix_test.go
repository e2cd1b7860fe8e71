package intent

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption"
)

func TestFix_IsReadAsItWasMeant(t *testing.T) {
	for text, want := range map[string]string{
		"가격 19,000원": "price 19,000원", "가격은 19000원": "price 19,000원", "가격을 19,000원으로 바꿔 주세요": "price 19,000원",
		"가격: 19,000원": "price 19,000원", "가격19,000원": "price 19,000원", "가격이 19,000원이에요": "price 19,000원",
		"가격 수정 19,000원": "price 19,000원", "금액 만구천원": "price 19,000원", "값 9000": "price 9,000원",
		"판매가는 9천원": "price 9,000원",
		"19,000원":  "price 19,000원", "19,000원으로 고쳐줘": "price 19,000원", "19,000원으로 고쳐 주세요!": "price 19,000원",
		"아, 가격 19,000원으로 변경": "price 19,000원",
		"Price 19,000":       "price 19,000원", "price: 19000 won": "price 19,000원",
		"change the price to 19,000 won": "price 19,000원",
		"가격 R 4,000 L 4,500":             "price R 4,000원 · L 4,500원", "가격 시가": "price 시가",
		"정가 22,000원 할인 18,000원": "price 18,000원",

		"메뉴 새우 로제 파스타": "menu 새우 로제 파스타", "메뉴는 새우 로제 파스타": "menu 새우 로제 파스타", "메뉴: 새우 로제 파스타로 바꿔주세요": "menu 새우 로제 파스타",
		"메뉴를 로제 파스타로 고쳐줘": "menu 로제 파스타", "메뉴명 로제": "menu 로제", "메뉴 이름을 로제 파스타로 고쳐 주세요": "menu 로제 파스타",
		"이름은 로제 파스타예요": "menu 로제 파스타",
		"메뉴 1번 세트":     "menu 1번 세트", "제목 로제 파스타": "menu 로제 파스타", "menu shrimp pasta": "menu shrimp pasta",
		"Name: Rosé Pasta": "menu Rosé Pasta",

		"새우 로제 파스타 19,000원": "both 새우 로제 파스타 19,000원", "메뉴 로제 파스타 가격 19,000원": "both 로제 파스타 19,000원",
		"가격 19,000원 메뉴 로제 파스타": "both 로제 파스타 19,000원", "메뉴: 로제 파스타\n가격: 19,000원": "both 로제 파스타 19,000원",

		"가격 18원": "ask", "가격 19": "ask", "새우 파스타 18,000원, 봉골레 17,000원": "ask",

		"아 가격 잘못썼네 만구천원이요": "price 19,000원", "미안한데 19,000원으로 부탁해요": "price 19,000원",
		"아 맞다 19000원으로 올랐어요": "price 19,000원",
		"가격이 틀렸어요 19000원이에요": "price 19,000원", "아니 19,000원이라고": "price 19,000원", "가격만 만구천원으로": "price 19,000원",
		"원래 19000원인데 잘못 적었어요": "price 19,000원", "18000 -> 19000": "price 19,000원",
		"18,000원 말고 19,000원으로 해주세요": "price 19,000원", "18000원 아니고 19000원이에요": "price 19,000원",
		"이름 틀렸어 봉골레야": "menu 봉골레", "메뉴 이름이 틀렸어요. 봉골레예요": "menu 봉골레", "오타났어요 봉골레입니다": "menu 봉골레",
		"메뉴 잘못 적었어요 봉골레로 바꿔주세요": "menu 봉골레",
		"파스타 말고 리조또로":           "menu 리조또", "파스타가 아니라 리조또예요": "menu 리조또", "새우파스타 → 새우 로제 파스타": "menu 새우 로제 파스타",

		"가격 좀 만구천원으로 바꿔주이소": "price 19,000원", "이만원으로 올려줘": "price 20,000원",
		"감사합니다 그런데 가격을 19000원으로 바꿔주세요": "price 19,000원", "price is wrong, 19,000": "price 19,000원",
		"메뉴 이름을 \"해물 파스타\" 로 해줘": "menu 해물 파스타", "해물파스타로 바꿔줘": "menu 해물파스타", "해물파스타로 이름 바꿔줘": "menu 해물파스타",
		"천원 더 받아줘": "nothing", "가격 오천원 내려줘": "nothing", "다른 걸로 바꿔줘": "nothing", "이 영상 말고 아까 그 영상 다시 보내줘": "nothing",
		"원래대로 바꿔주세요": "nothing", "이거 말고 다른 느낌": "nothing",

		"감사합니다!": "nothing", "예쁘네요": "nothing", "네": "nothing", "👍": "nothing", "": "nothing", "?": "nothing",
		"글씨 크게 해주세요": "nothing",
		"이름이 뭐예요?":   "nothing", "가격 얼마예요?": "nothing", "메뉴판 다시": "nothing", "새우 로제 파스타": "nothing", "가격": "nothing",
		"메뉴":   "nothing",
		"맛있겠다": "nothing", "이름난 맛집이네요": "nothing",
	} {
		r, about := new(Reader).Fix(text, false)
		if got := fixName(r, about); got != want {
			t.Errorf("%q is %q, want %q (%+v)", text, got, want, r)
		}
	}
}

func TestFix_OneThatWasAskedForNeedsNoLabel(t *testing.T) {
	for text, want := range map[string]string{
		"새우 로제 파스타": "menu 새우 로제 파스타", "19,000원": "price 19,000원", "새우 로제 파스타로 바꿔주세요": "menu 새우 로제 파스타",
		"감사합니다": "nothing", "뭐라고 적어요?": "nothing", "18원": "ask", "글씨 크게 해주세요": "nothing", "배경 바꿔줘": "nothing",
		"더 예쁘게 해주세요": "nothing",
	} {
		r, about := new(Reader).Fix(text, true)
		if got := fixName(r, about); got != want {
			t.Errorf("%q is %q, want %q (%+v)", text, got, want, r)
		}
	}
}

func fixName(r caption.Result, about bool) string {
	switch {
	case !about:
		return "nothing"
	case !Enough(r):
		return "ask"
	case r.Outcome == caption.OK:
		return "both " + r.Menu + " " + r.PriceText
	case r.Outcome == caption.NeedMenu:
		return "price " + r.PriceText
	}
	return "menu " + r.Menu
}

func FuzzFix_LeavesAnOrderWithAMenuAndAPrice(f *testing.F) {
	for _, s := range []string{"가격은 19,000원", "메뉴 이름: 로제", "change the price to 1", "\xff가격", "가 격\t9,000"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, asked bool) {
		r, about := new(Reader).Fix(text, asked)
		if !about || !Enough(r) {
			return
		}
		w := Apply(caption.Parse("국밥 9,000원").Words(), r)
		if w.Menu == "" || w.Price == "" || !utf8.ValidString(w.Menu) || strings.ContainsRune(w.Menu, 0) {
			t.Errorf("%q makes %s", text, fmt.Sprintf("%+v", w))
		}
	})
}

func TestIsThanks_OnlyPraiseIsThankedFor(t *testing.T) {
	for text, want := range map[string]bool{
		"감사합니다": true, "고마워요 잘 쓸게요": true, "너무 예뻐요!": true, "👍": true, "ㅋㅋㅋ": true, "마음에 들어요": true, "잘 나왔네요": true,
		"love it": true, "짱이에요": true, "예쁘네요 근데 가격이 틀렸어요": false,
		"마음에 안 들어요": false, "안 예뻐요": false, "더 예쁘게 해주세요": false, "맛있게 보이지 않아요": false, "예쁘게 만들고 싶어요": false,
		"don't love it": false, "네": false,
	} {
		if got := IsThanks(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
