package runway

import (
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/remote"
)

// model is one that makes a vertical clip of a photo as we ask for it. Bodies: @runwayml/sdk 4.20.1,
// resources/image-to-video.ts; prices: "API Pricing", read on 2026-10-04.
type model struct {
	name        string
	least, most int     // whole seconds of a clip
	ratio       string  // of 9:16, in the model's own words
	second      float64 // credits
	image       float64 // credits, once a clip
	seed        bool    // it takes one; unknown fields are refused
}

var models = []model{
	{"gen4_turbo", 2, 10, "720:1280", 5, 0, true},
	{"gen4.5", 2, 10, "720:1280", 12, 0, true},
	{"gemini_omni_flash", 3, 10, "720:1280", 10, 1, false},
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
		if seconds < m.least || seconds > m.most {
			return fmt.Errorf("%s makes clips of %d to %d seconds, and RUNWAY_SECONDS is %d", name, m.least, m.most, seconds)
		}
		return nil
	}
	return fmt.Errorf("%q is none of the models that make such clips and whose price is known: write %s", name, strings.Join(names, ", "))
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

// Price is what a clip costs.
func (c *Client) Price(seconds int) pipeline.Credits {
	return remote.Credits(c.model.image + c.model.second*float64(seconds))
}
