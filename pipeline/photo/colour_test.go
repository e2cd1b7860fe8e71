package photo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
)

func inJPEG(file, icc []byte) []byte {
	var segments []byte
	for i, part := range [][]byte{icc[:len(icc)/2], icc[len(icc)/2:]} {
		segments = append(segments, 0xff, 0xe2)
		segments = binary.BigEndian.AppendUint16(segments, uint16(len(part)+16))
		segments = slices.Concat(segments, []byte("ICC_PROFILE\x00"), []byte{byte(i + 1), 2}, part)
	}
	return slices.Concat(file[:2], segments, file[2:])
}

func inPNG(file []byte, name string, data []byte) []byte {
	named := append([]byte(name), data...)
	chunk := slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(data))), named,
		binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(named)))
	return slices.Concat(file[:33], chunk, file[33:])
}

func zipped(icc []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(icc) // into memory
	_ = z.Close()
	return append([]byte("space\x00\x00"), b.Bytes()...)
}

// inWebP gives a simple WebP more chunks.
func inWebP(file []byte, flags byte, w, h int, name string, data []byte) []byte {
	chunk := func(name string, data []byte) []byte {
		b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data)))
		return append(append(b, data...), make([]byte, len(data)%2)...)
	}
	w, h = w-1, h-1
	head := chunk("VP8X", []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), 0, byte(h), byte(h >> 8), 0})
	body := slices.Concat([]byte("WEBP"), head, chunk(name, data), file[12:])
	return slices.Concat([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body))), body)
}

func TestOpen_ColoursOfAProfileComeOutAsTheyAreInSRGB(t *testing.T) {
	for name, s := range colourtest.Spaces() {
		im := colourtest.Patches(s.Number)
		for kind, file := range map[string][]byte{
			"JPEG": inJPEG(asJPEG(t, im), s.ICC()), "PNG": inPNG(asPNG(t, im), "iCCP", zipped(s.ICC())),
		} {
			got := opened(t, file)
			for i, c := range colourtest.Chart {
				colourtest.Near(t, name+" "+kind, got.RGBAAt(64*i+32, 128), c)
			}
		}
		n := s.Number(colourtest.Chart[1])
		webp := inWebP(flatWebP(400, 400, color.NRGBA(n)), 0x20, 400, 400, "ICCP", s.ICC())
		got := opened(t, webp)
		colourtest.Near(t, name+" WebP", got.RGBAAt(200, 200), colourtest.Chart[1])
	}
}

func TestOpen_AProfileThatIsBrokenIsNone(t *testing.T) {
	same := func(c color.RGBA) color.RGBA { return c }
	whole := colourtest.Spaces()["Display P3"].ICC()
	file := asPNG(t, colourtest.Patches(same))
	for _, icc := range [][]byte{
		whole[:100], whole[:len(whole)-60], make([]byte, 500), append(bytes.Clone(whole[:128]), 255, 255, 255, 255),
	} {
		got := opened(t, inPNG(file, "iCCP", zipped(icc)))
		colourtest.Near(t, "as stored", got.RGBAAt(32, 128), colourtest.Chart[0])
	}
	if got, err := inflate(zipped(make([]byte, maxProfile+1<<20))[7:]); err != nil || len(got) != maxProfile {
		t.Errorf("a profile that unpacks to more: %d bytes, %v", len(got), err)
	}
}

func TestOpen_LossyWebPKeepsItsContrast(t *testing.T) {
	file, err := os.ReadFile("testdata/lossy.webp") // made by ffmpeg of four colours
	if err != nil {
		t.Fatal(err)
	}
	got := opened(t, file)
	w, h := got.Rect.Dx(), got.Rect.Dy()
	for _, q := range []struct {
		x, y int
		want color.RGBA
	}{{w / 4, h / 4, color.RGBA{0xd2, 0x28, 0x28, 255}}, {w * 3 / 4, h / 4, color.RGBA{0x1e, 0xa0, 0x3c, 255}},
		{w / 4, h * 3 / 4, color.RGBA{0, 0, 0, 255}}, {w * 3 / 4, h * 3 / 4, color.RGBA{255, 255, 255, 255}}} {
		colourtest.Near(t, "lossy WebP", got.RGBAAt(q.x, q.y), q.want)
	}
}

func TestOpen_EveryContainersOrientationIsApplied(t *testing.T) {
	block := bytes.TrimPrefix(
		marksJPEG(tagged(asJPEG(t, quarters(8, 8)), 6, binary.BigEndian)).exif, []byte("Exif\x00\x00"),
	)
	lying := turned(quarters(300, 400), 8)
	im := opened(t, inPNG(asPNG(t, lying), "eXIf", block))
	upright(t, im)
	if m := marksWebP(
		inWebP(flatWebP(300, 300, color.NRGBA{1, 2, 3, 255}), 0x08, 300, 300, "EXIF", block),
	); m.orientation() != 6 {
		t.Errorf("WebP: %d", m.orientation())
	}
	heic, err := os.ReadFile("testdata/quarters.heic") // irot says a quarter, its EXIF says 6
	if err != nil {
		t.Fatal(err)
	}
	if m := marksOf(heic, kindHEIC); !m.fixed || m.orientation() != 1 {
		t.Errorf("HEIC that its decoder turns: %v %d", m.fixed, m.orientation())
	}
	im = opened(t, bytes.Replace(heic, []byte("irot"), []byte("skip"), 1))
	upright(t, im)
}

