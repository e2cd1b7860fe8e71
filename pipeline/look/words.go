package look

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Creatomate reads [tags] in a text as styles and {{names}} as substitutions (creatomate.com
// llms/text.md), so a person's brackets become their full-width look-alikes.
var harmless = strings.NewReplacer("[", "［", "]", "］", "{{", "｛｛", "}}", "｝｝")

// clean makes a person's words safe to stand in a text element: composed, on one line, without
// controls, direction marks or other invisible characters, and without markup.
func clean(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == unicode.ReplacementChar, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Variation_Selector):
		default:
			b.WriteRune(r)
		}
	}
	return harmless.Replace(strings.Join(strings.Fields(norm.NFC.String(b.String())), " "))
}

// mostOptions is how many options a badge can show legibly; a longer list is shown by its lowest
// price and a tilde, as menus in Korea do.
const mostOptions = 6

// priceText is what stands on the price badge: one line, or options on two.
func priceText(w pipeline.Words) string {
	if len(w.Options) == 0 {
		return clean(w.Price)
	}
	if len(w.Options) > mostOptions {
		least := w.Options[0].Won
		for _, o := range w.Options {
			least = min(least, o.Won)
		}
		return won(least) + "~"
	}
	var parts []string
	for _, o := range w.Options {
		parts = append(parts, strings.TrimSpace(clean(o.Name)+" "+won(o.Won)))
	}
	half := (len(parts) + 1) / 2
	return strings.TrimSpace(strings.Join(parts[:half], " · ") + "\n" + strings.Join(parts[half:], " · "))
}

// won writes an amount as 18,000원.
func won(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + "원"
}

// em guesses how wide a text is in heavy Noto Sans KR, in ems: plates behind a text have fixed
// sizes in RenderScript, so they are cut to measure here. The texts on them shrink to fit.
func em(s string) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune(" ,.·'!:;|\n", r):
			w += .29
		case r >= '0' && r <= '9':
			w += .66
		case r < 0x80 && unicode.IsLower(r):
			w += .56
		case r < 0x2000:
			w += .67
		case r >= 0xff00, !unicode.Is(unicode.Hangul, r):
			w += 1
		default:
			w += .92
		}
	}
	return w
}

// breakable puts line breaks into words of more than so many ems, such as forty letters without a space,
// which no line can hold: renderers don't agree on where such a word ends. The parts are of about one length.
func breakable(s string, most float64) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if n := math.Ceil(em(w) / most); n > 1 {
			words[i] = inParts(w, em(w)/n)
		}
	}
	return strings.Join(words, " ")
}

func inParts(word string, width float64) string {
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

// shortened cuts a text down to so many ems, with … for what is gone.
func shortened(s string, width float64) string {
	if em(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && em(string(runes))+1 > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}
