package look

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

// inEachSize tries a promise on every built-in look in the sizes other than the one it is drawn in.
func inEachSize(t *testing.T, r pipeline.CutRequest, try func(t *testing.T, doc map[string]any)) {
	t.Helper()
	for _, r.Size = range []pipeline.Size{pipeline.Square, pipeline.Still} {
		t.Run(string(r.Size), func(t *testing.T) { inEachLook(t, r, try) })
	}
}

func TestEachSizeHasItsShape(t *testing.T) {
	for size, want := range map[pipeline.Size][2]float64{pipeline.Tall: {1080, 1920}, pipeline.Square: {1080, 1080}, pipeline.Still: {1080, 1350}} {
		r := request()
		r.Size = size
		inEachLook(t, r, func(t *testing.T, doc map[string]any) {
			if doc["width"] != want[0] || doc["height"] != want[1] {
				t.Errorf("%q is %v×%v", size, doc["width"], doc["height"])
			}
		})
	}
}

func TestOtherSizesShowTheWholeDishAndKeepWordsOffIt(t *testing.T) {
	r := request()
	r.Words.Price, r.Words.Regular = "250,000원", 300000
	r.Words.Shop = "아주 길고 긴 이름을 가진 우리 동네 식당"
	for _, menu := range []string{"떡", "똠얌꿍 쌀국수와 짜조", "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식"} {
		r.Words.Menu = menu
		inEachSize(t, r, func(t *testing.T, doc map[string]any) {
			main := element(doc, "main_video_layer")
			scale := main["height"].(float64) / 1920
			dish := main["y"].(float64) + (1030-960)*scale             // where it ends at the latest
			if top := main["y"].(float64) + (180-960)*scale; top < 0 { // pipeline/photo puts it below that
				t.Errorf("the dish begins at %.0f", top)
			}
			each(doc, func(el map[string]any) {
				name, _ := el["name"].(string)
				if el["type"] != "text" {
					return
				}
				x0, y0, x1, y1 := bounds(el)
				if x0 < 60-25 || x1 > 1020+25 || y0 < 60 || y1 > doc["height"].(float64)-50 { // a slant takes a little of the margin
					t.Errorf("%s: x %.0f-%.0f, y %.0f-%.0f", name, x0, x1, y0, y1)
				}
				if !strings.HasPrefix(name, "end_") && y1 > 240 && y0 < dish {
					t.Errorf("%s stands on the dish, which ends at %.0f: y %.0f-%.0f", name, dish, y0, y1)
				}
			})
		})
	}
}

func TestThePictureStandsOnItsOwnTable(t *testing.T) { // else dark bars stand beside a bright one
	r := request()
	inEachSize(t, r, func(t *testing.T, doc map[string]any) {
		table := doc["elements"].([]any)[0].(map[string]any)
		if table["type"] != "image" || table["source"] != r.Photo || table["width"] != "120%" || table["blur_radius"] != 120.0 {
			t.Errorf("the lowest element is %v", table)
		}
		y, h := table["y"].(float64), table["height"].(float64)
		if dish, bottom := y+(1030./1920-.5)*h, y+h/2; dish > .01 || bottom < doc["height"].(float64)-.01 {
			t.Errorf("it shows the dish as far as %.0f, and ends at %.0f", dish, bottom)
		}
		for _, name := range []string{"left_side", "right_side"} {
			outmost := element(doc, name)["fill_color"].([]any)[0].(map[string]any)
			if c, _ := outmost["color"].(string); !strings.HasSuffix(c, ",0.6)") {
				t.Errorf("the %s hides it: %s", name, c)
			}
		}
	})
}

func TestElementsOfOtherSizesHaveTracksOfTheirOwn(t *testing.T) {
	inEachSize(t, request(), func(t *testing.T, doc map[string]any) {
		seen := map[any]bool{}
		each(doc, func(el map[string]any) {
			if seen[el["track"]] {
				t.Errorf("%v shares a track", el["name"])
			}
			seen[el["track"]] = true
		})
	})
}

func TestAStillIsAPictureOfThePhotoThatIsThereAtOnce(t *testing.T) {
	r := request()
	r.Size = pipeline.Still
	inEachLook(t, r, func(t *testing.T, doc map[string]any) {
		if doc["output_format"] != "jpg" || element(doc, "main_video_layer")["source"] != r.Photo {
			t.Errorf("a %v of %v", doc["output_format"], element(doc, "main_video_layer")["source"])
		}
		each(doc, func(el map[string]any) {
			if el["time"] != 0.0 || el["animations"] != nil || el["type"] == "video" || el["type"] == "audio" {
				t.Errorf("%v is a %v that comes at %v with %v", el["name"], el["type"], el["time"], el["animations"])
			}
		})
		for _, name := range []string{"menu_text_layer", "price_text_layer", "shop_text_layer", "logo_image_layer"} {
			if element(doc, name) == nil {
				t.Errorf("%s is missing", name)
			}
		}
	})
}

func TestAShortWithoutAClipShowsThePhotoComeNearer(t *testing.T) {
	r := request()
	r.Clip = ""
	for _, r.Size = range []pipeline.Size{pipeline.Tall, pipeline.Square} {
		inEachLook(t, r, func(t *testing.T, doc map[string]any) {
			main := element(doc, "main_video_layer")
			zoom := main["animations"].([]any)[0].(map[string]any)
			if main["type"] != "image" || main["source"] != r.Photo || element(doc, "end_video_layer")["source"] != r.Photo {
				t.Errorf("it shows %v", main["source"])
			}
			if zoom["type"] != "scale" || zoom["start_scale"] != "100%" || zoom["end_scale"] != "112%" {
				t.Errorf("it moves by %v", zoom)
			}
		})
	}
}

func TestOnlyWhatAIHasMadeIsMarkedSo(t *testing.T) {
	for _, x := range []struct {
		size   pipeline.Size
		clip   string
		marked bool
	}{{pipeline.Tall, "c", true}, {pipeline.Square, "c", true}, {pipeline.Still, "c", false}, {pipeline.Tall, "", false}, {pipeline.Square, "", false}} {
		r := request()
		r.Size, r.Clip = x.size, x.clip
		inEachLook(t, r, func(t *testing.T, doc map[string]any) {
			b, err := json.Marshal(doc)
			if err != nil || strings.Contains(string(b), "AI로 만든") != x.marked {
				t.Errorf("%+v: %v", x, err)
			}
		})
	}
}
