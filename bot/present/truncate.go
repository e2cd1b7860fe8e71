package present

import (
	"strings"
	"unicode/utf16"

	"github.com/rivo/uniseg"
)

// What is too long ends with …, which counts, and never in the middle of what people take for one letter.

// TruncateUTF16 bounds a text to so many UTF-16 units, by which messengers count.
func TruncateUTF16(s string, units int) string {
	if unitsOf(s) <= units {
		return s
	}
	return truncated(s, units, unitsOf)
}

// PrefixUTF16 is the longest beginning of a text that has at most so many UTF-16 units, without …, for who goes on with
// the rest.
func PrefixUTF16(s string, units int) string {
	for i, r := range s {
		if units -= utf16.RuneLen(r); units < 0 {
			return s[:i]
		}
	}
	return s
}

// TruncateColumns bounds a text to so many columns of a screen on which wide letters take two.
func TruncateColumns(s string, columns int) string {
	if uniseg.StringWidth(s) <= columns {
		return s
	}
	return truncated(s, columns, uniseg.StringWidth)
}

// TruncateLetters bounds a text to so many letters as people count them, and … behind these.
func TruncateLetters(s string, letters int) string {
	if uniseg.GraphemeClusterCount(s) <= letters {
		return s
	}
	return truncated(s, letters+1, func(string) int { return 1 })
}

// truncated keeps whole letters for as long as they and … measure no more than most.
func truncated(s string, most int, measure func(string) int) string {
	n, end := measure("…"), 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if n += measure(g.Str()); n > most {
			break
		}
		_, end = g.Positions()
	}
	return strings.TrimSpace(s[:end]) + "…"
}

func unitsOf(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
