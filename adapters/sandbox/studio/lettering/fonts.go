// Package lettering sets Korean type for the studio: it cleans a line, fits it into a box, and
// draws its outlines into alpha masks. It knows nothing of frames or of RenderScript.
//
// The type is Pretendard 1.3.9 (OFL-1.1, see fonts/LICENSE.txt), embedded unmodified in four
// weights: all 11,172 Hangul syllables and Latin, but no emoji.
package lettering

import (
	"embed"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed fonts/Pretendard-Black.otf fonts/Pretendard-Bold.otf fonts/Pretendard-SemiBold.otf fonts/Pretendard-Light.otf
var files embed.FS

// cuts are the embedded weights, heaviest first: the order of the fallback too.
var cuts = [...]struct {
	weight int
	file   string
}{
	{900, "fonts/Pretendard-Black.otf"},
	{700, "fonts/Pretendard-Bold.otf"},
	{600, "fonts/Pretendard-SemiBold.otf"},
	{300, "fonts/Pretendard-Light.otf"},
}

// Fonts draws with the embedded type. A font is parsed when a text first needs it, so an idle
// program holds none. Not for concurrent use; making another one is cheap.
type Fonts struct {
	parsed [len(cuts)]*sfnt.Font
	buf    sfnt.Buffer
	glyphs map[glyphKey]glyph
}

type glyphKey struct {
	cut int
	r   rune
}

// glyph is where a rune's shape is found: not always in the cut that was asked for.
type glyph struct {
	cut   int
	index sfnt.GlyphIndex
	ok    bool
}

// New returns fonts that parse nothing yet.
func New() *Fonts { return &Fonts{glyphs: map[glyphKey]glyph{}} }

// cut is the embedded weight nearest to a CSS weight; ties go to the heavier.
func cut(weight int) int {
	best, dist := 0, 1<<30
	for i, c := range cuts {
		if d := max(c.weight-weight, weight-c.weight); d < dist {
			best, dist = i, d
		}
	}
	return best
}

func (f *Fonts) font(cut int) *sfnt.Font {
	if f.parsed[cut] != nil {
		return f.parsed[cut]
	}
	data, err := files.ReadFile(cuts[cut].file)
	if err == nil {
		f.parsed[cut], err = sfnt.Parse(data)
	}
	if err != nil {
		panic("lettering: embedded font " + cuts[cut].file + ": " + err.Error()) // the build is broken
	}
	return f.parsed[cut]
}

// find looks for a rune's shape, in the wanted cut and then in the others. A font's character map
// isn't believed: some map a syllable to a blank glyph, which counts as missing.
func (f *Fonts) find(want int, r rune) glyph {
	key := glyphKey{want, r}
	if g, ok := f.glyphs[key]; ok {
		return g
	}
	g := glyph{}
	if c, idx, ok := f.shape(want, r); ok {
		g = glyph{c, idx, true}
	} else {
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
