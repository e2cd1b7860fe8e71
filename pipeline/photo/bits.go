package photo

// bitReader reads the pixels of a JPEG bit by bit. It stops before a mark, and at the end.
type bitReader struct {
	b    []byte
	at   int // the byte that comes next
	now  byte
	left int // bits of now that aren't read yet
}

func (r *bitReader) bit() (int, bool) {
	if r.left == 0 {
		if r.at >= len(r.b) || r.b[r.at] == 0xff && (r.at+1 >= len(r.b) || r.b[r.at+1] != 0) {
			return 0, false
		}
		r.now, r.left = r.b[r.at], 8
		r.at++
		if r.now == 0xff {
			r.at++ // the zero behind it
		}
	}
	r.left--
	return int(r.now>>r.left) & 1, true
}

// restart passes over a restart mark and the bits before it.
func (r *bitReader) restart() bool {
	r.left = 0
	if r.at+1 >= len(r.b) || r.b[r.at] != 0xff || r.b[r.at+1] < 0xd0 || r.b[r.at+1] > 0xd7 {
		return false
	}
	r.at += 2
	return true
}

// value reads one code of a table.
func (r *bitReader) value(h *huffman) (byte, bool) {
	code, first, i := 0, 0, 0
	for _, count := range h.counts {
		bit, ok := r.bit()
		if !ok {
			return 0, false
		}
		code, first = code<<1|bit, first<<1
		if n := code - first; n < int(count) {
			return h.values[i+n], true
		}
		first, i = first+int(count), i+int(count)
	}
	return 0, false
}

func (r *bitReader) skip(n int) bool {
	for range n {
		if _, ok := r.bit(); !ok {
			return false
		}
	}
	return true
}

// block reads the 64 coefficients of a block, and whether they are all there.
func (r *bitReader) block(b block) bool {
	v, ok := r.value(b.dc)
	if !ok || v > 16 || !r.skip(int(v)) {
		return false
	}
	for n := 1; n < 64; n++ {
		v, ok := r.value(b.ac)
		if !ok {
			return false
		}
		zeroes, size := int(v>>4), int(v&15)
		if size == 0 && zeroes != 15 { // no more of them
			return true
		}
		n += zeroes
		if !r.skip(size) {
			return false
		}
	}
	return true
}

// bitWriter writes them.
type bitWriter struct {
	out []byte
	now byte
	n   int
}

func (w *bitWriter) put(bits, n int) {
	for n--; n >= 0; n-- {
		w.now = w.now<<1 | byte(bits>>n&1)
		if w.n++; w.n == 8 {
			if w.out = append(w.out, w.now); w.now == 0xff {
				w.out = append(w.out, 0)
			}
			w.now, w.n = 0, 0
		}
	}
}

// mark ends the byte that is begun, and puts a mark behind it.
func (w *bitWriter) mark(m byte) {
	for w.n > 0 {
		w.put(1, 1)
	}
	w.out = append(w.out, 0xff, m)
}
