package lettering

import (
	"image"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func title(w, h float64) Space {
	return Space{W: w, H: h, Min: 44, Max: 190, Weight: 900, Tracking: -.02, LineHeight: 1.16, Wrap: true}
}

func TestFonts_AreParsedOnlyWhenATextNeedsThem(t *testing.T) {
	f := New()
	for i, p := range f.parsed {
		if p != nil {
			t.Errorf("%s is parsed before any text", cuts[i].file)
		}
	}
	f.Width("새우", Style{Weight: 800, Size: 40})
	if f.parsed[0] == nil || f.parsed[1] != nil || f.parsed[2] != nil {
		t.Error("want exactly the black cut to be parsed")
	}
}

func TestClean_KeepsWhatCanBeDrawn(t *testing.T) {
	f := New()
	for in, want := range map[string]string{
		"새우 파스타":                   "새우 파스타",
		"\u1109\u1162\u110b\u116e": "새우",
		"🍝 새우\u200d  파스타 🔥":        "새우 파스타",
		"a\u202eb\u0007":           "ab",
		"café 똠얌꿍 1/2 ½":           "café 똠얌꿍 1/2 ½",
		" 소\n 대 ":                  "소\n대",
		"소\u00a030,000원":           "소\u00a030,000원",
		"日本":                       "日本",
		"牛丼(大)":                    "牛丼(大)",
		"牛肉麵 · 炸酱面 · 塩ラーメン":        "牛肉麵 · 炸酱面 · 塩ラーメン",
	} {
		if got := f.Clean(in, "", 900); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFonts_EveryHangulSyllableHasAnOutline(t *testing.T) {
	f := New()
	for r := '가'; r <= '힣'; r++ {
		if g := f.find(face{}, r); !g.ok || g.cut != 0 {
			t.Fatalf("%c has no outline of its own", r)
		}
	}
}

func TestFit_TextIsSetAsLargeAsItsSpaceAllows(t *testing.T) {
	f := New()
	cases := []struct {
		text  string
		lines int
		least float64
	}{
		{"새우 파스타", 1, 185},
		{"새우 로제 파스타", 1, 130},
		{"똠얌꿍", 1, 190},
		{"Bacon Avocado Burger", 2, 75},
		{"트러플 머쉬룸 크림 뇨끼와 바질 페스토 부라타 치즈 샐러드 세트", 3, 70},
		{"아주아주아주아주아주긴이름의국밥", 2, 95},
	}
	for _, c := range cases {
		s := f.Fit(c.text, title(854, 270))
		if len(s.Lines) != c.lines || s.Size < c.least {
			t.Errorf("%q: %d lines at %.0f: %q", c.text, len(s.Lines), s.Size, s.Lines)
		}
		for _, l := range s.Lines {
			if w := f.Width(l, Style{"", 900, s.Size, -.02}); w > 854 {
				t.Errorf("%q is %.0f px wide", l, w)
			}
		}
		if h := float64(len(s.Lines)) * s.Size * 1.16; h > 270.001 {
			t.Errorf("%q is %.0f px high", c.text, h)
		}
		if got := strings.Join(s.Lines, ""); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(c.text, " ", "") {
			t.Errorf("%q lost letters: %q", c.text, s.Lines)
		}
	}
}

func TestFit_LinesAreEvenAndBreakAtSpaces(t *testing.T) {
	f := New()
	sp := title(500, 0)
	sp.Min, sp.Max = 80, 80
	got := f.Fit("매운 돼지 갈비찜 정식", sp).Lines
	if want := []string{"매운 돼지", "갈비찜 정식"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFit_ANoBreakSpaceHoldsALineTogether(t *testing.T) {
	f := New()
	sp := title(420, 0)
	sp.Min, sp.Max = 60, 60
	for _, l := range f.Fit("소\u00a030,000원 대\u00a050,000원", sp).Lines {
		if !strings.HasSuffix(l, "원") {
			t.Errorf("broken at a no-break space: %q", l)
		}
	}
}

func TestFit_TextWithoutWrapStaysOnItsLine(t *testing.T) {
	f := New()
	sp := title(300, 200)
	sp.Wrap = false
	s := f.Fit("250,000원 250,000원 250,000원", sp)
	if len(s.Lines) != 1 || s.Size != sp.Min {
		t.Errorf("got %q at %.0f", s.Lines, s.Size)
	}
}

func TestFit_WideTextOverflowsAtTheSmallestSize(t *testing.T) {
	f := New()
	sp := title(100, 60)
	s := f.Fit("extraordinarily", sp)
	if s.Size != sp.Min || strings.Join(s.Lines, "") != "extraordinarily" {
		t.Errorf("got %q at %.0f", s.Lines, s.Size)
	}
}

func TestDraw_LinesAreDrawnBetweenPixels(t *testing.T) {
	f := New()
	st := Style{Weight: 900, Size: 64}
	centre := func(x float64) float64 {
		m := image.NewAlpha(image.Rect(0, 0, 200, 100))
		f.Draw(m, "픽", st, x, 80)
		var sum, at float64
		for i, v := range m.Pix {
			sum += float64(v)
			at += float64(v) * float64(i%m.Stride)
		}
		return at / sum
	}
	if d := centre(40.25) - centre(40); d < .2 || d > .3 {
		t.Errorf("a quarter pixel moved the ink by %.3f", d)
	}
}

func TestGrow_WidensByItsRadius(t *testing.T) {
	m := image.NewAlpha(image.Rect(0, 0, 41, 41))
	m.Pix[20*m.Stride+20] = 255
	g := Grow(m, 5)
	if g.Pix[20*g.Stride+25] != 255 || g.Pix[20*g.Stride+26] > 130 || g.Pix[20*g.Stride+27] != 0 {
		t.Errorf("row: %v", g.Pix[20*g.Stride+20:20*g.Stride+30])
	}
	if g.Pix[25*g.Stride+25] != 0 {
		t.Error("corners must be round")
	}
}

func TestBlur_KeepsTheInk(t *testing.T) {
	m := image.NewAlpha(image.Rect(0, 0, 101, 101))
	for y := 40; y < 60; y++ {
		for x := 40; x < 60; x++ {
			m.Pix[y*m.Stride+x] = 255
		}
	}
	Blur(m, 6)
	sum := 0
	for _, v := range m.Pix {
		sum += int(v)
	}
	if want := 20 * 20 * 255; sum < want*97/100 || sum > want*103/100 {
		t.Errorf("ink went from %d to %d", want, sum)
	}
	if m.Pix[50*m.Stride+33] == 0 {
		t.Error("nothing spread")
	}
}

func FuzzFit_KeepsEveryLetter(t *testing.F) {
	f := New()
	t.Add("새우 파스타", 300.0, 200.0)
	t.Add("a\n\n b", 10.0, 0.0)
	t.Fuzz(func(t *testing.T, s string, w, h float64) {
		if w != w || h != h || w > 1e5 || h > 1e5 || len(s) > 200 {
			return
		}
		clean := f.Clean(s, "", 900)
		if !utf8.ValidString(clean) {
			t.Fatalf("Clean(%q) isn't text", s)
		}
		got := strings.Join(f.Fit(clean, title(w, h)).Lines, "")
		squeeze := strings.NewReplacer(" ", "", "\n", "")
		if squeeze.Replace(got) != squeeze.Replace(clean) {
			t.Fatalf("%q became %q", clean, got)
		}
	})
}

func BenchmarkFit_LongName(b *testing.B) {
	f := New()
	for b.Loop() {
		f.Fit("트러플 머쉬룸 크림 뇨끼와 바질 페스토 부라타 치즈", title(854, 270))
	}
}

func TestFonts_FamiliesAreDrawnWithTheirOwnType(t *testing.T) {
	f := New()
	for family, want := range map[string]string{
		"Noto Sans KR": sans, "": sans, "Nanum Gothic": sans, "Black Han Sans": block, "Gowun Batang": serif,
	} {
		if g := f.find(faceOf(family, 900), '밥'); !g.ok || cuts[g.cut].family != want || g.index == 0 {
			t.Errorf("%q: %+v", family, g)
		}
	}
	for _, r := range "日本牛丼大中小特麵面湯炸酱塩鮨" {
		if g := f.find(faceOf("", 900), r); !g.ok || cuts[g.cut].family != hanja {
			t.Errorf("%c: %+v", r, g)
		}
	}
	if g := f.find(faceOf("Black Han Sans", 400), '갂'); g.cut != 0 {
		t.Errorf("a letter that Black Han Sans lacks is %+v", g)
	}
	if g := f.find(faceOf("No Such Family", 400), '밥'); Known("No Such Family") || g.index != 0 {
		t.Errorf("an unknown family has Hangul: %+v", g)
	}
}
