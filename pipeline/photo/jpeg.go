package photo

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxScans is how many passes over its pixels a JPEG may want. Cameras and editors make up to a dozen.
const maxScans = 100

// jpegHead is what a JPEG says about itself.
type jpegHead struct {
	turn  int // EXIF orientation, 1 where there is none or it is damaged
	w, h  int
	each  int // bytes that decoding takes for each pixel: planes, coefficients of a progressive file, what CMYK becomes
	scans int
}

// scanJPEG reads a JPEG's segments (ISO/IEC 10918-1, annex B) up to the end of its first picture; what stands
// behind that, a second picture or a film, nobody looks at. Bytes between segments are passed over, as decoders do.
func scanJPEG(b []byte) (jpegHead, error) {
	head := jpegHead{turn: 1}
	for i := 2; i+4 <= len(b); {
		if b[i] != 0xff || b[i+1] == 0 || b[i+1] == 0xff || b[i+1] >= 0xd0 && b[i+1] <= 0xd7 {
			i++ // stray bytes, padding, the pixels of a scan
			continue
		}
		marker := b[i+1]
		if marker == 0xd9 {
			break
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			break
		}
		data := b[i+4 : i+2+n]
		switch {
		case marker == 0xe1 && len(data) > 6 && string(data[:6]) == "Exif\x00\x00" && head.scans == 0:
			head.turn = orientation(data[6:])
		case marker >= 0xc0 && marker <= 0xc2 && head.w == 0:
			if err := head.frame(data, marker == 0xc2); err != nil {
				return head, err
			}
		case marker == 0xda:
			if head.scans++; head.scans > maxScans {
				return head, fmt.Errorf("%w: more than %d scans", ErrCostly, maxScans)
			}
		}
		i += 2 + n
	}
	return head, nil
}

// frame reads a SOF segment.
func (head *jpegHead) frame(data []byte, progressive bool) error {
	if len(data) < 6 || len(data) < 6+3*int(data[5]) {
		return errors.New("short SOF")
	}
	head.h, head.w = int(binary.BigEndian.Uint16(data[1:])), int(binary.BigEndian.Uint16(data[3:]))
	samples, across, down := 0, 1, 1
	components := int(data[5])
	for i := range components {
		h, v := int(data[7+3*i]>>4), int(data[7+3*i]&15)
		samples, across, down = samples+h*v, max(across, h), max(down, v)
	}
	if progressive {
		samples *= 1 + 4 // each sample has a coefficient
	}
	head.each = (samples + across*down - 1) / (across * down)
	if components == 4 {
		head.each += 4
	}
	return nil
}
