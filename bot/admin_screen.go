package bot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	screenWidth = 32 // columns of a phone; a Korean letter takes two
	shortBar    = 5
	figureSpace = "\u2007" // as wide as a digit in most letterings
)

// screen is what an admin sees at once: lines that fit a phone, and buttons. Figures stand first in a line,
// padded by figure spaces, and words last: so they align in every lettering, though Korean and Latin
// letters are of different widths.
type screen struct {
	lines   []string
	buttons [][]state.Button
}

// line adds a line; what is too long for the screen is cut.
func (s *screen) line(text string) { s.lines = append(s.lines, fit(text, screenWidth)) }

// long adds what others wrote, which may wrap a few times.
func (s *screen) long(text string) { s.lines = append(s.lines, fit(oneLine(text), 4*screenWidth)) }

// title adds a line with an empty one before it.
func (s *screen) title(text string) {
	if len(s.lines) > 0 {
		s.lines = append(s.lines, "")
	}
	s.line(text)
}

func (s *screen) row(buttons ...state.Button) {
	if len(buttons) > 0 {
		s.buttons = append(s.buttons, buttons)
	}
}

func (s *screen) message() state.Message {
	return state.Message{Text: strings.Join(s.lines, "\n"), Buttons: s.buttons}
}

// fit cuts a text to so many columns.
func fit(text string, columns int) string {
	if uniseg.StringWidth(text) <= columns {
		return text
	}
	var b strings.Builder
	width := 1 // of the ellipsis
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if width += g.Width(); width > columns {
			break
		}
		b.WriteString(g.Str())
	}
	return strings.TrimSpace(b.String()) + "…"
}

// figures puts a number to the right of so many columns.
func figures(n string, columns int) string {
	return strings.Repeat(figureSpace, max(columns-uniseg.StringWidth(n), 0)) + n
}

// widest is the width of the widest of some figures.
func widest(all []string) (most int) {
	for _, s := range all {
		most = max(most, uniseg.StringWidth(s))
	}
	return most
}

// bar draws a part of the most that there is, in few cells.
func bar(part, most int64) string {
	full := 0
	if most > 0 {
		full = int(min(max(part, 0)*shortBar/most, shortBar))
	}
	if part > 0 {
		full = max(full, 1)
	}
	return strings.Repeat("▰", full) + strings.Repeat("▱", shortBar-full)
}

// spark draws how something went.
func spark(values []int64) string {
	steps := []rune("▁▂▃▄▅▆▇█")
	most := int64(1)
	for _, n := range values {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range values {
		b.WriteRune(steps[max(n, 0)*int64(len(steps)-1)/most])
	}
	return b.String()
}

// grouped writes a number with its thousands apart.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	from := 0
	if n < 0 {
		from = 1
	}
	for i := len(s) - 3; i > from; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// credits writes what something cost, with as many places as it needs.
func credits(c pipeline.Credits) string {
	s := grouped(int64(c) / 100)
	if rest := int64(max(c, -c)) % 100; rest > 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(100+rest, 10)[1:], "0")
	}
	return s
}

// column writes credits so that they stand below each other: with two places when one of them needs any.
func column(costs ...pipeline.Credits) []string {
	all := make([]string, len(costs))
	whole := !slices.ContainsFunc(costs, func(c pipeline.Credits) bool { return c%100 != 0 })
	for i, c := range costs {
		all[i] = grouped(int64(c) / 100)
		if !whole {
			all[i] += "." + strconv.FormatInt(100+int64(max(c, -c))%100, 10)[1:]
		}
	}
	return aligned(all)
}

// aligned puts figures below each other.
func aligned(all []string) []string {
	wide := widest(all)
	for i := range all {
		all[i] = figures(all[i], wide)
	}
	return all
}

// tags are the numbers of orders, below each other.
func tags(orders []pipeline.Order) []string {
	all := make([]string, len(orders))
	for i, o := range orders {
		all[i] = "#" + strconv.FormatInt(o.ID, 10)
	}
	return aligned(all)
}

// orderButtons open orders, a few in a row.
func orderButtons(orders []pipeline.Order) [][]state.Button {
	const inRow = 4
	var rows [][]state.Button
	for i, o := range orders {
		if i%inRow == 0 {
			rows = append(rows, nil)
		}
		last := len(rows) - 1
		rows[last] = append(rows[last], state.Button{Label: "#" + strconv.FormatInt(o.ID, 10), Action: action(doAdminOrder, o.ID)})
	}
	return rows
}
