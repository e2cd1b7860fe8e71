package hostile_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"testing"
)

// bomb is a file that wants more than it may, and the reasons of which one must be told for it.
type bomb struct {
	name string
	file []byte
	told []string
}

// bombs are files of a few kilobytes that would cost a careless service gigabytes or hours.
func bombs(t *testing.T) []bomb {
	photo, err := os.ReadFile("../../../../pipeline/photo/testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(jpegBombs(), pngBombs(), webpBombs(), heicBombs(photo), avifBombs())
}

func be16(v ...int) (b []byte) {
	for _, x := range v {
		b = binary.BigEndian.AppendUint16(b, uint16(x))
	}
	return b
}

func be32(v ...int) (b []byte) {
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, uint32(x))
	}
	return b
}

// segment is one of a JPEG's.
func segment(marker byte, data ...[]byte) []byte {
	body := slices.Concat(data...)
	return slices.Concat([]byte{0xff, marker}, be16(len(body)+2), body)
}

// jpegUpTo is a JPEG up to its first scan. sampling has a byte for each component.
func jpegUpTo(sof byte, w, h int, sampling ...byte) []byte {
	frame := append(append([]byte{8}, be16(h, w)...), byte(len(sampling)))
	for i, s := range sampling {
		frame = append(frame, byte(i+1), s, 0)
	}
	ones := append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)
	dc := append([]byte{0x00, 1}, make([]byte, 15)...)
	ac := append([]byte{0x10, 1, 1}, make([]byte, 14)...)
	return slices.Concat([]byte{0xff, 0xd8}, segment(0xdb, ones), segment(sof, frame),
		segment(0xc4, append(dc, 0), append(ac, 0x00, 0xe0)))
}

// emptyScan passes over all blocks of one component and changes none: runs of 32,767 blocks without a coefficient.
func emptyScan(component byte, blocks int) []byte {
	head := segment(0xda, []byte{1, component, 0, 1, 63, 0})
	return append(head, bytes.Repeat([]byte{0xbf, 0xff, 0x00}, blocks/32767+1)...)
}

func scans(w, h, n int, sampling ...byte) []byte {
	scan := emptyScan(1, (w+7)/8*((h+7)/8))
	return slices.Concat(jpegUpTo(0xc2, w, h, sampling...), bytes.Repeat(scan, n), []byte{0xff, 0xd9})
}

const (
	tooLarge  = "reason.photo_large"
	unopened  = "reason.photo_unopened"
	isBroken  = "reason.photo_broken"
	otherKind = "reason.photo_kind"
	tooSmall  = "reason.photo_small"
)

