package prompt

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"
)

//go:embed lexicon.txt
var lexiconText string

//go:embed motions.txt
var motionsText string

// What the lexicon knows besides kinds of dishes.
const (
	frozen  Kind = "frozen"  // a dessert that glints; Motion calls it one
	heat    Kind = "heat"    // makes what it stands with hot
	ice     Kind = "ice"     // makes a drink iced, a dish cold
	cool    Kind = "cool"    // makes a dish cold, a drink iced
	fresh   Kind = "fresh"   // makes a drink iced; of a soup it says only that it is good
	meal    Kind = "meal"    // ends the word before it; alone it is a hot meal
	set     Kind = "set"     // ends the word before it
	neutral Kind = "neutral" // hides shorter words inside it
)

// entry is one word of the lexicon and where it counts.
type entry struct {
	kind  Kind
	begin bool // only at the start of a word
	end   bool // only at the end of a word
}

// lexicon is read-only after it has been read.
type lexicon struct {
	entries map[string][]entry
	longest map[rune]int // by first letter: bytes of the longest entry
}

func readLexicon(text string) (*lexicon, error) {
	l := &lexicon{entries: map[string][]entry{}, longest: map[rune]int{}}
	var kind Kind
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			kind = Kind(strings.Trim(line, "[]"))
		case kind == "":
			return nil, fmt.Errorf("lexicon: words before the first section: %q", line)
		default:
			for _, w := range strings.Fields(line) {
				l.add(w, kind)
			}
		}
	}
	return l, nil
}

func (l *lexicon) add(word string, kind Kind) {
	e := entry{kind: kind}
	if w, ok := strings.CutPrefix(word, "="); ok {
		word, e.begin, e.end = w, true, true
	} else if w, ok := strings.CutPrefix(word, "-"); ok {
		word, e.end = w, true
	} else if w, ok := strings.CutSuffix(word, "-"); ok {
		word, e.begin = w, true
	}
	first, _ := utf8.DecodeRuneInString(word)
	if first < utf8.RuneSelf {
		e.begin, e.end = true, true
	}
	l.entries[word] = append(l.entries[word], e)
	l.longest[first] = max(l.longest[first], len(word))
}

// readMotions reads the wordings by kind; "still" and "always" stand beside the kinds.
func readMotions(text string) map[Kind][]string {
	m := map[Kind][]string{}
	for line := range strings.Lines(text) {
		kind, wording, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && line[0] != '#' {
			m[Kind(kind)] = append(m[Kind(kind)], wording)
		}
	}
	return m
}
