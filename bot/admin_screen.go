package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"github.com/sajangpick/sajangpick/bot/phrase"
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

// swap shows a screen: below the command, or in the place of the one whose button was pressed.
func (v *session) swap(s screen, err error) error {
	if err != nil {
		return err
	}
	if v.Kind != Pressed {
		v.say(state.OutgoingMessage{Message: s.message()})
		return nil
	}
	v.notice("")
	v.say(state.OutgoingMessage{Message: s.message(), Edit: v.Message})
	return nil
}

// orNone answers that something isn't there, if that is what the error says.
func (v *session) orNone(err error, key string, args phrase.Args) error {
	if !errors.Is(err, pipeline.ErrNotFound) {
		return err
	}
	v.notice(v.fill(key, args))
	return nil
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

// span is a time that passes, in its two largest units.
func (v *session) span(t time.Duration) string {
	t = max(t, 0).Round(time.Second)
	var parts []string
	for _, unit := range []struct {
		key string
		of  time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		n := t / unit.of
		t -= n * unit.of
		if n > 0 || unit.of == time.Second && len(parts) == 0 {
			parts = append(parts, v.fill("admin.span."+unit.key, phrase.Args{"n": strconv.Itoa(int(n))}))
		} else if len(parts) > 0 {
			break
		}
		if len(parts) == 2 {
			break
		}
	}
	return strings.Join(parts, " ")
}

// clock is a time where the shops are, with its day unless that is today.
func (d *Conversation) clock(v *session, t time.Time) string {
	t, now := d.local(t), d.local(v.now)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("1/2 15:04")
}

// today is when the day of t began where the shops are, or the one that is so many days later.
func (d *Conversation) today(t time.Time, later int) time.Time {
	y, m, day := d.local(t).Date()
	return time.Date(y, m, day+later, 0, 0, 0, 0, d.local(t).Location())
}

// provider names one to people.
func (v *session) provider(name string) string { return v.label("admin.provider.", name) }

// label gives the phrase for a name, or the name itself when there is none.
func (v *session) label(prefix, name string) string {
	if text := v.fill(prefix+name, nil); text != "" {
		return text
	}
	return name
}

// pages are the buttons of a list: the page before, this one again, the next, and the overview.
func (v *session) pages(verb string, page int, more bool) []state.Button {
	this, next := int64(page), int64(page)
	if more {
		next++
	}
	return v.turn(verb, max(this-1, 0), this, next)
}

// turn leads to the pages before and behind this one, as far as they are others, and shows it again.
func (v *session) turn(verb string, before, this, next int64) []state.Button {
	var row []state.Button
	if before != this {
		row = append(row, state.Button{Label: "◀", Action: action(verb, before)})
	}
	row = append(row, state.Button{Label: v.fill("admin.again", nil), Action: action(verb, this)})
	if next != this {
		row = append(row, state.Button{Label: "▶", Action: action(verb, next)})
	}
	return append(row, v.back())
}

// back leads to the overview.
func (v *session) back() state.Button {
	return state.Button{Label: v.fill("admin.overview.button", nil), Action: action(doAdminStatus)}
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
