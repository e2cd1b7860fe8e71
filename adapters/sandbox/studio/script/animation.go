package script

import (
	"math"
	"strings"
)

// Animation moves an element at one time of its turn (creatomate.com llms/animations.md).
type Animation struct {
	Type     string // fade, slide, scale, wipe, or a text-…
	AtEnd    bool   // sticks to the end of the element's turn
	At       float64
	Duration float64 // 0: the whole turn
	Easing   string
	Reversed bool
	Fade     bool

	Direction float64 // radians; 0 is to the right, a quarter turn is up
	Distance  Length  // of the element's size, or the composition's
	Wide      bool    // the distance is measured on the composition
	From, To  float64 // scale, or what shows at first; of a wipe its direction, in radians
	Axis      string  // x, y, both
	XAnchor   Length  // the point that stays; unset is the element's own
	YAnchor   Length

	// of a text-…
	Split   string // line, word, letter, none
	Overlap float64
	Order   string // default, reversed, random
	Clip    bool   // a part comes out of its own edge
}

// ofParts tells whether an animation moves the parts of a text, one after the other.
func (a Animation) ofParts() bool { return strings.HasPrefix(a.Type, "text-") }

func animations(f *fields, kind Kind) []Animation {
	raw := f.raw("animations")
	list, ok := raw.([]any)
	if raw != nil && !ok {
		f.bad("animations")
	}
	var out []Animation
	for _, r := range list {
		m, _ := r.(map[string]any)
		if a, ok := motionOf(f.p.motion(f.name+": animation", m), kind); ok {
			out = append(out, a)
		}
	}
	for _, key := range []string{"enter", "exit"} {
		m, ok := f.raw(key).(map[string]any)
		if !ok {
			if f.m[key] != nil {
				f.bad(key)
			}
			continue
		}
		if a, ok := motionOf(f.p.motion(f.name+": "+key, m), kind); ok {
			a.AtEnd, a.Reversed, a.At = key == "exit", key == "exit", 0
			out = append(out, a)
		}
	}
	return out
}

func (p *parser) motion(name string, m map[string]any) *fields {
	typ, _ := m["type"].(string)
	return p.fields(name, m, ofMotion(typ))
}

// motionOf reads one animation; false if elements of the kind have none like it.
func motionOf(f *fields, kind Kind) (Animation, bool) {
	a := Animation{Type: f.text("type", "")}
	if f.table == nil || a.ofParts() && kind != KindText {
		f.p.warn("%s: type %q is not rendered here", f.name, a.Type)
		return a, false
	}
	switch v, _ := f.value("time"); v {
	case nil, "start":
	case "end":
		a.AtEnd = true
	default:
		a.At = f.seconds("time", 0)
	}
	a.Duration = max(f.seconds("duration", 0), 0)
	a.Easing = f.text("easing", "linear")
	if _, ok := easings[a.Easing]; !ok {
		f.p.warn("%s: easing %q isn't known; linear is used", f.name, a.Easing)
	}
	a.Reversed, a.Fade = f.flag("reversed", false), f.flag("fade", true)
	if a.ofParts() {
		a.Split = f.choice("split", "line", "word", "letter", "none")
		a.Overlap = min(f.share("overlap", .5), 1)
		a.Order = f.choice("order", "default", "reversed", "random")
		f.known("background_effect")
	}
	a.options(f)
	f.rest()
	return a, true
}

// options reads what only animations of its type have.
func (a *Animation) options(f *fields) {
	switch a.Type {
	case "slide", "text-slide":
		a.slide(f)
	case "scale":
		a.From, a.To = f.share("start_scale", 0), f.share("end_scale", 1)
		a.anchors(f, Length{})
		f.known("scope")
	case "wipe":
		a.From = f.angle("start_angle", 0)
		a.To = f.angle("end_angle", a.From)
		a.XAnchor = f.length("x_anchor", Length{0, Percent})
		f.known("clip")
	case "text-scale":
		a.To = 1
		a.anchors(f, Length{50, Percent})
	case "text-reveal":
		a.From = f.share("start_reveal", 0)
		a.anchors(f, Length{50, Percent})
		f.known("scope")
	case "text-appear":
		a.From, a.Fade = min(f.share("start_opacity", 0), 1), false
	case "text-typewriter":
		a.typing(f)
	}
}

func (a *Animation) anchors(f *fields, or Length) {
	a.Axis = f.choice("axis", "both", "x", "y")
	a.XAnchor, a.YAnchor = f.length("x_anchor", or), f.length("y_anchor", or)
}

func (a *Animation) slide(f *fields) {
	words := map[string]float64{"right": 0, "up": 90, "left": 180, "down": 270}
	if deg, ok := words[f.text("direction", "up")]; ok {
		a.Direction = deg * math.Pi / 180
	} else {
		a.Direction = f.angle("direction", math.Pi/2)
	}
	a.Distance = f.length("distance", Length{100, Percent})
	options := []string{"element", "composition"}
	if a.ofParts() {
		options = append(options, "split", "split-clip")
	}
	scope := f.choice("scope", options...)
	a.Wide, a.Clip = scope == "composition", scope == "split-clip"
}

// typing puts the letters of a typewriter, one at a time, where they belong in the animation.
func (a *Animation) typing(f *fields) {
	if f.m["split"] == nil {
		a.Split = "letter"
	}
	a.Overlap, a.Fade, a.Easing = 0, false, "linear"
	start, d := f.seconds("typing_start", 0), f.seconds("typing_duration", 0)
	a.At += start
	switch {
	case d > 0:
		a.Duration = d
	case a.Duration > 0:
		a.Duration = max(a.Duration-start, 0)
	}
}

// progress is how far the animation is at t, a time within the composition: 0 before it, 1 after it,
// eased. A reversed one runs from 1 to 0.
func (a Animation) progress(t float64, turn turn) float64 { return ease(a.Easing, a.elapsed(t, turn)) }

// elapsed is progress before it is eased.
func (a Animation) elapsed(t float64, turn turn) float64 {
	d := a.Duration
	if d == 0 {
		d = turn.end - turn.start
	}
	start := turn.start + a.At
	if a.AtEnd {
		start = turn.end - d
	}
	u := 1.0
	if d > 0 {
		u = min(max((t-start)/d, 0), 1)
	}
	if a.Reversed {
		u = 1 - u
	}
	return u
}
