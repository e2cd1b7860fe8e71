package hostile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

func isoBox(name string, data ...[]byte) []byte {
	body := slices.Concat(data...)
	return slices.Concat(be32(len(body)+8), []byte(name), body)
}

// heifItem is one of a HEIF's: a picture, or how to make one of others.
type heifItem struct {
	kind string
	data []byte
	of   []int // what it is made of
}

// heif is a file whose first item is the picture, each of w x h as they say.
func heif(brand string, w, h int, config []byte, items ...heifItem) []byte {
	var infos, refs, places, props, idat []byte
	for i, x := range items {
		n := i + 1
		infos = append(infos, isoBox("infe", []byte{2, 0, 0, 0}, be16(n, 0), []byte(x.kind+"\x00"))...)
		if len(x.of) > 0 {
			refs = append(refs, isoBox("dimg", be16(n, len(x.of)), be16(x.of...))...)
		}
		places = append(places, slices.Concat(be16(n, 1, 0, 1), be32(len(idat), len(x.data)))...)
		props = append(props, slices.Concat(be16(n), []byte{2, 0x81, 0x82})...)
		idat = append(idat, x.data...)
	}
	zero := make([]byte, 4)
	meta := isoBox("meta", zero,
		isoBox("hdlr", zero, zero, []byte("pict"), make([]byte, 13)),
		isoBox("pitm", zero, be16(1)),
		isoBox("iloc", []byte{1, 0, 0, 0, 0x44, 0}, be16(len(items)), places),
		isoBox("iinf", zero, be16(len(items)), infos),
		isoBox("iref", zero, refs),
		isoBox(
			"iprp", isoBox("ipco", isoBox("ispe", zero, be32(w, h)), isoBox("hvcC", config)),
			isoBox("ipma", zero, be32(len(items)), props),
		),
		isoBox("idat", idat))
	return slices.Concat(isoBox("ftyp", []byte(brand), zero, []byte("mif1"+brand)), meta)
}

func overlay(w, h, n int) []byte {
	return slices.Concat([]byte{0, 1}, be16(0, 0, 0, 0), be32(w, h), make([]byte, 8*n))
}

func grid(rows, columns, w, h int) []byte {
	return slices.Concat([]byte{0, 1, byte(rows - 1), byte(columns - 1)}, be32(w, h))
}

// numbers are so many times the number n.
func numbers(n, times int) []int { return slices.Repeat([]int{n}, times) }

func heicBombs(photo []byte) []bomb {
	at := bytes.Index(photo, []byte("hvcC"))
	config := photo[at+4 : at-4+int(binary.BigEndian.Uint32(photo[at-4:]))]
	at = bytes.Index(photo, []byte("mdat"))
	pixels := photo[at+4:]
	real := heifItem{kind: "hvc1", data: pixels}
	made := []string{isBroken, unopened, tooLarge}
	file := func(first heifItem, more ...heifItem) []byte {
		return heif("heic", 300, 300, config, append([]heifItem{first}, more...)...)
	}
	all := []bomb{
		{"HEIC, overlay of itself", file(heifItem{"iovl", overlay(9000, 9000, 1), []int{1}}, real), made},
		{
			"HEIC, overlay of 10,000 pictures",
			file(heifItem{"iovl", overlay(9000, 9000, 10_000), numbers(2, 10_000)}, real), made,
		},
		{"HEIC, identity of itself", file(heifItem{"iden", nil, []int{1}}, real), made},
		{
			"HEIC, identities of each other", file(heifItem{"iden", nil, []int{2}}, heifItem{"iden", nil, []int{1}}),
			made,
		},
		{
			"HEIC, identity of a large overlay",
			file(heifItem{"iden", nil, []int{2}}, heifItem{"iovl", overlay(20000, 20000, 1), []int{3}}, real), made,
		},
		{
			"HEIC, grid of overlays",
			file(
				heifItem{"grid", grid(16, 16, 40000, 40000), numbers(2, 256)},
				heifItem{"iovl", overlay(5000, 5000, 1), []int{3}}, real,
			),
			made,
		},
		{
			"HEIC, grid of 65,536 tiles",
			file(heifItem{"grid", grid(256, 256, 60000, 60000), numbers(2, 65_535)}, real), made,
		},
		{"HEIC, grid of itself", file(heifItem{"grid", grid(2, 2, 600, 600), numbers(1, 4)}, real), made},
		{
			"HEIC, grid that says 60000²",
			heif("heic", 60000, 60000, config, heifItem{"grid", grid(2, 2, 60000, 60000), numbers(2, 4)}, real),
			[]string{tooLarge},
		},
		{"HEIC of 1x1 that says 0x0", heif("heic", 0, 0, config, real), []string{isBroken, tooSmall}},
		{"HEIC without an end", append(file(real), isoBox("free", make([]byte, 15<<20))...), []string{isBroken}},
		{"HEIC of boxes in boxes", nested(200_000), []string{isBroken}},
		{
			"HEIC of 2,000,000 empty boxes",
			append(isoBox("ftyp", []byte("heic\x00\x00\x00\x00heic")), bytes.Repeat(isoBox("free"), 2_000_000)...),
			[]string{isBroken},
		},
	}
	for _, side := range []int{5000, 12000, 20000, 30000, 65000, 1 << 30} {
		all = append(all, bomb{
			fmt.Sprintf("HEIC, overlay that is %d²", side),
			file(heifItem{"iovl", overlay(side, side, 1), []int{2}}, real), made,
		})
	}
	for _, side := range []int{8000, 16000, 40000} {
		all = append(all, bomb{
			fmt.Sprintf("HEIC, grid that is %d²", side),
			file(heifItem{"grid", grid(16, 16, side, side), numbers(2, 256)}, real), made,
		})
	}
	chain := []heifItem{}
	for n := range 2000 {
		chain = append(chain, heifItem{"iden", nil, []int{n + 2}})
	}
	return append(all, bomb{
		"HEIC, 2,000 identities in a row",
		file(chain[0], append(chain[1:], heifItem{"iovl", overlay(30000, 30000, 1), []int{1}})...), made,
	})
}

// nested is boxes within boxes.
func nested(deep int) []byte {
	head := isoBox("ftyp", []byte("heic\x00\x00\x00\x00heic"))
	var b strings.Builder
	b.Write(head)
	for n := deep; n > 0; n-- {
		b.Write(be32(12 * n))
		b.WriteString("meta\x00\x00\x00\x00")
	}
	return []byte(b.String())
}

func avifBombs() []bomb {
	var all []bomb
	for _, q := range []struct {
		kind string
		data []byte
	}{
		{"av01", make([]byte, 64)}, {"grid", grid(16, 16, 40000, 40000)}, {"iovl", overlay(40000, 40000, 1)},
		{"iden", nil},
	} {
		file := heif("avif", 300, 300, nil, heifItem{q.kind, q.data, []int{2}}, heifItem{
			kind: "av01", data: make([]byte, 64),
		})
		all = append(all, bomb{"AVIF, " + q.kind, file, []string{otherKind, isBroken, unopened, tooLarge}})
	}
	return all
}
