package caption

// silence takes out what is neither dish nor price: addresses, mentions, hashtags, numbers to
// call, hours and dates.
func (t *Text) silence() {
	t.zeros()
	t.seal()
	for i := 0; i < len(t.Read); {
		j := t.noise(i)
		if j > i {
			t.cut(i, j)
		}
		i = max(j, i+1)
	}
	if t.stale {
		t.seal()
	}
}

// zeros reads the letter o as a nought where it stands for one: 5,5OO원.
func (t *Text) zeros() {
	for i := 1; i < len(t.Read); i++ {
		if t.Read[i] != 'o' {
			continue
		}
		before := t.Read[i-1]
		if !isDigit(before) && (before != ',' && before != '.' || i < 2 || !isDigit(t.Read[i-2])) {
			continue
		}
		j := i
		for j < len(t.Read) && t.Read[j] == 'o' {
			j++
		}
		if j == len(t.Read) || !isLatin(t.Read[j]) {
			for k := i; k < j; k++ {
				t.Read[k] = '0'
			}
			t.Unsure = true
		}
		i = j
	}
}

// noise gives the end of what starts at letter i and is to be taken out, or i.
func (t *Text) noise(i int) int {
	before := t.letter(i - 1)
	fresh := !isWord(before)
	switch r := t.Read[i]; {
	case r == '<':
		return t.bracketNoise(i)
	case r == '@' && isDigit(t.letter(i+1)), r == '#' && !isWord(t.letter(i+1)):
		return i + 1
	case r == '@' && fresh:
		return t.run(i+1, "._-")
	case r == '#':
		return t.hashtag(i)
	case r == ':' && !isLatin(before) && !isDigit(before):
		return t.shortcode(i)
	case (before == ',' || before == '.') && isDigit(t.letter(i-2)): // the rest of an amount: 6,000 02-123-4567
	case isDigit(r) && !isDigit(before) && !isLatin(before):
		if end := t.numberNoise(i); end > i {
			return end
		}
		return t.timeNoise(i)
	case fresh && contains("오아새저낮밤매ap", r) && t.timeNoise(i) > i:
		return t.timeNoise(i)
	case r == 't' && fresh && contains(".: ", t.letter(i+1)) && isDigit(t.letter(i+2)) && t.numberNoise(i+2) > i+2:
		// T.02-123-4567
		return t.numberNoise(i + 2)
	case isLatin(r) && fresh:
		return t.address(i)
	case isHangul(r) && fresh:
		return t.street(i)
	}
	return i
}

// run ends after letters, digits and the given signs.
func (t *Text) run(i int, signs string) int {
	for i < len(t.Read) && (isWord(t.Read[i]) || contains(signs, t.Read[i])) {
		i++
	}
	return i
}

func contains(signs string, r rune) bool {
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
		if !isDigit(t.Read[k]) {
			return end
		}
	}
	return i + 1 // #1: a number, not a tag
}

// bracketNoise is how people, channels and links are written where text is marked up: <@U1>, <#C1|name>,
// <https://…|text>.
func (t *Text) bracketNoise(i int) int {
	if n := t.letter(i + 1); n != '@' && n != '#' && n != '!' && !t.has(i+1, "http") && !t.has(i+1, "mailto:") {
		t.angles(i)
		return i
	}
	for j := i + 1; j < len(t.Read) && t.Read[j] != '\n' && t.Read[j] != '<'; j++ {
		if t.Read[j] == '>' {
			return j + 1
		}
	}
	return i
}

// shortcode is an emoji by its name: :shrimp:
func (t *Text) shortcode(i int) int {
	j := i + 1
	for isLatin(t.letter(j)) || isDigit(t.letter(j)) || contains("_+-", t.letter(j)) {
		j++
	}
	if j-i > 2 && t.letter(j) == ':' && !isWord(t.letter(j+1)) {
		return j + 1
	}
	return i
}

// address is a link, a bare domain or an e-mail address.
func (t *Text) address(i int) int {
	if t.has(i, "http://") || t.has(i, "https://") || t.has(i, "www.") {
		j := i
		for j < len(t.Read) && t.Read[j] > ' ' && t.Read[j] != gone {
			j++
		}
		return j
	}
	if i < t.noAddr {
		return i
	}
	j, dot := i, -1
	for isLatin(t.letter(j)) || isDigit(t.letter(j)) || contains("._-@", t.letter(j)) && t.Read[j] < 0x80 {
		if t.Read[j] == '@' && isLatin(t.letter(j+1)) {
			return t.run(j+1, "._-")
		}
		if t.Read[j] == '.' {
			dot = j
		}
		j++
	}
	if dot < 0 || !is("domain", t.key(dot+1, j)) {
		t.noAddr = j // whatever begins further on in this run ends as it does
		return i
	}
	for j < len(t.Read) && t.Read[j] > ' ' && t.Read[j] < 0x80 {
		j++
	}
	return j
}

// numberNoise is a number to call, an account, an hour or a date.
func (t *Text) numberNoise(i int) int {
	var groups, signs [8]int
	n, digits, j := 0, 0, i
	for n < len(groups) {
		for isDigit(t.letter(j)) {
			groups[n]++
			digits++
			j++
		}
		n++
		k := j
		if t.letter(k) == ')' && t.Read[i] == '0' || t.letter(k) == ' ' && t.Read[i] == '0' && digits < 9 {
			k++
		}
		if k == j && contains("-.:/", t.letter(k)) {
			k++
		}
		if k == j || !isDigit(t.letter(k)) || n == len(groups) {
			break
		}
		signs[n] = int(t.Read[k-1])
		j = k
	}
	switch {
	case t.Read[i] == '0' && groups[0] > 1 && digits >= 9 && digits <= 12: // 010-1234-5678
		t.Calls = append(t.Calls, i)
	case groups[0] >= 9: // an account
	case n == 2 && signs[1] == '-' && groups[0] == 4 && groups[1] == 4 && t.Read[i] == '1' &&
		(t.Read[i+1] == '5' || t.Read[i+1] == '6' || t.Read[i+1] == '8'):
		// 1588-1234
	case n >= 3 && signs[1] == '-' && signs[2] == '-': // 02-123-4567, 2026-12-25, 110-234-567890
	case n >= 2 && signs[1] == ':' && groups[1] == 2 && groups[0] <= 2: // 11:30
	case n >= 3 && (signs[1] == '.' || signs[1] == '/') && signs[2] == signs[1] && groups[1] <= 2 && groups[2] <= 2:
		// 2026.12.25
	default:
		return i
	}
	for contains("~- ", t.letter(j)) && contains("~- 0123456789", t.letter(j+1)) && n >= 2 && signs[1] == ':' {
		j++
	}
	if n >= 2 && signs[1] == ':' {
		return t.hourEnd(j)
	}
	return j
}

// angles reads <신메뉴> as brackets; what may be HTML is left alone.
func (t *Text) angles(i int) {
	j := i + 1
	for isWord(t.letter(j)) || t.letter(j) == ' ' {
		j++
	}
	t.Less = append(t.Less, i)
	if t.letter(j) == '>' && j > i+1 && (isHangul(t.Read[i+1]) || is("tag", t.key(i+1, j))) {
		t.Read[i], t.Read[j] = '「', '」'
		t.stale = true
	}
}
