package look

import (
	_ "embed"
	"strings"
	"unicode"
)

// typeface is a family that Creatomate has built in, and about how wide its letters are, in ems: RenderScript can't
// measure text, so what stands beside a text, or behind it, is placed by these.
type typeface struct {
	family, weight string
	hangul, digit  float64
	upper, lower   float64
	narrow         float64 // space, comma and their like
	lead           float64 // from line to line of a name
	has            func(r rune) bool
}

// bold has a shape for nearly everything that a person writes: texts with a letter that their look's typeface lacks
// are set in it, whole.
var (
	bold    = typeface{"Noto Sans KR", "900", .92, .66, .69, .57, .3, 1.12, func(rune) bool { return true }}
	regular = typeface{"Noto Sans KR", "700", .92, .63, .67, .56, .28, 1.15, func(rune) bool { return true }}
	block   = typeface{"Black Han Sans", "400", .87, .6, .7, .61, .31, 1.06, func(r rune) bool { return blockHas[r] }}
	serif   = typeface{"Gowun Batang", "700", .92, .57, .67, .5, .33, 1.2, serifHas}
)

//go:embed black-han-sans.txt
var blockSyllables string

// blockHas are the letters of Black Han Sans: 2,581 of 11,172 syllables, and of other signs few.
var blockHas = func() map[rune]bool {
	has := map[rune]bool{}
	for _, r := range blockSyllables + "×÷‘’“”₩" {
		has[r] = !unicode.IsControl(r)
	}
	for r := ' '; r <= '~'; r++ {
		has[r] = r != '`'
	}
	return has
}()

// serifHas says so of Gowun Batang: all syllables, ASCII, and of other signs those that menus use.
func serifHas(r rune) bool {
	return r >= '가' && r <= '힣' || r >= ' ' && r <= '~' || strings.ContainsRune("·…～→½×÷‘’“”₩–—°²³éèà％＋（）［］｛｝", r)
}

// Families lists the type families that the looks ask a renderer for.
func Families() []string { return []string{bold.family, block.family, serif.family} }

// HasLetter reports whether a text with this letter may be set in one of the Families.
func HasLetter(family string, r rune) bool {
	for _, t := range []typeface{bold, block, serif} {
		if t.family == family {
			return t.has(r)
		}
	}
	return false
}

// or is the typeface itself if it has all letters of a text, else bold.
func (t typeface) or(text string) typeface {
	for _, r := range text {
		if r != '\n' && !t.has(r) {
			return bold
		}
	}
	return t
}

// width is about how wide a line is, in ems.
func (t typeface) width(line string, tracking float64) float64 {
	w, n := 0.0, 0
	for _, r := range line {
		n++
		switch {
		case strings.ContainsRune(" ,.·'!:;|", r):
			w += t.narrow
		case r >= '0' && r <= '9':
			w += t.digit
		case r < 0x80 && unicode.IsLower(r):
			w += t.lower
		case r < 0x2000:
			w += t.upper
		case r >= 0xff00, !unicode.Is(unicode.Hangul, r):
			w += max(1, t.hangul)
		default:
			w += t.hangul
		}
	}
	return w + tracking*float64(max(n-1, 0))
}
