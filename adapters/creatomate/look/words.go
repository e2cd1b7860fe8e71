package look

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline"
	"golang.org/x/text/unicode/norm"
)

// Creatomate reads [tags] in a text as styles and {{names}} as substitutions (creatomate.com
// llms/text.md), so a person's brackets become their full-width look-alikes.
var harmless = strings.NewReplacer("[", "［", "]", "］", "{{", "｛｛", "}}", "｝｝")

// safeText makes a person's words safe to stand in a text element: composed, on one line, without
// controls, direction marks or other invisible characters, and without markup.
func safeText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == unicode.ReplacementChar,
			unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Variation_Selector):
		default:
			b.WriteRune(r)
		}
	}
	return harmless.Replace(strings.Join(strings.Fields(norm.NFC.String(b.String())), " "))
}

// priceText is the price as one line: of several options the lowest with a tilde, as menus in Korea have it.
func priceText(w pipeline.Words) string {
	if len(w.Options) == 0 {
		return safeText(w.Price)
	}
	least := w.Options[0]
	for _, o := range w.Options {
		if o.Won < least.Won && o.Won > 0 || least.Won == 0 {
			least = o
		}
	}
	return amount(least) + "~"
}

// won writes an amount as 18,000원.
func won(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + "원"
}

// breakable puts line breaks into words that no line can hold, such as forty letters without a space: renderers don't
// agree on where such a word ends. The parts are of about one length, at most so many ems.
func breakable(s string, em func(string) float64, most float64) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if n := math.Ceil(em(w) / most); n > 1 {
			words[i] = inParts(w, em, em(w)/n)
		}
	}
	return strings.Join(words, " ")
}

func inParts(word string, em func(string) float64, width float64) string {
	var b strings.Builder
	used := 0.0
	for _, r := range word {
		if used >= width-.01 && !unicode.Is(unicode.M, r) {
			b.WriteByte('\n')
			used = 0
		}
		b.WriteRune(r)
		used += em(string(r))
	}
	return b.String()
}

// truncateEms cuts a text down to so many ems, with … for what is gone: behind a word, unless that takes half of it.
func truncateEms(s string, em func(string) float64, width float64) string {
	if em(s) <= width {
		return s
	}
	end := len(s)
	for end > 0 && em(s[:end])+1 > width {
		_, last := utf8.DecodeLastRuneInString(s[:end])
		end -= last
	}
	if word := strings.LastIndexByte(s[:end+1], ' '); 2*word > end {
		end = word
	}
	return strings.TrimRight(s[:end], " ") + "…"
}
