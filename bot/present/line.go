package present

import (
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// ProgressLine is the one message that says how an order stands, and is edited.
type ProgressLine struct {
	bot.Message        // what it says now, with its buttons
	Head        string // what is made
	Stop        string // the stage and cut that it speaks of; while it stays, only time has passed
	Name        string // the chat's, of the line that is there; empty: there is none
	About       string // what a line at the end of the chat is to be about
	Anew        bool   // About isn't what the line that is there is about
	Over        string // what that says once another takes its place; empty: it stays as it is
	Timed       bool   // it says how long the order takes, which grows old
	Silent      bool   // nothing is to be said: the short says it
}

// Ref is the name of a line for Order.StatusRef.
func (l ProgressLine) Ref(message string) string { return strings.TrimSpace(message + " " + l.About) }

// Untold reports whether an order has come to nothing, and its line may not say so.
func Untold(o pipeline.Order) bool {
	line, about := lineOf(o)
	return o.Status == pipeline.Failed && about != ill || o.Status == pipeline.Cancelled && line != ""
}

// Line is an order's. usual is how long steps take; alive says that its chat may be written to often enough for what
// grows old.
func Line(o pipeline.Order, usual map[pipeline.Step]time.Duration, now time.Time, alive bool) ProgressLine {
	lang := o.Thread.Lang
	l := ProgressLine{
		Head: Head(o.Cut.Words), Stop: fmt.Sprint(o.Cut.N, Stage(lang, o)), About: wanted(o), Timed: isTimed(o),
		Silent: o.StatusRef == "" && o.Status == pipeline.Delivered && !saysWhy(o),
	}
	var about string
	l.Name, about = lineOf(o)
	l.Anew = l.Name == "" || about != l.About
	l.Message = bot.Message{
		Thread: o.Thread, Text: l.Head + "\n" + Standing(o, usual, now, alive), Buttons: lineButtons(o),
	}
	if saysWhy(o) {
		l.Text += "\n" + FallbackNote(lang, o.Fallback)
	}
	switch {
	case l.Name == "":
	case o.AwaitsAnswer():
		l.Over = l.Head + "\n" + Fill(lang, "line.asked", nil)
	case o.Status == pipeline.Failed:
		l.Over = l.Head + "\n" + Made(lang, "line.failed", o.Cut.Size)
	}
	return l
}

// lineButtons are what may be done to an order as long as its line says how it stands.
func lineButtons(o pipeline.Order) [][]bot.Button {
	switch {
	case o.Status == pipeline.Parked && o.Reason == pipeline.ReasonMaybeDelivered:
		return cameButtons(o)
	case o.AwaitsAnswer():
		return photoButtons(o)
	case o.Status == pipeline.Open && o.Step != pipeline.Deliver:
		return [][]bot.Button{{{
			Label:  Fill(o.Thread.Lang, "choice.cancel", nil),
			Action: intent.Action(intent.DoCancel, o.ID), Style: bot.Danger,
		}}}
	}
	return nil
}
