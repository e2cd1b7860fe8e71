package creatomate

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestApply_FollowsNamesIDsAndPaths(t *testing.T) {
	var doc map[string]any
	err := json.Unmarshal([]byte(`{"elements":[
		{"name":"a","type":"text","text":"old","stroke_end":[{"value":1}]},
		{"id":"b-1","type":"composition","elements":[{"name":"c.d","type":"image","source":"x"}]},
		{"name":"s","type":"shape"}]}`), &doc)
	if err != nil {
		t.Fatal(err)
	}
	warnings := Apply(doc, map[string]any{
		"a": "new", "a.fill_color": "#fff", "a.stroke_end.0.value": 2, "c.d": "y", "c.d.visible": false,
		"b-1.opacity": nil, "A": "other case", "s": "no main property", "a.stroke_end.4.value": 1, "a.": "empty",
		"": "nothing",
	})
	want := map[string]any{"elements": []any{
		map[string]any{
			"name": "a", "type": "text", "text": "new", "fill_color": "#fff",
			"stroke_end": []any{map[string]any{"value": 2}},
		},
		map[string]any{"id": "b-1", "type": "composition", "opacity": nil, "elements": []any{
			map[string]any{"name": "c.d", "type": "image", "source": "y", "visible": false}}},
		map[string]any{"name": "s", "type": "shape"},
	}}
	if !reflect.DeepEqual(doc, want) {
		t.Errorf("got %v", doc)
	}
	if len(warnings) != 5 {
		t.Errorf("warnings: %q", warnings)
	}
}
