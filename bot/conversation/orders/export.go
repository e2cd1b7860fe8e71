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

const pageExport = 20

// Export lists links to a page of the shop's shorts, the newest first.
func (ed *Edits) Export(ctx context.Context, v *session.Session, page int) error {
	skip := page * pageExport
	var lines []string
	if v.Shop.ID != 0 {
		shorts, err := ed.store.ShortsOf(ctx, v.Shop.ID, skip, pageExport+1)
		if err != nil {
			return err
		}
		for i, o := range shorts {
			lines = append(lines, ed.exportLine(v, skip+i+1, o))
		}
	}
	switch {
	case len(lines) == 0:
		answer(v, bot.Message{Text: v.Fill("videos.none", nil)})
		return nil
	case lines[0] == "":
		answer(v, bot.Message{Text: v.Fill("export.nolink", nil)})
		return nil
	}
	more := len(lines) > pageExport
	text := v.Fill("export.some", nil) + "\n\n" + strings.Join(lines[:min(len(lines), pageExport)], "\n")
	var row []bot.Button
	if page > 0 {
		row = append(row, bot.Button{Label: "◀", Action: intent.Action(intent.DoExport, page-1)})
	}
	if more {
		row = append(row, bot.Button{Label: "▶", Action: intent.Action(intent.DoExport, page+1)})
	}
	m := bot.Message{Text: text}
	if len(row) > 0 {
		m.Buttons = [][]bot.Button{row}
	}
	answer(v, m)
	return nil
}

// exportLine is one short with its link; "" when there are no links.
func (ed *Edits) exportLine(v *session.Session, n int, o pipeline.Order) string {
	link := ""
	if ed.opts.Watch != nil {
		link = ed.opts.Watch(o)
	}
	if link == "" {
		return ""
	}
	size := ""
	if o.Cut.Size != pipeline.Tall {
		size = " · " + v.Fill("size."+present.SizeName(o.Cut.Size), nil)
	}
	return strconv.Itoa(n) + ". " + present.OneLine(
		present.TruncateLetters(o.Cut.Words.Menu, 20)+" · "+o.Cut.Words.Price,
	) + size + " (" + v.Date(v.Local(o.Placed)) + ")\n" + link
}

// answer says something below what was written, or in the place of the message whose button was pressed.
func answer(v *session.Session, m bot.Message) {
	s := bot.OutgoingMessage{Message: m}
	if v.Kind == bot.Pressed {
		v.ShowNotice("")
		s.Edit = v.Message
	}
	v.Send(s)
}
