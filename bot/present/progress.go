package present

import (
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// ill is what stands behind the name of a line that says that its order came to nothing.
const ill = "failed"

// aboutPhoto is what stands behind the name of a line that has asked about its order's photo: a question gets a line of
// its own at the end of the chat, and goes on as the order's line when it is answered.
const aboutPhoto = "photo"

// lineOf gives the name of an order's line, and what it is about when it isn't the first one: ill, or
// the number of the cut that it goes along with.
func lineOf(o pipeline.Order) (name, about string) {
	name, about, _ = strings.Cut(o.StatusRef, " ")
	return name, about
}

// wanted is what the line of an order should be about. Bad news and a new cut get a line of their own at
// the end of the chat: an edit far above makes no phone ring.
func wanted(o pipeline.Order) string {
	switch {
	case o.Status == pipeline.Failed:
		return ill
	case o.Status == pipeline.Open && o.Shown > 0:
		return strconv.Itoa(o.Cut.N)
	case o.AwaitsAnswer():
		return aboutPhoto
	}
	_, about := lineOf(o)
	return about
}

// firstLine reports whether a line that is about this is that of an order's first cut.
func firstLine(about string) bool { return about == "" || about == ill || about == aboutPhoto }

// isTimed reports whether it can be said how long an order takes.
func isTimed(o pipeline.Order) bool {
	return o.Status == pipeline.Open && o.Phase != pipeline.Unknown && !IsHeld(o) && !o.AwaitsAnswer()
}

// Standing says how an order stands. A line that isn't alive, because its chat may not be written to so
// often, says nothing that grows old.
func Standing(o pipeline.Order, usual map[pipeline.Step]time.Duration, now time.Time, alive bool) string {
	lang := o.Thread.Lang
	stage := Stage(lang, o)
	if _, about := lineOf(o); o.Status == pipeline.Delivered && !firstLine(about) && about != strconv.Itoa(o.Cut.N) {
		return Fill(lang, "cancelled", nil) // the cut that the line went along with
	}
	if !isTimed(o) {
		return stage
	}
	e, known := Guess(o, usual, now)
	switch {
	case o.StatusRef == "" && known:
		return Accepted(lang, e.Whole)
	case o.StatusRef == "":
		return Fill(lang, "accepted.unknown", nil)
	case !known:
		return stage
	case e.Slow:
		return Fill(lang, "line.slow", Args{"stage": stage})
	case !alive:
		return Fill(lang, "line.usual", Args{"stage": stage, "time": Duration(lang, e.Whole)})
	case e.Left < 5*time.Second:
		return Fill(lang, "line.soon", Args{"stage": stage, "bar": drawn(e.Done())})
	}
	// The time is that of the middle of the bar's cell: a line that shows no more than before is the same, and isn't
	// sent again.
	left := e.Whole * time.Duration(2*(LongBar-drawnCells(e.Done()))-1) / (2 * LongBar)
	return Fill(lang, "line.left", Args{"stage": stage, "bar": drawn(e.Done()), "time": Duration(lang, left)})
}

// saysWhy reports whether the line says that the short shows the photo itself. The line that an order begins with
// does, and goes on to when the short is there; those of later cuts need not.
func saysWhy(o pipeline.Order) bool {
	about := wanted(o)
	made := o.Status == pipeline.Delivered ||
		o.Status == pipeline.Open && (o.Step == pipeline.Render || o.Step == pipeline.Deliver)
	return o.Fallback != pipeline.ReasonNone && o.Cut.Size != pipeline.Still && firstLine(about) && made
}
