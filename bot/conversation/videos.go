package conversation

import (
	"context"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	shownVideos = 5
	searched    = 50 // of a chat's newest orders, for those that are delivered
	barCells    = 10
)

// videos lists the chat's last shorts, each with a button that shows it again.
func (d *Conversation) videos(ctx context.Context, v *Session) error {
	orders, err := d.Store.Recent(ctx, v.Platform, v.Chat, searched)
	if err != nil {
		return err
	}
	var lines []string
	var buttons [][]bot.Button
	for _, o := range orders {
		if o.Shown == 0 || len(lines) == shownVideos {
			continue
		}
		n := strconv.Itoa(len(lines) + 1)
		lines = append(lines, n+". "+o.Cut.Words.Menu+" · "+o.Cut.Words.Price+" ("+v.Date(v.Local(o.Placed))+")")
		sign := "▶ "
		if o.Cut.Size == pipeline.Still {
			sign = "🖼 "
		}
		buttons = append(buttons, []bot.Button{{Label: sign + n + ". " + begin(o.Cut.Words.Menu, 20), Action: intent.Action(intent.DoResend, o.ID)}})
	}
	if len(lines) == 0 {
		v.Tell("videos.none", nil)
		return nil
	}
	text := v.Fill("videos.some", nil) + "\n" + strings.Join(lines, "\n")
	v.Say(bot.OutgoingMessage{Message: bot.Message{Text: text, Buttons: buttons}})
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
func (d *Conversation) usage(ctx context.Context, v *Session) error {
	used := 0
	if v.Shop.ID != 0 {
		var err error
		if used, err = d.Store.OrdersInPeriod(ctx, v.Shop.ID, v.Month(v.Now, 0)); err != nil {
			return err
		}
	}
	limit := v.Shop.LimitOr(d.Limit)
	if limit == 0 {
		v.Tell("usage.free", present.Args{"n": strconv.Itoa(used)})
		return nil
	}
	v.Tell("usage", present.Args{
		"n": strconv.Itoa(used), "limit": strconv.Itoa(limit),
		"bar": Filled(used, limit), "date": v.Date(v.Month(v.Now, 1)),
	})
	return nil
}

// Filled draws a part of a whole. Only what is whole is full, and only nothing is empty.
func Filled(part, whole int) string {
	full := min(part*barCells/whole, barCells)
	if part > 0 {
		full = max(full, 1)
	}
	return strings.Repeat("▰", full) + strings.Repeat("▱", barCells-full)
}
