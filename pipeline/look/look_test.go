package look

import (
	"bytes"
	"encoding/json"
	"flag"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
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
		Photo:   "https://files.example/photo.jpg",
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
		"long": func(r *pipeline.CutRequest) {
			r.Words.Menu = "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식"
		},
		"options": func(r *pipeline.CutRequest) {
			r.Words.Options = []pipeline.Option{{Name: "소", Won: 30000}, {Name: "중", Won: 40000}, {Name: "대", Won: 50000}}
		},
		"plain":  func(r *pipeline.CutRequest) { r.Clip = "" },
		"square": func(r *pipeline.CutRequest) { r.Size, r.Words.Regular = pipeline.Square, 22000 },
		"still":  func(r *pipeline.CutRequest) { r.Size, r.Words.Regular = pipeline.Still, 22000 },
	}
	for _, look := range Names() {
		for name, change := range cases {
			r := request()
			r.Look = look
			change(&r)
			golden(t, filepath.Join("testdata", look, name+".json"), document(t, r))
		}
	}
}

func golden(t *testing.T, file string, doc map[string]any) {
	t.Helper()
	got, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
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

// inEachLook tries a promise on every built-in look.
func inEachLook(t *testing.T, r pipeline.CutRequest, try func(t *testing.T, doc map[string]any)) {
	t.Helper()
	for _, r.Look = range Names() {
		t.Run(r.Look, func(t *testing.T) { try(t, document(t, r)) })
	}
}

func TestNoPlaceholderIsLeft(t *testing.T) {
	bare := pipeline.CutRequest{Seconds: 3, Clip: "https://files.example/clip.mp4", Words: pipeline.Words{Menu: "비빔밥", Price: "시가"}}
	for _, r := range []pipeline.CutRequest{request(), bare} {
		inEachLook(t, r, func(t *testing.T, doc map[string]any) {
			b, err := json.Marshal(doc)
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
		})
	}
}

func TestWordsStandExactlyAsOrdered(t *testing.T) {
	r := request()
	r.Words.Menu, r.Words.Price, r.Words.Regular = "똠얌꿍 🍤 Tom Yum 2인", "25,000원", 28000
	inEachLook(t, r, func(t *testing.T, doc map[string]any) {
		for name, want := range map[string]string{
			"menu_text_layer": r.Words.Menu, "end_menu_text_layer": r.Words.Menu,
			"price_text_layer": "25,000원", "end_price_text_layer": "25,000원", "regular_text_layer": "28,000원",
			"shop_text_layer": "사장픽 식당", "ai_text_layer": "AI로 만든 영상", "kicker_text_layer": "오늘의 사장픽",
		} {
			if got := element(doc, name)["text"]; got != want {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	})
}

func TestEveryElementHasATrackOfItsOwn(t *testing.T) {
	inEachLook(t, request(), func(t *testing.T, doc map[string]any) {
		seen := map[any]bool{}
		each(doc, func(el map[string]any) {
			if seen[el["track"]] {
				t.Errorf("%v shares a track: it would wait for its neighbour's end", el["name"])
			}
			seen[el["track"]] = true
		})
	})
}

func TestTheMarkIsThereFromTheFirstFrameToTheEndCard(t *testing.T) {
	inEachLook(t, request(), func(t *testing.T, doc map[string]any) {
		over := false
		for _, e := range doc["elements"].([]any) {
			el := e.(map[string]any)
			over = over || el["name"] == "end_video_layer"
			if el["name"] == "ai_text_layer" && (!over || el["time"] != 0.0 || el["animations"] != nil) {
				t.Error("it comes late, or the end card covers it")
			}
		}
	})
}

// bounds is the box of a text as it stands in the picture, its slant included.
func bounds(el map[string]any) (x0, y0, x1, y1 float64) {
	x, y := el["x"].(float64), el["y"].(float64)
	w, h := el["width"].(float64), el["height"].(float64)
	switch el["x_anchor"] {
	case "0%":
		x += w / 2
	case "100%":
		x -= w / 2
	}
	slant, _ := el["z_rotation"].(string)
	deg, _ := strconv.ParseFloat(strings.TrimSuffix(slant, "°"), 64)
	sin, cos := math.Sincos(math.Abs(deg) * math.Pi / 180)
	w, h = w*cos+h*sin, h*cos+w*sin
	return x - w/2, y - h/2, x + w/2, y + h/2
}

func TestTextKeepsToTheSafeAreaAndOffTheDish(t *testing.T) {
	r := request()
	r.Words.Regular = 1250000
	r.Words.Price = "1,250,000원"
	r.Words.Shop = "아주 길고 긴 이름을 가진 우리 동네 식당"
	for _, menu := range []string{"떡", "똠얌꿍 쌀국수와 짜조", "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식"} {
		r.Words.Menu = menu
		inEachLook(t, r, func(t *testing.T, doc map[string]any) {
			each(doc, func(el map[string]any) {
				name, _ := el["name"].(string)
				if el["type"] != "text" {
					return
				}
				x0, y0, x1, y1 := bounds(el)
				if x0 < 66 || x1 > 930 || y0 < 180 || y1 > 1540 {
					t.Errorf("%s: x %.0f-%.0f, y %.0f-%.0f", name, x0, x1, y0, y1)
				}
				if !strings.HasPrefix(name, "end_") && y1 > 300 && y0 < 970 {
					t.Errorf("%s stands on the dish: y %.0f-%.0f", name, y0, y1)
				}
			})
		})
	}
}

func TestTheEndCardComesWhenTheClipEnds(t *testing.T) {
	for seconds, total := range map[float64]float64{3: 6, 5: 6.9, 10: 11.9} {
		r := request()
		r.Seconds = seconds
		inEachLook(t, r, func(t *testing.T, doc map[string]any) {
			card := element(doc, "end_video_layer")
			at := card["time"].(float64)
			fade := card["animations"].([]any)[0].(map[string]any)["duration"].(float64)
			if doc["duration"] != total || at+fade > seconds || at < seconds-.7 {
				t.Errorf("clip of %g s: %v s long, end card at %g", seconds, doc["duration"], at)
			}
			if f := element(doc, "fade_out")["time"].(float64); f < total-.6 || f >= total {
				t.Errorf("clip of %g s: fades out at %g", seconds, f)
			}
		})
	}
}

func TestOddRequestsAreRefused(t *testing.T) {
	for _, change := range []func(r *pipeline.CutRequest){
		func(r *pipeline.CutRequest) { r.Seconds = 0 },
		func(r *pipeline.CutRequest) { r.Seconds = 1e9 },
		func(r *pipeline.CutRequest) { r.Look = "../clean" },
		func(r *pipeline.CutRequest) { r.Size = "round" },
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

func TestOnlyWordsThatNoLineHoldsAreParted(t *testing.T) {
	for in, want := range map[string]string{
		"새우 파스타":          "새우 파스타",
		"얼큰 Cheeseburger": "얼큰 Cheeseburger",
		"가나다라마바사아자차카타파하 우동": "가나다라마바사\n아자차카타파하 우동",
	} {
		if got := breakable(in, nameWord); got != want {
			t.Errorf("breakable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestALongShopNameEndsBeforeTheMark(t *testing.T) {
	if got := shortened("사장픽 식당", 16); got != "사장픽 식당" {
		t.Errorf("a short one becomes %q", got)
	}
	if got := shortened("우리 동네 아주 큰 식당", 6); got != "우리 동네…" || em(got) > 6 {
		t.Errorf("a long one becomes %q", got)
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
		if b, ok := Music(n); !ok || len(b) < 20_000 || len(b) > 300_000 {
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

func FuzzNothingOfANameIsLostWhenItIsParted(f *testing.F) {
	f.Add("[1+1] 가나다라마바사아자차카타파하")
	f.Fuzz(func(t *testing.T, s string) {
		s = clean(s)
		got := breakable(s, nameWord)
		if whole := strings.ReplaceAll(got, "\n", ""); whole != s {
			t.Fatalf("%q becomes %q", s, whole)
		}
	})
}
