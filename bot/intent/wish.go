package intent

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed wishes.txt
var wishesText string

// longestWish is more letters than a person needs to ask for something that a command does.
const longestWish = 30

type wish struct {
	command Command
	said    *regexp.Regexp
}

type wishBook struct {
	idle   string // words that say nothing
	wishes []wish
}

// wishes are read once and never written again.
var wishes = sync.OnceValue(func() (b wishBook) {
	pieces := []string{}
	for line := range strings.Lines(wishesText) {
		name, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		switch piece, isPiece := strings.CutPrefix(name, "="); {
		case !ok || name[0] == '#':
		case name == "-":
			b.idle = text
		case isPiece:
			pieces = append(pieces, "{"+piece+"}", text)
		default:
			c := Command{}
			c.Name, c.Arg, _ = strings.Cut(name, " ")
			b.wishes = append(b.wishes, wish{
				c, regexp.MustCompile("^(?:" + strings.NewReplacer(pieces...).Replace(text) + ")$"),
			})
		}
	}
	return b
})

// ratios are sizes that people name by numbers.
var ratios = strings.NewReplacer("1:1", "정사각형", "9:16", "세로")

// ReadWish finds the command that a text asks for in words of its own. One with a number in it speaks of a
// price.
func ReadWish(text string) (Command, bool) {
	text = ratios.Replace(text)
	var b strings.Builder
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return unicode.IsSpace(r) || r == ','
	}) {
		if word = strings.Map(spoken, word); !Listed(wishes().idle, word) {
			b.WriteString(word)
		}
	}
	said := b.String()
	if said == "" || utf8.RuneCountInString(said) > longestWish || strings.ContainsFunc(text, unicode.IsDigit) {
		return Command{}, false
	}
	for _, w := range wishes().wishes {
		if w.said.MatchString(said) {
			return w.command, true
		}
	}
	return Command{}, false
}

// spoken drops what isn't said aloud: signs, emoji, and single letters such as ㅋㅋ and ㅠㅠ.
func spoken(r rune) rune {
	if !unicode.IsLetter(r) || r >= 0x3131 && r <= 0x318E {
		return -1
	}
	return r
}
