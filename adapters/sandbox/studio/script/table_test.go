package script

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of docs/renderscript.md")

// asked are the properties that were read of an object.
func asked(f *fields) []string { return slices.Sorted(maps.Keys(f.seen)) }

// rendered are the names of the rows that are.
func rendered(rows []property) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.name)
	}
	slices.Sort(out)
	return out
}

var kinds = []Kind{KindText, KindShape, KindImage, KindVideo, KindAudio}

func TestTable_IsWhatIsRead(t *testing.T) {
	p := &parser{}
	f := p.fields("composition", map[string]any{"elements": []any{}}, ofComposition)
	if _, _, err := root(f); err != nil || !slices.Equal(asked(f), rendered(ofComposition)) {
		t.Errorf("composition, %v:\n%q\n%q", err, asked(f), rendered(ofComposition))
	}
	for _, k := range kinds {
		f := p.fields("x", map[string]any{"type": string(k)}, properties(k))
		f.flag("visible", true)
		p.element(f)
		if !slices.Equal(asked(f), rendered(properties(k))) {
			t.Errorf("%s:\n%q\n%q", k, asked(f), rendered(properties(k)))
		}
	}
	for _, m := range motions() {
		f := p.fields("x", map[string]any{"type": m.name}, ofMotion(m.name))
		if motionOf(f, KindText); !slices.Equal(asked(f), rendered(ofMotion(m.name))) {
			t.Errorf("%s:\n%q\n%q", m.name, asked(f), rendered(ofMotion(m.name)))
		}
	}
	f = p.fields("x", map[string]any{}, ofStop)
	if stop(f); !slices.Equal(asked(f), rendered(ofStop)) {
		t.Errorf("a stop: %q, %q", asked(f), rendered(ofStop))
	}
}

func TestParse_WarnsOfEveryPropertyThatIsNotRendered(t *testing.T) {
	for _, k := range kinds {
		m := map[string]any{"type": string(k), "fil_color": "#fff", "warp_mode": "arc"}
		if k != KindText && k != KindShape {
			m["source"] = "s"
		}
		_, warnings, err := Parse(map[string]any{"width": 100.0, "height": 100.0, "elements": []any{m}})
		if err != nil || len(warnings) != 2 || !strings.Contains(warnings[0], `"fil_color" is not rendered`) ||
			!strings.Contains(warnings[1], `"warp_mode"`) {
			t.Errorf("%s: %v, %q", k, err, warnings)
		}
	}
}

// written is the Markdown of a list of rows.
func written(title string, rows []property) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n| property | understood | default | rendered |\n|---|---|---|---|\n", title)
	for _, r := range rows {
		how := "yes"
		if r.how != "" {
			how += "; " + r.how
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.name, cell(r.forms), cell(r.unset), cell(how))
	}
	return b.String() + "\n"
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func tables() string {
	var b strings.Builder
	for _, s := range []struct {
		title string
		rows  []property
	}{
		{"Composition", ofComposition}, {"Every element", ofElement}, {"Text, shape, image, video", ofVisible},
		{"Text and shape", ofFilled}, {"A stop of a gradient", ofStop}, {"Text", ofText}, {"Shape", ofShape},
		{"Image, video, audio", ofSource}, {"Image", ofImage}, {"Image and video", ofPicture},
		{"Video and audio", ofPlayed}, {"Every animation", ofAnimation},
	} {
		b.WriteString(written(s.title, s.rows))
	}
	for _, m := range motions() {
		if len(m.rows) > 0 {
			b.WriteString(written("Animation `"+m.name+"`", m.rows))
		}
	}
	return b.String()
}

func TestTable_IsShownInTheDocs(t *testing.T) {
	const path, begin, end = "../../../../docs/renderscript.md", "<!-- tables -->\n\n", "<!-- /tables -->"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	body, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the docs have no place for the tables")
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+tables()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if body != tables() {
		t.Error("docs/renderscript.md isn't what the code reads: run go test -update in this folder, and read what " +
			"it changed")
	}
	for name := range easings {
		family := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "-in-out"), "-in"), "-out")
		if !strings.Contains(head+tail, "`"+family+"`") {
			t.Errorf("the docs don't know the easing %s", family)
		}
	}
}
