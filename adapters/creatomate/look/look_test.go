package look

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func request() pipeline.CutRequest {
	return pipeline.CutRequest{
		Words:   pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽 식당"},
		Seconds: 3,
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

// each calls f for every element of a document, also inside of compositions.
func each(doc map[string]any, f func(el map[string]any)) {
	list, _ := doc["elements"].([]any)
	for _, e := range list {
		if el, ok := e.(map[string]any); ok {
			f(el)
			each(el, f)
		}
	}
}

func called(el map[string]any, name string) bool {
	n, _ := el["name"].(string)
	id, _ := el["id"].(string)
	return name != "" && (n == name || id == name)
}

func element(doc map[string]any, name string) (found map[string]any) {
	each(doc, func(el map[string]any) {
		if called(el, name) {
			found = el
		}
	})
	return found
}

// framings are how a picture may stand: of each ratio, with the dish known or not, and a clip of a shape of its own.
func framings() []pipeline.Framing {
	var all []pipeline.Framing
	for _, ratio := range []string{"", "9:16", "3:4", "1:1", "4:3", "16:9"} {
		all = append(all, pipeline.Framing{Ratio: ratio},
			pipeline.Framing{Ratio: ratio, Sure: .9, Dish: pipeline.Box{Left: .1, Top: .06, Right: .9, Bottom: .6}})
	}
	return append(all, pipeline.Framing{Ratio: "1:1", ClipW: 720, ClipH: 1280},
		pipeline.Framing{Ratio: "9:16", ClipW: 960, ClipH: 960},
		pipeline.Framing{ClipW: 3000, ClipH: 300}, pipeline.Framing{ClipW: 300, ClipH: 3000})
}

// inEachLook tries a promise on every built-in look, size and framing.
func inEachLook(
	t *testing.T, r pipeline.CutRequest, try func(t *testing.T, r pipeline.CutRequest, doc map[string]any),
) {
	t.Helper()
	for _, r.Look = range Names() {
		for _, r.Size = range pipeline.Sizes() {
			for i, f := range framings() {
				r.Framing = f
				t.Run(fmt.Sprintf("%s/%s/%d", r.Look, r.Size, i), func(t *testing.T) { try(t, r, document(t, r)) })
			}
		}
	}
}

// bounds is the box of an element as it stands in the picture, its slant included.
func bounds(el map[string]any) (r rect) {
	x, y, w, h := el["x"].(float64), el["y"].(float64), el["width"].(float64), el["height"].(float64)
	slant, _ := el["z_rotation"].(string)
	deg, _ := strconv.ParseFloat(strings.TrimSuffix(slant, "°"), 64)
	sin, cos := math.Sincos(math.Abs(deg) * math.Pi / 180)
	w, h = w*cos+h*sin, h*cos+w*sin
	return rect{x - w/2, y - h/2, w, h}
}

// hard are orders that are hardest to set.
func hard() []pipeline.Words {
	shop := "아주 길고 긴 이름을 가진 우리 동네 식당"
	return []pipeline.Words{
		{Menu: "떡", Price: "700원", Won: 700, Shop: "연희"},
		{
			Menu: "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식", Price: "1,250,000원", Regular: 1350000, Shop: shop,
			Sticker: "오늘만", Logo: "shops/1.png",
		},
		{Menu: strings.Repeat("가나다라마바사아자차", 4), Price: "9,000원", Regular: 12000, Shop: shop},
		{
			Menu: "모둠회", Price: "소 30,000원", Shop: shop,
			Options: []pipeline.Option{{Name: "소", Won: 130000}, {Name: "중", Won: 140000}, {Name: "대", Won: 150000}},
			Sticker: "신메뉴",
		},
		{Menu: "똠얌꿍 🍤 Tom Yum 2인", Price: "25,000원", Regular: 28000},
		{Menu: "대광어", Price: "시가", Logo: "shops/1.png"},
		{Menu: "비빔밥"},
	}
}

func TestDocument_WordsKeepToTheSafeArea(t *testing.T) {
	r := request()
	for _, r.Words = range hard() {
		inEachLook(t, r, func(t *testing.T, r pipeline.CutRequest, doc map[string]any) {
			left, top, right, low := 30.0, 20.0, 1050.0, doc["height"].(float64)-30
			if r.Size == pipeline.Tall {
				// a slant and the slack of estimates take a little of the margin
				left, top, right, low = 50, 140, 1030, 1556
			}
			each(doc, func(el map[string]any) {
				name, _ := el["name"].(string)
				if el["type"] != "text" || name == "shop_text_layer" && r.Size == pipeline.Tall {
					return // the shop may stand where apps put their own words
				}
				b := bounds(el)
				if b.x < left || b.right() > right || b.y < top || b.bottom() > low {
					t.Errorf("%s of %q: x %.0f-%.0f, y %.0f-%.0f", name, r.Words.Menu, b.x, b.right(), b.y, b.bottom())
				}
			})
		})
	}
}

func TestDocument_NamesAreLegible(t *testing.T) {
	r := request()
	for _, r.Words = range hard() {
		inEachLook(t, r, func(t *testing.T, r pipeline.CutRequest, doc map[string]any) {
			var vmin float64
			fmt.Sscanf(element(doc, "menu_text_layer")["font_size_maximum"].(string), "%f vmin", &vmin)
			if size := 10.8 * vmin; size < 44 {
				t.Errorf("%q is set in %.0f px", r.Words.Menu, size)
			}
		})
	}
}

func TestDocument_WordsDontStandOnEachOther(t *testing.T) {
	r := request()
	for _, r.Words = range hard() {
		inEachLook(t, r, func(t *testing.T, _ pipeline.CutRequest, doc map[string]any) {
			type placed struct {
				name     string
				from, to float64
				box      rect
			}
			var seen []placed
			each(doc, func(el map[string]any) {
				if el["type"] != "text" {
					return
				}
				p := placed{name: el["name"].(string), to: 100, box: bounds(el)}
				p.from, _ = el["time"].(float64)
				if d, ok := el["duration"].(float64); ok {
					p.to = p.from + d
				}
				// Letters don't fill their line to its top and end.
				p.box = rect{p.box.x + 8, p.box.y + .2*p.box.h, p.box.w - 16, .6 * p.box.h}
				for _, q := range seen {
					if p.from < q.to-.01 && q.from < p.to-.01 && p.box.x < q.box.right() && q.box.x < p.box.right() &&
						p.box.y < q.box.bottom() && q.box.y < p.box.bottom() {
						t.Errorf("%s %+v and %s %+v", p.name, p.box, q.name, q.box)
					}
				}
				seen = append(seen, p)
			})
		})
	}
}

func TestDocument_WordsAreThereFromTheFirstFrame(t *testing.T) {
	r := request()
	r.Words.Regular, r.Words.Sticker = 22000, "신메뉴"
	inEachLook(t, r, func(t *testing.T, r pipeline.CutRequest, doc map[string]any) {
		for name, want := range map[string]string{
			"menu_text_layer": r.Words.Menu, "price_text_layer": "18,000원", "regular_text_layer": "22,000원",
			"sticker_text_layer": "신메뉴",
		} {
			el := element(doc, name)
			if el == nil || strings.ReplaceAll(el["text"].(string), "\n", " ") != want || el["time"] != 0.0 {
				t.Fatalf("%s is %v", name, el)
			}
			list, _ := el["animations"].([]any)
			for _, a := range list {
				m := a.(map[string]any)
				start := 100.0
				fmt.Sscanf(fmt.Sprint(m["start_scale"]), "%f%%", &start)
				if m["type"] == "fade" || m["fade"] != false || m["type"] == "scale" && start < 90 {
					t.Errorf("%s can't be read at first: %v", name, m)
				}
			}
		}
	})
}

func TestDocument_ShopIsNamedForTheLastSecondOnlyIfThereIsOne(t *testing.T) {
	for _, x := range []struct {
		shop, logo string
		ends       bool
	}{{"연희식당", "", true}, {"", "shops/1.png", true}, {"", "", false}} {
		r := request()
		r.Words.Shop, r.Words.Logo = x.shop, x.logo
		inEachLook(t, r, func(t *testing.T, r pipeline.CutRequest, doc map[string]any) {
			end, menu := element(doc, "end_menu_text_layer"), element(doc, "menu_text_layer")
			if (end != nil) != (x.ends && r.Size != pipeline.Still) {
				t.Fatalf("at the end stands %v", end)
			}
			if end == nil {
				if menu["duration"] != nil {
					t.Errorf("the menu goes after %v", menu["duration"])
				}
				return
			}
			total := doc["duration"].(float64)
			if at := end["time"].(float64); math.Abs(total-at-1.2) > .011 || menu["duration"] != at {
				t.Errorf("of %g s the menu takes %v, the shop comes at %g", total, menu["duration"], at)
			}
			for _, shown := range []string{"shop_text_layer", "logo_image_layer"} {
				if e := element(doc, shown); e != nil && e["duration"] != menu["duration"] {
					t.Errorf("beside the sign that names the shop there is %s, until %v", shown, e["duration"])
				}
			}
			if name := element(doc, "end_shop_text_layer"); (name != nil) != (x.shop != "") {
				t.Errorf("the name at the end is %v", name)
			}
			if logo := element(doc, "end_logo_image_layer"); (logo != nil) != (x.logo != "") {
				t.Errorf("the logo at the end is %v", logo)
			}
		})
	}
}

func TestDocument_PictureFillsItsPlaceForTheWholeFilm(t *testing.T) {
	inEachLook(t, request(), func(t *testing.T, r pipeline.CutRequest, doc map[string]any) {
		shape := r.Framing.ClipShape()
		if r.Size == pipeline.Still {
			shape = r.Framing.PhotoShape()
		}
		var until float64
		each(doc, func(el map[string]any) {
			name, _ := el["name"].(string)
			if name != "main_video_layer" && !strings.HasPrefix(name, "again_video_layer") {
				return
			}
			b := bounds(el)
			if got := b.w / b.h; math.Abs(got/shape-1) > .01 {
				t.Errorf("a picture of %.3f is squeezed into %.3f", shape, got)
			}
			if b.x > .01 && b.right() < 1079.99 {
				t.Errorf("between x %.1f and %.1f it reaches no edge", b.x, b.right())
			}
			seen := rect{max(b.x, 0), max(b.y, 0), 0, 0}
			seen.w, seen.h = min(b.right(), 1080)-seen.x, min(b.bottom(), doc["height"].(float64))-seen.y
			if share := seen.w * seen.h / 1080 / doc["height"].(float64); share < .55 {
				t.Errorf("it takes %.0f %% of the picture", 100*share)
			}
			from := el["time"].(float64)
			if r.Size != pipeline.Still && from > until+.001 {
				t.Errorf("there is nothing between %g and %g", until, from)
			}
			d, _ := el["duration"].(float64)
			if until = from + d; d > r.Seconds+.001 {
				t.Errorf("a clip of %g s is to last %g", r.Seconds, d)
			}
		})
		if total, _ := doc["duration"].(float64); until < total-.02 {
			t.Errorf("it ends at %g of %g", until, total)
		}
	})
}

func TestPlaying_AClipOfThreeSecondsOrMoreIsShownOnce(t *testing.T) {
	for seconds, want := range map[float64]float64{2: 3.2, 3: 4.8, 3.04: 4.864, 4: 6, 4.5: 6, 4.6: 4.6, 5: 5, 10: 10} {
		got := Playing(seconds)
		if n, _ := takes(got); math.Abs(got-want) > 1e-9 || (n == 1) != (seconds > 2) {
			t.Errorf("a clip of %g s plays for %g, %d times", seconds, got, n)
		}
	}
}

func TestTakes_ShortClipsFillFourAndAHalfToSixSeconds(t *testing.T) {
	for seconds := 2.0; seconds <= 10; seconds++ {
		n, total := takes(seconds)
		if total < shortest-.01 || total > max(longest, seconds) {
			t.Errorf("%g s, %d times: %g", seconds, n, total)
		}
	}
}

func TestDocument_AwningDoesntHangOverTheDish(t *testing.T) {
	r := request()
	r.Look, r.Clip = "market", ""
	for _, top := range []float64{0, .02, .05, .2} {
		r.Framing = pipeline.Framing{
			Ratio: "1:1", Sure: .9, Dish: pipeline.Box{Left: .1, Top: top, Right: .9, Bottom: .9},
		}
		doc := document(t, r)
		picture, awning := bounds(element(doc, "main_video_layer")), bounds(element(doc, "awning_red"))
		if dish := picture.y + top*picture.h; awning.bottom() > dish+.5 {
			t.Errorf("the dish begins at %.0f, the awning ends at %.0f", dish, awning.bottom())
		}
	}
}

func TestDocument_OnlyWhatAIHasMadeIsMarkedForAllOfIt(t *testing.T) {
	for _, clip := range []string{"", "https://files.example/clip.mp4"} {
		r := request()
		r.Clip = clip
		inEachLook(t, r, func(t *testing.T, r pipeline.CutRequest, doc map[string]any) {
			mark := element(doc, "ai_text_layer")
			if (mark != nil) != (clip != "" && r.Size != pipeline.Still) {
				t.Fatalf("the mark is %v", mark)
			}
			if mark != nil && (mark["time"] != 0.0 || mark["duration"] != nil || mark["animations"] != nil ||
				mark["text"] != "AI로 만든 영상") {
				t.Errorf("the mark is %v", mark)
			}
		})
	}
}

func TestDocument_MarkIsOffTheDish(t *testing.T) {
	r := request()
	r.Framing.Sure, r.Framing.Dish = .9, pipeline.Box{Left: .05, Top: .07, Right: .95, Bottom: .64}
	for _, r.Look = range Names() {
		for _, r.Framing.Ratio = range []string{"9:16", "3:4", "1:1", "4:3"} {
			doc := document(t, r)
			picture, mark := bounds(element(doc, "main_video_layer")), bounds(element(doc, "ai_text_layer"))
			top, low := picture.y+.07*picture.h, picture.y+.64*picture.h
			if mark.bottom() > top && mark.y < low {
				t.Errorf(
					"%s, %s: the dish is at %.0f-%.0f, the mark at %.0f-%.0f", r.Look, r.Framing.Ratio, top, low,
					mark.y, mark.bottom(),
				)
			}
		}
	}
}

func TestDocument_TextIsInATypefaceThatHasItsLetters(t *testing.T) {
	faces := map[string]typeface{}
	for _, f := range []typeface{bold, regular, block, serif} {
		faces[f.family] = f
	}
	r := request()
	for _, r.Words = range append(hard(), pipeline.Words{Menu: "뷁 똠얌꿍 ½", Price: "1만…", Shop: "뷁집", Sticker: "뷁"}) {
		inEachLook(t, r, func(t *testing.T, _ pipeline.CutRequest, doc map[string]any) {
			each(doc, func(el map[string]any) {
				if text, ok := el["text"].(string); ok {
					f, known := faces[el["font_family"].(string)]
					if got := f.or(text); !known || got.family != f.family {
						t.Errorf("%v is set in %v", text, el["font_family"])
					}
				}
			})
		})
	}
}

func TestDocument_LooksDifferInTypeAndGround(t *testing.T) {
	seen := map[string]bool{}
	for _, look := range Names() {
		r := request()
		r.Look, r.Framing.Ratio = look, "1:1"
		doc := document(t, r)
		seen[fmt.Sprint(doc["fill_color"], element(doc, "menu_text_layer")["font_family"])] = true
	}
	if len(seen) != len(Names()) {
		t.Errorf("%v", seen)
	}
}

func TestDocument_EveryElementHasATrackOfItsOwn(t *testing.T) {
	inEachLook(t, request(), func(t *testing.T, _ pipeline.CutRequest, doc map[string]any) {
		seen := map[any]bool{}
		each(doc, func(el map[string]any) {
			if seen[el["track"]] {
				t.Errorf("%v shares a track: it would wait for its neighbour's end", el["name"])
			}
			seen[el["track"]] = true
		})
	})
}
