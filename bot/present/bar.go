package present

import "strings"

// How many cells bars have: among figures, and alone.
const (
	ShortBar = 5
	LongBar  = 10
)

// Bar draws a part of the most that there is. Only what is all of it is full, and only nothing is empty.
func Bar(part, most int64, of int) string {
	full := int64(0)
	if most > 0 {
		full = min(max(part, 0)*int64(of)/most, int64(of))
	}
	if part > 0 {
		full = max(full, 1)
	}
	return cells(int(full), of)
}

// drawn is how much is done as a bar. It is never full: then there is nothing left to draw it for.
func drawn(done float64) string { return cells(drawnCells(done), LongBar) }

func drawnCells(done float64) int { return min(max(int(done*LongBar), 0), LongBar-1) }

func cells(full, of int) string { return strings.Repeat("▰", full) + strings.Repeat("▱", of-full) }
