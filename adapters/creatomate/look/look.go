// Package look holds what a short looks and sounds like. A look is drawn as a RenderScript document
// (creatomate.com/docs/api/render-script): Creatomate renders it in production, and the studio
// renders the same document on an operator's own machine. README.md says which properties the looks
// use and which of them aren't confirmed by a real render.
package look

import (
	"embed"
	"fmt"
	"math"
	"path"
	"slices"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Names lists the built-in looks; the first is the default.
func Names() []string { return []string{"clean", "market", "fine"} }

func designOf(name string) (design, bool) {
	switch name {
	case "", "clean":
		return design{cleanPaper, cleanFull, cleanTall, cleanSquare, cleanPost()}, true
	case "market":
		return design{marketRed, marketFull, marketTall, marketSquare, marketPost()}, true
	case "fine":
		return design{fineBlack, fineFull, fineTall, fineSquare, finePost()}, true
	}
	return design{}, false
}

// Lengths, in seconds.
const (
	shortest = 4.5 // a short is at least so long: a shorter clip plays slower, and is shown again if that isn't enough
	longest  = 6.0 // … but not longer than this
	slower   = 1.6 // at this of its length, 24 frames a second become 15: each stands for two of a short's 30
	dissolve = 0.7 // of a clip into its beginning
	spare    = 0.1 // of a clip's end is not shown: files are a little shorter than they say
)

// Playing is for how many seconds a clip of so many is to play, so that a short need not show it twice.
func Playing(seconds float64) float64 {
	if seconds-spare >= shortest {
		return seconds
	}
	return min(seconds*slower, longest)
}

// takes is how often a clip of so many seconds is shown, and how long the short is then.
func takes(seconds float64) (n int, total float64) {
	n = 1
	if seconds-spare < shortest {
		n = int(math.Ceil((shortest + spare - dissolve) / (seconds - dissolve)))
	}
	total = float64(n)*(seconds-dissolve) + dissolve - spare
	if n > 1 {
		total = min(total, longest)
	}
	return n, cents(total)
}

// Shape is how large a size is, in pixels, and for how many seconds a clip of so many is shown in it: none in a still.
// 0, 0 is no size.
func Shape(s pipeline.Size, seconds float64) (w, h int, total float64) {
	_, total = takes(seconds)
	switch s {
	case pipeline.Tall:
		return 1080, 1920, total
	case pipeline.Square:
		return 1080, 1080, total
	case pipeline.Still:
		return 1080, 1350, 0
	}
	return 0, 0, 0
}

// Document is a look in a request's size, with its words, clip or photo, logo and music in it, ready to
// be sent: what the request lacks is left out. How the picture stands in it follows the clip's own shape. An unknown
// look is an error, "" is the default one; so is an unknown size, and a clip length outside of 1 to 60 seconds.
func Document(r pipeline.CutRequest) (map[string]any, error) {
	if !(r.Seconds >= 1 && r.Seconds <= 60) {
		return nil, fmt.Errorf("look: a clip of %g seconds", r.Seconds)
	}
	d, ok := designOf(r.Look)
	if !ok {
		return nil, fmt.Errorf("look: there is no look %q", r.Look)
	}
	w, h, total := Shape(r.Size, r.Seconds)
	if w == 0 {
		return nil, fmt.Errorf("look: there is no size %q", r.Size)
	}
	s := &sheet{w: float64(w), h: float64(h), still: r.Size == pipeline.Still}
	if s.still {
		r.Clip, r.Music = "", ""
	}
	doc := map[string]any{"width": s.w, "height": s.h, "fill_color": d.ground}
	o := brief{CutRequest: r, words: wordsOf(r), total: total}
	if s.still {
		doc["output_format"] = "jpg"
	} else {
		doc["output_format"], doc["frame_rate"], doc["duration"], doc["snapshot_time"] = "mp4", 30.0, o.total, 0.0
	}
	d.drawn(s, o)
	if r.Music != "" {
		s.add(el{
			"name": "bgm_track", "type": "audio", "source": r.Music, "loop": true, "volume": volume(r),
			"audio_fade_out": .9,
		})
	}
	doc["elements"] = s.elements
	return doc, nil
}

// drawn draws what suits the size and the picture's shape.
func (d design) drawn(s *sheet, o brief) {
	shape := shapeOf(o.CutRequest)
	switch {
	case o.Size != pipeline.Tall:
		d.post.draw(s, o)
	case shape < .66:
		d.full(s, o)
	case shape < .88:
		d.tall(s, o)
	default:
		d.square(s, o)
	}
}

// Modifications fills a template of the dashboard: the five element names that such a template
// must have. A missing logo or music is hidden. How loud the music is only the template says.
func Modifications(r pipeline.CutRequest) map[string]any {
	m := map[string]any{
		"main_video_layer": r.Clip,
		"menu_text_layer":  safeText(r.Words.Menu),
		"price_text_layer": priceText(r.Words),
	}
	for layer, source := range map[string]string{"logo_image_layer": r.Logo, "bgm_track": r.Music} {
		if source != "" {
			m[layer] = source
		} else {
			m[layer+".visible"] = false
		}
	}
	return m
}

// volume is what a request's music is played at.
func volume(r pipeline.CutRequest) string {
	if r.Volume == 0 {
		return "100%"
	}
	return fmt.Sprintf("%g%%", cents(100*r.Volume))
}

//go:embed logo.png
var defaultLogo []byte

// DefaultLogo is a square PNG with the service's own mark, for a shop that has set none.
func DefaultLogo() []byte { return slices.Clone(defaultLogo) }

//go:embed music/*.mp3
var music embed.FS

// MusicNames lists the built-in pieces; the first is the default.
func MusicNames() []string { return []string{"bright", "calm", "lively"} }

// Music is a built-in piece as an MP3, and whether there is one of that name. The pieces were
// synthesised for this project and have its licence, so they are free to post.
func Music(name string) ([]byte, bool) {
	if !slices.Contains(MusicNames(), name) {
		return nil, false
	}
	b, err := music.ReadFile(path.Join("music", name+".mp3"))
	return b, err == nil
}
