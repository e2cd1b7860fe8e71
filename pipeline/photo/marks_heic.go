package photo

import "encoding/binary"

// marksHEIC reads what the properties of a HEIC say of colours and turns, and its EXIF item. A file whose
// properties turn the picture has that done by the decoder; where none does, cameras mean the EXIF orientation.
func marksHEIC(b []byte) (m marks) {
	for meta := range boxes(b, "meta") {
		if len(meta) < 4 {
			continue
		}
		meta = meta[4:]
		for iprp := range boxes(meta, "iprp") {
			for ipco := range boxes(iprp, "ipco") {
				m.properties(ipco)
			}
		}
		if exif := itemHEIC(b, meta, "Exif"); len(exif) > 4 {
			// The block stands behind so many bytes.
			if at := 4 + uint64(binary.BigEndian.Uint32(exif)); at < uint64(len(exif)) {
				m.exif = exif[at:]
			}
		}
	}
	return m
}

// marksAVIF is the same for an AVIF, whose decoder turns nothing.
func marksAVIF(b []byte) marks {
	m := marksHEIC(b)
	m.fixed = m.fixed && m.quarters == 0 && m.mirror == 0
	return m
}

func (m *marks) properties(ipco []byte) {
	for irot := range boxes(ipco, "irot") {
		m.fixed = true
		if len(irot) > 0 {
			m.quarters = int(irot[0] & 3)
		}
	}
	for imir := range boxes(ipco, "imir") { // ISO/IEC 23008-12, 6.5.12
		m.fixed = true
		if len(imir) > 0 {
			m.mirror = overhead + int(imir[0]&1)
		}
	}
	for colr := range boxes(ipco, "colr") { // the picture's comes first; others are those of masks and gain maps
		if len(colr) < 6 {
			continue
		}
		switch string(colr[:4]) {
		case "prof", "rICC":
			m.icc, m.p3 = colr[4:], false
			return
		case "nclx":
			const smpte432 = 12
			m.p3 = binary.BigEndian.Uint16(colr[4:]) == smpte432
		}
	}
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
