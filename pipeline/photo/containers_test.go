package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour"
)

// number is v in size bytes.
func number(size int, v uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, v)[8-size:]
}

// box is a box of ISO/IEC 14496-12.
func box(kind string, parts ...[]byte) []byte {
	data := bytes.Join(parts, nil)
	return slices.Concat(number(4, uint64(8+len(data))), []byte(kind), data)
}

func prof(name string) []byte { return box("colr", []byte("prof"+name)) }

func nclx(primaries, transfer, mixed uint64, full byte) []byte {
	return box("colr", []byte("nclx"), number(2, primaries), number(2, transfer), number(2, mixed), []byte{full})
}

// heicFile is a file of whose metadata item is the picture, exif the EXIF item; long tells how wide its numbers are.
type heicFile struct {
	version       uint64 // of pitm and iinf, ipma, iref: 0 or 1
	places        uint64 // version of iloc
	ipco          [][]byte
	of            map[uint64][]uint64 // properties of an item, from 1
	links         func(long int) []byte
	extents, many uint64 // of the EXIF item, and how long it is said to be beyond what it is
	method        uint64
}

const (
	picture, exifItem = 2, 3
	tiff              = "MM\x00*the rest"
)

func (h heicFile) bytes() []byte {
	long := 2 + 2*int(h.version)
	version := number(4, h.version<<24)
	ipma := slices.Concat(number(4, h.version<<24|h.version), number(4, uint64(len(h.of))))
	for item, all := range h.of {
		ipma = slices.Concat(ipma, number(long, item), number(1, uint64(len(all))))
		for _, n := range all {
			essential := uint64(1) << (7 + 8*h.version)
			ipma = append(ipma, number(1+int(h.version), n|essential)...)
		}
	}
	iprp := box("iprp", box("ipco", h.ipco...))
	if h.of != nil {
		iprp = box("iprp", box("ipco", h.ipco...), box("ipma", ipma))
	}
	meta := func(at int) []byte {
		wide, iloc := 2, slices.Concat(number(4, h.places<<24), number(2, 0x4440|min(h.places, 1)*4))
		if h.places == 2 {
			wide = 4
		}
		iloc = append(iloc, number(wide, 2)...)
		for item, n := range map[uint64]uint64{exifItem: h.extents, exifItem + 1: 1} {
			iloc = append(iloc, number(wide, item)...)
			if h.places > 0 {
				iloc = append(iloc, number(2, h.method)...)
			}
			iloc = slices.Concat(iloc, number(2, 0), number(4, 5), number(2, n))
			for range n {
				if h.places > 0 {
					iloc = append(iloc, number(4, 1)...)
				}
				length := 4 + 6 + uint64(len(tiff)) + h.many
				iloc = slices.Concat(iloc, number(4, uint64(at)-5+100*(item-exifItem)), number(4, length))
			}
		}
		infe := func(item uint64, kind string) []byte {
			return box("infe", number(4, (2+h.version)<<24), number(long, item), number(2, 0), []byte(kind))
		}
		parts := [][]byte{
			make([]byte, 4), box("hdlr", []byte("pict")), box("pitm", version, number(long, picture)),
			box("iinf", version, number(long, 2), infe(picture, "hvc1"), infe(exifItem, "Exif")), iprp,
			box("iloc", iloc),
		}
		if h.links != nil {
			parts = append(parts, box("iref", version, h.links(long)))
		}
		return box("meta", parts...)
	}
	head := box("ftyp", []byte("heic"))
	at := len(head) + len(meta(0)) + 8
	return slices.Concat(head, meta(at), box("mdat", number(4, 6), []byte("Exif\x00\x00"+tiff)))
}