func jpegBombs() []bomb {
	all := []bomb{
		{"JPEG of 200 empty scans", scans(4096, 4096, 200, 0x11, 0x11, 0x11), []string{unopened, tooLarge}},
		{"JPEG of 1,000 empty scans", scans(8192, 8192, 1000, 0x11), []string{unopened, tooLarge}},
		{"JPEG of 100,000 empty scans", scans(512, 512, 100_000, 0x11, 0x11, 0x11), []string{unopened}},
		{"JPEG of 700,000 scans", scans(4000, 3000, 700_000, 0x11, 0x11, 0x11), []string{unopened}},
		{"JPEG, progressive, 4 components", scans(8000, 8000, 1, 0x11, 0x11, 0x11, 0x11), []string{tooLarge}},
		{"JPEG, progressive, 4:4:4", scans(5792, 5792, 1, 0x11, 0x11, 0x11), []string{tooLarge}},
		{
			"JPEG, 4 components", append(jpegUpTo(0xc0, 8000, 8000, 0x11, 0x11, 0x11, 0x11), 0xff, 0xd9),
			[]string{tooLarge},
		},
		{
			"JPEG with a byte before its frame",
			slices.Concat(
				[]byte{0xff, 0xd8}, segment(0xfe), []byte{0}, scans(8000, 8000, 1, 0x11, 0x11, 0x11, 0x11)[2:],
			),
			[]string{tooLarge},
		},
		{"JPEG, odd sampling", scans(8000, 8000, 1, 0x44, 0x11, 0x11), []string{tooLarge, otherKind, isBroken}},
	}
	for _, size := range [][2]int{{65535, 65535}, {12001, 300}, {300, 65535}, {9000, 8000}} {
		all = append(all, bomb{
			fmt.Sprint("JPEG of ", size), append(jpegUpTo(0xc0, size[0], size[1], 0x22, 0x11, 0x11), 0xff, 0xd9),
			[]string{tooLarge},
		})
	}
	padding := slices.Concat([]byte{0xff, 0xd8, 0xff}, bytes.Repeat([]byte{0xff}, 19<<20))
	stray := slices.Concat([]byte{0xff, 0xd8, 0xff, 0xfe}, be16(2), make([]byte, 19<<20))
	tables := slices.Concat(
		jpegUpTo(0xc0, 4000, 3000, 0x11),
		bytes.Repeat(segment(0xc4, append([]byte{0, 1}, make([]byte, 16)...)), 900_000),
	)
	directory := slices.Concat([]byte("Exif\x00\x00MM\x00*"), be32(8), be16(65535), make([]byte, 65000))
	exif := slices.Concat([]byte{0xff, 0xd8}, bytes.Repeat(segment(0xe1, directory), 300))
	return append(all,
		bomb{"JPEG of 19 MB of padding", padding, []string{isBroken}},
		bomb{"JPEG of 19 MB of nothing", stray, []string{isBroken}},
		bomb{"JPEG of 900,000 tables", tables, []string{isBroken, unopened}},
		bomb{"JPEG of 300 directories", exif, []string{isBroken}},
		bomb{
			"JPEG without pixels", append(jpegUpTo(0xc0, 6000, 6000, 0x22, 0x11, 0x11), 0xff, 0xd9),
			[]string{isBroken},
		})
}

func pngChunk(name string, data []byte) []byte {
	named := append([]byte(name), data...)
	return slices.Concat(be32(len(data)), named, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(named)))
}

// pngOf is a PNG whose pixels are so many zeroes.
func pngOf(w, h int, depth, colour, interlace byte, zeroes int64, before ...[]byte) []byte {
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	_, _ = io.CopyN(z, zeroReader{}, zeroes) // into memory
	_ = z.Close()
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"),
		pngChunk("IHDR", append(be32(w, h), depth, colour, 0, 0, interlace)),
		slices.Concat(before...), pngChunk("IDAT", pixels.Bytes()), pngChunk("IEND", nil))
}

type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func pngBombs() []bomb {
	var all []bomb
	for _, q := range []struct {
		w, h                int
		depth, colour, lace byte
		told                []string
	}{
		{40000, 40000, 8, 2, 0, []string{tooLarge}},
		{1<<31 - 1, 1<<31 - 1, 8, 6, 0, []string{tooLarge, isBroken, otherKind}},
		{1<<31 - 1, 300, 1, 0, 0, []string{tooLarge, isBroken}},
		{8192, 8192, 16, 6, 0, []string{tooLarge}},
		{8100, 8100, 16, 6, 1, []string{tooLarge}},
		{12000, 12000, 1, 3, 0, []string{tooLarge, isBroken}},
		{8000, 8000, 8, 6, 0, []string{isBroken}}, // pixels of which hardly any are there
		{5700, 5700, 16, 6, 1, []string{isBroken, unopened, tooLarge}},
		{0, 500, 8, 2, 0, []string{isBroken, tooSmall, otherKind}},
	} {
		name := fmt.Sprintf("PNG of %dx%d, depth %d, colour %d, interlace %d", q.w, q.h, q.depth, q.colour, q.lace)
		all = append(all, bomb{name, pngOf(q.w, q.h, q.depth, q.colour, q.lace, 1000), q.told})
	}
	tiny := bytes.Repeat(pngChunk("IDAT", nil), 1_500_000)
	return append(all,
		bomb{"PNG of 1,500,000 chunks", pngOf(600, 600, 8, 2, 0, 10, tiny), []string{isBroken}},
		bomb{"PNG whose end never comes", pngOf(6000, 6000, 8, 6, 0, 6000*6000*4)[:40_000], []string{isBroken}})
}

