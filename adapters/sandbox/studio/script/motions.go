package script

import "slices"

// Rows of what Parse reads of animations: of all, and of each type.
var (
	ofAnimation = []property{
		{name: "type", forms: "see below", how: "another type is left out, with a warning"},
		{name: "time", forms: `seconds from the element's start, "start", "end"`, unset: "start"},
		{name: "duration", forms: "seconds", unset: "the whole element"},
		{name: "easing", forms: "a name, see below", unset: "linear", how: "an unknown one is linear, with a warning"},
		{name: "reversed", forms: "true, false", unset: "false"},
		{name: "fade", forms: "true, false", unset: "true", how: "the opacity goes along; a fade itself always does"},
		{name: "transition", no: true},
	}
	ofTextAnimation = []property{
		{name: "split", forms: "line, word, letter, none", unset: "line", how: "letters of more than 300 move by word, words by line"},
		{name: "overlap", forms: "percent, number", unset: "50%", how: "how much of a part's time is the next one's too"},
		{name: "order", forms: "default, reversed, random", unset: "default", how: "random is the same in every render"},
		{name: "background_effect", forms: "any", how: "changes nothing: plates go with their line, else they fade in"},
	}
	ofScope = []property{
		{name: "scope", forms: "element, composition", unset: "element"},
	}
	ofAnchors = []property{
		{name: "x_anchor", forms: "length", unset: "the element's own; a text part's 50%"},
		{name: "y_anchor", forms: "length", unset: "the element's own; a text part's 50%"},
		{name: "axis", forms: "both, x, y", unset: "both"},
	}
)

// motion is a type of animation and its own rows.
type motion struct {
	name string
	rows []property
}

func motions() []motion {
	return []motion{
		{"fade", nil},
		{"slide", slices.Concat(ofScope, []property{
			{name: "direction", forms: "degrees, right, up, left, down", unset: "90°", how: "0° is to the right, 90° up"},
			{name: "distance", forms: "length", unset: "100%", how: "of the element, or of the composition if that is the scope"},
			{name: "fixed", no: true},
		})},
		{"scale", slices.Concat(ofAnchors, []property{
			{name: "scope", forms: "any", how: "changes nothing"},
			{name: "start_scale", forms: "percent, number", unset: "0%"},
			{name: "end_scale", forms: "percent, number", unset: "100%"},
		})},
		{"wipe", []property{
			{name: "x_anchor", forms: "percent", unset: "0%", how: "where the uncovering begins: 0% is at the direction's near end, 50% in the middle"},
			{name: "start_angle", forms: "degrees", unset: "0°", how: "the direction: 0° is to the right, 90° up"},
			{name: "end_angle", forms: "degrees", unset: "the start's"},
			{name: "clip", forms: "any", how: "changes nothing: of transitions"},
		}},
		{"text-slide", slices.Concat(ofTextAnimation, []property{
			{name: "scope", forms: "element, composition, split, split-clip", unset: "element", how: "with clip a part comes out of its own edge"},
			{name: "direction", forms: "degrees, right, up, left, down", unset: "up"},
			{name: "distance", forms: "length", unset: "100%", how: "of the part, or of the composition if that is the scope"},
		})},
		{"text-scale", slices.Concat(ofTextAnimation, ofAnchors)},
		{"text-reveal", slices.Concat(ofTextAnimation, ofAnchors, []property{
			{name: "scope", forms: "any", how: "changes nothing: each part is uncovered by itself"},
			{name: "start_reveal", forms: "percent, number", unset: "0%"},
		})},
		{"text-appear", slices.Concat(ofTextAnimation, []property{
			{name: "start_opacity", forms: "percent, number", unset: "0%"},
		})},
		{"text-typewriter", slices.Concat(ofTextAnimation, []property{
			{name: "typing_start", forms: "seconds", unset: "0"},
			{name: "typing_duration", forms: "seconds", unset: "to the animation's end"},
			{name: "cursor_frequency", no: true},
		})},
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
