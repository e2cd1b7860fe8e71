package script

import "strconv"

func (p *parser) elements(c *Composition, list []any) {
	for i, raw := range list {
		m, ok := raw.(map[string]any)
		if !ok {
			p.warn("element %d is no object and is left out", i+1)
			continue
		}
		kind, _ := m["type"].(string)
		f := p.fields(elementName(m, i), m, properties(Kind(kind)))
		if !f.flag("visible", true) {
			continue
		}
		if e, ok := p.element(f); ok {
			c.Elements = append(c.Elements, e)
		}
	}
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
	if e.Kind == KindShape || e.Kind == KindImage {
		e.Radius = f.length("border_radius", Length{})
	}
	if e.Kind == KindText || e.Kind == KindShape {
		e.Rotation = f.angle("z_rotation", 0)
		e.Shadow = Shadow{
			f.color("shadow_color", transparent), f.length("shadow_blur", Length{}), f.length("shadow_x", Length{}),
			f.length("shadow_y", Length{}),
		}
		e.Fill = fill(f)
		f.choice("stroke_join", "round")
		e.Stroke = Stroke{f.color("stroke_color", transparent), f.length("stroke_width", Length{1, Px})}
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
		m.FadeIn, m.FadeOut = max(f.seconds("audio_fade_in", 0), 0), max(f.seconds("audio_fade_out", 0), 0)
	}
	return m
}
