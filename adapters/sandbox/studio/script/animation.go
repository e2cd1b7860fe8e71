package script

import (
	"cmp"
	"math"
)

// Animation moves an element at one time of its turn (creatomate.com llms/animations.md).
type Animation struct {
	Type     string // fade, slide, scale
	AtEnd    bool   // sticks to the end of the element's turn
	At       float64
	Duration float64 // 0: the whole turn
	Easing   string
	Reversed bool
	Fade     bool

	Direction float64 // radians; 0 is to the right, a quarter turn is up
	Distance  Length  // of the element's size, or the composition's
	Wide      bool    // the distance is measured on the composition
	From, To  float64 // scale
	Axis      string  // x, y, both
	XAnchor   Length  // the point that stays; unset is the element's own
	YAnchor   Length
}

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

// motionOf reads one animation; false if elements of the kind have none like it. A video is laid straight into the
// frame: it may fade, and not move.
func motionOf(f *fields, kind Kind) (Animation, bool) {
	a := Animation{Type: f.text("type", "")}
	if f.table == nil || kind == KindVideo && a.Type != "fade" {
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
	a.Duration = f.seconds("duration", 0)
	a.Easing = f.text("easing", "linear")
	if _, ok := easings[a.Easing]; !ok {
		f.p.warn("%s: easing %q isn't known; linear is used", f.name, a.Easing)
	}
	a.Reversed, a.Fade = f.flag("reversed", false), f.flag("fade", true)
	switch a.Type {
	case "slide":
		a.slide(f)
	case "scale":
		a.From, a.To = f.share("start_scale", 0), f.share("end_scale", 1)
		a.Axis = f.choice("axis", "both", "x", "y")
		a.XAnchor, a.YAnchor = f.length("x_anchor", Length{}), f.length("y_anchor", Length{})
		f.known("scope")
	}
	f.rest()
	return a, true
}

func (a *Animation) slide(f *fields) {
	words := map[string]float64{"right": 0, "up": 90, "left": 180, "down": 270}
	if deg, ok := words[f.text("direction", "up")]; ok {
		a.Direction = deg * math.Pi / 180
	} else {
		a.Direction = f.angle("direction", math.Pi/2)
	}
	a.Distance = f.length("distance", Length{100, Percent})
	a.Wide = f.choice("scope", "element", "composition") == "composition"
}

// progress is how far the animation is at t, a time within the composition: 0 before it, 1 after it,
// eased. A reversed one runs from 1 to 0.
func (a Animation) progress(t float64, turn turn) float64 {
	d := cmp.Or(a.Duration, turn.end-turn.start)
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
	return ease(a.Easing, u)
}
