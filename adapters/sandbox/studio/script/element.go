package script

import (
	"math"
	"slices"
	"strconv"
)

func (p *parser) elements(c *Composition, list []any) {
	type placed struct {
		Element
		z float64
	}
	var out []placed
	for i, raw := range list {
		m, ok := raw.(map[string]any)
		if !ok {
			p.warn("element %d is no object and is left out", i+1)
			continue
		}
		kind, _ := m["type"].(string)
		f := p.fields(elementName(m, i), m, properties(Kind(kind)))
		z, visible := p.order(f)
		if !visible {
			continue
		}
		if e, ok := p.element(f); ok {
			out = append(out, placed{e, z})
		}
	}
	slices.SortStableFunc(out, func(a, b placed) int {
		switch {
		case a.z < b.z:
			return -1
		case a.z > b.z:
			return 1
		}
		return 0
	})
	for _, e := range out {
		c.Elements = append(c.Elements, e.Element)
	}
}

// order is how high an element lies, and whether it is there at all.
func (p *parser) order(f *fields) (z float64, visible bool) {
	return f.number("z_index", math.Inf(-1)), f.flag("visible", true) // one that has no z_index lies below all that have one
}

func elementName(m map[string]any, i int) string {
	for _, key := range []string{"name", "id"} {
		if s, _ := m[key].(string); s != "" {
			return s
		}
	}
	return "element " + strconv.Itoa(i+1)
}

func (p *parser) element(f *fields) (Element, bool) {
	e := Element{Name: f.name, Kind: Kind(f.text("type", ""))}
	f.known("name", "id", "dynamic", "locked")
	switch e.Kind {
	case KindVideo, KindImage, KindText, KindShape, KindAudio:
	default:
		p.warn("%s: elements of type %q are not rendered here", f.name, string(e.Kind))
		return e, false
	}
	e.Span = span(f, e.Kind)
	if e.Kind != KindAudio {
		common(f, &e)
	}
	switch e.Kind {
	case KindText:
		e.Text = text(f)
	case KindShape:
		e.Path = f.text("path", wholeBox)
		if _, ok := parsePath(e.Path); !ok {
			f.bad("path")
			e.Path = wholeBox
		}
	default:
		e.Media = media(f, e.Kind)
		if e.Media.Source == "" {
			p.warn("%s: it has no source and is left out", f.name)
			return e, false
		}
	}
	f.rest()
	return e, true
}

// common reads what every visible element has (creatomate.com/docs/api/render-script/element-properties).
func common(f *fields, e *Element) {
	half, whole := Length{50, Percent}, Length{100, Percent}
	align := half
	if e.Kind == KindText {
		whole, align = Length{}, Length{0, Percent}
	}
	e.Box = Box{
		X: f.length("x", half), Y: f.length("y", half), W: f.length("width", whole), H: f.length("height", whole),
		XAnchor: f.length("x_anchor", half), YAnchor: f.length("y_anchor", half),
		XAlign: f.length("x_alignment", align), YAlign: f.length("y_alignment", align),
	}
	e.Opacity = min(f.share("opacity", 1), 1)
	e.Rotation = f.angle("z_rotation", 0)
	e.ScaleX, e.ScaleY = f.share("x_scale", 1), f.share("y_scale", 1)
	if e.Kind != KindText {
		e.Radius = f.length("border_radius", Length{})
	}
	if e.Kind != KindVideo {
		e.Shadow = Shadow{f.color("shadow_color", transparent), f.length("shadow_blur", Length{}), f.length("shadow_x", Length{}), f.length("shadow_y", Length{})}
	}
	switch e.Kind {
	case KindText, KindShape:
		e.Fill = fill(f)
		if join := f.text("stroke_join", "round"); join != "round" {
			f.p.warn("%s: a stroke_join of %q is drawn round", f.name, join)
		}
		e.Stroke = Stroke{f.color("stroke_color", transparent), f.length("stroke_width", Length{1, Px})}
	default:
		e.Blur = f.length("blur_radius", Length{})
		f.known("blur_mode")
		e.Overlay = f.color("color_overlay", transparent)
	}
	e.Animations = animations(f, e.Kind)
}

func media(f *fields, kind Kind) Media {
	m := Media{Source: f.text("source", "")}
	if kind != KindAudio {
		m.Fit = f.choice("fit", "cover", "contain", "fill")
	}
	if kind != KindImage {
		m.Loop = f.flag("loop", false)
		m.Volume = min(f.share("volume", 1), 1)
		m.TrimStart, m.TrimDuration = max(f.seconds("trim_start", 0), 0), max(f.seconds("trim_duration", 0), 0)
		m.FadeIn, m.FadeOut = max(f.seconds("audio_fade_in", 0), 0), max(f.seconds("audio_fade_out", 0), 0)
		if m.Loop && (m.TrimStart > 0 || m.TrimDuration > 0) {
			f.p.warn("%s: loop and trim can't be combined; the trim is ignored", f.name)
			m.TrimStart, m.TrimDuration = 0, 0
		}
	}
	return m
}
