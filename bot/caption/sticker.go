package caption

import (
	"slices"
	"strings"
	"unicode"
)

// stickers are words that a short may wear beside its price, where a person wrote them; what may follow one in the
// same word; and what takes it back in the next.
var (
	stickers = []string{"신메뉴", "오늘만", "한정수량", "기간한정", "계절한정", "시즌한정", "한정메뉴", "한정판매", "한정"}
	endings  = []string{"", "입니다", "이에요", "예요", "출시", "나왔어요", "나왔습니다", "판매", "할인", "특가", "가", "로", "는"}
	denials  = []string{"아니", "아닌", "아님", "아녜", "말고", "제외", "없"}
)

// sticker is the first such word of a caption; "" if there is none, or the menu says it already.
func sticker(caption, menu string) string {
	words := strings.FieldsFunc(caption, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		for _, s := range stickers {
			rest, ok := strings.CutPrefix(w, s)
			if !ok || !slices.Contains(endings, rest) || strings.Contains(menu, s) {
				continue
			}
			if i+1 < len(words) && slices.ContainsFunc(denials, func(d string) bool {
				return strings.HasPrefix(words[i+1], d)
			}) {
				continue
			}
			return s
		}
	}
	return ""
}
