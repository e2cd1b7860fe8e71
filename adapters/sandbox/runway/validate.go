package runway

import (
	"fmt"
	"math"
	"slices"
)

// issue is one complaint of the validator, in the shape of zod 4, which the captured answers have.
type issue struct {
	Expected      string   `json:"expected,omitempty"`
	Code          string   `json:"code"`
	Values        []string `json:"values,omitempty"`
	Keys          []string `json:"keys,omitempty"`
	Origin        string   `json:"origin,omitempty"`
	Minimum       *int64   `json:"minimum,omitempty"`
	Maximum       *int64   `json:"maximum,omitempty"`
	Inclusive     bool     `json:"inclusive,omitempty"`
	Note          string   `json:"note,omitempty"`
	Discriminator string   `json:"discriminator,omitempty"`
	Options       []string `json:"options,omitempty"`
	Path          []any    `json:"path"`
	Message       string   `json:"message"`
}

// clip is a request that passed the validator.
type clip struct {
	Model   string `json:"model"`
	URI     string `json:"-"` // of the photo; may be signed, so it is never written down
	Prompt  string `json:"prompt"`
	W       int    `json:"w"`
	H       int    `json:"h"`
	Seconds int    `json:"seconds"`
	Seed    uint32 `json:"seed"`
}

func (c clip) price() float64 { return models[c.Model].once + models[c.Model].rate*float64(c.Seconds) }

// model is what differs between the models that the stand-in plays.
type model struct {
	rate       float64 // credits a second
	once       float64 // credits a clip
	strict     bool    // promptText and duration are required
	minSeconds int64   // seconds
	prompt     int64   // most UTF-16 units of promptText
	plain      bool    // takes no seed, and two ratios only
}

var models = map[string]model{
	"gen4_turbo":        {rate: 5, minSeconds: 2, prompt: 1000},
	"gen4.5":            {rate: 12, strict: true, minSeconds: 2, prompt: 1000},
	"gemini_omni_flash": {rate: 10, once: 1, minSeconds: 3, prompt: 4000, plain: true},
}

// known lists the models that SDK 4.20.1 names for this path.
var known = []string{
	"gen4_turbo", "gen4.5", "gemini_omni_flash", "gemini_omni_flash_1.1", "happyhorse_1_0",
	"grok_imagine_1_5", "wan3", "wan3_prime", "veo3.1", "veo3.1_fast", "seedance2", "seedance2_fast",
	"seedance2_mini", "seedance2_5", "hailuo3", "h3_max",
}

var ratios = []string{"720:1280", "1280:720", "832:1104", "1104:832", "960:960", "1584:672"}

// Limits of the request's fields (Runway's OpenAPI document).
const (
	secondsMax = 10
	seedMax    = math.MaxUint32
	urlMin     = 13
	urlMax     = 2048
	dataMax    = 5_242_880 // characters, encoded
)

const dataScheme = "data:"

// form is a body under inspection.
type form struct {
	body   map[string]any
	issues []issue
}

// validate reads a body of POST /v1/image_to_video.
func validate(body map[string]any) (clip, []issue) {
	f := &form{body: body}
	c := clip{Model: f.model()}
	if len(f.issues) > 0 {
		return c, f.issues
	}
	m := models[c.Model]
	c.URI = f.photo()
	c.Prompt = f.prompt(m)
	c.W, c.H = f.ratio(m)
	c.Seconds = int(f.integer("duration", m.minSeconds, secondsMax, m.strict, 5))
	if m.plain {
		f.unknown("seed")
		return c, f.issues
	}
	c.Seed = uint32(f.integer("seed", 0, seedMax, false, -1))
	return c, f.issues
}

func (f *form) add(i issue, path ...any) {
	i.Path = path
	f.issues = append(f.issues, i)
}

func (f *form) model() string {
	name, ok := f.body["model"].(string)
	if !ok {
		f.wrongType("string", f.body["model"], "model")
	}
	if _, plays := models[name]; plays {
		return name
	}
	why := "Invalid input: expected one of " + options(known)
	if slices.Contains(known, name) {
		why = "The sandbox plays gen4_turbo, gen4.5 and gemini_omni_flash only"
	}
	f.add(issue{
		Code: "invalid_union", Note: "No matching discriminator", Discriminator: "model",
		Options: known, Message: why,
	}, "model")
	return ""
}

// unknown refuses fields that a model doesn't have.
func (f *form) unknown(names ...string) {
	for _, name := range names {
		if _, there := f.body[name]; there {
			f.add(issue{
				Code: "unrecognized_keys", Keys: []string{name}, Message: fmt.Sprintf("Unrecognized key: %q", name),
			})
		}
	}
}

func (f *form) prompt(m model) string {
	v, there := f.body["promptText"]
	if !there && !m.strict {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		f.wrongType("string", v, "promptText")
		return ""
	}
	f.length(s, 1, m.prompt, "promptText")
	return s
}

func (f *form) ratio(m model) (w, h int) {
	ratios := ratios
	if m.plain {
		ratios = ratios[:2]
	}
	s, ok := f.body["ratio"].(string)
	if !ok || !slices.Contains(ratios, s) {
		f.add(
			issue{Code: "invalid_value", Values: ratios, Message: "Invalid option: expected one of " + options(ratios)},
			"ratio",
		)
		return 0, 0
	}
	fmt.Sscanf(s, "%d:%d", &w, &h)
	return w, h
}

// integer reads a whole number; absent is the number that stands for it.
func (f *form) integer(name string, least, most int64, required bool, absent int64) int64 {
	v, there := f.body[name]
	if !there && !required {
		return absent
	}
	x, ok := v.(float64)
	switch {
	case !ok:
		f.wrongType("number", v, name)
	case x != math.Trunc(x):
		f.wrongType("int", v, name)
	case x < float64(least):
		f.add(issue{Code: "too_small", Origin: "number", Minimum: &least, Inclusive: true,
			Message: fmt.Sprintf("Too small: expected number to be >=%d", least)}, name)
	case x > float64(most):
		f.add(issue{Code: "too_big", Origin: "number", Maximum: &most, Inclusive: true,
			Message: fmt.Sprintf("Too big: expected number to be <=%d", most)}, name)
	default:
		return int64(x)
	}
	return absent
}