// TestMarksHEIC_AreThoseOfThePicture compares all that is read of files, each with items of several kinds.
func TestMarksHEIC_AreThoseOfThePicture(t *testing.T) {
	irot, imir := box("irot", []byte{5}), box("imir", []byte{1})
	auxl := func(from uint64, to ...uint64) func(int) []byte {
		return func(long int) []byte {
			var all []byte
			for _, item := range to {
				all = append(all, number(long, item)...)
			}
			return slices.Concat(
				box("thmb", number(long, 9), number(2, 1), number(long, picture)),
				box("auxl", number(long, from), number(2, uint64(len(to))), all),
			)
		}
	}
	auxC := func(name string) []byte { return box("auxC", make([]byte, 4), []byte(name+"\x00more")) }
	exif := []byte(tiff)
	depth, alpha := "urn:mpeg:hevc:2015:auxid:2", "urn:mpeg:hevc:2015:auxid:1"
	for name, x := range map[string]struct {
		heicFile
		want marks
	}{
		"its own alone": {
			heicFile{
				ipco: [][]byte{prof("tile's"), irot, imir, prof("its own"), prof("its second")}, extents: 1,
				of: map[uint64][]uint64{1: {1}, picture: {2, 3, 4, 5}},
			},
			marks{exif: exif, fixed: true, quarters: 1, mirror: sideways, Space: colour.Space{ICC: []byte("its own")}},
		},
		"long numbers": {
			heicFile{
				version: 1, places: 2, ipco: [][]byte{nclx(1, 13, 6, 0), nclx(12, 16, 9, 0x80), nclx(2, 2, 2, 0)},
				of: map[uint64][]uint64{1: {1}, picture: {2, 3}}, extents: 1,
			},
			marks{
				exif: exif, coded: true, Space: colour.Space{Code: colour.Code{Primaries: 12, Transfer: 16}, Mixed: 9},
			},
		},
		"a grid's are its tiles'": {
			heicFile{
				places: 1, ipco: [][]byte{nclx(1, 13, 6, 0), prof("mask's"), irot}, extents: 1,
				of: map[uint64][]uint64{1: {1}, 7: {2}, picture: {3}},
			},
			marks{
				exif: exif, coded: true, fixed: true, quarters: 1,
				Space: colour.Space{Code: colour.Code{Primaries: 1, Transfer: 13}, Mixed: 6, Limited: true},
			},
		},
		"whose they are isn't said": {
			heicFile{ipco: [][]byte{irot, prof("one"), box("colr", []byte("prof")), nclx(1, 13, 6, 0)}, extents: 1},
			marks{exif: exif, coded: true, fixed: true, quarters: 1, Space: colour.Space{
				ICC: []byte("one"), Code: colour.Code{Primaries: 1, Transfer: 13}, Mixed: 6, Limited: true,
			}},
		},
		"turned by nothing": {
			heicFile{ipco: [][]byte{box("irot"), box("imir"), box("colr", []byte("nclx12345"))}, extents: 1},
			marks{exif: exif, fixed: true},
		},
		"mirrored by nothing": {heicFile{ipco: [][]byte{box("imir")}, extents: 1}, marks{exif: exif, fixed: true}},
		"EXIF in two pieces": {
			heicFile{ipco: [][]byte{prof("one")}, extents: 2}, marks{Space: colour.Space{ICC: []byte("one")}},
		},
		"EXIF in no file":  {heicFile{extents: 1, many: 1}, marks{}},
		"EXIF without end": {heicFile{extents: 1, many: 1<<32 - 40}, marks{}},
		"EXIF in an item":  {heicFile{extents: 1, places: 1, method: 1}, marks{}},
		"a mask that is seen": {
			heicFile{of: map[uint64][]uint64{5: {1}}, ipco: [][]byte{auxC(alpha)}, links: auxl(5, picture)},
			marks{alpha: 5},
		},
		"a mask of several": {
			heicFile{
				version: 1, of: map[uint64][]uint64{5: {2}, 6: {1}}, ipco: [][]byte{auxC(depth), auxC(alpha)},
				links: auxl(5, 1, picture),
			},
			marks{alpha: 5},
		},
		"a map of depths": {
			heicFile{
				of: map[uint64][]uint64{5: {1}, 6: {2}}, ipco: [][]byte{auxC(depth), auxC(alpha)},
				links: auxl(5, picture),
			},
			marks{},
		},
		"another's mask": {
			heicFile{of: map[uint64][]uint64{5: {1}}, ipco: [][]byte{auxC(alpha)}, links: auxl(5, 7)}, marks{},
		},
	} {
		file := x.bytes()
		if diff := cmp.Diff(x.want, marksHEIC(file), cmp.AllowUnexported(marks{})); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		long := slices.Concat(number(4, 1), []byte("free"), number(8, 16+3), []byte("any"), file)
		if got := marksHEIC(long); !bytes.Equal(got.ICC, x.want.ICC) || got.Space.Code != x.want.Code {
			t.Errorf("%s, behind a box of a long length: %+v", name, got)
		}
		want := x.want
		want.fixed = want.fixed && want.quarters+want.mirror == 0
		want.Mixed, want.Limited, want.alpha = 0, false, 0
		if diff := cmp.Diff(want, marksAVIF(file), cmp.AllowUnexported(marks{})); diff != "" {
			t.Errorf("%s, as AVIF (-want +got)\n%s", name, diff)
		}
		for n := range file { // cut anywhere, no more is read than there is
			if got := marksHEIC(file[:n]); len(got.exif) > 0 && !bytes.HasPrefix(exif, got.exif) {
				t.Fatalf("%s, cut at %d: %+v", name, n, got)
			}
		}
	}
}

