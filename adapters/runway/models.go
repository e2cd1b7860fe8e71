package runway

import (
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// model is one that makes a vertical clip of a photo as we ask for it. Bodies: @runwayml/sdk 4.20.1,
// resources/image-to-video.ts; prices: "API Pricing", read on 2026-10-04.
type model struct {
	name                   string
	minSeconds, maxSeconds int     // whole seconds of a clip
	formats                formats // by the shape of the photo
	second                 float64 // credits
	image                  float64 // credits, once a clip
	seed                   bool    // it takes one; unknown fields are refused
}

// formats are the ratios of a model's clips, in its own words, by the width:height that they come to.
type formats map[string]string

var (
	gen4 = formats{"9:16": "720:1280", "3:4": "832:1104", "1:1": "960:960", "4:3": "1104:832", "16:9": "1280:720"}
	omni = formats{"9:16": "720:1280"}
)

var models = []model{
	{"gen4_turbo", 2, 10, gen4, 5, 0, true},
	{"gen4.5", 2, 10, gen4, 12, 0, true},
	{"gemini_omni_flash", 3, 10, omni, 10, 1, false},
}

// format is the one for a photo's shape; of a model that hasn't got it, the upright one.
func (m model) format(shape string) string {
	if f, ok := m.formats[shape]; ok {
		return f
	}
	return m.formats["9:16"]
}

// onlyShape is the width:height of a model that makes clips of no other; "" for one that makes those of all photos.
func (m model) onlyShape() string {
	if len(m.formats) == 1 {
		for shape := range m.formats {
			return shape
		}
	}
	return ""
}

// CheckModel is an error that says what to write in place of a model, or of a length in seconds, that clips can't be
// asked for.
func CheckModel(name string, seconds int) error {
	var names []string
	for _, m := range models {
		if m.name != name {
			names = append(names, m.name)
			continue
		}
		if seconds < m.minSeconds || seconds > m.maxSeconds {
			return fmt.Errorf(
				"%s makes clips of %d to %d seconds, and RUNWAY_SECONDS is %d", name, m.minSeconds, m.maxSeconds,
				seconds,
			)
		}
		return nil
	}
	return fmt.Errorf(
		"%q is none of the models that make such clips and whose price is known: write %s", name,
		strings.Join(names, ", "),
	)
}

// named is the model of that name, or the zero one.
func named(name string) model {
	for _, m := range models {
		if m.name == name {
			return m
		}
	}
	return model{}
}

// price is what a clip costs.
func (m model) price(seconds int) pipeline.Credits {
	return httpx.Credits(m.image + m.second*float64(seconds))
}
