package prompt

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMenu is how many bytes of a menu are looked at; names of dishes are far shorter.
const maxMenu = 600

// minAcross is how many bytes a Hangul entry needs to be found across a space (콩 국수); it must be whole words then.
const minAcross = 3 * 3

// menu is a name without spaces and signs; edge[i] reports whether a word begins or ends before byte i.
type menu struct {
	text string
	edge []bool
}

func (l *lexicon) kind(name string) Kind {
	name = strings.ToLower(norm.NFKC.String(clip(name)))
	found := l.find(squeeze(name))
	main := found
	if h := head(name); h != name {
		main = l.find(squeeze(h))
	}
	main.dish = cmp.Or(main.dish, found.dish, found.meal)
	return found.change(main.dish)
}

// clip cuts a name after maxMenu bytes, at a letter.
func clip(name string) string {
	if len(name) <= maxMenu {
		return name
	}
	n := maxMenu
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n]
}

// head leaves out what only stands beside the dish: brackets, and what an English name adds.
func head(name string) string {
	for _, word := range []string{" with ", " w/ ", " in ", " on ", " topped "} {
		if i := strings.Index(name, word); i > 0 {
			name = name[:i]
		}
	}
	var b strings.Builder
	deep := 0
	for _, r := range name {
		switch r {
		case '(', '[', '{':
			deep++
			b.WriteByte(' ')
		case ')', ']', '}':
			deep = max(0, deep-1)
		default:
			if deep == 0 {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// squeeze drops what parts words and remembers where. Between two Latin words an underscore is left.
func squeeze(name string) menu {
	var b strings.Builder
	edge := make([]bool, 0, len(name)+1)
	parted, last := true, rune(0)
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			parted = true
			continue
		}
		latin := r < utf8.RuneSelf
		if parted && latin && last != 0 && last < utf8.RuneSelf {
			b.WriteByte('_')
			edge = append(edge, true)
		}
		edge = append(edge, parted || latin != (last < utf8.RuneSelf))
		for range utf8.RuneLen(r) - 1 {
			edge = append(edge, false)
		}
		b.WriteRune(r)
		parted, last = false, r
	}
	return menu{b.String(), append(edge, true)}
}

// across reports whether a word begins or ends inside text[i:j].
func (m menu) across(i, j int) bool {
	for k := i + 1; k < j; k++ {
		if m.edge[k] {
			return true
		}
	}
	return false
}

// finding is what a name holds.
type finding struct {
	dish            Kind
	meal            Kind
	heat, ice, cool bool
	fresh           bool
}

// find reads a name from left to right. Of the dishes the one that ends last counts, and of those
// the longest; a word that lies inside a longer one isn't seen.
func (l *lexicon) find(m menu) finding {
	var f finding
	dishEnd, hidden := 0, 0
	for i, r := range m.text {
		k, n := l.longestAt(m, i, r)
		if n == 0 || i+n <= hidden {
			continue
		}
		if !isModifier(k) { // 냉 of 냉모밀 hides nothing
			hidden = i + n
		}
		switch k {
		case heat:
			f.heat = true
		case ice:
			f.ice = true
		case cool:
			f.cool = true
		case fresh:
			f.fresh = true
		case meal:
			f.meal = Hot
		case set, neutral:
		default:
			if i+n > dishEnd {
				f.dish, dishEnd = k, i+n
			}
		}
	}
	return f
}

func isModifier(k Kind) bool { return k == heat || k == ice || k == cool || k == fresh }

// longestAt finds the longest entry that counts at byte i, whose letter is first.
func (l *lexicon) longestAt(m menu, i int, first rune) (Kind, int) {
	for n := min(l.longest[first], len(m.text)-i); n > 0; n-- {
		word := m.text[i : i+n]
		for _, e := range l.entries[word] {
			if k, ok := l.counts(m, i, n, e); ok {
				return k, n
			}
		}
	}
	return "", 0
}

func (l *lexicon) counts(m menu, i, n int, e entry) (Kind, bool) {
	if e.begin && !m.edge[i] {
		return "", false
	}
	if e.end && !l.ends(m, i+n) {
		return "", false
	}
	if m.text[i] >= utf8.RuneSelf && m.across(i, i+n) && (n < minAcross || !m.edge[i] || !l.ends(m, i+n)) {
		return "", false
	}
	return e.kind, true
}

// ends reports whether a word ends before byte j: at an edge, before a Latin plural, or before a word like 정식.
func (l *lexicon) ends(m menu, j int) bool {
	if m.edge[j] {
		return true
	}
	if m.text[j] == 's' && m.edge[j+1] {
		return true
	}
	r, _ := utf8.DecodeRuneInString(m.text[j:])
	for n := min(l.longest[r], len(m.text)-j); n > 0; n-- {
		for _, e := range l.entries[m.text[j:j+n]] {
			if e.kind == set || e.kind == meal {
				return true
			}
		}
	}
	return false
}

// change applies what the name says of hot and cold. A name that says both (HOT/ICE) tells nothing.
func (f finding) change(k Kind) Kind {
	drink := k == Iced || k == HotDrink
	switch {
	case f.heat && (f.ice || f.cool):
		return Unknown
	case k == frozen: // warm waffles with ice cream don't steam either
		return frozen
	case f.heat && drink:
		return HotDrink
	case f.heat && k != Grill:
		return Hot
	case drink && (f.ice || f.cool || f.fresh):
		return Iced
	case k == Dessert:
		return Dessert
	case f.ice && k == "":
		return Iced
	case f.ice || f.cool:
		return Cold
	case k == "":
		return Unknown
	}
	return k
}
