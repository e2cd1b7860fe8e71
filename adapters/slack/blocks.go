package slack

import (
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	sdk "github.com/slack-go/slack"
)

// How many characters Slack takes (Block Kit reference), and how many sections of a text we send: no more of
// it is for reading in a chat.
const (
	maxSection  = 3000
	maxSections = 5
	maxLabel    = 75
)

// content is what a message shows: its text as it is, and its buttons. What stands outside of the blocks
// is for notices on a phone.
func content(above, text string, buttons [][]bot.Button) sdk.MsgOption {
	var blocks []sdk.Block
	if above != "" {
		blocks = append(blocks, sdk.NewContextBlock("", sdk.NewTextBlockObject(sdk.MarkdownType, above, false, true)))
	}
	for _, part := range sections(text) {
		object := sdk.NewTextBlockObject(sdk.PlainTextType, part, false, false)
		blocks = append(blocks, sdk.NewSectionBlock(object, nil, nil))
	}
	for i, row := range buttons {
		if b := actions(i, row); b != nil {
			blocks = append(blocks, b)
		}
	}
	return sdk.MsgOptionCompose(
		sdk.MsgOptionText(present.TruncateUTF16(text, maxSection), true), sdk.MsgOptionBlocks(blocks...),
	)
}

// actions is a row of buttons, nil when none of them is of a kind that Slack has: nothing can be copied
// by pressing.
func actions(n int, row []bot.Button) sdk.Block {
	var all []sdk.BlockElement
	for i, b := range row {
		if b.Action == "" && b.Link == "" {
			continue
		}
		e := sdk.NewButtonBlockElement(
			fmt.Sprintf("row%d_%d", n, i), b.Action,
			sdk.NewTextBlockObject(sdk.PlainTextType, present.TruncateUTF16(b.Label, maxLabel), true, false),
		)
		e.URL, e.Style = b.Link, sdk.Style(b.Style)
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil
	}
	return sdk.NewActionBlock("", all...)
}

// sections parts a text into pieces that Slack takes, between two lines where it can. The last one says by an
// ellipsis when there is more. Slack speaks of characters; there are never more of those than UTF-16 units, whichever
// it counts.
func sections(text string) (parts []string) {
	for text != "" && len(parts) < maxSections-1 {
		part := present.PrefixUTF16(text, maxSection)
		if len(part) < len(text) {
			if i := strings.LastIndexByte(part, '\n'); i > 0 {
				part = part[:i]
			}
		}
		parts, text = append(parts, part), strings.TrimPrefix(text[len(part):], "\n")
	}
	if text != "" {
		parts = append(parts, present.TruncateUTF16(text, maxSection))
	}
	return parts
}