// segment is one of a JPEG, with its length in front.
func segment(marker byte, parts ...string) []byte {
	var data []byte
	for _, p := range parts {
		data = append(data, p...)
	}
	return slices.Concat([]byte{0xff, marker}, number(2, uint64(2+len(data))), data)
}

// chunk is one of a PNG.
func chunk(kind string, data []byte) []byte {
	return slices.Concat(number(4, uint64(len(data))), []byte(kind), data, make([]byte, 4))
}

// riff is one of a WebP.
func riff(kind, data string) []byte {
	all := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data)))
	return append(append(all, data...), make([]byte, len(data)%2)...)
}

// TestMarks_AreReadWhereverTheyStand compares all that is read of JPEGs, PNGs and WebPs.
func TestMarks_AreReadWhereverTheyStand(t *testing.T) {
	exif := "Exif\x00\x00" + tiff
	icc := func(text string) colour.Space { return colour.Space{ICC: []byte(text)} }
	packed := zipped([]byte("profile"))
	signature := make([]byte, 8)
	film := func(s colour.Space) colour.Space { s.Limited = true; return s }
	for name, x := range map[string]struct {
		kind
		file []byte
		want marks
	}{
		"a JPEG's": {kindJPEG, slices.Concat(
			[]byte("\xff\xd8stray\xff\x00"), segment(0xe1, "http://ns.adobe.com/"), []byte{0xff, 0xff},
			segment(0xe1, exif), []byte{0xff, 0xd0, 0xff, 0xd7}, segment(0xe2, "MPF\x00"),
			segment(0xe2, "ICC_PROFILE\x00\x01\x02", "pro"), segment(0xe2, "ICC_PROFILE\x00\x02\x02", "file"),
			segment(0xe2, "ICC_PROFILE\x00\x02\x02"), segment(0xda, "scan"), segment(0xe1, exif, "another"),
		), marks{exif: []byte(exif), Space: icc("profile")}},
		"behind a JPEG's end": {
			kindJPEG, slices.Concat([]byte("\xff\xd8\xff\xd9\x00\x02"), segment(0xe1, exif)), marks{},
		},
		"of a segment too long": {kindJPEG, append([]byte("\xff\xd8\xff\xe1\x00\x15"), exif[:18]...), marks{}},
		"of one that just fits": {
			kindJPEG, append([]byte("\xff\xd8\xff\xe1\x00\x14"), exif[:18]...), marks{exif: []byte(exif[:18])},
		},
		"of no length": {
			kindJPEG, append([]byte("\xff\xd8\xff\xe0\x00\x01"), segment(0xe1, exif)...), marks{},
		},
		"a PNG's": {kindPNG, slices.Concat(signature, chunk("iCCP", packed), chunk("eXIf", []byte(tiff))), marks{
			exif: []byte(tiff), Space: icc("profile"),
		}},
		"a PNG's sRGB": {
			kindPNG, slices.Concat(signature, chunk("iCCP", packed), chunk("sRGB", nil)), marks{coded: true},
		},
		"a PNG's sRGB, first": {
			kindPNG, slices.Concat(signature, chunk("sRGB", nil), chunk("iCCP", packed)), marks{coded: true},
		},
		"a PNG's by number": {kindPNG, slices.Concat(
			signature, chunk("iCCP", packed), chunk("cICP", []byte{9, 16, 0, 1}), chunk("cICP", []byte{1}),
		), marks{coded: true, Space: colour.Space{Code: colour.Code{Primaries: 9, Transfer: 16}}}},
		"a PNG's without a name": {
			kindPNG, slices.Concat(signature, chunk("iCCP", []byte("name")), chunk("iCCP", []byte("n\x00"))), marks{},
		},
		"a PNG's chunk too long": {
			kindPNG, slices.Concat(signature, chunk("eXIf", []byte(tiff)))[:8+12+len(tiff)-1], marks{},
		},
		"a WebP's": {kindWebP, slices.Concat(
			make([]byte, 12), riff("VP8X", "odd"), riff("EXIF", tiff), riff("ICCP", "profile"),
		), marks{exif: []byte(tiff), Space: film(icc("profile"))}},
		"a WebP's chunk too long": {
			kindWebP, slices.Concat(make([]byte, 12), riff("EXIF", "12"))[:21], marks{Space: film(colour.Space{})},
		},
		"of hardly a file": {kindPNG, []byte("\x89PNG"), marks{}},
		"of another":       {kind(99), []byte(exif), marks{}},
	} {
		if diff := cmp.Diff(x.want, marksOf(x.file, x.kind), cmp.AllowUnexported(marks{})); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestOrientation_OnlyAPlainTagTurnsAPhoto(t *testing.T) {
	entry := func(tag, kind, value uint64) []byte {
		return slices.Concat(number(2, tag), number(2, kind), number(4, 1), number(2, value), number(2, 0))
	}
	block := func(entries ...[]byte) []byte {
		return slices.Concat(
			[]byte("MM\x00*"), number(4, 8), number(2, uint64(len(entries))), slices.Concat(entries...),
		)
	}
	maker := entry(0x010f, 2, 5)
	for name, x := range map[string]struct {
		tiff []byte
		want int
	}{
		"alone": {block(entry(0x0112, 3, 6)), 6}, "second": {block(maker, entry(0x0112, 3, 8)), 8},
		"the least": {block(entry(0x0112, 3, 1)), 1}, "nothing": {block(entry(0x0112, 3, 0)), 1},
		"too much": {block(entry(0x0112, 3, 9)), 1}, "of another kind": {block(entry(0x0112, 4, 6)), 1},
		"the first of two": {block(entry(0x0112, 4, 3), entry(0x0112, 3, 6)), 1}, "none": {block(maker), 1},
		"no directory": {block()[:9], 1}, "an empty one": {block(), 1},
		"a cut one":      {block(maker, entry(0x0112, 3, 6))[:33], 1},
		"of no order":    {append([]byte("MI"), block(entry(0x0112, 3, 6))[2:]...), 1},
		"hardly a block": {[]byte("MM\x00*"), 1},
	} {
		if got := orientation(x.tiff); got != x.want {
			t.Errorf("%s: %d, not %d", name, got, x.want)
		}
	}
}
