package script

import "slices"

// property is one row of the table of what is rendered: docs/renderscript.md shows it, Parse warns by
// it, and a test holds both to what Parse really reads. What isn't in it is a warning.
type property struct {
	name  string
	forms string // what is understood
	unset string // what stands where the document says nothing
	how   string // what is particular about it here
}

// Rows that Parse reads for every element, for all that can be seen, and for one kind.
var (
	ofComposition = []property{
		{name: "output_format", forms: "mp4, jpg, png", unset: "mp4", how: "gif is refused"},
		{name: "width", forms: "number", unset: "1280", how: "16 to 4096, made even"},
		{name: "height", forms: "number", unset: "720", how: "as width; no more than 4K together"},
		{name: "frame_rate", forms: "number", unset: "30", how: "1 to 60, rounded to a whole number with a warning"},
		{name: "duration", forms: "seconds, null", unset: "as long as its elements", how: "at most 120 s"},
		{name: "snapshot_time", forms: "seconds", unset: "0", how: "when the picture of a jpg or png is taken"},
		{name: "fill_color", forms: "colour", unset: "black", how: "the background; no gradient"},
		{name: "elements", forms: "list", how: "at most 100; a document without it is refused"},
		{name: "name", forms: "text", how: "changes nothing"},
		{name: "emoji_style", forms: "any", how: "changes nothing: emoji are left out"},
	}
	ofElement = []property{
		{
			name: "type", forms: "video, image, text, shape, audio",
			how: "what is of another type, such as composition, is left out with a warning",
		},
		{name: "name", forms: "text", how: "what modifications and warnings call it"},
		{name: "id", forms: "text", how: "as name"},
		{name: "visible", forms: "true, false", unset: "true"},
		{name: "track", forms: "number", unset: "a track of its own", how: "elements of one track follow each other"},
		{name: "time", forms: "seconds, null", unset: "after the one before on the same track, else 0"},
		{
			name: "duration", forms: `seconds, null, "media"`, unset: "media of video and audio, else null",
			how: "null: to the next on its track or the composition's end; media is for video and audio",
		},
		{name: "dynamic", forms: "any", how: "changes nothing: the dashboard's"},
		{name: "locked", forms: "any", how: "changes nothing: the dashboard's"},
	}
	ofVisible = []property{
		{name: "x", forms: "length", unset: "50%"},
		{name: "y", forms: "length", unset: "50%"},
		{name: "width", forms: "length", unset: "100%; a text's: its content's"},
		{name: "height", forms: "length", unset: "as width"},
		{name: "x_anchor", forms: "length", unset: "50%", how: "which point of it stands at x"},
		{name: "y_anchor", forms: "length", unset: "50%"},
		{name: "x_alignment", forms: "length", unset: "50%; a text's 0%", how: "where the content stands inside"},
		{name: "y_alignment", forms: "length", unset: "50%; a text's 0%"},
		{name: "opacity", forms: "percent, number", unset: "100%"},
		{name: "animations", forms: "list"},
		{name: "enter", forms: "animation", how: "sticks to the start"},
		{name: "exit", forms: "animation", how: "sticks to the end, reversed"},
	}
	ofFilled = []property{
		{name: "z_rotation", forms: "degrees", unset: "0°", how: "clockwise about the anchor"},
		{name: "shadow_color", forms: "colour", unset: "none"},
		{name: "shadow_blur", forms: "length", unset: "0"},
		{name: "shadow_x", forms: "length", unset: "0"},
		{name: "shadow_y", forms: "length", unset: "0"},
		{name: "fill_color", forms: "colour, list of stops", unset: "black"},
		{name: "fill_mode", forms: "solid, linear", unset: "solid"},
		{name: "fill_x0", forms: "length", unset: "0%"},
		{name: "fill_y0", forms: "length", unset: "0%"},
		{name: "fill_x1", forms: "length", unset: "100%"},
		{name: "fill_y1", forms: "length", unset: "100%"},
		{name: "stroke_color", forms: "colour", unset: "none"},
		{name: "stroke_width", forms: "length", unset: "1", how: "half of it shows: the fill lies over the stroke"},
		{name: "stroke_join", forms: "round", unset: "round"},
	}
	ofStop = []property{
		{name: "offset", forms: "percent, number", unset: "0%"},
		{name: "color", forms: "colour", unset: "black"},
	}
	ofText = []property{
		{name: "text", forms: "text", how: "\\n breaks the line; emoji and what else has no outline are left out; " +
			"inline styles and {{ }} are shown as written, with a warning"},
		{name: "font_family", forms: "the name of one with Hangul", unset: "Noto Sans KR", how: "Black Han Sans and " +
			"Gowun Batang are drawn with their own type, other Korean families of Google Fonts with Pretendard; in " +
			"an unknown one Hangul shows as boxes, with a warning"},
		{
			name: "font_weight", forms: "100 to 900, normal, bold", unset: "400",
			how: "the nearest of 300, 700, 900",
		},
		{name: "font_style", forms: "normal", unset: "normal"},
		{name: "font_size", forms: "length but %, null", unset: "as large as fits"},
		{
			name: "font_size_minimum", forms: "length but %", unset: "1 vmin",
			how: "a text that is too long even so overflows",
		},
		{name: "font_size_maximum", forms: "length but %", unset: "100 vmin"},
		{name: "letter_spacing", forms: "percent, number", unset: "0%", how: "of the size"},
		{name: "line_height", forms: "percent, number", unset: "115%", how: "of the size"},
		{
			name: "text_wrap", forms: "true, false", unset: "true",
			how: "at spaces; inside Hangul words only where the type becomes half as large again",
		},
	}
	ofShape = []property{
		{name: "border_radius", forms: "length", unset: "0", how: "at most half of the shorter side"},
		{
			name: "path", forms: "SVG path", unset: "the whole box",
			how: "absolute M L H V C Q Z in percent of the box; another path is the whole box, with a warning",
		},
	}
	ofSource = []property{
		{name: "source", forms: "address", how: "JPEG, PNG, WebP; MP4, MOV, WebM; MP3, M4A, WAV, OGG, FLAC. What " +
			"can't be read, such as SVG, fails the render. Without one an element is left out, with a warning"},
	}
	ofImage = []property{
		{name: "border_radius", forms: "length", unset: "0", how: "at most half of the shorter side"},
	}
	ofPicture = []property{
		{name: "fit", forms: "cover, contain, fill", unset: "cover"},
	}
	ofPlayed = []property{
		{name: "loop", forms: "true, false", unset: "false"},
		{name: "volume", forms: "percent, number", unset: "100%", how: "at most 100%"},
		{name: "audio_fade_in", forms: "seconds", unset: "0"},
		{name: "audio_fade_out", forms: "seconds", unset: "0", how: "ends with the element"},
	}
)

// properties are all rows that an element of a kind may have.
func properties(kind Kind) []property {
	switch kind {
	case KindText:
		return slices.Concat(ofElement, ofVisible, ofFilled, ofText)
	case KindShape:
		return slices.Concat(ofElement, ofVisible, ofFilled, ofShape)
	case KindImage:
		return slices.Concat(ofElement, ofVisible, ofSource, ofPicture, ofImage)
	case KindVideo:
		return slices.Concat(ofElement, ofVisible, ofSource, ofPicture, ofPlayed)
	case KindAudio:
		return slices.Concat(ofElement, ofSource, ofPlayed)
	}
	return ofElement
}
