// Package letters makes the letters of a caption alike, and takes out of it what is neither dish nor price:
// links, mentions, hashtags, numbers to call, addresses, hours and dates.
package letters

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Max is how much of a caption is read. No message has more: platforms cut texts at that, or below.
const Max = 4096

// Signs that stand for what was taken out. People can't type them: New drops private letters.
const (
	Gone = '\uE000' // an emoji: leaves nothing, but a tag may end here
	Cut  = '\uE001' // an address, a number to call: parts words
)

// Text is a caption letter by letter, twice: as it is shown and as it is read. Letters are
// read in lower case and normal width, and signs that look alike are one sign.
type Text struct {
	Show []rune
	Read []rune
	flat string // Read as a string …
	at   []int  // … and where each letter begins in it

	stale  bool // letters have changed since flat was made
	noAddr int  // up to here no address ends

	Less   []int  // where < stands
	Calls  []int  // where numbers to call began, which were taken out
	Used   []bool // letters that a rule has accounted for
	Unsure bool   // an amount may be another than was typed
	Steps  int    // letters and words looked at: a test holds it against the length of the text
}

// New makes the letters of a caption alike; Seal is to follow before any word is looked up.
func New(caption string) *Text {
	caption = struck(strings.ToValidUTF8(caption, ""))
	if !norm.NFC.IsNormalString(caption) {
		caption = norm.NFC.String(caption)
	}
	t := &Text{stale: true, Show: make([]rune, 0, len(caption)), Read: make([]rune, 0, len(caption))}
	for _, r := range strings.ReplaceAll(caption, "\r\n", "\n") {
		if len(t.Show) == Max {
			break
		}
		t.add(r)
	}
	return t
}

func (t *Text) add(r rune) {
	f := Fold(r)
	switch {
	case f == 0:
		return
	case f == keycap:
		if n := len(t.Show); n > 0 {
			t.Show[n-1], t.Read[n-1] = Gone, Gone
		}
		return
	case f == Gone || f == ' ' || f == '\n':
		r = f
	}
	t.Show = append(t.Show, r)
	t.Read = append(t.Read, f)
}

const keycap = '\u20E3'

// Fold says how a letter is read; 0 is not at all.
func Fold(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\t':
		return ' '
	case r == '`':
		return '\''
	case r < ' ' || r == 0x7F:
		return 0
	case r < utf8.RuneSelf || IsHangul(r):
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		return Fold(r - 0xFEE0)
	case r == keycap:
		return r
	case isBlank(r):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Co, unicode.Cs, unicode.Variation_Selector):
		return 0
	}
	if s, ok := alike[r]; ok {
		return s
	}
	switch {
	case unicode.Is(pictures, r):
		return Gone
	case r >= 0x1D400 && r <= 0x1D7FF: // bold and other fancy letters
		if n := []rune(norm.NFKC.String(string(r))); len(n) == 1 && n[0] != r {
			return Fold(n[0])
		}
	}
	return unicode.ToLower(r)
}

func isBlank(r rune) bool {
	switch r {
	case '\u115F', '\u1160', '\u3164', '\uFFA0', '\u2800': // fillers that look like nothing
		return true
	}
	return unicode.IsSpace(r)
}

// alike holds signs that mean the same on a menu.
var alike = map[rune]rune{
	'￦': '₩', '￥': '¥', '￡': '£',
	'∼': '~', '〜': '~', '˜': '~', '〰': '~',
	'–': '-', '—': '-', '−': '-', '‐': '-', '‑': '-', '‒': '-', '―': '-', 'ㅡ': '-', '─': '-', '━': '-',
	'▶': '→', '►': '→', '▷': '→', '▸': '→', '⇒': '→', '➡': '→', '➔': '→', '➜': '→', '➝': '→', '➞': '→', '➙': '→',
	'⟶': '→', '⇨': '→', '👉': '→', '⮕': '→', '»': '→',
	'“': '"', '”': '"', '„': '"', '‟': '"', '‘': '\'', '’': '\'', '´': '\'',
	'ㆍ': '·', '・': '·', '•': '·', '∙': '·', '⋅': '·', '‧': '·', '･': '·', '│': '|', '┃': '|',
	'、': ',', '،': ',', '‚': ',', '。': '.', '┊': '|', '…': '.', '⋯': '.', '‼': '!', '⁉': '!',
	'【': '[', '】': ']', '〔': '[', '〕': ']', '『': '「', '』': '」', '《': '「', '》': '」', '〈': '「', '〉': '」', '≪': '「',
	'≫': '」', '«': '「',
}

// pictures are emoji, dingbats, bullets in circles and single Korean letters (ㅎㅎ, ㅠㅠ).
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{
		{'※', '※', 1}, {'←', '↑', 1}, {'↓', '⇿', 1}, {'⌀', '⏿', 1}, {'①', '⓿', 1}, {'■', '◿', 1}, {'☀', '➿', 1},
		{'⬀', '⯿', 1}, {'〽', '〽', 1}, {'ㄱ', 'ㆎ', 1}, {'㊗', '㊗', 1}, {'㊙', '㊙', 1},
	},
	R32: []unicode.Range32{{0x1F000, 0x1FAFF, 1}, {0xE0000, 0xE007F, 1}},
}

// Key is a piece of the text as it is read.
func (t *Text) Key(i, j int) string {
	t.Steps++
	return t.flat[t.at[i]:t.at[j]]
}

// Seal makes words looked up by the letters as they are now, after any were taken out.
func (t *Text) Seal() {
	if !t.stale {
		return
	}
	t.stale = false
	t.flat = string(t.Read)
	t.at = make([]int, len(t.Read)+1)
	for i, r := range t.Read {
		t.at[i+1] = t.at[i] + utf8.RuneLen(r)
	}
	if t.Used == nil {
		t.Used = make([]bool, len(t.Read))
	}
}

// Letter is the letter at i as it is read; before and behind the text stands a line break.
func (t *Text) Letter(i int) rune {
	t.Steps++
	if i < 0 || i >= len(t.Read) {
		return '\n'
	}
	return t.Read[i]
}

// Has reports whether the text reads as word at letter i.
func (t *Text) Has(i int, word string) bool {
	t.Steps++
	if i < 0 || i >= len(t.Read) {
		return false
	}
	return strings.HasPrefix(t.flat[t.at[i]:], word)
}

// IsDigit tells 0 to 9.
func IsDigit(r rune) bool { return r >= '0' && r <= '9' }

// IsLatin tells a to z: capitals are folded.
func IsLatin(r rune) bool { return r >= 'a' && r <= 'z' }

// IsHangul tells whole syllables.
func IsHangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }

// IsWord tells letters that words are made of.
func IsWord(r rune) bool {
	return IsHangul(r) || IsLatin(r) || IsDigit(r) ||
		r >= utf8.RuneSelf && unicode.In(r, unitSigns, unicode.L, unicode.M, unicode.Nd)
}

// unitSigns are words: fractions, degrees, the number sign, and squared units (㎏ ㎖).
var unitSigns = &unicode.RangeTable{R16: []unicode.Range16{
	{'¼', '¾', 1}, {'℃', '℃', 1}, {'℉', '℉', 1}, {'№', '№', 1}, {'⅐', '⅞', 1}, {'㎀', '㏟', 1},
}}
