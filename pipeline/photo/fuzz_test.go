package photo

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
)

func FuzzOrientation_IsOneOfEight(f *testing.F) {
	file := tagged(asJPEG(f, quarters(8, 8)), 6, binary.LittleEndian)
	f.Add(file)
	f.Add(tagged(asJPEG(f, quarters(8, 8)), 3, binary.BigEndian))
	f.Fuzz(func(t *testing.T, b []byte) {
		if turn := marksJPEG(b).orientation(); turn < 1 || turn > 8 {
			t.Fatal(turn)
		}
		if turn := orientation(b); turn < 1 || turn > 8 {
			t.Fatal(turn)
		}
	})
}

func FuzzSizeHEIC_IsPositiveOrRefused(f *testing.F) {
	b, err := os.ReadFile("testdata/quarters.heic")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:min(len(b), 2048)])
	f.Fuzz(func(t *testing.T, b []byte) {
		if w, h, err := sizeHEIC(b); err == nil && (w <= 0 || h <= 0) {
			t.Fatalf("%dx%d", w, h)
		}
	})
}

// FuzzOpen_AnyFileIsOpenedOrRefusedForAReason checks that every file is either opened or refused for a reason that
// people can be told.
func FuzzOpen_AnyFileIsOpenedOrRefusedForAReason(f *testing.F) {
	f.Add(asJPEG(f, quarters(208, 208)))
	f.Add(tagged(asJPEG(f, quarters(208, 208)), 6, binary.BigEndian))
	f.Add(asPNG(f, quarters(208, 208)))
	f.Add(pngHead(300, 300))
	f.Add([]byte("<svg/>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, err := measure(b, minSide)
		if err == nil {
			_, _, _, err = open(b, src)
		}
		if err == nil {
			return
		}
		for _, e := range []error{
			ErrEmpty, ErrNotPicture, ErrKind, ErrBroken, ErrHeavy, ErrLarge, ErrSmall, ErrCostly,
		} {
			if errors.Is(err, e) {
				return
			}
		}
		t.Fatal(err)
	})
}