func webpOf(chunks ...[]byte) []byte {
	body := slices.Concat(chunks...)
	return slices.Concat(
		[]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)+4)), []byte("WEBP"), body,
	)
}

func webpChunk(name string, data ...byte) []byte {
	b := slices.Concat([]byte(name), binary.LittleEndian.AppendUint32(nil, uint32(len(data))), data)
	return append(b, make([]byte, len(data)%2)...)
}

// lossless is a picture of one colour: five codes of one symbol each take no bits.
func lossless(w, h int) []byte {
	bits, n := uint64(w-1)|uint64(h-1)<<14, 32
	n += 3 // no transform, no cache, no groups
	for range 5 {
		bits |= 1 << n // a simple code of one symbol, 0
		n += 4
	}
	return webpChunk("VP8L", append([]byte{0x2f}, binary.LittleEndian.AppendUint64(nil, bits)...)...)
}

func extended(w, h int) []byte {
	w, h = w-1, h-1
	return webpChunk("VP8X", 0, 0, 0, 0, byte(w), byte(w>>8), byte(w>>16), byte(h), byte(h>>8), byte(h>>16))
}

func lossy(w, h int) []byte {
	head := []byte{0x10, 0, 0, 0x9d, 0x01, 0x2a}
	return webpChunk(
		"VP8 ",
		append(
			binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(head, uint16(w)), uint16(h)),
			make([]byte, 200)...,
		)...,
	)
}

func webpBombs() []bomb {
	return []bomb{
		{"WebP, lossless, 16384²", webpOf(lossless(16384, 16384)), []string{tooLarge}},
		{"WebP, lossless, 9000x8000", webpOf(lossless(9000, 8000)), []string{tooLarge}},
		{"WebP, lossy, 16383²", webpOf(lossy(16383, 16383)), []string{tooLarge}},
		{"WebP, lossy, 8000² without pixels", webpOf(lossy(8000, 8000)), []string{isBroken, unopened}},
		{
			"WebP, small canvas over a large picture", webpOf(extended(400, 400), lossless(16384, 16384)),
			[]string{isBroken, tooLarge},
		},
		{
			"WebP, small canvas over a large lossy one", webpOf(extended(400, 400), lossy(16383, 16383)),
			[]string{isBroken, tooLarge},
		},
		{
			"WebP, canvas of 16 million", webpOf(extended(1<<24, 1<<24), lossless(300, 300)),
			[]string{tooLarge, isBroken},
		},
		{
			"WebP of 2,000,000 chunks", webpOf(extended(400, 400), bytes.Repeat(webpChunk("XXXX"), 2_000_000)),
			[]string{isBroken, otherKind},
		},
		{
			"WebP whose size is a lie", append([]byte("RIFF\xff\xff\xff\xffWEBP"), lossless(12000, 6000)...),
			[]string{tooLarge, isBroken},
		},
	}
}

// mp3Bombs are pieces of music, or pass for some.
func mp3Bombs() []bomb {
	refused := []string{"track.kind", "track.broken", "track.long", "track.short", "track.page"}
	either := append(refused, "track.kept")
	frame := append([]byte{0xff, 0xfb, 0x90, 0x64}, bytes.Repeat([]byte{0xa5, 0x5a, 0x3c}, 138)[:413]...)
	other := append([]byte{0xff, 0xf3, 0x90, 0x64}, frame[4:]...)
	return []bomb{
		{"MP3 of 14 MB of sync", bytes.Repeat([]byte{0xff}, 14<<20), refused},
		{
			"MP3 whose tag says 256 MB", append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), make([]byte, 1<<20)...),
			refused,
		},
		{"MP3 of 1,400,000 tags", bytes.Repeat([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), 1_400_000), refused},
		{"MP3 of two streams in turn", bytes.Repeat(append(bytes.Clone(frame), other...), 15_000), either},
		{"MP3 of noise", bytes.Repeat(frame, 10_000), either},
	}
}
