// Package present turns what is known into what a person reads: phrases in two languages, screens, buttons, money and
// times, the progress line and the text of a post. A phrase is a short sentence that says what to do next, never a
// code; phrases are data (ko/, en/), and Korean particles are chosen to fit what is filled in.
package present

import (
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// IsHeld reports whether an order rests because an admin or the budget holds it back.
func IsHeld(o pipeline.Order) bool {
	return o.Status == pipeline.Open && o.Phase == pipeline.Ready &&
		(o.Reason == pipeline.ReasonPaused || o.Reason == pipeline.ReasonBudget)
}

// IsPurged reports whether an order's words and files were taken away.
func IsPurged(o pipeline.Order) bool { return o.Thread.Platform == "" || o.Thread.Chat == "" }

// Language is what a person is spoken to in until they say otherwise.
func Language(code string) string {
	if len(code) >= 2 && code[:2] == "en" {
		return "en"
	}
	return "ko"
}

// WordArgs name what stands on a short, for phrases.
func WordArgs(w pipeline.Words) Args { return Args{"menu": w.Menu, "price": w.Price} }

// Voice is how a chat is spoken to: in its language, as its platform writes, with the times of the shops' zone. See
// Guide.Voice.
type Voice struct {
	Lang  string
	Guide Guide
	On    bot.Platform
	zone  *time.Location
	now   time.Time
}

// Fill gives a phrase in the chat's language, as it is said on the platform.
func (v Voice) Fill(key string, args Args) string {
	text := fill(v.On.Phrases[known(v.Lang)][key], args)
	if text == "" {
		text = Fill(v.Lang, key, args)
	}
	return v.On.Spoken(text)
}

// Date is a day as people say it.
func (v Voice) Date(t time.Time) string {
	month := v.Fill("month."+strconv.Itoa(int(t.Month())), nil)
	return v.Fill("date", Args{"month": month, "day": strconv.Itoa(t.Day())})
}

// Span is a time that passes, in its two largest units.
func (v Voice) Span(t time.Duration) string {
	t = max(t, 0).Round(time.Second)
	var parts []string
	for _, unit := range []struct {
		key string
		of  time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		n := t / unit.of
		t -= n * unit.of
		if n > 0 || unit.of == time.Second && len(parts) == 0 {
			parts = append(parts, v.Fill("admin.span."+unit.key, Args{"n": strconv.Itoa(int(n))}))
		} else if len(parts) > 0 {
			break
		}
		if len(parts) == 2 {
			break
		}
	}
	return strings.Join(parts, " ")
}

// Label gives the phrase for a name, or the name itself when there is none.
func (v Voice) Label(prefix, name string) string {
	if text := v.Fill(prefix+name, nil); text != "" {
		return text
	}
	return name
}

// Pages are the buttons of a list: the page before, this one again, the next, and the overview.
func (v Voice) Pages(verb string, page int, more bool) []bot.Button {
	this, next := int64(page), int64(page)
	if more {
		next++
	}
	return v.Turn(verb, max(this-1, 0), this, next)
}

// Turn leads to the pages before and behind this one, as far as they are others, and shows it again.
func (v Voice) Turn(verb string, before, this, next int64) []bot.Button {
	var row []bot.Button
	if before != this {
		row = append(row, bot.Button{Label: "◀", Action: intent.Action(verb, before)})
	}
	row = append(row, bot.Button{Label: v.Fill("admin.again", nil), Action: intent.Action(verb, this)})
	if next != this {
		row = append(row, bot.Button{Label: "▶", Action: intent.Action(verb, next)})
	}
	return append(row, v.Back())
}

// Back leads to the overview.
func (v Voice) Back() bot.Button {
	return bot.Button{Label: v.Fill("admin.overview.button", nil), Action: intent.Action(intent.DoAdminStatus)}
}

// NameOf is what a shop is called among admins.
func (v Voice) NameOf(s bot.Shop) string {
	if s.Name != "" {
		return s.Name
	}
	return v.Fill("admin.shop", Args{"n": strconv.FormatInt(s.ID, 10)})
}

// Why is a reason in a few words.
func (v Voice) Why(r pipeline.Reason) string { return v.Label("admin.why.", string(r)) }

// What is on an order's short.
func (v Voice) What(o pipeline.Order) string {
	if IsPurged(o) {
		return v.Fill("admin.purged", nil)
	}
	text := Head(o.Cut.Words)
	if o.Cut.N > 1 {
		text += " · " + v.Fill("admin.cut", Args{"n": strconv.Itoa(o.Cut.N)})
	}
	return text
}

// Waits says what an order waits for; "" when it has ended.
func (v Voice) Waits(o pipeline.Order) string {
	args := Args{
		"name": v.Provider(v.Guide.Providers().Of(o.Step)), "time": v.Span(o.Due.Sub(v.now)),
		"n": strconv.Itoa(int(100 * o.Progress)),
	}
	late := o.Due.Sub(v.now) < time.Second
	key := ""
	switch {
	case o.Status == pipeline.Parked && o.Reason == pipeline.ReasonCantDeliver:
		key = "admin.waits.chat"
	case o.Status == pipeline.Parked:
		key = "admin.waits.admin"
	case o.Status != pipeline.Open:
		return ""
	case o.AwaitsAnswer():
		key = "admin.waits.owner"
	case IsHeld(o):
		key = "admin.waits.held"
	case o.Phase == pipeline.Ready && late, o.Step == pipeline.Fetch:
		key = "admin.waits.turn"
	case o.Phase == pipeline.Ready:
		key = "admin.waits.later"
	case o.Step == pipeline.Deliver:
		key = "admin.waits.sent"
	case o.Phase == pipeline.Begun:
		key = "admin.waits.answer"
	case o.Phase == pipeline.Unknown:
		key, args["time"] = "admin.waits.unknown", v.Clock(o.Due)
	case late:
		key = "admin.waits.asked"
	default:
		key = "admin.waits.made"
	}
	return v.Fill(key, args)
}

// Standing says how an order stands, in a few words.
func (v Voice) Standing(o pipeline.Order) string {
	text := v.Fill("admin.is."+string(o.Status), nil)
	if o.Status == pipeline.Open || o.Status == pipeline.Parked || o.Status == pipeline.Failed {
		text += " · " + v.Fill("admin.step."+string(o.Step), nil)
	}
	return text
}

func (v Voice) ThisMonth() string {
	return v.Fill("month."+strconv.Itoa(int(v.Local(v.now).Month())), nil)
}

// Clock is a time where the shops are, with its day unless that is today.
func (v Voice) Clock(t time.Time) string {
	t, now := v.Local(t), v.Local(v.now)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("1/2 15:04")
}

// Local is a time where the shops are.
func (v Voice) Local(t time.Time) time.Time { return t.In(ZoneOf(v.zone)) }

// Month is when the month of t begins, or the one that is so many later.
func (v Voice) Month(t time.Time, later int) time.Time { return MonthOf(v.zone, t, later) }

// Today is when the day of t began, or the one that is so many days later.
func (v Voice) Today(t time.Time, later int) time.Time { return pipeline.Midnight(t, later, v.zone) }

func ZoneOf(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// MonthOf is when the month of t begins in a zone (nil is UTC), or the one that is so many later.
func MonthOf(zone *time.Location, t time.Time, later int) time.Time {
	y, m, _ := t.In(ZoneOf(zone)).Date()
	return time.Date(y, m+time.Month(later), 1, 0, 0, 0, 0, ZoneOf(zone))
}
