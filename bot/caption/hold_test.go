package caption

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// typical captions for measurements.
var typical = []string{
	"새우 파스타 18,000원",
	"🍝 새우 파스타 18,000원 #파스타 #맛집",
	"감자탕 (소) 25,000원 (중) 35,000원 (대) 45,000원",
	"안녕하세요 사장님! 이번에 새로 나온 새우 파스타 만팔천원이에요 영상 예쁘게 만들어 주세요 ㅎㅎ",
}

func TestParse_ALongNameKeepsWholeWordsAndClusters(t *testing.T) {
	family := "👨‍👩‍👧‍👦"
	for text, want := range map[string]string{
		strings.Repeat("가나다 ", 20) + "18,000원":           strings.TrimSpace(strings.Repeat("가나다 ", 10)),
		strings.Repeat("e\u0301", 50) + " 18,000원":       strings.Repeat("é", 40),
		strings.Repeat("x\u0302\u0323", 50) + " 18,000원": strings.Repeat("x\u0323\u0302", 40),
		family + "새우 파스타" + family + " 18,000원":          "새우 파스타",
	} {
		got := Parse(text)
		if got.Menu != want || uniseg.GraphemeClusterCount(got.Menu) > maxMenu {
			t.Errorf("%.30q… is called %q, want %q", text, got.Menu, want)
		}
	}
}

func TestParse_ReadsItsOwnResultTheSame(t *testing.T) {
	for _, name := range []string{"captions.tsv", "more.tsv"} {
		for _, r := range rows(t, name) {
			again(t, Parse(r[0]))
			for _, c := range Parse(r[0]).Choices {
				again(t, Result{Outcome: OK, Menu: c.Menu, Won: c.Won, PriceText: c.PriceText})
			}
		}
	}
}

// again reads the display text of an understood caption: a person may send it back by a button.
func again(t *testing.T, r Result) {
	t.Helper()
	if r.Outcome != OK {
		return
	}
	for _, sep := range []string{" ", "\n"} {
		got := Parse(r.Menu + sep + r.PriceText)
		if got.Outcome != OK || got.Menu != r.Menu || got.Won != r.Won || got.PriceText != r.PriceText {
			t.Errorf(
				"%q%q%q came back as %s %q %q %d", r.Menu, sep, r.PriceText, got.Outcome, got.Menu, got.PriceText,
				got.Won,
			)
		}
	}
}

func FuzzParse_GivesCleanLinesWithinTheLimits(f *testing.F) {
	for _, name := range append([]string{"captions.tsv", "more.tsv"}, shops(f)...) {
		for _, r := range rows(f, name) {
			f.Add(r[0])
		}
	}
	for _, shape := range shapes {
		f.Add(ofLength(shape, 40))
	}
	f.Add("\xff\xfe새우\x00 파스타 18,000원")
	const most = 10_000_000 // won
	f.Fuzz(func(t *testing.T, text string) {
		r := Parse(text)
		texts := []string{r.Menu, r.PriceText, r.Read}
		for _, c := range r.Choices {
			texts = append(texts, c.Menu, c.PriceText)
		}
		for _, s := range texts {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\u202e\u200b") {
				t.Errorf("%q gives %q", text, s)
			}
		}
		if uniseg.GraphemeClusterCount(r.Menu) > maxMenu || r.Won < 0 || r.Won > most || r.Regular > most {
			t.Errorf("%q gives %+v", text, r)
		}
		if r.Outcome != OK && r.Doubt != 0 || r.Sure(nil) != (r.Outcome == OK && r.Doubt == 0) {
			t.Errorf("%q gives %+v", text, r)
		}
		switch r.Outcome {
		case OK:
			if r.Menu == "" || r.PriceText == "" || r.Regular != 0 && r.Regular <= r.Won {
				t.Errorf("%q gives %+v", text, r)
			}
		case Choose:
			if len(r.Choices) < 2 {
				t.Errorf("%q gives %+v", text, r)
			}
		case NeedMenu, NeedPrice, NeedBoth:
		default:
			t.Errorf("%q has outcome %q", text, r.Outcome)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, c := range typical {
		b.Run(c[:min(len(c), 20)], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(c)
			}
		})
	}
}

func BenchmarkParseLong(b *testing.B) {
	text := strings.Repeat("새우 파스타 18,000원\n", 68) // about 1,024 letters
	b.ReportAllocs()
	for b.Loop() {
		Parse(text)
	}
}
