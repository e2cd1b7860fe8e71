package caption

import (
	"strings"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// sticker is the first word of a caption, or the first two, that a short may wear; "" if there is none, or the menu
// says it already.
func sticker(caption, menu string) string {
	ws := strings.FieldsFunc(caption, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range ws {
		next, after := "", ""
		if i+1 < len(ws) {
			next = ws[i+1]
		}
		if i+2 < len(ws) {
			after = ws[i+2]
		}
		if s := stickerIn(w+" "+next, menu); s != "" && !words.Begins("denial", after) {
			return s
		}
		if s := stickerIn(w, menu); s != "" && !words.Begins("denial", next) {
			return s
		}
	}
	return ""
}

// stickerIn is the longest sticker that what is said begins with, when nothing but an ending follows it.
func stickerIn(said, menu string) string {
	for i := len(said); i > 0; i-- {
		s, rest := said[:i], said[i:]
		if words.Is("sticker", s) && (rest == "" || words.Is("stickerend", rest)) && !strings.Contains(menu, s) {
			return s
		}
	}
	return ""
}
