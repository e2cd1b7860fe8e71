package creatomate

import (
	"encoding/json"
	"slices"
	"testing"
)

func FuzzDocument_IsPricedOrRefused(f *testing.F) {
	f.Add(`{"elements":[{"type":"video","source":"http://a/b","elements":[{"type":"audio","source":"x"}]}],"modifications":{"a.b.0":1}}`)
	f.Add(`{"elements":[null,1,[]],"frame_rate":null,"max_width":1,"width":"x"}`)
	f.Fuzz(func(t *testing.T, raw string) {
		var body map[string]any
		if json.Unmarshal([]byte(raw), &body) != nil || body == nil {
			return
		}
		q, err := (&Creatomate{}).read(body, document(body), template{})
		if err != nil {
			return
		}
		if q.Scale <= 0 {
			t.Errorf("scale %v", q.Scale)
		}
		q.price()
		for _, s := range sources(q.Source) {
			if s == "" {
				t.Error("an empty source is to be fetched")
			}
		}
	})
}

func TestMedia_AreFoundAtAnyDepthOnce(t *testing.T) {
	var doc map[string]any
	err := json.Unmarshal([]byte(`{"elements":[
		{"type":"composition","elements":[{"type":"video","source":"a"},{"type":"image","source":"b"}]},
		{"type":"video","source":"a"},{"type":"text","source":"c"},{"type":"audio","source":""},
		{"type":"image","source":"d","visible":false},
		{"type":"composition","visible":false,"elements":[{"type":"video","source":"e"}]}]}`), &doc)
	if err != nil {
		t.Fatal(err)
	}
	if got := sources(doc); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("found %v", got)
	}
}

func TestPrice_IsRoundedUpToWholeCredits(t *testing.T) {
	for _, c := range []struct{ w, h, rate, seconds, want float64 }{
		{1080, 1920, 30, 7, 5}, {1080, 1920, 30, 6, 4}, {1080, 1920, 30, 3, 2}, {720, 1280, 30, 6, 2},
	} {
		s := spec{
			Scale: 1, Source: map[string]any{"width": c.w, "height": c.h, "frame_rate": c.rate, "duration": c.seconds},
		}
		if got := s.price(); got != c.want {
			t.Errorf("%vx%v, %v a second, %v s: %v credits, want %v", c.w, c.h, c.rate, c.seconds, got, c.want)
		}
	}
}
