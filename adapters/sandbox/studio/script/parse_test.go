package script

import (
	"encoding/json"
	"image/color"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/sandbox/creatomate"
	"github.com/sajangpick/sajangpick/pipeline"
)

func read(t testing.TB, text string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func parse(t testing.TB, text string) Composition {
	t.Helper()
	c, warnings, err := Parse(read(t, text))
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v, %q", err, warnings)
	}
	return c
}

func TestParse_TheLooksAndAPlainTemplateAreUnderstoodWhole(t *testing.T) {
	template, err := os.ReadFile("testdata/template.json")
	if err != nil {
		t.Fatal(err)
	}
	c := parse(t, string(template))
	if len(c.Elements) != 6 || c.Duration != 7 || len(c.Sources()) != 3 {
		t.Errorf("%d elements, %g s, %d sources", len(c.Elements), c.Duration, len(c.Sources()))
	}
	for _, name := range look.Names() {
		doc, err := look.Document(pipeline.CutRequest{
			Look: name, Seconds: 5, Clip: "c", Logo: "l", Music: "m",
			Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Shop: "식당", Regular: 20000},
		})
		if err != nil {
			t.Fatal(err)
		}
		if c, warnings, err := Parse(doc); err != nil || len(warnings) > 0 || !hasClip(c) {
			t.Errorf("%s: %v, %q", name, err, warnings)
		}
		for _, size := range []pipeline.Size{pipeline.Tall, pipeline.Square, pipeline.Still} {
			doc, err := look.Document(pipeline.CutRequest{
				Look: name, Size: size, Seconds: 5, Photo: "p", Logo: "l", Music: "m", Words: words,
			})
			if err != nil {
				t.Fatal(err)
			}
			if c, warnings, err := Parse(doc); err != nil || len(warnings) > 0 || hasClip(c) {
				t.Errorf("%s %s of a photo: %v, %q", name, size, err, warnings)
			}
		}
	}
}

func TestParse_WarnsOfWhatIsNotUnderstood(t *testing.T) {
	_, warnings, err := Parse(read(t, `{"width":100,"height":100,"colour":"#fff","elements":[
		{"name":"a","type":"hologram"},
		{"name":"b","type":"text","text":"x","warp_mode":"arc","fill_color":"#zzz","font_style":"italic",
		 "animations":[{"type":"spin"},{"type":"fade","easing":"wobble","strength":3}]},
		{"name":"c","type":"shape","x":[{"time":0,"value":10},{"time":1,"value":20}]},
		{"name":"d","type":"video"},
		{"name":"e","type":"composition","visible":false},
		7]}`))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(warnings, "\n")
	for _, want := range []string{
		`"colour"`, `"hologram"`, `"warp_mode"`, "b: fill_color", "b: font_style", `"spin"`, `"wobble"`, `"strength"`,
		"c: x", "d: it has no source", "element 6",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing is said of %s in:\n%s", want, all)
		}
	}
	if strings.Contains(all, "e:") {
		t.Error("an invisible element needs no warning")
	}
}

func TestParse_WarnsOfWhatWouldBeDrawnOtherwise(t *testing.T) {
	for property, want := range map[string]string{
		`"duration":"media"`: "duration", `"duration":"1 fr"`: "duration", `"time":"end"`: "time",
		`"time":"10%"`:     "time",
		`"font_size":"5%"`: "font_size", `"stroke_join":"miter"`: "stroke_join", `"text":"[1+1]"`: "inline",
		`"border_radius":4`:                           "border_radius",
		`"animations":[{"type":"fade","time":"10%"}]`: "time", `"animations":[{"type":"text-fly"}]`: "text-fly",
		`"animations":[{"type":"scale","split":"word"}]`: "split", `"background_color":"#fff"`: "background_color",
		`"enter":"fade"`: "enter", `"animations":[{"type":"fade","transition":true}]`: "transition",
		`"z_rotation":"a bit"`: "z_rotation",
	} {
		_, warnings, err := Parse(read(t, `{"elements":[{"type":"text","text":"x",`+property+`}]}`))
		if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], want) {
			t.Errorf("%s: %v, %q", property, err, warnings)
		}
	}
	for property, want := range map[string]string{
		`"trim_start":1`: "trim_start", `"blur_radius":4`: "blur_radius", `"shadow_color":"#000"`: "shadow_color",
		`"animations":[{"type":"scale"}]`: "scale",
	} {
		if _, warnings, err := Parse(
			read(t, `{"elements":[{"type":"video","source":"s",`+property+`}]}`),
		); err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], want) {
			t.Errorf("%s: %v, %q", property, err, warnings)
		}
	}
}

func TestParse_TooManyWarningsEndWithOneThatSaysSo(t *testing.T) {
	elements := strings.TrimSuffix(strings.Repeat(`{"type":"ghost"},`, 60), ",")
	if _, warnings, err := Parse(read(t, `{"elements":[`+elements+`]}`)); err != nil || len(warnings) != maxWarnings ||
		!strings.Contains(warnings[maxWarnings-1], "more") {
		t.Errorf("%v, %d warnings", err, len(warnings))
	}
}

func TestParse_ModificationsChangeWhatIsRendered(t *testing.T) {
	doc := read(t, `{"elements":[{"name":"menu","type":"text","text":"견본"},{"name":"price","type":"text","text":"1원"},
		{"name":"logo","type":"image","source":"a"},{"name":"bgm","type":"audio","source":"b"}]}`)
	said := creatomate.Apply(doc, map[string]any{
		"menu": "새우 파스타", "price.fill_color": "#ff0000", "logo.visible": false, "bgm": "c", "menue": "x",
	})
	c, warnings, err := Parse(doc)
	if err != nil || len(warnings) > 0 || len(said) != 1 || len(c.Elements) != 3 {
		t.Fatalf("%v, %q, %q, %d elements", err, warnings, said, len(c.Elements))
	}
	if c.Elements[0].Text.Words != "새우 파스타" || c.Elements[1].Fill.Stops[0].Color != (color.NRGBA{255, 0, 0, 255}) ||
		c.Elements[2].Media.Source != "c" {
		t.Errorf("%+v", c.Elements)
	}
}

