package bot

import (
	"context"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	shownVideos = 5
	searched    = 50 // of a chat's newest orders, for those that are delivered
	barCells    = 10
)

// videos lists the chat's last shorts, each with a button that shows it again.
func (d *Conversation) videos(ctx context.Context, v *session) error {
	orders, err := d.Store.Recent(ctx, v.Platform, v.Chat, searched)
	if err != nil {
		return err
	}
	var lines []string
	var buttons [][]state.Button
	for _, o := range orders {
		if o.Shown == 0 || len(lines) == shownVideos {
			continue
		}
		n := strconv.Itoa(len(lines) + 1)
		lines = append(lines, n+". "+o.Cut.Words.Menu+" · "+o.Cut.Words.Price+" ("+v.date(v.local(o.Placed))+")")
		sign := "▶ "
		if o.Cut.Size == pipeline.Still {
			sign = "🖼 "
		}
		buttons = append(buttons, []state.Button{{Label: sign + n + ". " + begin(o.Cut.Words.Menu, 20), Action: action(doResend, o.ID)}})
	}
	if len(lines) == 0 {
		v.tell("videos.none", nil)
		return nil
	}
	text := v.fill("videos.some", nil) + "\n" + strings.Join(lines, "\n")
	v.say(state.OutgoingMessage{Message: state.Message{Text: text, Buttons: buttons}})
	return nil
}

// begin is the beginning of a text, at most so many letters as people count them.
func begin(text string, most int) string {
	g := uniseg.NewGraphemes(text)
	for n := 0; g.Next(); n++ {
		if n == most {
			from, _ := g.Positions()
			return strings.TrimSpace(text[:from]) + "…"
		}
	}
	return text
}

// usage says how many shorts the shop has had this month, and when there are more.
func (d *Conversation) usage(ctx context.Context, v *session) error {
	used := 0
	if v.shop.ID != 0 {
		var err error
		if used, err = d.Store.OrdersInPeriod(ctx, v.shop.ID, v.month(v.now, 0)); err != nil {
			return err
		}
	}
	limit := v.shop.LimitOr(d.Limit)
	if limit == 0 {
		v.tell("usage.free", phrase.Args{"n": strconv.Itoa(used)})
		return nil
	}
	v.tell("usage", phrase.Args{
		"n": strconv.Itoa(used), "limit": strconv.Itoa(limit),
		"bar": filled(used, limit), "date": v.date(v.month(v.now, 1)),
	})
	return nil
}

// filled draws a part of a whole. Only what is whole is full, and only nothing is empty.
func filled(part, whole int) string {
	full := min(part*barCells/whole, barCells)
	if part > 0 {
		full = max(full, 1)
	}
	return strings.Repeat("▰", full) + strings.Repeat("▱", barCells-full)
}
