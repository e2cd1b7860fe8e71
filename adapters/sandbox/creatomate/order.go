package creatomate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
)

// spec is what is written down about a render besides the task: the document and what is echoed.
type spec struct {
	Source        map[string]any `json:"source"` // after the modifications
	TemplateID    string         `json:"template_id,omitempty"`
	TemplateName  string         `json:"template_name,omitempty"`
	TemplateTags  []string       `json:"template_tags,omitempty"`
	Modifications map[string]any `json:"modifications,omitempty"`
	Scale         float64        `json:"scale"`
	Webhook       string         `json:"webhook,omitempty"`
}

// request is a render request that passed: what to make and what to say about it.
type request struct {
	spec
	metadata string
	dryRun   bool
	warnings []string
	errors   []string
}

// optionKeys are the keys of a v2 body that aren't RenderScript; oldKeys were such in version 1.
var (
	optionKeys = []string{
		"template_id", "modifications", "render_scale", "max_width", "max_height", "webhook_url", "metadata", "dry_run",
	}
	oldKeys = []string{"tags", "transcripts", "source"}
)

// formatKeys are RenderScript, and options too: beside a template they replace what it says.
var formatKeys = []string{"output_format", "frame_rate"}

// ignored warns of what a v2 body says in vain.
func ignored(body map[string]any) (warnings []string) {
	for _, key := range slices.Sorted(maps.Keys(body)) {
		switch {
		case slices.Contains(oldKeys, key):
			warnings = append(warnings, fmt.Sprintf("%q belongs to version 1 of the API and is ignored", key))
		case body["template_id"] != nil && !slices.Contains(optionKeys, key) && !slices.Contains(formatKeys, key):
			warnings = append(warnings, fmt.Sprintf("%q is ignored beside template_id", key))
		}
	}
	return warnings
}

// read turns a body into a request for doc, the document to modify. Errors are hints for the caller.
func (c *Creatomate) read(body map[string]any, doc map[string]any, t template) (request, error) {
	q := request{spec: spec{Source: doc, TemplateID: t.ID, TemplateName: t.Name, TemplateTags: t.Tags}}
	err := errors.Join(
		field(body, "metadata", &q.metadata), field(body, "webhook_url", &q.Webhook),
		field(body, "dry_run", &q.dryRun), field(body, "modifications", &q.Modifications),
	)
	if err != nil {
		return q, err
	}
	if u, err := url.Parse(q.Webhook); q.Webhook != "" &&
		(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return q, errors.New("webhook_url is not a valid URL")
	}
	for key, v := range q.Modifications {
		switch v.(type) {
		case map[string]any, []any:
			return q, fmt.Errorf("modification %q must be a string, number, boolean or null", key)
		}
	}
	for _, key := range formatKeys {
		if v, ok := body[key]; ok {
			doc[key] = v
		}
	}
	if err := wellFormed(doc); err != nil {
		return q, err
	}
	q.warnings = Apply(doc, q.Modifications)
	if c.opt.Check != nil {
		more, err := c.opt.Check(doc)
		q.warnings = append(q.warnings, more...)
		if err != nil {
			q.errors = []string{err.Error()}
		}
	}
	q.Scale, err = scale(body, doc)
	return q, err
}

// wellFormed checks what would be refused at once.
func wellFormed(doc map[string]any) error {
	if f, ok := doc["output_format"]; ok && f != nil {
		switch s, _ := f.(string); s {
		case video, "jpg", "png":
		case "gif":
			return errors.New("the sandbox renders mp4, jpg and png, not gif")
		default:
			return errors.New("output_format must be jpg, png, gif or mp4")
		}
	}
	if f, ok := doc["frame_rate"]; ok && f != nil {
		if n, ok := f.(float64); !ok || n < 1 || n > 60 {
			return errors.New("frame_rate must be a number from 1 to 60")
		}
	}
	if e, ok := doc["elements"]; ok {
		if _, ok := e.([]any); !ok {
			return errors.New("elements must be an array")
		}
	}
	return nil
}

// scale is how much smaller or larger than the document the file gets; max_width and max_height
// only shrink, and render_scale is ignored beside them.
func scale(body, doc map[string]any) (float64, error) {
	s := 1.0
	if v, ok := body["render_scale"]; ok {
		n, ok := v.(float64)
		if !ok || n <= 0 {
			return 0, errors.New("render_scale must be a number above 0")
		}
		s = n
	}
	if body["max_width"] == nil && body["max_height"] == nil {
		return s, nil
	}
	s = 1
	for limit, side := range map[string]string{"max_width": "width", "max_height": "height"} {
		v, ok := body[limit]
		if !ok || v == nil {
			continue
		}
		most, ok := v.(float64)
		if !ok || most <= 0 {
			return 0, fmt.Errorf("%s must be a number above 0", limit)
		}
		most = max(2*math.Floor(most/2), 2) // sizes are even
		s = min(s, most/max(number(doc, side, 0), most))
	}
	return s, nil
}

// video is the output format of a document that names none.
const video = "mp4"

// format is the kind of file that is made.
func (s spec) format() string {
	f, _ := s.Source["output_format"].(string)
	return cmp.Or(f, video)
}

// price is one credit for a picture. A video costs pixels times frames, a credit for each hundred
// million begun (creatomate.com/llms/credits.md); without a fixed length it is taken for five seconds.
func (s spec) price() float64 {
	if s.format() != video {
		return 1
	}
	w, h := s.size()
	return math.Ceil(
		float64(w) * float64(h) * number(s.Source, "frame_rate", 30) * number(s.Source, "duration", 5) / 1e8,
	)
}

// size is the output's in pixels: even, as films must be. 1280 x 720 stands for a document that
// names none.
func (s spec) size() (w, h int) {
	side := func(key string, absent float64) int {
		return 2 * int(math.Round(number(s.Source, key, absent)*s.Scale/2))
	}
	return side("width", 1280), side("height", 720)
}

func number(doc map[string]any, key string, absent float64) float64 {
	if n, ok := doc[key].(float64); ok {
		return n
	}
	return absent
}

// field reads an optional value; null is as good as absent.
func field[T any](body map[string]any, key string, into *T) error {
	v, ok := body[key]
	if !ok || v == nil {
		return nil
	}
	x, ok := v.(T)
	if !ok {
		return fmt.Errorf("%s must be of type %s", key, typeName(*into))
	}
	*into = x
	return nil
}

func typeName(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	}
	return "object"
}

// document is the RenderScript of a v2 body: whatever isn't an option.
func document(body map[string]any) map[string]any {
	doc := maps.Clone(body)
	for _, k := range slices.Concat(optionKeys, oldKeys) {
		delete(doc, k)
	}
	return doc
}

// parseSource reads a document that may be an object or its text.
func parseSource(v any) (map[string]any, error) {
	switch v := v.(type) {
	case map[string]any:
		return v, nil
	case string:
		var doc map[string]any
		if json.Unmarshal([]byte(v), &doc) == nil && doc != nil {
			return doc, nil
		}
	}
	return nil, errors.New("source must be a RenderScript object")
}
