package lettering

import (
	"math"
	"strings"
	"unicode"
)

// Space is the room that a text has and how it may be set in it.
type Space struct {
	W, H       float64 // pixels; 0 is as much as it takes
	Min, Max   float64 // font sizes in pixels
	Family     string
	Weight     int
	Tracking   float64 // in em
	LineHeight float64 // in em
	Wrap       bool    // may go on to a further line; "\n" always does
}

func (sp Space) style(size float64) Style { return Style{sp.Family, sp.Weight, size, sp.Tracking} }

// Setting is a text that has been fitted.
type Setting struct {
	Lines []string
	Size  float64 // pixels per em
}

// wordCost is how much smaller a text is set before a word is broken to keep it larger: breaking
// must win at least this factor.
const wordCost = 1.5

// Fit sets a text as large as its space allows. It breaks lines at spaces, and inside Hangul words
// only where that makes the type much larger, and picks the most even split. Text that doesn't fit
// at the smallest size is set at that size and overflows, as at the renderer that this stands for.
func (f *Fonts) Fit(s string, sp Space) Setting {
	paragraphs := strings.Split(s, "\n")
	spaces := f.largest(paragraphs, sp, false)
	if !sp.Wrap || spaces.Size >= sp.Max {
		return spaces
	}
	words := f.largest(paragraphs, sp, true)
	if words.Size >= spaces.Size*wordCost || words.Size > spaces.Size && f.overflows(spaces, sp) {
		return words
	}
	return spaces
}

// largest finds the largest size, to half a pixel, by bisection.
func (f *Fonts) largest(paragraphs []string, sp Space, inside bool) Setting {
	if lines := f.lines(paragraphs, sp, sp.Max, inside); lines != nil {
		return Setting{lines, sp.Max}
	}
	lo, hi := sp.Min, sp.Max
	best := f.lines(paragraphs, sp, lo, inside)
	if best == nil {
		return Setting{f.overflow(paragraphs, sp, inside), lo}
	}
	for hi-lo > .5 {
		mid := (lo + hi) / 2
		if lines := f.lines(paragraphs, sp, mid, inside); lines != nil {
			best, lo = lines, mid
		} else {
			hi = mid
		}
	}
	return Setting{best, lo}
}

// lines breaks the paragraphs at one size; nil if they don't fit the space.
func (f *Fonts) lines(paragraphs []string, sp Space, size float64, inside bool) []string {
	room := math.MaxInt
	if sp.H > 0 {
		room = int(sp.H/(size*sp.LineHeight) + 1e-6)
	}
	var out []string
	for _, p := range paragraphs {
		l := f.wrap(p, sp, size, inside)
		if l == nil || len(out)+len(l) > room {
			return nil
		}
		out = append(out, l...)
	}
	return out
}

// overflow breaks at the smallest size whatever the height; words that are too wide stay whole.
func (f *Fonts) overflow(paragraphs []string, sp Space, inside bool) []string {
	sp.H = 0
	var out []string
	for _, p := range paragraphs {
		l := f.wrap(p, sp, sp.Min, inside)
		switch {
		case l == nil && !sp.Wrap:
			l = []string{p}
		case l == nil:
			l = f.greedy(f.pieces(p, false), sp.W, sp, sp.Min)
		}
		out = append(out, l...)
	}
	return out
}

func (f *Fonts) overflows(s Setting, sp Space) bool {
	st := sp.style(s.Size)
	for _, l := range s.Lines {
		if sp.W > 0 && f.Width(l, st) > sp.W {
			return true
		}
	}
	return sp.H > 0 && float64(len(s.Lines))*s.Size*sp.LineHeight > sp.H+1e-6
}

// wrap breaks one paragraph into as few lines as it needs, as evenly as it can; nil if a piece is
// wider than the space.
func (f *Fonts) wrap(p string, sp Space, size float64, inside bool) []string {
	width := f.Width(p, sp.style(size))
	if sp.W <= 0 || width <= sp.W {
		return []string{p}
	}
	if !sp.Wrap {
		return nil
	}
	pieces := f.pieces(p, inside)
	least := f.greedy(pieces, sp.W, sp, size)
	for _, l := range least {
		if f.Width(l, sp.style(size)) > sp.W {
			return nil
		}
	}
	lo, hi := width/float64(len(least)), sp.W
	best := least
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if l := f.greedy(pieces, mid, sp, size); len(l) <= len(least) {
			best, hi = l, mid
		} else {
			lo = mid
		}
	}
	return best
}

// greedy fills lines up to a width.
func (f *Fonts) greedy(pieces []string, width float64, sp Space, size float64) []string {
	st := sp.style(size)
	var out []string
	line := ""
	for _, p := range pieces {
		if next := line + p; line == "" || f.Width(strings.TrimRight(next, " "), st) <= width {
			line = next
			continue
		}
		out = append(out, strings.TrimRight(line, " "))
		line = p
	}
	return append(out, strings.TrimRight(line, " "))
}

// pieces cuts a paragraph where a line may end: after spaces, and inside Hangul words if asked.
func (f *Fonts) pieces(p string, inside bool) []string {
	var out []string
	start := 0
	var prev rune
	for i, r := range p {
		split := prev == ' ' && r != ' '
		if inside && unicode.Is(unicode.Hangul, r) && unicode.Is(unicode.Hangul, prev) {
			split = true
		}
		if split {
			out = append(out, p[start:i])
			start = i
		}
		prev = r
	}
	return append(out, p[start:])
}
