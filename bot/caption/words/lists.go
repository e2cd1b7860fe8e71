// Package words knows the words that owners write beside a dish and its price: what each says, alone or by its end,
// whatever stands around it. The lists are data (words.txt); kinds that are put together from several lists are
// functions.
package words

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed words.txt
var wordsText string

// List is one section of words.txt. It isn't to be changed.
type List map[string]bool

// book is all word lists; it is read once and never written again.
type book struct {
	lists   map[string]List
	all     List              // what any section holds: most words stand in none
	endings map[rune][]string // by first letter, the longest first
	units   map[rune][]string
	basic   map[string]string // what the plain variant is called beside another
}

var lists = sync.OnceValue(func() *book {
	b := &book{lists: readLists(wordsText)}
	b.endings = byFirst(b.lists["ending"])
	b.units = byFirst(b.lists["counter"])
	b.all = List{}
	for _, l := range b.lists {
		for w := range l {
			b.all[w] = true
		}
	}
	b.basic = map[string]string{}
	for w := range b.lists["basic"] {
		other, plain, _ := strings.Cut(w, "=")
		b.basic[other] = plain
	}
	return b
})

// readLists reads sections of words parted by white space. An underscore stands for a space.
func readLists(text string) map[string]List {
	lists := map[string]List{}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			lists[section] = List{}
		default:
			for _, w := range strings.Fields(line) {
				lists[section][strings.ReplaceAll(w, "_", " ")] = true
			}
		}
	}
	return lists
}

func byFirst(l List) map[rune][]string {
	m := map[rune][]string{}
	for w := range l {
		r, _ := utf8.DecodeRuneInString(w)
		ws := append(m[r], w)
		for i := len(ws) - 1; i > 0 && len(ws[i]) > len(ws[i-1]); i-- {
			ws[i], ws[i-1] = ws[i-1], ws[i]
		}
		m[r] = ws
	}
	return m
}

// Section gives a section's words, which aren't to be changed.
func Section(name string) List { return lists().lists[name] }

// EndingsFrom gives what may stick to a price and begins with this letter, the longest first.
func EndingsFrom(r rune) []string { return lists().endings[r] }

// CountersFrom gives what may be counted or measured and begins with this letter, the longest first.
func CountersFrom(r rune) []string { return lists().units[r] }

// PlainBeside gives what the plain variant is called beside another (대 → 소), if that is known.
func PlainBeside(other string) (plain string, known bool) {
	plain, known = lists().basic[other]
	return plain, known
}

// Is reports whether a section holds a word.
func Is(section, word string) bool {
	b := lists()
	return len(word) <= LongestWord && b.all[word] && b.lists[section][word]
}

// Ends gives the longest word of a section that key ends with, or nothing.
func Ends(section, key string) string {
	b := lists()
	for i := max(0, len(key)-LongestWord); i < len(key); i++ {
		if utf8.RuneStart(key[i]) && b.all[key[i:]] && b.lists[section][key[i:]] {
			return key[i:]
		}
	}
	return ""
}

// Begins reports whether key begins with a word of a section.
func Begins(section, key string) bool {
	l := lists().lists[section]
	for i := 1; i <= min(len(key), LongestWord); i++ {
		if (i == len(key) || utf8.RuneStart(key[i])) && l[key[:i]] {
			return true
		}
	}
	return false
}

// LongestWord is more bytes than any word of the lists has.
const LongestWord = 36

// particles may follow a noun without changing what it is.
var particles = [...]string{"은", "는", "이", "가", "을", "를", "도", "로", "으로", "에", "만", "에도", "에서", "에서도", "에는", "에선"}

// IsNoun reports whether a section holds a word, with or without a particle.
func IsNoun(section, word string) bool {
	if Is(section, word) {
		return true
	}
	for _, p := range particles {
		if stem, ok := strings.CutSuffix(word, p); ok && Is(section, stem) {
			return true
		}
	}
	return false
}
