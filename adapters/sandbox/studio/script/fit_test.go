package script

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
	"github.com/sajangpick/sajangpick/pipeline"
)

// hard are the orders whose words are hardest to set.
func hard() []pipeline.Words {
	sizes := []pipeline.Option{{Name: "소", Won: 30000}, {Name: "중", Won: 40000}, {Name: "대", Won: 50000}}
	return []pipeline.Words{
		{Menu: "떡", Price: "700원"},
		{Menu: "새우 파스타", Price: "18,000원", Regular: 22000},
		{Menu: "똠얌꿍 🍤 Tom Yum 2인", Price: "250,000원", Regular: 300000},
		{Menu: "자연산 대광어회", Price: "시가"},
		{Menu: "모둠회", Price: "30,000원", Options: sizes},
		{Menu: "모둠회", Price: "30,000원", Regular: 35000, Options: sizes},
		{Menu: "Wagyu Bulgogi & Truffle Bibimbap Set 2pc", Price: "1,250,000원", Regular: 1500000},
		{Menu: "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식", Price: "18,000원"},
		{Menu: strings.Repeat("뷁", 40), Price: "18,000원"},
		{Menu: strings.Repeat("뷁", 20), Price: "18,000원", Shop: strings.Repeat("뷁", 20)},
		{Menu: strings.Repeat("W", 40), Price: "9,999,999원", Regular: 10000000, Shop: strings.Repeat("뷁", 40)},
		{Menu: "돈까스", Price: "9,000원", Shop: "아주 길고 긴 이름을 가진 우리 동네 식당"},
	}
}

// places are the sizes and framings in which words stand differently.
func places() []pipeline.CutRequest {
	var all []pipeline.CutRequest
	for _, size := range pipeline.Sizes() {
		for _, ratio := range []string{"9:16", "3:4", "1:1", "4:3"} {
			all = append(all, pipeline.CutRequest{
				Size: size, Framing: pipeline.Framing{Ratio: ratio}, Seconds: 5, Clip: "c",
			})
		}
	}
	return all
}

func TestDocument_RealTypeFitsWhatWasEstimated(t *testing.T) {
	fonts := lettering.New()
	for _, r := range places() {
		for _, r.Look = range look.Names() {
			fits(t, fonts, r)
		}
	}
}

func fits(t *testing.T, fonts *lettering.Fonts, r pipeline.CutRequest) {
	t.Helper()
	name := r.Look + " " + string(r.Size) + r.Framing.Ratio
	for _, r.Words = range hard() {
		doc, err := look.Document(r)
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := Parse(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Elements {
			if e.Kind != KindText {
				continue
			}
			b := canvas{float64(c.Width), float64(c.Height), 1}.set(e, fonts)
			if b.Size < 19 {
				t.Errorf("%s, %s of %s: type of %.0f pixels", name, e.Name, r.Words.Menu, b.Size)
			}
			for i, width := range b.widths {
				if width > b.frame.w+1 {
					t.Errorf("%s, %s: %q is %.0f wide in %.0f", name, e.Name, b.Lines[i], width, b.frame.w)
				}
			}
			if tall := b.pitch * float64(len(b.Lines)); tall > b.frame.h+1 {
				t.Errorf("%s, %s of %s: %.0f high in %.0f", name, e.Name, r.Words.Menu, tall, b.frame.h)
			}
		}
	}
}
