package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

var (
	red    = color.RGBA{210, 40, 40, 255}
	green  = color.RGBA{30, 160, 60, 255}
	blue   = color.RGBA{40, 60, 200, 255}
	yellow = color.RGBA{235, 210, 60, 255}
)

// quarters is red, green above blue, yellow.
func quarters(w, h int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			im.SetRGBA(x, y, [4]color.RGBA{red, green, blue, yellow}[x*2/w+y*2/h*2])
		}
	}
	return im
}

// table is a grey table with a round, colourful, patterned dish at cx, cy.
func table(w, h int, cx, cy, r float64) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{90, 92, 90, 255}
			if math.Hypot(float64(x)-cx, float64(y)-cy) < r {
				c = color.RGBA{230, 40, 200, 255}
				if (x/16+y/16)%2 == 0 {
					c = color.RGBA{250, 90, 220, 255}
				}
			}
			im.SetRGBA(x, y, c)
		}
	}
	return im
}

func noise(w, h int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range im.Pix {
		im.Pix[i] = byte(r.Uint32())
		if i%4 == 3 {
			im.Pix[i] = 255
		}
	}
	return im
}

func asJPEG(t testing.TB, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tagged puts an EXIF block with an orientation and a GPS position into a JPEG.
func tagged(file []byte, turn uint16, order binary.AppendByteOrder) []byte {
	t := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		t = []byte("MM\x00*")
	}
	entry := func(tag, kind uint16, count uint32, value []byte) {
		t = order.AppendUint32(order.AppendUint16(order.AppendUint16(t, tag), kind), count)
		t = append(t, value...)
	}
	t = order.AppendUint16(order.AppendUint32(t, 8), 3)
	entry(0x010f, 2, 4, []byte("Fon\x00")) // maker
	entry(0x0112, 3, 1, order.AppendUint16(order.AppendUint16(nil, turn), 0))
	entry(0x8825, 4, 1, order.AppendUint32(nil, 8+2+3*12+4)) // where the GPS directory is
	t = order.AppendUint16(order.AppendUint32(t, 0), 1)
	entry(0x001b, 2, 4, []byte("GPS!"))
	t = order.AppendUint32(t, 0)
	block := append([]byte("Exif\x00\x00"), t...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(block)+2))...)
	return append(append(out, block...), file[2:]...)
}

// pngHead is a PNG of the given size with nothing in it.
func pngHead(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		body := append([]byte(name), data...)
		b = binary.BigEndian.AppendUint32(append(b, body...), crc32.ChecksumIEEE(body))
	}
	chunk("IHDR", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h), 8, 2, 0, 0, 0))
	chunk("IEND", nil)
	return b
}

// flatWebP is a lossless WebP of one colour: each of its five prefix codes has one symbol, so the
// pixels themselves take no bits.
func flatWebP(w, h int, c color.NRGBA) []byte {
	var out []byte
	n := 0
	put := func(v uint32, width int) {
		for i := range width {
			if n%8 == 0 {
				out = append(out, 0)
			}
			out[n/8] |= byte(v>>i&1) << (n % 8)
			n++
		}
	}
	put(0x2f, 8)
	put(uint32(w-1), 14)
	put(uint32(h-1), 14)
	put(1, 1) // alpha is used
	put(0, 3) // version
	put(0, 3) // no transform, no colour cache, no groups
	for _, v := range []byte{c.G, c.R, c.B, c.A, 0} {
		put(1, 1) // simple code
		put(0, 1) // of one symbol
		put(1, 1) // of eight bits
		put(uint32(v), 8)
	}
	if len(out)%2 == 1 {
		out = append(out, 0)
	}
	b := append([]byte("WEBPVP8L"), binary.LittleEndian.AppendUint32(nil, uint32(len(out)))...)
	b = append(b, out...)
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(b)))...), b...)
}

// flatCMYK is a JPEG of four components and one colour, as print shops make them: the samples are
// inverted, and all blocks but the first are "no change".
func flatCMYK(w, h int, cmyk [4]byte) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xee, 0, 14}
	b = append(b, "Adobe\x00\x64\x00\x00\x00\x00\x00"...)
	b = append(b, 0xff, 0xdb, 0, 67, 0)
	for range 64 {
		b = append(b, 1)
	}
	b = append(b, 0xff, 0xc0, 0, 20, 8, byte(h>>8), byte(h), byte(w>>8), byte(w), 4)
	for i := range byte(4) {
		b = append(b, i+1, 0x11, 0)
	}
	// Prefix codes: a brightness difference's size 0..11 is itself in four bits, "end of block" is the bit 0.
	b = append(b, 0xff, 0xc4, 0, 31, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = append(b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	b = append(b, 0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = append(b, 0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0)
	var acc uint32
	var n int
	put := func(v uint32, width int) {
		for i := width - 1; i >= 0; i-- {
			acc, n = acc<<1|v>>i&1, n+1
			if n == 8 {
				b = append(b, byte(acc))
				if byte(acc) == 0xff {
					b = append(b, 0)
				}
				acc, n = 0, 0
			}
		}
	}
	for block := range (w + 7) / 8 * ((h + 7) / 8) {
		for _, v := range cmyk {
			d := 8 * (127 - int(v)) // inverted, less 128; the first coefficient is eight times the mean
			if block > 0 {
				d = 0
			}
			size := bits.Len(uint(max(d, -d)))
			put(uint32(size), 4)
			put(uint32(d+d>>31&(1<<size-1)), size)
			put(0, 1)
		}
	}
	put(0x7f, 7)
	return append(b, 0xff, 0xd9)
}

// plated is a grey table with a white plate at cx, cy, and colourful food on it.
func plated(w, h int, cx, cy, r float64) *image.RGBA {
	im := table(w, h, cx, cy, 0.62*r)
	for y := range h {
		for x := range w {
			if d := math.Hypot(float64(x)-cx, float64(y)-cy); d < r && d >= 0.62*r {
				im.SetRGBA(x, y, color.RGBA{232, 230, 226, 255})
			}
		}
	}
	return im
}
