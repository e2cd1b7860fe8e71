package intent

import (
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

const (
	longestName = 30               // letters as people count them
	maxRunes    = 4 * longestName  // of them, with all that is heaped on one
	SettingLife = 10 * time.Minute // a question about a setting ends quietly after it
)

// SpokenName is a name without what makes a sentence of it.
func SpokenName(text string) string {
	name := strings.TrimRight(text, " .!~")
	for _, end := range []string{"이에요", "예요", "입니다", "이요", "으로 해주세요", "로 해주세요", "으로 바꿔주세요", "로 바꿔주세요"} {
		if s, ok := strings.CutSuffix(name, end); ok && s != "" {
			return s
		}
	}
	return text
}

// CleanName makes one line of what can be seen of a name. long says that too much is left.
func CleanName(text string) (name string, long bool) {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0', r == '\u2800':
			// fillers that look like nothing
			return ' '
		case r == unicode.ReplacementChar, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, norm.NFC.String(text))
	name = strings.Join(strings.Fields(text), " ")
	if !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsMark(r) }) {
		return "", false
	}
	return name, uniseg.GraphemeClusterCount(name) > longestName || len([]rune(name)) > maxRunes
}
