package photo

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
	"testing"
)

func TestReadAnswer_TakesOnlyWhatAWorkerCanSay(t *testing.T) {
	for i, f := range faults {
		if _, err := readAnswer(answer{Fault: i + 1, Detail: "detail"}.bytes()); !errors.Is(err, f) ||
			!strings.Contains(err.Error(), "detail") {
			t.Errorf("fault %d is read as %v", i+1, err)
		}
		if n := faultOf(f); n != i+1 {
			t.Errorf("%v is fault %d, want %d", f, n, i+1)
		}
	}
	for _, odd := range []int{-1, len(faults) + 1} {
		if _, err := readAnswer(answer{Fault: odd}.bytes()); err == nil {
			t.Errorf("fault %d is taken", odd)
		}
	}
	for _, no := range []string{"", "no", "not an answer", "\x00\x00\x00\x03not an answer", "\x00\x00\x00\x09{}"} {
		if _, err := readAnswer([]byte(no)); err == nil {
			t.Errorf("what is no answer is taken: %q", no)
		}
	}
	whole := answer{Prepared: Prepared{JPEG: []byte("file"), W: 3, H: 4, Ratio: Portrait}}
	if got, err := readAnswer(whole.bytes()); err != nil || string(got.Prepared.JPEG) != "file" ||
		got.Prepared.Ratio != Portrait || len(got.Logo) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if n := faultOf(errors.New("whatever a decoder says")); faults[n-1] != ErrBroken {
		t.Errorf("damage is fault %d", n)
	}
}

// TestCheckSize_BoundsEachThingAlone has pictures at a limit, and one over it.
func TestCheckSize_BoundsEachThingAlone(t *testing.T) {
	for _, x := range []struct {
		w, h, each int
		want       error
	}{
		{minSide, minSide, 1, nil}, {minSide - 1, 4000, 1, ErrSmall}, {4000, minSide - 1, 1, ErrSmall},
		{maxSide, minSide, 1, nil}, {maxSide + 1, minSide, 1, ErrLarge},
		{minSide, maxSide, 1, nil}, {minSide, maxSide + 1, 1, ErrLarge},
		{8192, 8192, 1, nil}, {8193, 8192, 1, ErrLarge}, // 64 megapixels
		{1000, 1000, maxMemory / 1_000_000, nil}, {1000, 1000, maxMemory/1_000_000 + 1, ErrLarge},
	} {
		if err := checkSize(x.w, x.h, minSide, x.each); !errors.Is(err, x.want) {
			t.Errorf("%d x %d of %d bytes: %v, want %v", x.w, x.h, x.each, err, x.want)
		}
	}
}

// TestMeasure_APixelOf16BitsWeighsTwice has a size that fits into memory with 8 bits a channel, and not with 16.
func TestMeasure_APixelOf16BitsWeighsTwice(t *testing.T) {
	for depth, want := range map[byte]error{8: nil, 16: ErrLarge} {
		head := pngHead(6000, 6000)
		head[24] = depth
		binary.BigEndian.PutUint32(head[29:], crc32.ChecksumIEEE(head[12:29]))
		if _, err := measure(head, minSide); !errors.Is(err, want) {
			t.Errorf("%d bits: %v, want %v", depth, err, want)
		}
	}
}

func TestSniff_NamesWhatItDoesNotRead(t *testing.T) {
	for _, o := range others {
		file := append([]byte(strings.Repeat("\x01", o.at)+o.magic), make([]byte, 40)...)
		if _, err := sniff(file); !errors.Is(err, ErrKind) || !strings.Contains(err.Error(), o.name) {
			t.Errorf("%s: %v", o.name, err)
		}
	}
}
