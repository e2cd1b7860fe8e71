package look

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestFitted_BreaksBetweenWordsAndFits(t *testing.T) {
	st := style{face: bold, size: 150}
	for text, lines := range map[string]int{
		"떡": 1, "새우 파스타": 1, "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식": 3, strings.Repeat("가", 40): 2,
	} {
		got := fitted(text, st, 900, 330)
		if got.lines != lines {
			t.Errorf("%q: %d lines, %q", text, got.lines, got.words)
		}
		for l := range strings.Lines(got.words) {
			if w := bold.em(strings.TrimSuffix(l, "\n")) * got.size; w > 901 {
				t.Errorf("%q is %.0f wide", l, w)
			}
		}
		joined := strings.NewReplacer("\n", "", " ", "").Replace(got.words)
		if joined != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%q has become %q", text, got.words)
		}
	}
}

func TestClean_MarkupInWordsIsHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"[1+1] 파스타":                   "［1+1］ 파스타",
		"{{Price}} {하나}":              "｛｛Price｝｝ {하나}",
		"{\u200b{x}\u202e}":           "｛｛x｝｝",
		"\u1109\u1162\u110b\u116e\n면": "새우 면",
		"a\u0000b\u2066c":             "abc",
	} {
		if got := safeText(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShortened_LongNamesEndWithDots(t *testing.T) {
	if got := truncateEms("사장픽 식당", bold.em, 16); got != "사장픽 식당" {
		t.Errorf("a short one becomes %q", got)
	}
	for in, want := range map[string]string{
		"우리 동네 아주 큰 식당": "우리 동네…", "우리동네 큰집 식당": "우리동네…", "우리동네 가장큰식당": "우리동네…", "우리동네에서가장큰식당": "우리동네에…",
	} {
		if got := truncateEms(in, bold.em, 6); got != want || bold.em(got) > 6 {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

func TestPriceText_OfOptionsIsTheLowest(t *testing.T) {
	w := pipeline.Words{
		Price:   "30,000원",
		Options: []pipeline.Option{{Name: "대", Won: 50000}, {Name: "시가", Won: 0}, {Name: "소", Won: 30000}},
	}
	if got := priceText(w); got != "30,000원~" {
		t.Errorf("got %q", got)
	}
}

func TestModifications_TemplateGetsItsFiveNames(t *testing.T) {
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

func FuzzSafeText_HasNoMarkup(f *testing.F) {
	f.Add("[1+1] {{x}} 파스타")
	f.Fuzz(func(t *testing.T, s string) {
		got := safeText(s)
		for _, bad := range []string{"[", "]", "{{", "}}", "\n", "\u202e"} {
			if strings.Contains(got, bad) {
				t.Fatalf("clean(%q) = %q", s, got)
			}
		}
		if safeText(got) != got {
			t.Fatalf("cleaning twice changes %q", got)
		}
	})
}

func FuzzFitted_LosesNothingOfAName(f *testing.F) {
	f.Add("[1+1] 가나다라마바사아자차카타파하")
	f.Fuzz(func(t *testing.T, s string) {
		s = safeText(s)
		got := breakable(s, bold.em, 12)
		if whole := strings.ReplaceAll(got, "\n", ""); whole != s {
			t.Fatalf("%q becomes %q", s, whole)
		}
	})
}
