// Package lettering sets Korean type for the studio: it cleans a line, fits it into a box, and
// draws its outlines into alpha masks. It knows nothing of frames or of RenderScript.
//
// The type is embedded as its makers publish it, without emoji, each under the SIL Open Font License 1.1 (texts
// beside the files in fonts/): Pretendard 1.3.9 in three weights, with all 11,172 Hangul syllables; Black Han Sans
// with 2,581 of them; Gowun Batang Bold with all. They are compressed. Hanja are drawn with a part
// of Noto Sans CJK KR Bold 2.004: the 4,888 of KS X 1001 and a hundred of Japanese and Chinese menus. Rarer ones are
// left out, as emoji are.
package lettering

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed fonts/*.otf.gz fonts/*.ttf.gz fonts/*-OFL.txt
var files embed.FS

// Families that have files of their own.
const (
	sans  = "Noto Sans KR" // drawn with Pretendard, which has the same proportions
	block = "Black Han Sans"
	serif = "Gowun Batang"
	hanja = "Noto Sans CJK KR" // has Hanja alone
)

// cuts are the embedded fonts, a family's heaviest first. Letters that a font lacks are taken from the others in this
// order.
var cuts = [...]struct {
	family string
	weight int
	file   string
}{
	{sans, 900, "fonts/Pretendard-Black.otf.gz"},
	{sans, 700, "fonts/Pretendard-Bold.otf.gz"},
	{sans, 300, "fonts/Pretendard-Light.otf.gz"},
	{hanja, 700, "fonts/NotoSansCJKkr-Hanja-Bold.otf.gz"},
	{block, 400, "fonts/BlackHanSans-Regular.ttf.gz"},
	{serif, 700, "fonts/GowunBatang-Bold.ttf.gz"},
}

// korean are the families of Google Fonts with Hangul, which Creatomate has built in; those without a file of their
// own are drawn with Pretendard.
var korean = strings.Split("Noto Sans KR,Black Han Sans,Gowun Batang,Noto Serif KR,Nanum Gothic,Nanum Myeongjo,"+
	"Nanum Gothic Coding,Nanum Pen Script,Nanum Brush Script,Do Hyeon,Jua,Sunflower,Gowun Dodum,Gothic A1,"+
	"IBM Plex Sans KR,Hahmlet,Song Myung,Stylish,Gugi,Gaegu,Gamja Flower,Poor Story,Cute Font,Dokdo,East Sea Dokdo,"+
	"Hi Melody,Kirang Haerang,Single Day,Yeon Sung,Black And White Picture,Dongle,Gasoek One,Orbit,Moirai One,"+
	"Grandiflora One,Diphylleia,Bagel Fat One", ",")

// Known reports whether Creatomate is known to have a family with Hangul. In any other Hangul shows as boxes, as it
// does there: an unknown family becomes one that has Latin letters only.
func Known(family string) bool {
	for _, k := range korean {
		if strings.EqualFold(k, family) {
			return true
		}
	}
	return family == ""
}

// Fonts draws with the embedded type. A font is parsed when a text first needs it, so an idle
// program holds none. Not for concurrent use; making another one is cheap.
type Fonts struct {
	parsed [len(cuts)]*sfnt.Font
	buf    sfnt.Buffer
	glyphs map[glyphKey]glyph
}

type glyphKey struct {
	face face
	r    rune
}

// face is a font, or one of Latin letters only that stands for an unknown family.
type face struct {
	cut   int
	latin bool
}

// glyph is where a rune's shape is found: not always in the cut that was asked for.
type glyph struct {
	cut   int
	index sfnt.GlyphIndex
	ok    bool
}

// New returns fonts that parse nothing yet.
func New() *Fonts { return &Fonts{glyphs: map[glyphKey]glyph{}} }

// faceOf is the embedded font of a family whose weight is nearest to a CSS weight; ties go to the heavier.
func faceOf(family string, weight int) face {
	f, best := face{latin: !Known(family)}, 1<<30
	own := sans
	for _, c := range cuts {
		if strings.EqualFold(c.family, family) {
			own = c.family
		}
	}
	for i, c := range cuts {
		if d := max(c.weight-weight, weight-c.weight); c.family == own && d < best {
			f.cut, best = i, d
		}
	}
	return f
}

func (f *Fonts) font(cut int) *sfnt.Font {
	if f.parsed[cut] != nil {
		return f.parsed[cut]
	}
	data, err := files.ReadFile(cuts[cut].file)
	if err == nil {
		data, err = unpack(data)
	}
	if err == nil {
		f.parsed[cut], err = sfnt.Parse(data)
	}
	if err != nil {
		panic("lettering: embedded font " + cuts[cut].file + ": " + err.Error()) // the build is broken
	}
	return f.parsed[cut]
}

func unpack(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// find looks for a rune's shape, in the wanted cut and then in the others. A font's character map
// isn't believed: some map a syllable to a blank glyph, which counts as missing.
func (f *Fonts) find(want face, r rune) glyph {
	key := glyphKey{want, r}
	if g, ok := f.glyphs[key]; ok {
		return g
	}
	g := glyph{}
	switch c, idx, ok := f.shape(want.cut, r); {
	case want.latin && r >= 0x1100:
		g = glyph{want.cut, 0, true} // the box that stands for a missing letter
	case ok:
		g = glyph{c, idx, true}
	default:
		for c := range cuts {
			if c, idx, ok := f.shape(c, r); ok {
				g = glyph{c, idx, true}
				break
			}
		}
	}
	f.glyphs[key] = g
	return g
}

func (f *Fonts) shape(cut int, r rune) (int, sfnt.GlyphIndex, bool) {
	fnt := f.font(cut)
	idx, err := fnt.GlyphIndex(&f.buf, r)
	if err != nil || idx == 0 {
		return 0, 0, false
	}
	if unicode.IsSpace(r) {
		return cut, idx, true
	}
	segs, err := fnt.LoadGlyph(&f.buf, idx, fixed.I(64), nil)
	return cut, idx, err == nil && len(segs) > 0
}

// advance is how far a glyph moves the pen, in pixels.
func (f *Fonts) advance(g glyph, size float64) float64 {
	a, err := f.font(g.cut).GlyphAdvance(&f.buf, g.index, ppem(size), font.HintingNone)
	if err != nil {
		return 0
	}
	return float64(a) / 64
}

// kern is the correction between two neighbours of one cut, in pixels.
func (f *Fonts) kern(a, b glyph, size float64) float64 {
	if a.cut != b.cut {
		return 0
	}
	k, err := f.font(a.cut).Kern(&f.buf, a.index, b.index, ppem(size), font.HintingNone)
	if err != nil {
		return 0
	}
	return float64(k) / 64
}

func ppem(size float64) fixed.Int26_6 { return fixed.Int26_6(size*64 + .5) }
