package letters

import (
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// Silence takes out what is neither dish nor price: addresses, mentions, hashtags, numbers to
// call, hours and dates.
func (t *Text) Silence() {
	t.zeros()
	t.Seal()
	for i := 0; i < len(t.Read); {
		j := t.noise(i)
		if j > i {
			t.Cut(i, j)
		}
		i = max(j, i+1)
	}
	t.Seal()
}

// zeros reads the letter o as a nought where it stands for one: 5,5OO원.
func (t *Text) zeros() {
	for i := 1; i < len(t.Read); i++ {
		before := t.Read[i-1]
		if !IsDigit(before) && !(Contains(",.", before) && IsDigit(t.Letter(i-2))) {
			continue
		}
		j := i
		for t.Letter(j) == 'o' {
			j++
		}
		if j > i && !IsLatin(t.Letter(j)) {
			for ; i < j; i++ {
				t.Read[i] = '0'
			}
			t.Unsure = true
		}
	}
}

// noise gives the end of what starts at letter i and is to be taken out, or 0.
func (t *Text) noise(i int) int {
	before := t.Letter(i - 1)
	fresh := !IsWord(before)
	switch r := t.Read[i]; {
	case r == '<':
		return t.bracketNoise(i)
	case r == '@' && IsDigit(t.Letter(i+1)), r == '#' && !IsWord(t.Letter(i+1)):
		return i + 1
	case r == '@' && fresh:
		return t.run(i+1, "._-")
	case r == '#':
		return t.hashtag(i)
	case r == ':' && !IsLatin(before) && !IsDigit(before):
		return t.shortcode(i)
	case (before == ',' || before == '.') && IsDigit(t.Letter(i-2)): // the rest of an amount: 6,000 02-123-4567
	case IsDigit(r) && !IsDigit(before) && !IsLatin(before):
		if end := t.numberNoise(i); end > 0 {
			return end
		}
		return t.timeNoise(i)
	case r == 't' && fresh && Contains(".: ", t.Letter(i+1)) && IsDigit(t.Letter(i+2)): // T.02-123-4567
		return t.numberNoise(i + 2)
	case fresh:
		if end := t.timeNoise(i); end > 0 {
			return end
		}
		if IsLatin(r) {
			return t.address(i)
		}
		return t.street(i)
	}
	return 0
}

// run ends after letters, digits and the given signs.
func (t *Text) run(i int, signs string) int {
	for IsWord(t.Letter(i)) || Contains(signs, t.Letter(i)) {
		i++
	}
	return i
}

// Contains reports whether a letter is one of these signs.
func Contains(signs string, r rune) bool {
	for _, s := range signs {
		if s == r {
			return true
		}
	}
	return false
}

func (t *Text) hashtag(i int) int {
	end := t.run(i+1, "_")
	for k := i + 1; k < end; k++ {
		if !IsDigit(t.Read[k]) {
			return end
		}
	}
	return i + 1 // #1: a number, not a tag
}

// bracketNoise is how people, channels and links are written where text is marked up: <@U1>, <#C1|name>,
// <https://…|text>.
func (t *Text) bracketNoise(i int) int {
	if n := t.Letter(i + 1); n != '@' && n != '#' && n != '!' && !t.Has(i+1, "http") && !t.Has(i+1, "mailto:") {
		t.angles(i)
		return 0
	}
	for j := i + 1; !Contains("\n<", t.Letter(j)); j++ {
		if t.Read[j] == '>' {
			return j + 1
		}
	}
	return 0
}

// shortcode is an emoji by its name: :shrimp:
func (t *Text) shortcode(i int) int {
	j := i + 1
	for IsLatin(t.Letter(j)) || IsDigit(t.Letter(j)) || Contains("_+-", t.Letter(j)) {
		j++
	}
	if j-i > 2 && t.Letter(j) == ':' && !IsWord(t.Letter(j+1)) {
		return j + 1
	}
	return 0
}

// address is a link, a bare domain or an e-mail address.
func (t *Text) address(i int) int {
	if t.Has(i, "http://") || t.Has(i, "https://") || t.Has(i, "www.") {
		j := i
		for t.Letter(j) > ' ' && t.Read[j] != Gone {
			j++
		}
		return j
	}
	if i < t.noAddr {
		return 0
	}
	j, dot := i, -1
	for IsLatin(t.Letter(j)) || IsDigit(t.Letter(j)) || Contains("._-@", t.Letter(j)) {
		if t.Read[j] == '@' && IsLatin(t.Letter(j+1)) {
			return t.run(j+1, "._-")
		}
		if t.Read[j] == '.' {
			dot = j
		}
		j++
	}
	if dot < 0 || !words.Is("domain", t.Key(dot+1, j)) {
		t.noAddr = j // whatever begins further on in this run ends as it does
		return 0
	}
	for t.Letter(j) > ' ' && t.Read[j] < utf8.RuneSelf {
		j++
	}
	return j
}

// numberNoise is a number to call, an account, an hour or a date.
func (t *Text) numberNoise(i int) int {
	var groups, signs [8]int
	n, digits, j := 0, 0, i
	for {
		for IsDigit(t.Letter(j)) {
			groups[n]++
			digits++
			j++
		}
		n++
		k := j
		if t.Read[i] == '0' && (t.Letter(k) == ')' || t.Letter(k) == ' ' && digits < 9) {
			k++
		}
		if k == j && Contains("-.:/", t.Letter(k)) {
			k++
		}
		if k == j || !IsDigit(t.Letter(k)) || n == len(groups) {
			break
		}
		signs[n] = int(t.Read[k-1])
		j = k
	}
	switch {
	case t.Read[i] == '0' && groups[0] > 1 && digits >= 9 && digits <= 12: // 010-1234-5678
		t.Calls = append(t.Calls, i)
	case groups[0] >= 9: // an account
	case signs[1] == '-' && groups[0] == 4 && groups[1] == 4 && t.Read[i] == '1' &&
		(t.Read[i+1] == '5' || t.Read[i+1] == '6' || t.Read[i+1] == '8'):
		// 1588-1234
	case signs[1] == '-' && signs[2] == '-': // 02-123-4567, 2026-12-25, 110-234-567890
	case signs[1] == ':' && groups[1] == 2 && groups[0] <= 2: // 11:30
	case (signs[1] == '.' || signs[1] == '/') && signs[2] == signs[1] && groups[1] <= 2 && groups[2] <= 2:
		// 2026.12.25
	default:
		return 0
	}
	for signs[1] == ':' && Contains("~- ", t.Letter(j)) && Contains("~- 0123456789", t.Letter(j+1)) {
		j++
	}
	return t.hourEnd(j)
}

// angles reads <신메뉴> as brackets; what may be HTML is left alone.
func (t *Text) angles(i int) {
	j := i + 1
	for IsWord(t.Letter(j)) || t.Letter(j) == ' ' {
		j++
	}
	t.Less = append(t.Less, i)
	if t.Letter(j) == '>' && (IsHangul(t.Read[i+1]) || words.Is("tag", t.Key(i+1, j))) {
		t.Read[i], t.Read[j] = '「', '」'
		t.stale = true
	}
}
