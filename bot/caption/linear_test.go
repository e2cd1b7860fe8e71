package caption

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
)

// shapes are texts that a reader is tempted to go over again and again: each is repeated to the length wanted. Where
// … stands twice, it is what is between them that is repeated.
var shapes = []string{
	"가", "가 ", "a", "-a.", "a.b-", "a@", "@a", "#a", "# ", "#a#", ":a", ":1:", "<a", "<@", "<<>>", ">", "<", "~", "~a",
	"~~a~~ ", "~a~ ",
	"1", "1 ", "1,", "1.1.", "1-1-", "1:1:", "1/1/", "1,000", "1,000원 ", "4.5 ", "1000→", "1만", "만 ", "만천 ", "만만", "일천",
	"이만오천원 ",
	"(", ")", "()", "(가)", "[가]", "[1+1]", "「", "'", "\"가\" ", "가!", "1! ", "가? ", "가\n", "1,000원\n", "가 1,000원\n",
	"소 ", "소 1,000 ", "소/",
	"무료 ", "할인 ", "10% 할인 ", "신메뉴 ", "출시", "여름", "여름한정", "메뉴: ", "가: ", "가) ", "오늘만 ", "평일만", "주세요 ", "입니다 ", "맛있어요. ",
	"11시~", "11시 ", "오전 ", "12/24 ", "02-123-4567 ", "한 그릇 ", "아니 ", "1,000 아니 ", "+1,000 ", "추가 1,000 ", "가\u0336",
	"ㅋ", "🍝", "e\u0301", "o", "1o",
	"떡볶이 1,000원 ", "떡볶이 4.5 (", "안녕하세요 ", "음 ", "휴무 ", "얼마 ", "사진 ", "배달 15,000원 이상 ", "#떡볶이 #5000원 ",
	"엄마가 먹는 ", "가게에서 ", "백반은 ", "먹는 ", "술집 '가' ", "가기 전 ", "메뉴 10% 할인 ", "오시면 1,000 ", "(가+나) ", "1,000원 맛있습니다! ",
	"떡볶이요. ",
	"…12월부터 …파스타", "팥죽 쑤었어요 …가 쑤었어요 …가", "…가 밥 무료 …파스타", "…가나엔 …파스타", "…술집 '가' …5,000원",
}

func ofLength(shape string, letters int) string {
	head, tail := "", ""
	if parts := strings.Split(shape, "…"); len(parts) == 3 {
		head, shape, tail = parts[0], parts[1], parts[2]
	}
	letters -= len([]rune(head + tail))
	text := []rune(strings.Repeat(shape, letters/len([]rune(shape))+1))
	return head + string(text[:letters]) + tail
}

func TestParse_TakesStepsInProportionToTheLength(t *testing.T) {
	worst, by := 0.0, ""
	for _, shape := range shapes {
		_, half := parse(ofLength(shape, letters.Max/2))
		_, whole := parse(ofLength(shape, letters.Max))
		if whole > 3*half+letters.Max {
			t.Errorf("%q repeated: %d steps for half the length, %d for the whole", shape, half, whole)
		}
		if per := float64(whole) / letters.Max; per > worst {
			worst, by = per, shape
		}
	}
	t.Logf("at most %.0f steps a letter (%q)", worst, by)
	if worst > 100 {
		t.Errorf("%q: %.0f steps a letter", by, worst)
	}
}

func BenchmarkParseShapes(b *testing.B) {
	for i, shape := range shapes {
		text := ofLength(shape, letters.Max)
		b.Run(fmt.Sprint(i, "_", strings.Map(plainLetter, shape)), func(b *testing.B) {
			for b.Loop() {
				Parse(text)
			}
		})
	}
}

func plainLetter(r rune) rune {
	if letters.IsWord(r) {
		return r
	}
	return '.'
}
