package pipeline

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
)

// atom is a box of an MP4.
func atom(kind string, inside ...[]byte) []byte {
	body := bytes.Join(inside, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

// trackHead is a track header of version 0, whose matrix begins with a and b.
func trackHead(w, h uint16, a, b uint32) []byte {
	body := make([]byte, 84)
	binary.BigEndian.PutUint32(body[40:], a)
	binary.BigEndian.PutUint32(body[44:], b)
	binary.BigEndian.PutUint16(body[76:], w)
	binary.BigEndian.PutUint16(body[80:], h)
	return atom("tkhd", body)
}

func TestClipSize(t *testing.T) {
	film, err := os.ReadFile("../bot/outbox/testdata/short.mp4")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, sound := atom("ftyp", []byte("isom")), atom("mdat", make([]byte, 100)), atom(
		"trak", trackHead(0, 0, 1<<16, 0),
	)
	for name, x := range map[string]struct {
		file []byte
		w, h int
	}{
		"a real film": {film, 1080, 1920},
		"moov at the end": {
			bytes.Join(
				[][]byte{head, rest, atom("moov", atom("mvhd"), sound, atom("trak", trackHead(832, 1104, 1<<16, 0)))},
				nil,
			),
			832, 1104,
		},
		"turned by its matrix":  {atom("moov", atom("trak", trackHead(1920, 1080, 0, 1<<16))), 1080, 1920},
		"no film":               {atom("moov", sound), 0, 0},
		"nothing":               {nil, 0, 0},
		"a header that is cut":  {atom("moov", atom("trak", atom("tkhd", make([]byte, 20)))), 0, 0},
		"a box beyond the file": {[]byte("\x7f\xff\xff\xffmoov"), 0, 0},
		"a box of no size":      {[]byte("\x00\x00\x00\x04moov"), 0, 0},
		"only boxes":            {bytes.Repeat(atom("free"), 2000), 0, 0},
	} {
		w, h, err := clipSize(bytes.NewReader(x.file))
		if w != x.w || h != x.h || (err == nil) != (x.w > 0) {
			t.Errorf("%s: %d x %d, %v", name, w, h, err)
		}
	}
}

func TestFraming_ClipShapeIsTheClipsOwn(t *testing.T) {
	for _, x := range []struct {
		f    Framing
		want float64
	}{{Framing{}, 9. / 16}, {Framing{Ratio: "1:1"}, 1}, {Framing{Ratio: "1:1", ClipW: 832, ClipH: 1104}, 832. / 1104}} {
		if got := x.f.ClipShape(); got != x.want {
			t.Errorf("%+v: %g, want %g", x.f, got, x.want)
		}
	}
}
