package present

import (
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// ChangeButtons are for what may be done to an order, of whose shorts it is about the one of its cut's size. One
// that has had all its cuts has no other.
func ChangeButtons(lang string, o pipeline.Order, looks, music []string) [][]bot.Button {
	does := func(key, verb string) bot.Button {
		return bot.Button{Label: Fill(lang, key, nil), Action: intent.Action(verb, o.ID, "", SizeName(o.Cut.Size))}
	}
	again := does("choice.again", intent.DoAgain)
	if max(o.Cut.N, o.Cuts) >= pipeline.MaxCuts {
		return [][]bot.Button{{again}}
	}
	words := []bot.Button{does("choice.fix", intent.DoFix), again}
	var other []bot.Button
	if len(looks) > 1 {
		other = append(other, does("choice.look", intent.DoLook))
	}
	if len(music) > 1 && o.Cut.Size != pipeline.Still { // a picture is silent
		other = append(other, does("choice.music", intent.DoMusic))
	}
	return [][]bot.Button{append(other, does("choice.size", intent.DoSize)), words}
}

// photoButtons are the two answers to the question about an order's photo.
func photoButtons(o pipeline.Order) [][]bot.Button {
	lang := o.Thread.Lang
	return [][]bot.Button{{
		{Label: Fill(lang, "button.anyway", nil), Action: intent.Action(intent.DoAnyway, o.ID), Style: bot.Primary},
		{Label: Fill(lang, "choice.cancel", nil), Action: intent.Action(intent.DoCancel, o.ID), Style: bot.Danger},
	}}
}

// cameButtons let the person who waits for a short say whether it is there, when we can't tell.
func cameButtons(o pipeline.Order) [][]bot.Button {
	return [][]bot.Button{{
		{Label: Fill(o.Thread.Lang, "choice.came", nil), Action: intent.Action(intent.DoCame, o.ID, "yes")},
		{Label: Fill(o.Thread.Lang, "choice.came.not", nil), Action: intent.Action(intent.DoCame, o.ID, "no")},
	}}
}
