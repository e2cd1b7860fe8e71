package photo

import (
	"bytes"
	"encoding/binary"
)

const (
	minRows  = 0.9 // of a picture that is cut off: so much of it must be there
	minScans = 5   // of a progressive picture: it is whole then, only less fine
)

// filledUp completes a JPEG that is cut off: the rest of a baseline picture goes on in the colour that it stopped
// with, a progressive one does without its last scan. nil when too much is missing, or when it isn't that.
func filledUp(b []byte) []byte {
	c, ok := readCut(b)
	switch {
	case !ok:
		return nil
	case c.progressive:
		if c.scans <= minScans {
			return nil
		}
		return append(bytes.Clone(b[:c.last]), 0xff, 0xd9)
	}
	done := c.walk()
	if float64(done) < minRows*float64(c.all) {
		return nil
	}
	return c.fill(b, done)
}

// cutJPEG is a JPEG that is read as far as it goes.
type cutJPEG struct {
	progressive bool
	scans, last int // how many there are, where the last begins
	tables      [2][4]huffman
	blocks      []block // of one unit: several of each component, or one if there is only one
	all         int     // units of the picture
	every       int     // units between restarts; 0: there are none

	bits bitReader
	from int      // where the pixels begin
	good position // behind the last whole unit
}

type block struct{ dc, ac *huffman }

// position is a byte that comes next, and how many bits are left of the one before it.
type position struct{ at, left int }

// huffman is a table of codes, by their length.
type huffman struct {
	counts [16]byte
	values []byte
}

func readCut(b []byte) (c cutJPEG, ok bool) {
	var frame []byte
	for marker, data := range segmentsJPEG(b) {
		at := cap(b) - cap(data) // data is a part of b
		switch {
		case marker == 0xc4:
			c.huffman(data)
		case marker == 0xdd && len(data) >= 2:
			c.every = int(binary.BigEndian.Uint16(data))
		case marker <= 0xc2 && marker >= 0xc0:
			frame, c.progressive = data, marker == 0xc2
		case marker == 0xda:
			c.scans++
			c.last = at - 4
			if c.progressive {
				continue
			}
			c.from = at + len(data)
			c.bits = bitReader{b: b, at: c.from}
			return c, c.scans == 1 && c.units(frame, data)
		}
	}
	return c, c.progressive && c.scans > 0
}

func (c *cutJPEG) huffman(data []byte) {
	for len(data) >= 17 {
		var h huffman
		n := 0
		for i, count := range data[1:17] {
			h.counts[i] = count
			n += int(count)
		}
		if data[0]>>4 > 1 || data[0]&15 > 3 || len(data) < 17+n {
			return
		}
		h.values = data[17 : 17+n]
		c.tables[data[0]>>4][data[0]&15] = h
		data = data[17+n:]
	}
}

// units reads of what blocks the picture's units are, if one scan has all of its components.
func (c *cutJPEG) units(frame, scan []byte) bool {
	if len(frame) < 6 || len(scan) < 1 || frame[5] != scan[0] || len(frame) < 6+3*int(frame[5]) ||
		len(scan) < 1+2*int(scan[0]) {
		return false
	}
	h, w := int(binary.BigEndian.Uint16(frame[1:])), int(binary.BigEndian.Uint16(frame[3:]))
	across, down := 1, 1
	for i := range int(frame[5]) {
		sampling, use := frame[7+3*i], scan[2+2*i]
		n, m := int(sampling>>4), int(sampling&15)
		across, down = max(across, n), max(down, m)
		if use>>4 > 3 || use&15 > 3 || n*m > 16 {
			return false
		}
		if frame[5] == 1 {
			n, m, across, down = 1, 1, 1, 1
		}
		for range n * m {
			c.blocks = append(c.blocks, block{&c.tables[0][use>>4], &c.tables[1][use&15]})
		}
	}
	c.all = ((w + 8*across - 1) / (8 * across)) * ((h + 8*down - 1) / (8 * down))
	return c.all > 0
}

// walk counts the units that are there whole.
func (c *cutJPEG) walk() (done int) {
	for ; done < c.all; done++ {
		if c.every > 0 && done > 0 && done%c.every == 0 && !c.bits.restart() {
			return done
		}
		for _, b := range c.blocks {
			if !c.bits.block(b) {
				return done
			}
		}
		c.good = position{c.bits.at, c.bits.left}
	}
	return done
}

// fill writes the units that are missing behind those that are there.
func (c *cutJPEG) fill(b []byte, done int) []byte {
	w := bitWriter{out: bytes.Clone(b[:c.from])}
	r := bitReader{b: b, at: c.from}
	for r.at < c.good.at || r.left > c.good.left { // the same bits once more
		if r.left == 0 && r.at+1 < len(b) && b[r.at] == 0xff && b[r.at+1] >= 0xd0 && b[r.at+1] <= 0xd7 {
			w.mark(b[r.at+1])
			r.at += 2
			continue
		}
		bit, ok := r.bit()
		if !ok {
			break
		}
		w.put(bit, 1)
	}
	for ; done < c.all; done++ {
		if c.every > 0 && done > 0 && done%c.every == 0 {
			w.mark(0xd0 + byte((done/c.every-1)%8))
		}
		for _, x := range c.blocks {
			for _, h := range []*huffman{x.dc, x.ac} { // no difference, no more coefficients
				code, n, ok := h.code(0)
				if !ok {
					return nil
				}
				w.put(code, n)
			}
		}
	}
	w.mark(0xd9)
	return w.out
}

// code is the code of a value.
func (h *huffman) code(value byte) (code, length int, ok bool) {
	i := 0
	for n, count := range h.counts {
		code <<= 1
		for range int(count) {
			if h.values[i] == value {
				return code, n + 1, true
			}
			code++
			i++
		}
	}
	return 0, 0, false
}
