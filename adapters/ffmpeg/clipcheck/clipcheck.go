// Package clipcheck reports whether a clip still shows the dish of the photo that it was made from. A model that
// animates a photo may make another dish of it, and an owner must not advertise what isn't served.
//
// What a good clip does is taken for the same: the camera comes nearer (up to a third), goes aside or turns a
// little, steam rises, light flickers, colours are graded, the encoder blurs. So the photo is laid over each
// frame first, by a search over scale, turn and shift; then block by block, rather at the dish than at the
// table, structure and colour are compared, the worst blocks left out. What that finds is a likeness of 0 to 1.
//
// least was chosen from measurements of painted dishes, of the sample photo and of clips of the stand-in, good
// and spoiled: the good ones are alike by 0.66 or more, the spoiled ones by 0.46 or less (go test -v shows the
// figures). No clip of a real model was at hand. The likenesses of each clip that wasn't used stand in its ledger
// row, those of all clips in the log at the level debug: to tune this again, collect some of both kinds, look
// at them, and move least into the middle of the gap.
package clipcheck

import (
	"fmt"
	"image"
	"strings"
)

// least is how alike photo and frame must be.
const least = 0.53

// moments are the frames of a clip that are looked at.
var moments = [...]string{"first", "middle", "last"}

// Verdict is how alike a photo and the frames of a clip are.
type Verdict struct {
	Alike [len(moments)]float64 // by moment; 1: the photo itself
}

// Changed reports whether a clip shows another dish in one of its frames.
func (v Verdict) Changed() bool {
	for _, a := range v.Alike {
		if a < least {
			return true
		}
	}
	return false
}

// String is for operators.
func (v Verdict) String() string {
	var b strings.Builder
	for i, a := range v.Alike {
		fmt.Fprintf(&b, "%s frame %.2f, ", moments[i], a)
	}
	fmt.Fprintf(&b, "%.2f is needed", least)
	return b.String()
}

// Judge compares the frames of a clip with its photo.
func Judge(photo image.Image, frames [len(moments)]image.Image) Verdict {
	p := newPlate(photo)
	var v Verdict
	for i, f := range frames {
		v.Alike[i] = p.similarity(f)
	}
	return v
}
