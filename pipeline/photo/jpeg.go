package photo

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxScans is how many passes over its pixels a JPEG may want. Cameras and editors make up to a dozen.
const maxScans = 100

// jpegHead is what a JPEG says about its pixels.
type jpegHead struct {
	w, h  int
	each  int // bytes that decoding takes for each pixel: planes, coefficients of a progressive file, what CMYK becomes
	scans int
}

// scanJPEG reads a JPEG's segments (ISO/IEC 10918-1, annex B) up to the end of its first picture; what stands
// behind that, a second picture or a film, isn't looked at.
func scanJPEG(b []byte) (jpegHead, error) {
	var head jpegHead
	for marker, data := range segmentsJPEG(b) {
		switch {
		case marker >= 0xc0 && marker <= 0xc2 && head.w == 0:
			if err := head.frame(data, marker == 0xc2); err != nil {
				return head, err
			}
		case marker == 0xda:
			if head.scans++; head.scans > maxScans {
				return head, fmt.Errorf("%w: more than %d scans", ErrCostly, maxScans)
			}
		}
	}
	if head.w == 0 || head.h == 0 {
		return head, errors.New("no size in the headers")
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
