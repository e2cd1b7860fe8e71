package present

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed dishes.txt
var dishesText string

// dish is a line of dishes.txt.
type dish struct {
	emoji string
	tags  map[string][]string // by language
}

// dishWord is a word by which a menu tells which dish it is.
type dishWord struct {
	text string
	last bool // ends a word of the menu
	dish *dish
}

type dishBook struct {
	other *dish
	words []dishWord
}

// dishes are read once and never written again.
var dishes = sync.OnceValue(func() dishBook {
	var b dishBook
	for line := range strings.Lines(dishesText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		d := &dish{emoji: f[0], tags: map[string][]string{"ko": strings.Fields(f[1]), "en": strings.Fields(f[2])}}
		if b.other == nil {
			b.other = d
		}
		for _, w := range strings.Fields(f[3]) {
			text, last := strings.CutPrefix(w, "-")
			b.words = append(b.words, dishWord{strings.ReplaceAll(text, "_", " "), last, d})
		}
	}
	return b
})

// Emoji is a picture of the dish that a menu names.
func Emoji(menu string) string {
	d, _ := whichDish(menu)
	return d.emoji
}

// whichDish finds the dish of a menu and the word that tells: the one that ends last, since that is what
// a dish is in both languages (새우 파스타, shrimp pasta), and of those the longest.
func whichDish(menu string) (*dish, string) {
	text := plainMenu(menu)
	best, end, word := dishes().other, 0, ""
	for _, w := range dishes().words {
		if n := w.in(text); n > end || n == end && n > 0 && len(w.text) > len(word) {
			best, end, word = w.dish, n, w.text
		}
	}
	return best, word
}

// in finds where a word ends last in a menu; 0 when it isn't there.
func (w dishWord) in(menu string) int {
	if !strings.Contains(menu, w.text) { // which is much cheaper to see from the front
		return 0
	}
	latin := w.text[0] < utf8.RuneSelf
	for rest := menu; ; {
		i := strings.LastIndex(rest, w.text)
		if i < 0 {
			return 0
		}
		j := i + len(w.text)
		starts := i == 0 || menu[i-1] == ' '
		ends := j == len(menu) || menu[j] == ' ' || latin && strings.HasPrefix(menu[j:]+" ", "s ")
		if (starts || !latin) && (ends || !latin && !w.last) {
			return j
		}
		rest = menu[:j-1]
	}
}

// plainMenu is a menu as its words are looked for: in lower case, parted by one space, without brackets.
func plainMenu(menu string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(plainName(menu)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// plainName is a menu without what stands in brackets.
func plainName(menu string) string {
	deep := 0
	return strings.Map(func(r rune) rune {
		switch r {
		case '(', '[', '{':
			deep++
			return ' '
		case ')', ']', '}':
			deep = max(0, deep-1)
			return ' '
		}
		if deep > 0 {
			return ' '
		}
		return r
	}, norm.NFKC.String(menu))
}
