package look

import (
	"bytes"
	"encoding/json"
	"flag"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

var update = flag.Bool("update", false, "write the golden files")

func request() pipeline.CutRequest {
	return pipeline.CutRequest{
		Words:   pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽 식당"},
		Seconds: 5,
		Clip:    "https://files.example/clip.mp4",
		Logo:    "https://files.example/logo.png",
		Music:   "https://files.example/bright.mp3",
	}
}

func document(t *testing.T, r pipeline.CutRequest) map[string]any {
	t.Helper()
	doc, err := Document(r)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func element(doc map[string]any, name string) (found map[string]any) {
	each(doc, func(el map[string]any) {
		if called(el, name) {
			found = el
		}
	})
	return found
}

func TestTheDocumentIsTheSameAsLastTime(t *testing.T) {
	cases := map[string]func(r *pipeline.CutRequest){
		"whole": func(*pipeline.CutRequest) {},
		"bare": func(r *pipeline.CutRequest) {
			r.Words.Shop, r.Logo, r.Music, r.Seconds = "", "", "", 3
		},
		"sale": func(r *pipeline.CutRequest) { r.Words.Regular = 22000 },
		"options": func(r *pipeline.CutRequest) {
			r.Words.Options = []pipeline.Option{{Name: "소", Won: 30000}, {Name: "중", Won: 40000}, {Name: "대", Won: 50000}}
		},
	}
	for name, change := range cases {
		r := request()
		change(&r)
		got, err := json.MarshalIndent(document(t, r), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(got)+"\n" {
			t.Errorf("%s differs; look at it and run with -update", file)
		}
	}
}

func TestNoPlaceholderIsLeft(t *testing.T) {
	for _, r := range []pipeline.CutRequest{request(), {Seconds: 3, Clip: "https://files.example/clip.mp4", Words: pipeline.Words{Menu: "비빔밥", Price: "시가"}}} {
		b, err := json.Marshal(document(t, r))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{"example.com", "22,000원"} {
			if strings.Contains(string(b), p) {
				t.Errorf("%q is still there", p)
			}
		}
		if r.Words.Shop == "" && strings.Contains(string(b), "사장픽 식당") {
			t.Error("the placeholder's shop is still there")
		}
	}
}

func TestWordsStandExactlyAsOrdered(t *testing.T) {
	doc := document(t, request())
	for name, want := range map[string]string{
		"menu_text_layer": "새우 파스타", "end_menu_text_layer": "새우 파스타",
		"price_text_layer": "18,000원", "end_price_text_layer": "18,000원",
		"shop_text_layer": "사장픽 식당", "ai_text_layer": "AI로 만든 영상", "kicker_text_layer": "오늘의 사장픽",
	} {
		if got := element(doc, name)["text"]; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestEveryElementHasATrackOfItsOwn(t *testing.T) {
	seen := map[any]bool{}
	each(document(t, request()), func(el map[string]any) {
		if seen[el["track"]] {
			t.Errorf("%v shares a track: it would wait for its neighbour's end", el["name"])
		}
		seen[el["track"]] = true
	})
}

func TestTextKeepsToTheSafeArea(t *testing.T) {
	r := request()
	r.Words.Regular = 1250000
	r.Words.Price = "1,250,000원"
	r.Words.Shop = "아주 길고 긴 이름을 가진 우리 동네 식당"
	each(document(t, r), func(el map[string]any) {
		if el["type"] != "text" {
			return
		}
		x, y := el["x"].(float64), el["y"].(float64)
		w, h := el["width"].(float64), el["height"].(float64)
		switch el["x_anchor"] {
		case "0%":
		case "100%":
			x -= w
		default:
			x -= w / 2
		}
		if x < 66 || x+w > 930 || y-h/2 < 180 || y+h/2 > 1540 {
			t.Errorf("%v: x %.0f-%.0f, y %.0f-%.0f", el["name"], x, x+w, y-h/2, y+h/2)
		}
	})
}

func TestTheEndCardComesWhenTheClipEnds(t *testing.T) {
	for seconds, total := range map[float64]float64{3: 6, 5: 6.9, 10: 11.9} {
		r := request()
		r.Seconds = seconds
		doc := document(t, r)
		at := element(doc, "end_video_layer")["time"].(float64)
		if doc["duration"] != total || at >= seconds || at < seconds-.6 {
			t.Errorf("clip of %g s: %v s long, end card at %g", seconds, doc["duration"], at)
		}
		if f := element(doc, "fade_out")["time"].(float64); f < total-.6 || f >= total {
			t.Errorf("clip of %g s: fades out at %g", seconds, f)
		}
	}
}

func TestOddRequestsAreRefused(t *testing.T) {
	for _, change := range []func(r *pipeline.CutRequest){
		func(r *pipeline.CutRequest) { r.Seconds = 0 },
		func(r *pipeline.CutRequest) { r.Seconds = 1e9 },
		func(r *pipeline.CutRequest) { r.Look = "../clean" },
	} {
		r := request()
		change(&r)
		if _, err := Document(r); err == nil {
			t.Errorf("no error for %+v", r)
		}
	}
}

func TestMarkupInWordsIsHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"[1+1] 파스타":                   "［1+1］ 파스타",
		"{{Price}} {하나}":              "｛｛Price｝｝ {하나}",
		"{\u200b{x}\u202e}":           "｛｛x｝｝",
		"\u1109\u1162\u110b\u116e\n면": "새우 면",
		"a\u0000b\u2066c":             "abc",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOptionsStandOnTheBadge(t *testing.T) {
	w := pipeline.Words{Price: "30,000원", Options: []pipeline.Option{{Name: "소", Won: 30000}, {Name: "대 자", Won: 50000}}}
	if got, want := priceText(w), "소 30,000원\n대 자 50,000원"; got != want {
		t.Errorf("got %q", got)
	}
	for i := range 9 {
		w.Options = append(w.Options, pipeline.Option{Name: "x", Won: 9000 + i})
	}
	if got := priceText(w); got != "9,000원~" {
		t.Errorf("many options: %q", got)
	}
}

func TestATemplateGetsItsFiveNames(t *testing.T) {
	got := Modifications(request())
	want := []string{"bgm_track", "logo_image_layer", "main_video_layer", "menu_text_layer", "price_text_layer"}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("got %v", keys)
	}
	r := request()
	r.Logo, r.Music = "", ""
	got = Modifications(r)
	if got["logo_image_layer.visible"] != false || got["bgm_track.visible"] != false || len(got) != 5 {
		t.Errorf("got %v", got)
	}
}

func TestModificationsFollowNamesIdsAndPaths(t *testing.T) {
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
		"b-1.opacity": nil, "A": "other case", "s": "no main property", "a.stroke_end.4.value": 1, "a.": "empty", "": "nothing",
	})
	want := map[string]any{"elements": []any{
		map[string]any{"name": "a", "type": "text", "text": "new", "fill_color": "#fff", "stroke_end": []any{map[string]any{"value": 2}}},
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

func TestTheDefaultLogoIsASquarePicture(t *testing.T) {
	c, err := png.DecodeConfig(bytes.NewReader(DefaultLogo()))
	if err != nil || c.Width != c.Height || c.Width < 400 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestEveryPieceOfMusicIsThere(t *testing.T) {
	for _, n := range MusicNames() {
		if b, ok := Music(n); !ok || len(b) < 20_000 {
			t.Errorf("%s: %d bytes, %v", n, len(b), ok)
		}
	}
	if _, ok := Music("../clean"); ok {
		t.Error("found music that isn't listed")
	}
}

func FuzzCleanTextHasNoMarkup(f *testing.F) {
	f.Add("[1+1] {{x}} 파스타")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		for _, bad := range []string{"[", "]", "{{", "}}", "\n", "\u202e"} {
			if strings.Contains(got, bad) {
				t.Fatalf("clean(%q) = %q", s, got)
			}
		}
		if clean(got) != got {
			t.Fatalf("cleaning twice changes %q", got)
		}
	})
}
