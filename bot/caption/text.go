package caption

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxLetters is how much of a caption is read. No message has more: platforms cut texts at that, or below.
const maxLetters = 4096

// Signs that stand for what was taken out. People can't type them: read drops private letters.
const (
	gone = '\uE000' // an emoji: leaves nothing, but a tag may end here
	cut  = '\uE001' // an address, a number to call: parts words
)

// text is a caption letter by letter, twice: as it is shown and as it is read. Letters are
// read in lower case and normal width, and signs that look alike are one sign.
type text struct {
	show []rune
	read []rune
	flat string // read as a string …
	at   []int  // … and where each letter begins in it

	stale  bool  // letters have changed since flat was made
	noAddr int   // up to here no address ends
	less   []int // where < stands

	pairs    map[int]int // where brackets stand that belong together
	calls    []int       // where numbers to call begin
	particle int         // behind 만 that is no number: 포장만|팔천원
	percent  int         // so much off

	corrected bool // one price takes another's place
	topical   bool // the segment that was cleared begins with what it is about
	named     bool // the line that is read has a name before its last price

	used  []bool // letters that a rule has accounted for
	doubt Doubt  // what was read, but not for certain
	steps int    // letters and words looked at: a test holds it against the length of the text
}

func read(caption string) *text {
	caption = struck(strings.ToValidUTF8(caption, ""))
	if !norm.NFC.IsNormalString(caption) {
		caption = norm.NFC.String(caption)
	}
	t := &text{show: make([]rune, 0, len(caption)), read: make([]rune, 0, len(caption))}
	for _, r := range strings.ReplaceAll(caption, "\r\n", "\n") {
		if len(t.show) == maxLetters {
			break
		}
		t.add(r)
	}
	return t
}

func (t *text) add(r rune) {
	f := fold(r)
	switch {
	case f == 0:
		return
	case f == keycap:
		if n := len(t.show); n > 0 {
			t.show[n-1], t.read[n-1] = gone, gone
		}
		return
	case f == gone || f == ' ' || f == '\n':
		r = f
	}
	t.show = append(t.show, r)
	t.read = append(t.read, f)
}

const keycap = '\u20E3'

// fold says how a letter is read; 0 is not at all.
func fold(r rune) rune {
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
	case r < utf8.RuneSelf || r >= 0xAC00 && r <= 0xD7A3: // Hangul
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		return fold(r - 0xFEE0)
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
	case isPicture(r):
		return gone
	case r >= 0x1D400 && r <= 0x1D7FF: // bold and other fancy letters
		if n := []rune(norm.NFKC.String(string(r))); len(n) == 1 && n[0] != r {
			return fold(n[0])
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
	'“': '"', '”': '"', '„': '"', '‟': '"', '‘': '\'', '’': '\'', '`': '\'', '´': '\'',
	'ㆍ': '·', '・': '·', '•': '·', '∙': '·', '⋅': '·', '‧': '·', '･': '·', '│': '|', '┃': '|',
	'、': ',', '،': ',', '‚': ',', '。': '.', '┊': '|', '…': '.', '⋯': '.', '‼': '!', '⁉': '!',
	'【': '[', '】': ']', '〔': '[', '〕': ']', '『': '「', '』': '」', '《': '「', '》': '」', '〈': '「', '〉': '」', '≪': '「',
	'≫': '」', '«': '「',
}

// isPicture tells emoji, dingbats, bullets in circles and single Korean letters (ㅎㅎ, ㅠㅠ).
func isPicture(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF, r >= 0xE0000 && r <= 0xE007F:
	case r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF, r >= 0x2300 && r <= 0x23FF:
	case r >= 0x2190 && r <= 0x21FF && r != '→', r >= 0x25A0 && r <= 0x25FF, r >= 0x2460 && r <= 0x24FF:
	case r >= 0x3131 && r <= 0x318E, r == '※', r == '〽', r == '㊗', r == '㊙':
	default:
		return false
	}
	return true
}

// key is a piece of the text as it is read.
func (t *text) key(i, j int) string {
	t.steps++
	return t.flat[t.at[i]:t.at[j]]
}

// seal makes flat, by which words are looked up.
func (t *text) seal() {
	t.stale = false
	var b strings.Builder
	b.Grow(len(t.read) * 3)
	t.at = make([]int, len(t.read)+1)
	for i, r := range t.read {
		t.at[i] = b.Len()
		b.WriteRune(r)
	}
	t.at[len(t.read)] = b.Len()
	t.flat = b.String()
	if t.used == nil {
		t.used = make([]bool, len(t.read))
	}
}

func (t *text) letter(i int) rune {
	t.steps++
	if i < 0 || i >= len(t.read) {
		return '\n'
	}
	return t.read[i]
}

// has reports whether the text reads as word at letter i.
func (t *text) has(i int, word string) bool {
	t.steps++
	if i < 0 || i >= len(t.read) {
		return false
	}
	return strings.HasPrefix(t.flat[t.at[i]:], word)
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLatin(r rune) bool  { return r >= 'a' && r <= 'z' }
func isHangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }
func isWord(r rune) bool {
	return isHangul(r) || isLatin(r) || isDigit(r) ||
		r >= utf8.RuneSelf && (isUnitSign(r) || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) &&
			r != gone)
}

// isUnitSign tells signs that are words: squared units (㎏ ㎖), degrees, the number sign, and fractions.
func isUnitSign(r rune) bool {
	return r >= 0x3380 && r <= 0x33DF || r >= 0x00BC && r <= 0x00BE || r >= 0x2150 && r <= 0x215E || contains("℃℉№", r)
}
