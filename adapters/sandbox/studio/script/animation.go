package script

import (
	"math"
	"strings"
)

// Animation moves an element at one time of its turn (creatomate.com llms/animations.md).
type Animation struct {
	Type     string // fade, slide, scale, text-slide
	AtEnd    bool   // sticks to the end of the element's turn
	At       float64
	Duration float64 // 0: the whole turn
	Easing   string
	Reversed bool
	Fade     bool

	Direction float64 // radians; 0 is to the right, a quarter turn is up
	Distance  Length  // of the element's size, or the composition's
	Wide      bool    // the distance is measured on the composition
	Clip      bool    // text-slide: a line comes out of an edge
	ByLine    bool    // text-slide: one line after the other
	From, To  float64 // scale
	Axis      string  // x, y, both
	XAnchor   Length  // scale: the point that stays; unset is the element's own
	YAnchor   Length
}

func animations(f *fields) []Animation {
	raw := f.raw("animations")
	list, ok := raw.([]any)
	if raw != nil && !ok {
		f.bad("animations")
	}
	var out []Animation
	for _, r := range list {
		m, _ := r.(map[string]any)
		if a, ok := animation(f.p.fields(f.name+": animation", m)); ok {
			out = append(out, a)
		}
	}
	for key, atEnd := range map[string]bool{"enter": false, "exit": true} {
		m, ok := f.raw(key).(map[string]any)
		if !ok {
			continue
		}
		if a, ok := animation(f.p.fields(f.name+": "+key, m)); ok {
			a.AtEnd, a.Reversed, a.At = atEnd, atEnd, 0
			out = append(out, a)
		}
	}
	return out
}

func animation(f *fields) (Animation, bool) {
	a := Animation{Type: f.text("type", "")}
	switch a.Type {
	case "fade", "slide", "scale", "text-slide":
	default:
		f.p.warn("%s: type %q is not rendered here", f.name, a.Type)
		return a, false
	}
	switch f.raw("time") {
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
	a.Reversed = f.flag("reversed", false)
	a.Fade = f.flag("fade", false)
	switch a.Type {
	case "slide", "text-slide":
		slide(f, &a)
	case "scale":
		a.From, a.To = f.share("start_scale", 0), f.share("end_scale", 1)
		a.Axis = f.choice("axis", "both", "x", "y")
		a.XAnchor, a.YAnchor = f.length("x_anchor", Length{}), f.length("y_anchor", Length{})
		f.known("scope")
	}
	f.rest()
	return a, true
}

func slide(f *fields, a *Animation) {
	words := map[string]float64{"right": 0, "up": 90, "left": 180, "down": 270}
	if deg, ok := words[f.text("direction", "up")]; ok {
		a.Direction = deg * math.Pi / 180
	} else {
		a.Direction = f.number("direction", 90, "°", "deg") * math.Pi / 180
	}
	a.Distance = f.length("distance", Length{100, Percent})
	scope := f.text("scope", "element")
	a.Wide = scope == "composition"
	if a.Type == "text-slide" {
		a.Clip = strings.HasSuffix(scope, "clip")
		a.ByLine = f.choice("split", "line", "none", "word", "letter") == "line"
		if s := f.m["split"]; s == "word" || s == "letter" {
			f.p.warn("%s: split by %v is rendered by line", f.name, s)
			a.ByLine = true
		}
		f.known("background_effect")
	}
}

// progress is how far the animation is at t, a time within the composition: 0 before it, 1 after it,
// eased. A reversed one runs from 1 to 0.
func (a Animation) progress(t float64, turn turn) float64 {
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
	return ease(a.Easing, u)
}

// easings are the curves in, by their family's name; an out is the same turned round.
var easings = func() map[string]func(u float64) float64 {
	const back = 1.70158
	in := map[string]func(u float64) float64{
		"sinusoid":    func(u float64) float64 { return 1 - math.Cos(u*math.Pi/2) },
		"quadratic":   func(u float64) float64 { return u * u },
		"cubic":       func(u float64) float64 { return u * u * u },
		"quartic":     func(u float64) float64 { return u * u * u * u },
		"quintic":     func(u float64) float64 { return u * u * u * u * u },
		"exponential": func(u float64) float64 { return (math.Pow(2, 10*u) - 1) / 1023 },
		"circular":    func(u float64) float64 { return 1 - math.Sqrt(max(0, 1-u*u)) },
		"back":        func(u float64) float64 { return u * u * ((back+1)*u - back) },
	}
	out := map[string]func(u float64) float64{"linear": func(u float64) float64 { return u }}
	for name, f := range in {
		out[name+"-in"] = f
		out[name+"-out"] = func(u float64) float64 { return 1 - f(1-u) }
		out[name+"-in-out"] = func(u float64) float64 {
			if u < .5 {
				return f(2*u) / 2
			}
			return 1 - f(2-2*u)/2
		}
	}
	return out
}()

func ease(name string, u float64) float64 {
	if f, ok := easings[name]; ok {
		return f(u)
	}
	return u
}
