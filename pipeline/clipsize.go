package pipeline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Boxes of an MP4 (ISO/IEC 14496-12): each begins with its size and a type of four letters.
const (
	maxBoxes = 1000 // of a file's top level, and of a moov
	maxSide  = 16384
)

// clipSize reads the width and height of an MP4's first film track from its track header (tkhd, §8.3.2).
func clipSize(r io.ReadSeeker) (w, h int, err error) {
	end, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0, err
	}
	moov, err := boxes(r, 0, end, "moov")
	for _, m := range moov {
		tracks, err := boxes(r, m.from, m.to, "trak")
		if err != nil {
			return 0, 0, err
		}
		for _, t := range tracks {
			heads, err := boxes(r, t.from, t.to, "tkhd")
			if err != nil {
				return 0, 0, err
			}
			for _, x := range heads {
				if w, h, err := trackSize(r, x); err != nil || w > 0 && h > 0 {
					return w, h, err
				}
			}
		}
	}
	if err != nil {
		return 0, 0, err
	}
	return 0, 0, errors.New("the file has no film track")
}

// extent is what a box holds, as offsets in its file.
type extent struct{ from, to int64 }

// boxes finds those of a type that lie directly between two offsets.
func boxes(r io.ReadSeeker, from, to int64, kind string) (found []extent, err error) {
	var head [16]byte
	for range maxBoxes {
		if to-from < 8 {
			return found, nil
		}
		if _, err := r.Seek(from, io.SeekStart); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(r, head[:8]); err != nil {
			return nil, err
		}
		size, inner := int64(binary.BigEndian.Uint32(head[:])), int64(8)
		switch size {
		case 0: // to the end
			size = to - from
		case 1: // a longer number follows
			if _, err := io.ReadFull(r, head[8:]); err != nil {
				return nil, err
			}
			size, inner = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		if size < inner || size > to-from {
			return nil, fmt.Errorf("a box %q of %d bytes", head[4:8], size)
		}
		if string(head[4:8]) == kind {
			found = append(found, extent{from + inner, from + size})
		}
		from += size
	}
	return nil, errors.New("the file has too many boxes")
}

// trackSize reads a track header: 0, 0 for one without a picture. A quarter turn in its matrix swaps the sides.
func trackSize(r io.ReadSeeker, x extent) (w, h int, err error) {
	var b [96]byte
	n := min(x.to-x.from, int64(len(b)))
	if _, err := r.Seek(x.from, io.SeekStart); err != nil {
		return 0, 0, err
	}
	if _, err := io.ReadFull(r, b[:n]); err != nil {
		return 0, 0, err
	}
	at := 40 // of the matrix, after the times of version 0
	if b[0] == 1 {
		at = 52
	}
	if n < int64(at+44) {
		return 0, 0, errors.New("a track header is cut off")
	}
	w, h = int(binary.BigEndian.Uint16(b[at+36:])), int(binary.BigEndian.Uint16(b[at+40:]))
	if w > maxSide || h > maxSide {
		return 0, 0, fmt.Errorf("a track of %d x %d", w, h)
	}
	if binary.BigEndian.Uint32(b[at:]) == 0 && binary.BigEndian.Uint32(b[at+4:]) != 0 {
		w, h = h, w
	}
	return w, h, nil
}
