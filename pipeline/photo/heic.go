package photo

import (
	"encoding/binary"
	"errors"
	"iter"
)

// sizeHEIC reads the size of the largest picture that a HEIC file declares (its ispe properties:
// ISO/IEC 23008-12, 6.5.3). A photo of a phone is a grid, so tiles and thumbnails are declared as well.
// It stands here because the decoder's own DecodeConfig fails on files of ordinary size.
func sizeHEIC(b []byte) (w, h int, err error) {
	for meta := range boxes(b, "meta") {
		if len(meta) < 4 {
			continue
		}
		for iprp := range boxes(meta[4:], "iprp") {
			for ipco := range boxes(iprp, "ipco") {
				for ispe := range boxes(ipco, "ispe") {
					if len(ispe) < 12 {
						continue
					}
					x, y := binary.BigEndian.Uint32(ispe[4:]), binary.BigEndian.Uint32(ispe[8:])
					if uint64(x)*uint64(y) > uint64(w)*uint64(h) {
						w, h = int(x), int(y)
					}
				}
			}
		}
	}
	if w == 0 {
		return 0, 0, errors.New("no size in the headers")
	}
	return w, h, nil
}

// boxes gives the contents of the boxes of one type that stand in b, until something doesn't fit.
func boxes(b []byte, name string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(b) >= 8 {
			n, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
			switch {
			case n == 0: // to the end of the file
				n = uint64(len(b))
			case n == 1 && len(b) >= 16:
				n, head = binary.BigEndian.Uint64(b[8:]), 16
			}
			if n < head || n > uint64(len(b)) {
				return
			}
			if string(b[4:8]) == name && !yield(b[head:n]) {
				return
			}
			b = b[n:]
		}
	}
}
