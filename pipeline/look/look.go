// Package look holds what a short looks and sounds like. A look is a RenderScript document
// (creatomate.com/docs/api/render-script): Creatomate renders it in production, and the studio
// renders the same document on an operator's own machine. README.md says which properties the looks
// use and which of them nobody has seen confirmed.
package look

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

//go:embed *.json
var looks embed.FS

// Names lists the built-in looks; the first is the default.
func Names() []string { return []string{"clean", "market", "fine"} }

// Lengths, in seconds. The documents are drawn for a clip of drawnFor seconds.
const (
	drawnFor = 5.0
	endCard  = 1.9 // how long the end card goes on after the clip
	shortest = 6.0 // a short is at least so long: a short clip gets a longer end card
	fadeOut  = 0.45
)

// Document is a look in a request's size, with its words, clip or photo, logo and music in it, ready to
// be sent: no placeholder is left, and what the request lacks is left out. An unknown look is an error,
// "" is the default one; so is an unknown size, and a clip length outside of 1 to 60 seconds.
func Document(r pipeline.CutRequest) (map[string]any, error) {
	if !(r.Seconds >= 1 && r.Seconds <= 60) {
		return nil, fmt.Errorf("look: a clip of %g seconds", r.Seconds)
	}
	if r.Size == pipeline.Still {
		r.Clip, r.Music = "", ""
	}
	f, other := formatOf(r.Size)
	if !other && r.Size != pipeline.Tall {
		return nil, fmt.Errorf("look: there is no size %q", r.Size)
	}
	name := r.Look
	if name == "" {
		name = Names()[0]
	}
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("look: there is no look %q", name)
	}
	data, err := looks.ReadFile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("look: %w", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("look: %s: %w", name, err)
	}
	stretch(doc, r.Seconds)
	leaveOut(doc, missing(r))
	if r.Clip == "" {
		showPhoto(doc)
	}
	p := planOf(name)
	if other {
		p = p.in(f)
	}
	words := fill(p, r)
	if r.Size == pipeline.Still {
		maps.DeleteFunc(words, func(key string, _ any) bool { return strings.HasPrefix(key, "end_") })
	}
	if w := Apply(doc, words); len(w) > 0 {
		return nil, fmt.Errorf("look: %s: %s", name, strings.Join(w, "; "))
	}
	if other {
		f.lay(doc, p, r.Photo)
	}
	if r.Size == pipeline.Still {
		still(doc)
	}
	return doc, nil
}

// showPhoto puts pictures into the places of the clip: the first one comes slowly nearer, towards the dish.
func showPhoto(doc map[string]any) {
	each(doc, func(el map[string]any) {
		if el["type"] != "video" {
			return
		}
		el["type"] = "image"
		delete(el, "loop")
		delete(el, "volume")
		if el["name"] == "main_video_layer" {
			el["animations"] = []any{map[string]any{
				"type": "scale", "time": "start", "duration": nil, "easing": "linear", "fade": false,
				"start_scale": "100%", "end_scale": "112%", "x_anchor": "50%", "y_anchor": "40%",
			}}
		}
	})
}

// stretch fits the document's times to the clip's length. Everything before the end card keeps its time.
func stretch(doc map[string]any, seconds float64) {
	total := max(shortest, seconds+endCard)
	doc["duration"] = cents(total)
	each(doc, func(el map[string]any) {
		name, _ := el["name"].(string)
		at, _ := el["time"].(float64)
		switch {
		case strings.HasPrefix(name, "end_"):
			el["time"] = cents(at + seconds - drawnFor)
		case name == "fade_out":
			el["time"] = cents(total - fadeOut)
		}
	})
}

func cents(v float64) float64 { return math.Round(v*100) / 100 }

// missing names the elements, or beginnings of names, that a request has nothing for.
func missing(r pipeline.CutRequest) []string {
	var out []string
	if r.Logo == "" {
		out = append(out, "logo_", "end_logo_")
	}
	if clean(r.Words.Shop) == "" {
		out = append(out, "shop_", "end_shop_", "end_bar")
	}
	if r.Words.Regular <= 0 {
		out = append(out, "regular_")
	}
	if priceText(r.Words) == "" {
		out = append(out, "price_", "end_price_")
	}
	if r.Music == "" {
		out = append(out, "bgm_track")
	}
	if r.Clip == "" { // nothing of it is made by AI
		out = append(out, "ai_")
	}
	if r.Size != pipeline.Tall {
		out = append(out, "kicker_")
	}
	if r.Size == pipeline.Still {
		out = append(out, "end_", "fade_out")
	}
	return out
}

func leaveOut(doc map[string]any, prefixes []string) {
	list, _ := doc["elements"].([]any)
	doc["elements"] = slices.DeleteFunc(list, func(e any) bool {
		el, _ := e.(map[string]any)
		name, _ := el["name"].(string)
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	})
}

// Modifications fills a template of the dashboard: the five element names that such a template
// must have. A missing logo or music is hidden.
func Modifications(r pipeline.CutRequest) map[string]any {
	m := map[string]any{
		"main_video_layer": r.Clip,
		"menu_text_layer":  clean(r.Words.Menu),
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

//go:embed logo.png
var defaultLogo []byte

// DefaultLogo is a square PNG with the service's own mark, for a shop that has set none.
func DefaultLogo() []byte { return slices.Clone(defaultLogo) }

//go:embed music/*.mp3
var music embed.FS

// MusicNames lists the built-in pieces; the first is the default.
func MusicNames() []string { return []string{"bright", "calm", "lively"} }

// Music is a built-in piece as an MP3, and whether there is one of that name. The pieces were
// synthesised for this project, so they are free to post.
func Music(name string) ([]byte, bool) {
	if !slices.Contains(MusicNames(), name) {
		return nil, false
	}
	b, err := music.ReadFile(path.Join("music", name+".mp3"))
	return b, err == nil
}
