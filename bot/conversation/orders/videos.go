package orders

import (
	"context"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	shownVideos = 5
	searched    = 50 // of a chat's newest orders, for those that are delivered
)

// Videos lists the chat's last shorts, each with a button that shows it again.
func (ed *Edits) Videos(ctx context.Context, v *session.Session) error {
	orders, err := ed.loader.NewestOrders(ctx, v, searched)
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
		lines = append(
			lines, n+". "+o.Cut.Words.Menu+" · "+o.Cut.Words.Price+" ("+madeBy(v, o)+v.Date(v.Local(o.Placed))+")",
		)
		sign := "▶ "
		if o.Cut.Size == pipeline.Still {
			sign = "🖼 "
		}
		buttons = append(buttons, []bot.Button{
			{
				Label:  sign + n + ". " + present.TruncateLetters(o.Cut.Words.Menu, 20),
				Action: intent.Action(intent.DoResend, o.ID),
			},
		})
	}
	if len(lines) == 0 {
		v.Tell("videos.none", nil)
		return nil
	}
	text := v.Fill("videos.some", nil) + "\n" + strings.Join(lines, "\n")
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text, Buttons: buttons}})
	return nil
}

// madeBy is whose order it is, where several people order.
func madeBy(v *session.Session, o pipeline.Order) string {
	if !v.Group || o.Maker == "" {
		return ""
	}
	return present.TruncateLetters(o.Maker, 20) + " · "
}

// Usage says how many shorts the shop has had this month, and when there are more.
func (ed *Edits) Usage(ctx context.Context, v *session.Session) error {
	used := 0
	if v.Shop.ID != 0 {
		var err error
		if used, err = ed.store.OrdersInPeriod(ctx, v.Shop.ID, v.Month(v.Now, 0)); err != nil {
			return err
		}
	}
	limit := v.Shop.LimitOr(ed.opts.Limit)
	if limit == 0 {
		v.Tell("usage.free", present.Args{"n": strconv.Itoa(used)})
		return nil
	}
	v.Tell("usage", present.Args{
		"n": strconv.Itoa(used), "limit": strconv.Itoa(limit),
		"bar": present.Bar(int64(used), int64(limit), present.LongBar), "date": v.Date(v.Month(v.Now, 1)),
	})
	return nil
}
