// Package clipcheck reports whether a clip still shows the dish of the photo that it was made from. A model that
// animates a photo may make another dish of it, and an owner must not advertise what isn't served.
//
// Every frame is laid over the photo: a pose first (the camera comes nearer, turns, goes aside), then pixel by pixel,
// as things that stand nearer move further. What is left is compared around each pixel, structure and colour, with
// contrast measured by the photo's own, so that dark photos count like others. Steam that hides, light that comes or
// goes, grading and an encoder's blur are not held against a frame. Of the dish, the worst connected part of three
// sizes counts.
//
// docs/clipcheck.md has the figures. Where all that moves is the camera, the light and steam, changes down to a tenth
// of the dish are found, and good clips pass. Real models turn the dish and make up its other side, which can't be told
// from a change, so that what is found is for operators.
package clipcheck

import (
	"fmt"
	"strings"
)

// Decides says that the photo itself may take the place of a clip with another dish. It may once 95 % of those are
// found and at most 1 % of the good clips of real models are taken for one; of 34, one is.
const Decides = false

// another is the similarity of a whole dish at the most, if it is another one.
const another = 0.24

// Verdict is how alike a photo and the frames of a clip are.
type Verdict struct {
	Frames int                 // that were compared
	Worst  [len(sizes)]finding // the worst part of each size
	Shown  float64             // least share of the dish that was in the picture
}

func (c *comparison) verdict() Verdict {
	return Verdict{Frames: c.frames, Worst: c.parts.worst, Shown: c.parts.shown}
}

// Changed reports whether some part of the dish may be another one in some frames.
func (v Verdict) Changed() bool {
	for i, f := range v.Worst {
		if f.Similarity < sizes[i].least {
			return true
		}
	}
	return false
}

// Another reports whether a frame shows another dish, or none, beyond doubt.
func (v Verdict) Another() bool { return v.Worst[0].Similarity < another }

// String is for operators.
func (v Verdict) String() string {
	var b strings.Builder
	for i, f := range v.Worst {
		what := "the dish"
		if sizes[i].part < 1 {
			what = fmt.Sprintf("%.0f %% of it", 100*sizes[i].part)
		}
		fmt.Fprintf(&b, "%s alike by %.2f at %.1f s (%.2f is needed), ", what, f.Similarity, f.At, sizes[i].least)
	}
	return strings.TrimSuffix(b.String(), ", ")
}
