package bot

import (
	"context"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const pageExport = 20

// export lists links to a page of the shop's shorts, the newest first.
func (d *Conversation) export(ctx context.Context, v *session, page int) error {
	skip := page * pageExport
	var lines []string
	if v.shop.ID != 0 {
		shorts, err := d.Admin.ShortsOf(ctx, v.shop.ID, skip, pageExport+1)
		if err != nil {
			return err
		}
		for i, o := range shorts {
			lines = append(lines, d.exportLine(v, skip+i+1, o))
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
func (d *Conversation) exportLine(v *session, n int, o pipeline.Order) string {
	link := ""
	if d.Watch != nil {
		link = d.Watch(o)
	}
	if link == "" {
		return ""
	}
	size := ""
	if o.Cut.Size != pipeline.Tall {
		size = " · " + v.fill("size."+sizeName(o.Cut.Size), nil)
	}
	return strconv.Itoa(n) + ". " + oneLine(begin(o.Cut.Words.Menu, 20)+" · "+o.Cut.Words.Price) + size + " (" + v.date(v.local(o.Placed)) + ")\n" + link
}

// answer says something below what was written, or in the place of the message whose button was pressed.
func (v *session) answer(m state.Message) {
	s := state.OutgoingMessage{Message: m}
	if v.Kind == Pressed {
		v.notice("")
		s.Edit = v.Message
	}
	v.say(s)
}
