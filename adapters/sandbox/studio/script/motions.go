package script

import "slices"

// ofAnimation are the rows of what Parse reads of all animations.
var ofAnimation = []property{
	{name: "type", forms: "fade, slide, scale", how: "another type is left out, with a warning; a video only fades"},
	{name: "time", forms: `seconds from the element's start, "start", "end"`, unset: "start"},
	{name: "duration", forms: "seconds", unset: "the whole element"},
	{name: "easing", forms: "a name, see above", unset: "linear", how: "an unknown one is linear, with a warning"},
	{name: "reversed", forms: "true, false", unset: "false"},
	{name: "fade", forms: "true, false", unset: "true", how: "the opacity goes along; a fade itself always does"},
}

// motion is a type of animation and its own rows.
type motion struct {
	name string
	rows []property
}

func motions() []motion {
	return []motion{
		{"fade", nil},
		{"slide", []property{
			{name: "scope", forms: "element, composition", unset: "element"},
			{
				name: "direction", forms: "degrees, right, up, left, down", unset: "90°",
				how: "0° is to the right, 90° up",
			},
			{
				name: "distance", forms: "length", unset: "100%",
				how: "of the element, or of the composition if that is the scope",
			},
		}},
		{"scale", []property{
			{name: "x_anchor", forms: "length", unset: "the element's own"},
			{name: "y_anchor", forms: "length", unset: "the element's own"},
			{name: "axis", forms: "both, x, y", unset: "both"},
			{name: "scope", forms: "any", how: "changes nothing"},
			{name: "start_scale", forms: "percent, number", unset: "0%"},
			{name: "end_scale", forms: "percent, number", unset: "100%"},
		}},
	}
}

// ofMotion are all rows of a type of animation; nil if it isn't rendered.
func ofMotion(typ string) []property {
	for _, m := range motions() {
		if m.name == typ {
			return slices.Concat(ofAnimation, m.rows)
		}
	}
	return nil
}
