package bot

import (
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Voice is how a chat is spoken to: in its language, as its platform writes, with the times of the shops' zone.
type Voice struct {
	lang, platform string
	zone           *time.Location
	now            time.Time
}

// NewVoice makes a Voice. A nil zone is UTC.
func NewVoice(lang, platform string, zone *time.Location, now time.Time) Voice {
	return Voice{lang, platform, zone, now}
}

// fill gives a phrase in the chat's language, as it is said on the platform.
func (v Voice) fill(key string, args phrase.Args) string {
	text := phrase.Fill(v.lang, key+"."+v.platform, args)
	if text == "" {
		text = phrase.Fill(v.lang, key, args)
	}
	return Spoken(v.platform, text)
}

// date is a day as people say it.
func (v Voice) date(t time.Time) string {
	return v.fill("date", phrase.Args{"month": v.fill("month."+strconv.Itoa(int(t.Month())), nil), "day": strconv.Itoa(t.Day())})
}

// span is a time that passes, in its two largest units.
func (v Voice) span(t time.Duration) string {
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

// provider names one to people.
func (v Voice) provider(name string) string { return v.label("admin.provider.", name) }

// label gives the phrase for a name, or the name itself when there is none.
func (v Voice) label(prefix, name string) string {
	if text := v.fill(prefix+name, nil); text != "" {
		return text
	}
	return name
}

// pages are the buttons of a list: the page before, this one again, the next, and the overview.
func (v Voice) pages(verb string, page int, more bool) []state.Button {
	this, next := int64(page), int64(page)
	if more {
		next++
	}
	return v.turn(verb, max(this-1, 0), this, next)
}

// turn leads to the pages before and behind this one, as far as they are others, and shows it again.
func (v Voice) turn(verb string, before, this, next int64) []state.Button {
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
func (v Voice) back() state.Button {
	return state.Button{Label: v.fill("admin.overview.button", nil), Action: action(doAdminStatus)}
}

// nameOf is what a shop is called among admins.
func (v Voice) nameOf(s state.Shop) string {
	if s.Name != "" {
		return s.Name
	}
	return v.fill("admin.shop", phrase.Args{"n": strconv.FormatInt(s.ID, 10)})
}

// why is a reason in a few words.
func (v Voice) why(r pipeline.Reason) string { return v.label("admin.why.", string(r)) }

// what is on an order's short.
func (v Voice) what(o pipeline.Order) string {
	if isEmptied(o) {
		return v.fill("admin.emptied", nil)
	}
	text := head(o.Cut.Words)
	if o.Cut.N > 1 {
		text += " · " + v.fill("admin.cut", phrase.Args{"n": strconv.Itoa(o.Cut.N)})
	}
	return text
}

// waits says what an order waits for; "" when it has ended.
func (v Voice) waits(o pipeline.Order) string {
	args := phrase.Args{
		"name": v.provider(providerOf(o.Step)), "time": v.span(o.Due.Sub(v.now)), "n": strconv.Itoa(int(100 * o.Progress)),
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
	case isHeld(o):
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
		key, args["time"] = "admin.waits.unknown", v.clock(o.Due)
	case late:
		key = "admin.waits.asked"
	default:
		key = "admin.waits.made"
	}
	return v.fill(key, args)
}

// standing says how an order stands, in a few words.
func (v Voice) standing(o pipeline.Order) string {
	text := v.fill("admin.is."+string(o.Status), nil)
	if o.Status == pipeline.Open || o.Status == pipeline.Parked || o.Status == pipeline.Failed {
		text += " · " + v.fill("admin.step."+string(o.Step), nil)
	}
	return text
}

func (v Voice) thisMonth() string {
	return v.fill("month."+strconv.Itoa(int(v.local(v.now).Month())), nil)
}

// clock is a time where the shops are, with its day unless that is today.
func (v Voice) clock(t time.Time) string {
	t, now := v.local(t), v.local(v.now)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("1/2 15:04")
}

// local is a time where the shops are.
func (v Voice) local(t time.Time) time.Time { return t.In(zoneOf(v.zone)) }

// month is when the month of t begins, or the one that is so many later.
func (v Voice) month(t time.Time, later int) time.Time { return monthOf(v.zone, t, later) }

// today is when the day of t began, or the one that is so many days later.
func (v Voice) today(t time.Time, later int) time.Time { return dayOf(v.zone, t, later) }

func zoneOf(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// monthOf is when the month of t begins in a zone (nil is UTC), or the one that is so many later.
func monthOf(zone *time.Location, t time.Time, later int) time.Time {
	y, m, _ := t.In(zoneOf(zone)).Date()
	return time.Date(y, m+time.Month(later), 1, 0, 0, 0, 0, zoneOf(zone))
}

// dayOf is when the day of t began in a zone (nil is UTC), or the one that is so many days later.
func dayOf(zone *time.Location, t time.Time, later int) time.Time {
	y, m, day := t.In(zoneOf(zone)).Date()
	return time.Date(y, m, day+later, 0, 0, 0, 0, zoneOf(zone))
}

// whose tells the shop, the chat and the person of an order. shop has only its number when it is gone.
func (v Voice) whose(s *screen, o pipeline.Order, shop state.Shop) {
	if o.Shop != 0 {
		shop.ID = o.Shop
		name := v.nameOf(shop)
		if shop.Name != "" {
			name = strconv.FormatInt(o.Shop, 10) + " " + name
		}
		s.line("🏪 " + name)
	}
	if isEmptied(o) {
		return
	}
	where := v.label("admin.platform.", o.Thread.Platform) + " " + o.Thread.Chat
	if o.Thread.User != "" && o.Thread.User != o.Thread.Chat {
		where += " · " + o.Thread.User
	}
	s.long("👤 " + where)
}