// printer is a profile of four inks with a table of two points along each, of 8 or 16 bits: paper is white, the first
// three inks alone are a red, a green and a blue, and whatever else is printed is black.
func printer(bits int) []byte {
	lab := map[int][3]float64{
		0: {100, 0, 0}, 8: {47.26, 55.37, 44.63}, 4: {66.03, -43.90, 46.05}, 2: {40.95, 18.37, -61.89},
	}
	put := func(b []byte, v float64) []byte { return append(b, byte(math.Round(min(max(v, 0), 255)))) }
	head := append([]byte("mft1\x00\x00\x00\x00"), 4, 3, 2, 0)
	head = append(head, make([]byte, 36)...)
	ends := 256
	if bits == 16 {
		copy(head, "mft2")
		head, ends = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(head, 2), 2), 2
		put = func(b []byte, v float64) []byte {
			return binary.BigEndian.AppendUint16(b, uint16(math.Round(min(max(v*256, 0), 65535))))
		}
	}
	line := func(b []byte) []byte {
		for i := range ends {
			if bits == 16 {
				b = binary.BigEndian.AppendUint16(b, uint16(65535*i/(ends-1)))
			} else {
				b = append(b, byte(i))
			}
		}
		return b
	}
	t := head
	for range 4 {
		t = line(t)
	}
	for point := range 16 {
		v := lab[point]
		t = put(put(put(t, v[0]*2.55), v[1]+128), v[2]+128)
	}
	for range 3 {
		t = line(t)
	}
	file := make([]byte, 128)
	copy(file[16:], "CMYKLab ")
	copy(file[36:], "acsp")
	file = binary.BigEndian.AppendUint32(file, 1)
	file = append(file, "A2B0"...)
	file = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(file, 144), uint32(len(t)))
	return append(file, t...)
}

func TestOpen_InksComeOutAsTheirProfileHasThem(t *testing.T) {
	for _, bits := range []int{8, 16} {
		for ink, want := range map[[4]byte]color.RGBA{
			{}: {255, 255, 255, 255}, {255, 0, 0, 0}: {200, 60, 40, 255}, {0, 255, 0, 0}: {90, 180, 70, 255},
			{0, 0, 255, 0}: {60, 90, 200, 255}, {0, 0, 0, 255}: {0, 0, 0, 255}, {0, 0, 0, 128}: {118, 118, 118, 255},
		} {
			got := opened(t, inJPEG(flatCMYK(400, 400, ink), printer(bits)))
			colourtest.Near(t, "inks", got.RGBAAt(200, 200), want)
		}
	}
	for _, broken := range [][]byte{printer(16)[:200], printer(8)[:900]} {
		got := opened(t, inJPEG(flatCMYK(400, 400, [4]byte{0, 0, 0, 255}), broken))
		colourtest.Near(t, "black by the usual rule", got.RGBAAt(200, 200), color.RGBA{0, 0, 0, 255})
	}
}

func TestOpen_SixteenBitsAreRounded(t *testing.T) {
	deep, grey := image.NewNRGBA64(image.Rect(0, 0, 300, 300)), image.NewGray16(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			deep.SetNRGBA64(x, y, color.NRGBA64{0x80f0, 0x10f8, 0xfeff, 0xffff})
			grey.SetGray16(x, y, color.Gray16{0x40f0})
		}
	}
	if im := opened(t, asPNG(t, deep)); im.RGBAAt(9, 9) != (color.RGBA{0x80, 0x11, 0xfe, 255}) {
		t.Errorf("%v", im.RGBAAt(9, 9))
	}
	if im := opened(t, asPNG(t, grey)); im.RGBAAt(9, 9) != (color.RGBA{0x41, 0x41, 0x41, 255}) {
		t.Errorf("%v", im.RGBAAt(9, 9))
	}
}

func TestOpen_AnAVIFComesOutWhole(t *testing.T) {
	file, err := os.ReadFile("testdata/two.avif") // made by ffmpeg of two colours
	if err != nil {
		t.Fatal(err)
	}
	im := opened(t, file)
	if im.Rect.Dx() != 320 || im.Rect.Dy() != 240 {
		t.Fatal(im.Rect)
	}
	colourtest.Near(t, "left", im.RGBAAt(80, 120), color.RGBA{0xd2, 0x28, 0x28, 255})
	colourtest.Near(t, "right", im.RGBAAt(240, 120), color.RGBA{0x1e, 0xa0, 0x3c, 255})
	if turn := (marks{quarters: 3}).orientation(); turn != 6 {
		t.Errorf("three quarters to the left are %d", turn)
	}
}

// TestMarks_AnAVIFIsTurnedAndThenMirrored puts an AVIF's turns into effect on a picture of four colours, as their
// boxes say.
func TestMarks_AnAVIFIsTurnedAndThenMirrored(t *testing.T) {
	im := quarters(40, 40)                             // red, green; blue, yellow
	for boxes, want := range map[string][2]color.RGBA{ // upper left and upper right
		"": {red, green}, "irot\x01": {green, yellow}, "imir\x00": {blue, yellow}, "imir\x01": {green, red},
		"irot\x01imir\x01": {yellow, green}, "irot\x01imir\x00": {red, blue}, "irot\x02imir\x01": {blue, yellow},
		"irot\x03imir\x00": {yellow, green},
	} {
		var ipco []byte
		for rest := boxes; rest != ""; rest = rest[5:] {
			ipco = append(append(ipco, 0, 0, 0, 9), rest[:5]...)
		}
		var m marks
		m.properties(ipco, nil)
		got := turned(im, m.orientation())
		if l, r := got.RGBAAt(5, 5), got.RGBAAt(35, 5); l != want[0] || r != want[1] {
			t.Errorf("%q: %v and %v, want %v", boxes, l, r, want)
		}
	}
}
