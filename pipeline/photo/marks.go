package photo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
	"iter"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour"
)

// maxProfile is how long an ICC profile may be. Displays' and cameras' have a few hundred bytes, printers' a megabyte.
const maxProfile = 4 << 20

// marks are what a file says about its pixels beside them.
type marks struct {
	colour.Space
	coded    bool   // it has a Code
	exif     []byte // a TIFF block; empty: none
	alpha    uint64 // number of the item that says how opaque the picture is; 0: there is none
	fixed    bool   // the decoder turns the picture itself
	quarters int    // to the left, which the container says and the decoder doesn't do
	mirror   int    // the same behind the quarters: overhead or sideways; 0: it isn't
}

const (
	overhead = iota + 1 // what is above and below change places
	sideways            // what is left and right
)

// orientations are those of EXIF, by mirror and quarters.
var orientations = [...][4]int{{1, 8, 3, 6}, overhead: {4, 5, 2, 7}, sideways: {2, 7, 4, 5}}

// orientation is the one that is still to be applied.
func (m marks) orientation() int {
	if m.quarters > 0 || m.mirror > 0 {
		return orientations[m.mirror][m.quarters&3]
	}
	if m.fixed || len(m.exif) == 0 {
		return 1
	}
	return orientation(bytes.TrimPrefix(m.exif, []byte("Exif\x00\x00")))
}

// reduce is shrink, and makes the colours those of sRGB.
func (m marks) reduce(im image.Image, k int, ground image.Image) *image.RGBA {
	if c, ok := im.(*image.CMYK); ok {
		if small, ok := m.ReduceInks(c, k); ok {
			return small
		}
	}
	switch p := im.(type) {
	case *image.YCbCr:
		m.AsJPEG(p)
	case *image.NYCbCrA:
		m.AsJPEG(&p.YCbCr)
	}
	small := shrink(im, k, ground)
	_, grey := im.(*image.Gray)
	m.Apply(small, grey)
	return small
}

// upright is reduce for a photo, and turns it. What comes in planes stays in planes.
func (m marks) upright(im image.Image, k, turn int) image.Image {
	p, ok := im.(*image.YCbCr)
	if !ok || p.Rect.Min != (image.Point{}) {
		return turned(m.reduce(im, k, image.White), turn)
	}
	small := halved(p, k)
	m.AsJPEG(small)
	m.ApplyPlanes(small)
	return turnedPlanes(small, turn)
}

// marksOf reads the marks of a file of a kind whose headers could be read.
func marksOf(b []byte, k kind) marks {
	switch k {
	case kindJPEG:
		return marksJPEG(b)
	case kindPNG:
		return marksPNG(b)
	case kindWebP:
		return marksWebP(b)
	case kindHEIC:
		m := marksHEIC(b)
		m.quarters, m.mirror = 0, 0 // libheif does it
		return m
	case kindAVIF:
		return marksAVIF(b)
	}
	return marks{}
}

// marksJPEG reads the segments up to the first scan; a long profile stands in several, in their order.
func marksJPEG(b []byte) (m marks) {
	for marker, data := range segmentsJPEG(b) {
		switch {
		case marker == 0xda:
			return m
		case marker == 0xe1 && bytes.HasPrefix(data, []byte("Exif\x00\x00")):
			m.exif = data
		case marker == 0xe2 && bytes.HasPrefix(data, []byte("ICC_PROFILE\x00")) && len(data) > 14 &&
			len(m.ICC) < maxProfile:
			m.ICC = append(m.ICC, data[14:]...)
		}
	}
	return m
}

func marksPNG(b []byte) (m marks) {
	for b = b[min(8, len(b)):]; len(b) >= 12; {
		n := uint64(binary.BigEndian.Uint32(b))
		if n+12 > uint64(len(b)) {
			break
		}
		data := b[8 : 8+n]
		switch string(b[4:8]) {
		case "eXIf":
			m.exif = data
		case "iCCP": // a name, a zero, how it is packed
			if at := bytes.IndexByte(data, 0); at >= 0 && at+2 < len(data) && !m.coded {
				m.ICC, _ = inflate(data[at+2:]) // of a broken one nothing is read
			}
		case "sRGB":
			m.ICC, m.coded = nil, true
		case "cICP": // goes before both
			if len(data) >= 2 {
				m.ICC, m.coded = nil, true
				m.Code = colour.Code{Primaries: uint16(data[0]), Transfer: uint16(data[1])}
			}
		}
		b = b[n+12:]
	}
	return m
}

// marksWebP reads the chunks. A lossy file keeps its colours in the limited range of films, which the decoder hands out
// as if it were a JPEG's (golang.org/issue/40173); one without loss isn't in planes.
func marksWebP(b []byte) (m marks) {
	m.Limited = true
	for b = b[min(12, len(b)):]; len(b) >= 8; {
		n := uint64(binary.LittleEndian.Uint32(b[4:]))
		if n+8 > uint64(len(b)) {
			break
		}
		switch string(b[:4]) {
		case "EXIF":
			m.exif = b[8 : 8+n]
		case "ICCP":
			m.ICC = b[8 : 8+n]
		}
		b = b[min(8+n+n%2, uint64(len(b))):]
	}
	return m
}

// segmentsJPEG gives a JPEG's segments up to the end of its first picture. Bytes between them are passed over, as
// decoders do: stray ones, padding, the pixels of a scan.
func segmentsJPEG(b []byte) iter.Seq2[byte, []byte] {
	return func(yield func(byte, []byte) bool) {
		for i := 2; i+4 <= len(b); {
			if b[i] != 0xff || b[i+1] == 0 || b[i+1] == 0xff || b[i+1] >= 0xd0 && b[i+1] <= 0xd7 {
				i++
				continue
			}
			n := int(binary.BigEndian.Uint16(b[i+2:]))
			if b[i+1] == 0xd9 || n < 2 || i+2+n > len(b) || !yield(b[i+1], b[i+4:i+2+n]) {
				return
			}
			i += 2 + n
		}
	}
}

// inflate unpacks a profile, and no more than one.
func inflate(b []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxProfile))
}
