package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
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
		for kind, box := range allBoxes(b) {
			if kind == name && !yield(box) {
				return
			}
		}
	}
}

// allBoxes gives every box that stands in b, by its type.
func allBoxes(b []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			n, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
			switch {
			case n == 0: // to the end of the file
				n = uint64(len(b))
			case n == 1 && len(b) >= 16:
				n, head = binary.BigEndian.Uint64(b[8:]), 16
			}
			if n < head || n > uint64(len(b)) || !yield(string(b[4:8]), b[head:n]) {
				return
			}
			b = b[n:]
		}
	}
}

// opacity is the picture of a HEIC that says how opaque another is; nil when it can't be read. The decoder opens
// the picture that the file calls its own, so it gets the file with the other one called so.
func opacity(b []byte, item uint64) *image.Gray {
	b = bytes.Clone(b)
	for meta := range boxes(b, "meta") {
		if len(meta) < 4 {
			continue
		}
		for pitm := range boxes(meta[4:], "pitm") {
			for i := len(pitm) - 1; i >= 4; i-- {
				pitm[i], item = byte(item), item>>8
			}
		}
		for iref := range boxes(meta[4:], "iref") {
			for at := bytes.Index(iref, []byte("auxl")); at >= 0; at = bytes.Index(iref, []byte("auxl")) {
				copy(iref[at:], "free") // a picture of its own belongs to no other
			}
		}
		for iinf := range boxes(meta[4:], "iinf") {
			if len(iinf) < 8 {
				continue
			}
			for infe := range boxes(iinf[6+2*min(iinf[0], 1):], "infe") {
				if len(infe) > 3 {
					infe[3] &^= 1 // it isn't hidden
				}
			}
		}
	}
	im, err := decode(b, kindHEIC)
	if err != nil {
		return nil
	}
	switch p := im.(type) {
	case *image.Gray:
		return p
	case *image.YCbCr:
		return &image.Gray{Pix: p.Y, Stride: p.YStride, Rect: p.Rect}
	}
	return nil
}
