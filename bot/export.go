package bot

import (
	"context"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	pageExport   = 20
	exportAtOnce = 200
)

// export lists links to a page of the shop's shorts, the newest first.
func (d *Desk) export(ctx context.Context, v *visit, page int) error {
	skip, n := page*pageExport, 0
	var lines []string
	for from := 0; v.shop.ID != 0 && len(lines) <= pageExport; from += exportAtOnce {
		orders, err := d.Admin.OrdersOf(ctx, v.shop.ID, from, exportAtOnce)
		if err != nil {
			return err
		}
		for _, o := range orders {
			if o.Shown == 0 || o.Cut.ShortKey == "" {
				continue
			}
			if n++; n > skip && len(lines) <= pageExport {
				lines = append(lines, d.exportLine(v, n, o))
			}
		}
		if len(orders) < exportAtOnce {
			break
		}
	}
	switch {
	case len(lines) == 0:
		v.answer(state.Message{Text: v.fill("videos.none", nil)})
		return nil
	case lines[0] == "":
		v.answer(state.Message{Text: v.fill("export.nolink", nil)})
		return nil
	}
	more := len(lines) > pageExport
	text := v.fill("export.some", nil) + "\n\n" + strings.Join(lines[:min(len(lines), pageExport)], "\n")
	var row []state.Button
	if page > 0 {
		row = append(row, state.Button{Label: "◀", Action: action(doExport, page-1)})
	}
	if more {
		row = append(row, state.Button{Label: "▶", Action: action(doExport, page+1)})
	}
	m := state.Message{Text: text}
	if len(row) > 0 {
		m.Buttons = [][]state.Button{row}
	}
	v.answer(m)
	return nil
}

// exportLine is one short with its link; "" when there are no links.
func (d *Desk) exportLine(v *visit, n int, o pipeline.Order) string {
	link := ""
	if d.Watch != nil {
		link = d.Watch(o)
	}
	if link == "" {
		return ""
	}
	return strconv.Itoa(n) + ". " + oneLine(begin(o.Cut.Words.Menu, 20)+" · "+o.Cut.Words.Price) + " (" + v.date(d.local(o.Placed)) + ")\n" + link
}

// answer says something below what was written, or in the place of the message whose button was pressed.
func (v *visit) answer(m state.Message) {
	s := state.Say{Message: m}
	if v.Kind == Pressed {
		v.notice("")
		s.Edit = v.Message
	}
	v.say(s)
}