func TestParse_RefusesDocumentsThatCannotBeRendered(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"width":100,"height":100}`, `{"width":8,"height":100,"elements":[]}`,
		`{"width":1e5,"height":100,"elements":[]}`,
		`{"width":4096,"height":4096,"elements":[]}`, `{"width":100,"height":100,"frame_rate":0,"elements":[]}`,
		`{"width":100,"height":100,"duration":1e6,"elements":[]}`,
		`{"width":100,"height":100,"output_format":"gif","elements":[]}`,
		`{"width":100,"height":100,"elements":[` + strings.TrimSuffix(strings.Repeat(`{},`, 101), ",") + `]}`,
	} {
		if _, _, err := Parse(read(t, text)); err == nil {
			t.Errorf("%.60s: no error", text)
		}
	}
}

func TestParse_WarningsAndErrorsHoldNoAddress(t *testing.T) {
	_, warnings, _ := Parse(read(t, `{"width":100,"height":100,"elements":[
		{"type":"image","source":"https://secret.example/x?sig=1","provider":"https://secret.example/y"}]}`))
	if len(warnings) == 0 || strings.Contains(strings.Join(warnings, ""), "secret") {
		t.Errorf("%q", warnings)
	}
}

func TestCanvas_ReadsLengthsOfEveryUnit(t *testing.T) {
	c := canvas{w: 540, h: 960, scale: .5}
	for in, want := range map[string]float64{
		`100`: 50, `"100"`: 50, `"100 px"`: 50, `"50%"`: 100, `"10vw"`: 54, `"10 vh"`: 96, `"10 vmin"`: 54,
		`"10vmax"`: 96, `"-4 vmin"`: -21.6,
	} {
		var v any
		if err := json.Unmarshal([]byte(in), &v); err != nil {
			t.Fatal(err)
		}
		l, ok := parseLength(v)
		if got := c.px(l, 200); !ok || got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%s is %g px, %v; want %g", in, got, ok, want)
		}
	}
	for _, bad := range []any{"12 miles", "%", "", "NaN", 1e9, true, nil} {
		if l, ok := parseLength(bad); ok {
			t.Errorf("%v was read as %v", bad, l)
		}
	}
}

func TestParseColor_ReadsEveryNotation(t *testing.T) {
	for in, want := range map[string]color.NRGBA{
		"#fff": {255, 255, 255, 255}, "#102030": {16, 32, 48, 255}, "#10203040": {16, 32, 48, 64},
		"rgb(1, 2, 3)": {1, 2, 3, 255}, "rgba(0,0,0,0.5)": {0, 0, 0, 128}, "RGBA(100%,0%,0%,50%)": {255, 0, 0, 128},
		"white": {255, 255, 255, 255}, "transparent": {},
	} {
		if got, ok := parseColor(in); !ok || got != want {
			t.Errorf("%s: %v, %v", in, got, ok)
		}
	}
	for _, bad := range []string{
		"", "#ff", "#gggggg", "rgb(1,2)", "rgb(a,b,c)", "hsl(1,2,3)", "rgba(1,2,3,4", "beige-ish",
	} {
		if got, ok := parseColor(bad); ok {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}

func TestParsePath_ReadsShapesAndTellsRectangles(t *testing.T) {
	rect, ok := parsePath("M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z")
	if !ok || !rectangular(rect) {
		t.Error("the usual rectangle isn't one")
	}
	tri, ok := parsePath("M0%,0% L100%,0% L50%,100%Z")
	if !ok || rectangular(tri) || len(tri) != 4 {
		t.Errorf("a triangle: %v, %v", tri, ok)
	}
	if hv, ok := parsePath("M 10 20 H 90 V 80 H 10 Z"); !ok || hv[2].n != [6]float64{90, 80} {
		t.Errorf("%v, %v", hv, ok)
	}
	for _, bad := range []string{"", "L 1 2", "M 1", "M a b", "m 0 0 l 1 1", "M 0 0 A 1 1 0 0 0 1 1"} {
		if _, ok := parsePath(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}

// FuzzScriptParse_AnyJSONIsReadOrRefused holds the reader of documents against any JSON that may be sent.
func FuzzScriptParse_AnyJSONIsReadOrRefused(f *testing.F) {
	for _, seed := range []string{`{"width":100,"height":100,"elements":[{"type":"text","animations":[{"type":"scale"}],"fill_color":[{"offset":"0%"}]}]}`,
		`{"width":1e9,"elements":[null]}`, `{"elements":{}}`, `{"width":"16 px","height":16,"elements":[{"type":["x"],"enter":{"type":{}},"time":[{"value":"end"}],"track":-1e6}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var doc map[string]any
		if json.Unmarshal(data, &doc) != nil {
			return
		}
		if c, warnings, err := Parse(doc); err == nil &&
			(len(warnings) > maxWarnings || c.Width > maxSide || len(c.Elements) > maxElements) {
			t.Errorf("%d warnings, %d wide, %d elements", len(warnings), c.Width, len(c.Elements))
		}
	})
}

// hasClip reports whether a clip is in it. Without one it shows nothing that a model made.
func hasClip(c Composition) bool {
	return slices.ContainsFunc(c.Elements, func(e Element) bool { return e.Kind == KindVideo })
}
