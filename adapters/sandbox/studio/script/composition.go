// Package script renders RenderScript, Creatomate's document format for videos
// (creatomate.com/docs/api/render-script), with nothing but ffmpeg: Parse reads a document, Render
// makes the MP4. It covers what the built-in looks and a plain template need, and docs/renderscript.md lists. Whatever
// else a document says becomes a warning, and the rest is rendered without it.
package script

import (
	"errors"
	"fmt"
	"image/color"
	"slices"
)

// Composition is a document that has been read: what Render needs to know, with RenderScript's
// defaults filled in.
type Composition struct {
	Width, Height int     // even
	FPS           int     // 1..60
	Duration      float64 // seconds; 0 is as long as its elements
	Format        string  // mp4, or of a picture jpg or png
	Snapshot      float64 // seconds; when the picture is taken
	Background    color.NRGBA
	Elements      []Element // in the order in which they are painted
}

// Kind is an element's type.
type Kind string

const (
	KindVideo Kind = "video"
	KindImage Kind = "image"
	KindText  Kind = "text"
	KindShape Kind = "shape"
	KindAudio Kind = "audio"
)

// Element is one layer or one sound.
type Element struct {
	Name string // name or id, or its number
	Kind Kind
	Span Span
	Box  Box

	Opacity    float64 // 0..1
	Rotation   float64 // radians, clockwise
	Radius     Length  // of the corners
	Shadow     Shadow
	Fill       Fill
	Stroke     Stroke
	Animations []Animation

	Media Media // video, image, audio
	Text  Text
	Path  string // shape
}

// Box is where an element stands and how big it is.
type Box struct {
	X, Y             Length
	W, H             Length // unset: as much as the content takes
	XAnchor, YAnchor Length // the point of the element that stands at X, Y
	XAlign, YAlign   Length // where the content stands inside of the element
}

// Media is a file and how it is played.
type Media struct {
	Source  string // URL; a secret
	Fit     string // cover, contain, fill
	Loop    bool
	Volume  float64 // 0..1
	FadeIn  float64 // seconds
	FadeOut float64
}

// Shadow is soft light taken away behind an element; none if its colour is clear.
type Shadow struct {
	Color      color.NRGBA
	Blur, X, Y Length
}

// Stroke is a line along an outline, half of it outside; none if its colour is clear.
type Stroke struct {
	Color color.NRGBA
	Width Length
}

// Limits of what one document may ask of an operator's machine.
const (
	maxElements = 100
	maxSide     = 4096
	maxPixels   = 3840 * 2160
	maxSeconds  = 120
	maxText     = 2000 // characters of one text
)

// Parse reads a document as it was sent: the JSON object with `elements`. The warnings name what
// will not be rendered as asked; they are fit for an API's answer and hold no URL. An error says
// that nothing can be rendered.
func Parse(doc map[string]any) (Composition, []string, error) {
	p := &parser{}
	c, list, err := root(p.fields("composition", doc, ofComposition))
	if err == nil {
		err = c.check(len(list))
	}
	if err != nil {
		return c, nil, err
	}
	p.elements(&c, list)
	return c, p.warnings, nil
}

// root reads what isn't in an element, and returns the elements unread.
func root(f *fields) (Composition, []any, error) {
	c := Composition{
		Width: f.integer("width", 1280), Height: f.integer("height", 720), FPS: f.integer("frame_rate", 30),
		Duration: f.seconds("duration", 0), Background: f.color("fill_color", black),
		Format: f.text("output_format", "mp4"), Snapshot: f.seconds("snapshot_time", 0),
	}
	if !slices.Contains([]string{"mp4", "jpg", "png"}, c.Format) {
		return c, nil, fmt.Errorf("script: output_format %q is not rendered here, only mp4, jpg and png", c.Format)
	}
	f.known("emoji_style", "name")
	list, ok := f.raw("elements").([]any)
	if !ok {
		return c, nil, errors.New("script: the document has no list of elements")
	}
	f.rest()
	return c, list, nil
}

// check holds a composition against the limits and makes its sides even, as 4:2:0 needs.
func (c *Composition) check(elements int) error {
	switch {
	case c.Width < 16 || c.Height < 16 || c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPixels:
		return fmt.Errorf(
			"script: width and height must be 16 to %d and no more than 4K, not %d x %d", maxSide, c.Width, c.Height,
		)
	case c.FPS < 1 || c.FPS > 60:
		return fmt.Errorf("script: frame_rate must be 1 to 60, not %d", c.FPS)
	case !(c.Duration >= 0 && c.Duration <= maxSeconds):
		return fmt.Errorf("script: duration must be at most %d seconds, not %g", maxSeconds, c.Duration)
	case elements > maxElements:
		return fmt.Errorf("script: at most %d elements, not %d", maxElements, elements)
	}
	c.Width += c.Width & 1
	c.Height += c.Height & 1
	return nil
}

// Sources lists the addresses that a composition needs, each once, in order.
func (c Composition) Sources() []string {
	var out []string
	for _, e := range c.Elements {
		if s := e.Media.Source; s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
