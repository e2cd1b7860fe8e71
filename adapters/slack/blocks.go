package slack

import (
	"fmt"
	"unicode/utf8"

	sdk "github.com/slack-go/slack"

	"github.com/sajangpick/sajangpick/bot/state"
)

// How many characters Slack takes.
const (
	maxSection = 3000
	maxLabel   = 75
)

// content is what a message shows: its text as it is, and its buttons. What stands outside of the blocks
// is for notices on a phone.
func content(above, text string, buttons [][]state.Button) sdk.MsgOption {
	text = cut(text, maxSection)
	var blocks []sdk.Block
	if above != "" {
		blocks = append(blocks, sdk.NewContextBlock("", sdk.NewTextBlockObject(sdk.MarkdownType, above, false, true)))
	}
	if text != "" {
		blocks = append(blocks, sdk.NewSectionBlock(sdk.NewTextBlockObject(sdk.PlainTextType, text, false, false), nil, nil))
	}
	for i, row := range buttons {
		if b := actions(i, row); b != nil {
			blocks = append(blocks, b)
		}
	}
	return sdk.MsgOptionCompose(sdk.MsgOptionText(text, true), sdk.MsgOptionBlocks(blocks...))
}

// actions is a row of buttons, nil when none of them is of a kind that Slack has: nothing can be copied
// by pressing.
func actions(n int, row []state.Button) sdk.Block {
	var all []sdk.BlockElement
	for i, b := range row {
		if b.Action == "" && b.Link == "" {
			continue
		}
		e := sdk.NewButtonBlockElement(fmt.Sprintf("row%d_%d", n, i), b.Action, sdk.NewTextBlockObject(sdk.PlainTextType, cut(b.Label, maxLabel), true, false))
		e.URL, e.Style = b.Link, sdk.Style(b.Style)
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil
	}
	return sdk.NewActionBlock("", all...)
}

// cut makes a text fit; what is left out shows as an ellipsis.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
