package pipeline

import "cmp"

// Framing is which part of an owner's photo was prepared and animated. The zero value is that of an order whose
// photo isn't prepared yet, or was when all photos were made 9:16.
type Framing struct {
	Ratio string  `json:"ratio,omitempty"` // width:height of the prepared photo, and of the clip that is asked for
	Dish  Box     `json:"dish,omitzero"`   // where the plate is in it; zero while Sure is 0
	Sure  float64 `json:"sure,omitempty"`  // how clear the plate's rim is, of 1
	ClipW int     `json:"clip_w,omitempty"`
	ClipH int     `json:"clip_h,omitempty"` // the clip's own size, which may be another than was asked for; 0: unknown

	// ClipSeconds is how long the clip plays that is kept, which may be slower than the provider made it; 0: unknown.
	ClipSeconds float64 `json:"clip_seconds,omitempty"`

	// Suspect says in what the clip may show another dish than the photo, for operators; empty: nothing does, or the
	// photo itself took its place.
	Suspect string `json:"suspect,omitempty"`

	// Doubt is the question about the photo, as far as it can be told by looking; empty: there is none. Anyway says
	// that the photo is to be used whatever the Doubt: its person isn't asked.
	Doubt  Reason `json:"doubt,omitempty"`
	Anyway bool   `json:"anyway,omitempty"`
}

// Box is a part of a picture, in fractions of its width and height.
type Box struct {
	Left   float64 `json:"l"`
	Top    float64 `json:"t"`
	Right  float64 `json:"r"`
	Bottom float64 `json:"b"`
}

// Tall916 is the ratio of a short, and of photos whose Framing is older than the others.
const Tall916 = "9:16"

// AskedRatio is the ratio that a clip is asked for in.
func (f Framing) AskedRatio() string { return cmp.Or(f.Ratio, Tall916) }

// shapes are the ratios that a photo is prepared in.
var shapes = map[string]float64{Tall916: 9. / 16, "3:4": 3. / 4, "1:1": 1, "4:3": 4. / 3, "16:9": 16. / 9}

// PhotoShape is the width of the prepared photo, of its height.
func (f Framing) PhotoShape() float64 { return shapes[f.AskedRatio()] }

// ClipShape is the width of the clip, of its height: its own, or while that isn't known the one asked for.
func (f Framing) ClipShape() float64 {
	if f.ClipW > 0 && f.ClipH > 0 {
		return float64(f.ClipW) / float64(f.ClipH)
	}
	return f.PhotoShape()
}
