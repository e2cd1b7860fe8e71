package script

import (
	"fmt"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// bright counts the bright pixels of a part of a frame.
func bright(f *video.Frame, x0, y0, x1, y1 int) (n int) {
	for y := y0; y < y1; y++ {
		for _, v := range f.Y[y*f.W+x0 : y*f.W+x1] {
			if v > 150 {
				n++
			}
		}
	}
	return n
}

// saying is a white text that is animated.
func saying(words, animation string) string {
	return fmt.Sprintf(`{"type":"text","text":%q,"font_size":50,"width":190,"height":180,"x_alignment":"50%%","y_alignment":"50%%","fill_color":"#fff","font_weight":"900","animations":[%s]}`, words, animation)
}

func TestEveryTextAnimationShowsPartAfterPart(t *testing.T) {
	for _, typ := range []string{"text-slide", "text-scale", "text-reveal", "text-appear", "text-typewriter"} {
		for _, by := range []string{"line", "word", "letter"} {
			words, first, second := "가나 다라", [4]int{0, 60, 96, 140}, [4]int{104, 60, 200, 140}
			if by == "line" {
				words, first, second = "가나\n다라", [4]int{0, 40, 200, 98}, [4]int{0, 104, 200, 170}
			}
			options := ""
			if typ == "text-slide" {
				options = `,"direction":"left","distance":"5%"`
			}
			el := saying(words, fmt.Sprintf(`{"type":%q,"time":"start","duration":1,"split":%q,"fade":false%s}`, typ, by, options))
			ink := func(at float64, box [4]int) int { return bright(paintAt(t, el, at), box[0], box[1], box[2], box[3]) }
			if n := ink(0, [4]int{0, 0, 200, 200}); n != 0 {
				t.Errorf("%s by %s shows %d pixels at the start", typ, by, n)
			}
			if a, b := ink(.3, first), ink(.3, second); a == 0 || b >= a/2 {
				t.Errorf("%s by %s on its way: %d and %d pixels", typ, by, a, b)
			}
			if a, b := ink(.999, first)+ink(.999, second), ink(2, first)+ink(2, second); a < b*95/100 || a > b*105/100 {
				t.Errorf("%s by %s shows %d pixels at its end, %d later", typ, by, a, b)
			}
		}
	}
}

func TestAnExitIsTheEntranceBackwards(t *testing.T) {
	const how = `"duration":1,"split":"letter","easing":"cubic-out"`
	in := saying("가나 다라", `{"type":"text-slide","time":"start",`+how+`}`)
	out := saying("가나 다라", `{"type":"text-slide","time":"end","reversed":true,`+how+`}`)
	sdk := saying("가나 다라", `{"type":"fade","duration":0.01}],"exit":{"type":"text-slide",`+how+`},"enter":null,"name":"x","locked":[`)
	for _, at := range []float64{.25, .5, .75} {
		a, b, c := paintAt(t, in, at), paintAt(t, out, 4-at), paintAt(t, sdk, 4-at)
		if string(a.Y) != string(b.Y) || string(b.Y) != string(c.Y) {
			t.Errorf("%g s from the end differs from %g s after the start", at, at)
		}
	}
}

func TestTheOrderOfPartsMayBeTurnedRoundOrShuffled(t *testing.T) {
	el := func(order string) string {
		return saying("가나 다라", `{"type":"text-appear","duration":1,"split":"word","order":"`+order+`"}`)
	}
	f := paintAt(t, el("reversed"), .4)
	if a, b := bright(f, 0, 60, 96, 140), bright(f, 104, 60, 200, 140); b == 0 || a >= b {
		t.Errorf("reversed: %d and %d pixels", a, b)
	}
	for n := 1; n < 40; n++ {
		seen := map[int]bool{}
		for i := range n {
			seen[shuffled(i, n)] = true
		}
		if len(seen) != n || seen[n] {
			t.Fatalf("a shuffle of %d has %d places", n, len(seen))
		}
	}
}

func TestHighlightingShowsAllWordsFaintlyFromTheStart(t *testing.T) {
	el := saying("가나 다라", `{"type":"text-appear","duration":1,"split":"word","start_opacity":"15%"}`)
	f, grey := paintAt(t, el, 0), paintAt(t, saying("", ``), 0)
	n := 0
	for i, v := range f.Y {
		if v > grey.Y[i]+10 {
			n++
		}
	}
	if n < 500 || bright(f, 0, 0, 200, 200) > 0 {
		t.Errorf("%d faint pixels, %d bright ones", n, bright(f, 0, 0, 200, 200))
	}
}

func TestPlatesStayWhileTheirLettersCome(t *testing.T) {
	el := `{"type":"text","text":"가나 다라","font_size":40,"width":190,"height":180,"x_alignment":"50%","y_alignment":"50%","fill_color":"#000","font_weight":"900",
		"background_color":"#ffffff","animations":[{"type":"text-slide","duration":1,"split":"letter"}]}`
	if n := bright(paintAt(t, el, .5), 150, 80, 195, 120); n < 1000 {
		t.Errorf("the plate behind the last letter has %d pixels", n)
	}
}
