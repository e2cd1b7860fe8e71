package photo

import (
	"bytes"
	"encoding/binary"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour"
)

// marksHEIC reads what the properties of a HEIC's picture say of colours and turns, and its EXIF item. A file whose
// properties turn the picture has that done by the decoder; where none does, cameras mean the EXIF orientation.
func marksHEIC(b []byte) (m marks) {
	for meta := range boxes(b, "meta") {
		if len(meta) < 4 {
			continue
		}
		meta = meta[4:]
		picture := primaryHEIC(meta)
		for iprp := range boxes(meta, "iprp") {
			of := propertiesOf(iprp, picture)
			for ipco := range boxes(iprp, "ipco") {
				m.properties(ipco, of)
			}
		}
		if exif := itemHEIC(b, meta, "Exif"); len(exif) > 4 {
			// The block stands behind so many bytes.
			if at := 4 + uint64(binary.BigEndian.Uint32(exif)); at < uint64(len(exif)) {
				m.exif = exif[at:]
			}
		}
		m.alpha = alphaHEIC(meta, picture)
	}
	return m
}

// marksAVIF is the same for an AVIF, whose decoder turns nothing.
func marksAVIF(b []byte) marks {
	m := marksHEIC(b)
	m.fixed = m.fixed && m.quarters == 0 && m.mirror == 0
	m.Mixed, m.Limited, m.alpha = 0, false, 0 // the decoder does it
	return m
}

// primaryHEIC is the number of the item that is the picture (ISO/IEC 14496-12, 8.11.4); 0: it isn't said.
func primaryHEIC(meta []byte) uint64 {
	for pitm := range boxes(meta, "pitm") {
		c := cursor{b: pitm}
		version := c.number(1)
		c.number(3)
		return c.number(2 + 2*int(min(version, 1)))
	}
	return 0
}

// propertiesOf are the numbers, from 1, of an item's properties (ISO/IEC 23008-12, 9.3); empty: they aren't said.
func propertiesOf(iprp []byte, item uint64) map[int]bool {
	of := map[int]bool{}
	for ipma := range boxes(iprp, "ipma") {
		c := cursor{b: ipma}
		version, flags := c.number(1), c.number(3)
		wide := int(flags & 1)
		for range c.number(4) {
			id := c.number(2 + 2*int(min(version, 1)))
			for range c.number(1) {
				n := c.number(1+wide) & (1<<(7+8*wide) - 1)
				if id == item {
					of[int(n)] = true
				}
			}
			if c.short {
				return nil
			}
		}
	}
	return of
}

// properties reads those that are a picture's; where it isn't said which are, all.
func (m *marks) properties(ipco []byte, of map[int]bool) {
	n, coloured := 0, false
	for kind, box := range allBoxes(ipco) {
		n++
		if len(of) > 0 && !of[n] {
			continue
		}
		switch {
		case kind == "irot":
			m.fixed = true
			if len(box) > 0 {
				m.quarters = int(box[0] & 3)
			}
		case kind == "imir": // ISO/IEC 23008-12, 6.5.12
			m.fixed = true
			if len(box) > 0 {
				m.mirror = overhead + int(box[0]&1)
			}
		case kind == "colr":
			coloured = true
			m.colours(box)
		}
	}
	if coloured || len(of) == 0 {
		return
	}
	for colr := range boxes(ipco, "colr") { // a grid's are those of its tiles, which come first
		m.colours(colr)
		return
	}
}

// colours reads a colr box (ISO/IEC 14496-12, 12.1.5). The first of a kind counts: others are those of masks and gain
// maps.
func (m *marks) colours(colr []byte) {
	if len(colr) < 6 {
		return
	}
	switch string(colr[:4]) {
	case "prof", "rICC":
		if len(m.ICC) == 0 {
			m.ICC = colr[4:]
		}
	case "nclx":
		if len(colr) >= 11 && !m.coded {
			m.coded = true
			m.Code = colour.Code{
				Primaries: binary.BigEndian.Uint16(colr[4:]), Transfer: binary.BigEndian.Uint16(colr[6:]),
			}
			m.Mixed, m.Limited = binary.BigEndian.Uint16(colr[8:]), colr[10]&0x80 == 0
		}
	}
}

// alphaHEIC is the number of the item that says how opaque a picture is (ISO/IEC 23008-12, 6.4.1 and 6.6.2.1.3);
// 0: all of it is.
func alphaHEIC(meta []byte, picture uint64) uint64 {
	for iref := range boxes(meta, "iref") {
		c := cursor{b: iref}
		long := 2 + 2*int(min(c.number(1), 1))
		c.number(3)
		for kind, box := range allBoxes(c.b) {
			r := cursor{b: box}
			from := r.number(long)
			for range r.number(2) {
				if kind == "auxl" && r.number(long) == picture && !r.short && isAlpha(meta, from) {
					return from
				}
			}
		}
	}
	return 0
}

func isAlpha(meta []byte, item uint64) bool {
	for iprp := range boxes(meta, "iprp") {
		of, n := propertiesOf(iprp, item), 0
		for ipco := range boxes(iprp, "ipco") {
			for kind, box := range allBoxes(ipco) {
				if n++; kind != "auxC" || !of[n] || len(box) < 5 {
					continue
				}
				name, _, _ := bytes.Cut(box[4:], []byte{0})
				switch string(name) {
				case "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1":
					return true
				}
			}
		}
	}
	return false
}

// itemHEIC is the first item of a type, where it lies in the file in one piece (ISO/IEC 14496-12, 8.11).
func itemHEIC(b, meta []byte, kind string) []byte {
	for iinf := range boxes(meta, "iinf") {
		if len(iinf) < 6 {
			continue
		}
		head := 6
		if iinf[0] > 0 {
			head = 8
		}
		for infe := range boxes(iinf[min(head, len(iinf)):], "infe") {
			c := cursor{b: infe}
			version := c.number(1)
			c.number(3)
			id := c.number(2 + 2*int(version&1)) // version 2 or 3
			c.number(2)
			if version < 2 || c.short || len(c.b) < 4 || string(c.b[:4]) != kind {
				continue
			}
			for iloc := range boxes(meta, "iloc") {
				if at, n, ok := placeHEIC(iloc, id); ok && at+n >= at && at+n <= uint64(len(b)) {
					return b[at : at+n]
				}
			}
		}
	}
	return nil
}

// placeHEIC finds where an item lies.
func placeHEIC(iloc []byte, id uint64) (at, n uint64, ok bool) {
	c := cursor{b: iloc}
	version := c.number(1)
	c.number(3)
	sizes := c.number(2)
	offset, length, base, index := int(sizes>>12), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	long := 2
	if version == 2 {
		long = 4
	}
	for range c.number(long) {
		this, method := c.number(long), uint64(0)
		if version > 0 {
			method = c.number(2) & 15
		}
		c.number(2)
		from, extents := c.number(base), c.number(2)
		for range extents {
			if version > 0 {
				c.number(index)
			}
			at, n = from+c.number(offset), c.number(length)
			if c.short {
				return 0, 0, false
			}
		}
		if this == id {
			return at, n, extents == 1 && method == 0
		}
	}
	return 0, 0, false
}

// cursor reads numbers one behind the other.
type cursor struct {
	b     []byte
	short bool // more was asked for than there is
}

func (c *cursor) number(size int) (v uint64) {
	if size > len(c.b) {
		c.short, c.b = true, nil
		return 0
	}
	for _, x := range c.b[:size] {
		v = v<<8 | uint64(x)
	}
	c.b = c.b[size:]
	return v
}
