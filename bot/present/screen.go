package present

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	ScreenWidth = 32       // columns of a phone; a Korean letter takes two
	FigureSpace = "\u2007" // as wide as a digit in most letterings
)

// Screen is what an admin sees at once: lines that fit a phone, and buttons. Figures stand first in a line,
// padded by figure spaces, and words last: so they align in every lettering, though Korean and Latin
// letters are of different widths.
type Screen struct {
	Lines   []string
	Buttons [][]bot.Button
}

// Line adds a line; what is too long for the screen is cut.
func (s *Screen) Line(text string) { s.Lines = append(s.Lines, TruncateColumns(text, ScreenWidth)) }

// Long adds what others wrote, if they did; it may wrap a few times.
func (s *Screen) Long(text string) {
	if text != "" {
		s.Lines = append(s.Lines, TruncateColumns(OneLine(text), 4*ScreenWidth))
	}
}

// Title adds a line with an empty one before it.
func (s *Screen) Title(text string) {
	if len(s.Lines) > 0 {
		s.Lines = append(s.Lines, "")
	}
	s.Line(text)
}

func (s *Screen) Row(buttons ...bot.Button) {
	if len(buttons) > 0 {
		s.Buttons = append(s.Buttons, buttons)
	}
}

func (s *Screen) Message() bot.Message {
	return bot.Message{Text: strings.Join(s.Lines, "\n"), Buttons: s.Buttons}
}

// Figures puts a number to the right of so many columns.
func Figures(n string, columns int) string {
	return strings.Repeat(FigureSpace, max(columns-uniseg.StringWidth(n), 0)) + n
}

// Widest is the width of the widest of some figures.
func Widest(all []string) (most int) {
	for _, s := range all {
		most = max(most, uniseg.StringWidth(s))
	}
	return most
}

// Spark draws how something went.
func Spark(values []int64) string {
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

// Grouped writes a number with its thousands apart.
func Grouped(n int64) string {
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

// Credits writes what something cost, with as many places as it needs.
func Credits(c pipeline.Credits) string {
	s := Grouped(int64(c) / 100)
	if rest := int64(max(c, -c)) % 100; rest > 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(100+rest, 10)[1:], "0")
	}
	return s
}

// Column writes credits so that they stand below each other: with two places when one of them needs any.
func Column(costs ...pipeline.Credits) []string {
	all := make([]string, len(costs))
	whole := !slices.ContainsFunc(costs, func(c pipeline.Credits) bool { return c%100 != 0 })
	for i, c := range costs {
		all[i] = Grouped(int64(c) / 100)
		if !whole {
			all[i] += "." + strconv.FormatInt(100+int64(max(c, -c))%100, 10)[1:]
		}
	}
	return Aligned(all)
}

// Aligned puts figures below each other.
func Aligned(all []string) []string {
	wide := Widest(all)
	for i := range all {
		all[i] = Figures(all[i], wide)
	}
	return all
}

// Tags are the numbers of orders, below each other.
func Tags(orders []pipeline.Order) []string {
	all := make([]string, len(orders))
	for i, o := range orders {
		all[i] = "#" + strconv.FormatInt(o.ID, 10)
	}
	return Aligned(all)
}

// OrderButtons open orders, a few in a row.
func OrderButtons(orders []pipeline.Order) [][]bot.Button {
	const inRow = 4
	var rows [][]bot.Button
	for i, o := range orders {
		if i%inRow == 0 {
			rows = append(rows, nil)
		}
		last := len(rows) - 1
		rows[last] = append(rows[last], bot.Button{
			Label: "#" + strconv.FormatInt(o.ID, 10), Action: intent.Action(intent.DoAdminOrder, o.ID),
		})
	}
	return rows
}
