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

// TestSniff_KnowsAFileByItsFirstBytes has each format with what is just not it.
func TestSniff_KnowsAFileByItsFirstBytes(t *testing.T) {
	rest := strings.Repeat("\x00", 40)
	ftyp := func(size int, brands string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(size))) + "ftyp" + brands
	}
	type verdict struct {
		kind kind
		err  error
		says string
	}
	files := map[string]verdict{
		"":                                          {0, ErrEmpty, ""},
		"\xff\xd8\xff":                              {kindJPEG, nil, ""},
		"\xff\xd8" + rest:                           {0, ErrNotPicture, `"\xff\xd8`},
		"\x89PNG\r\n\x1a\n":                         {kindPNG, nil, ""},
		"\x89PNG\n\x1a\n" + rest:                    {0, ErrNotPicture, "PNG"},
		"RIFF\x00\x00\x00\x00WEBP":                  {kindWebP, nil, ""},
		"RIFF\x00\x00\x00\x00WAVE":                  {0, ErrNotPicture, "RIFF"},
		"RIFF    WEBPVP8X\x0a\x00\x00\x00\x02":      {0, ErrKind, "animated WebP"},
		"RIFF    WEBPVP8X\x0a\x00\x00\x00\x10":      {kindWebP, nil, ""},
		"RIFF    WEBPVP8X\x0a\x00\x00\x00":          {kindWebP, nil, ""},
		"RIFF    WEBPVP8 \x0a\x00\x00\x00\x02":      {kindWebP, nil, ""},
		ftyp(16, "heic\x00\x00\x00\x00"):            {kindHEIC, nil, ""},
		ftyp(24, "mif1\x00\x00\x00\x00heix"):        {kindHEIC, nil, ""},
		ftyp(0, "mif1    heim"):                     {kindHEIC, nil, ""},
		ftyp(28, "mif1    miafheis"):                {kindHEIC, nil, ""},
		ftyp(20, "mif1    avif"):                    {kindAVIF, nil, ""},
		ftyp(20, "mif1    avisavif"):                {0, ErrKind, "animated AVIF"},
		ftyp(20, "mif1    miafheic"):                {0, ErrKind, `brand "mif1"`}, // it ends before that
		ftyp(28, "isom    mp42hei"):                 {0, ErrKind, `brand "isom"`},
		ftyp(8, "qt"):                               {0, ErrKind, `brand "qt"`},
		"BM\x46\x00\x00\x00\x00\x00\x00\x00" + rest: {0, ErrKind, "BMP"},
		"BM\x46\x00\x00\x00\x01\x00\x00\x00" + rest: {0, ErrNotPicture, "BM"},
		"BM\x46\x00\x00\x00\x00\x00\x00\x00":        {0, ErrNotPicture, "BM"},
		"<svg/>":                                    {0, ErrKind, "SVG"},
		"\xef\xbb\xbf <SVG>":                        {0, ErrKind, "SVG"},
		"<?xml version='1.0'?>\n<svg>":              {0, ErrKind, "SVG"},
		"<!-- ours --><svg>":                        {0, ErrKind, "SVG"},
		"<!DOCTYPE svg><svg>":                       {0, ErrKind, "SVG"},
		"<!DOCTYPE html><svg>":                      {0, ErrNotPicture, "DOCTYPE"},
		"<?xml version='1.0'?>\n<html>":             {0, ErrNotPicture, "xml"},
		"우리 가게":                                     {0, ErrNotPicture, "starts with"},
	}
	for _, o := range others {
		files[strings.Repeat("\x01", o.at)+o.magic+rest] = verdict{0, ErrKind, o.name}
		files[strings.Repeat("\x01", o.at+1)+o.magic+rest] = verdict{0, ErrNotPicture, "starts with"}
	}
	for file, want := range files {
		got, err := sniff([]byte(file))
		if got != want.kind || !errors.Is(err, want.err) || err != nil && !strings.Contains(err.Error(), want.says) {
			t.Errorf("%q: kind %d, %v; want %d, %v (%s)", file, got, err, want.kind, want.err, want.says)
		}
	}
}
