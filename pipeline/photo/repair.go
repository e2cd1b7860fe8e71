package photo

import (
	"bytes"
	"image"
	"image/jpeg"
)

// decodeJPEG opens a JPEG, also one that isn't quite as it should be and that every phone shows: without its end
// mark, with wrong numbers at its restarts, or with the last tenth of it missing.
func decodeJPEG(b []byte) (image.Image, error) {
	im, err := jpeg.Decode(bytes.NewReader(b))
	if err == nil {
		return im, nil
	}
	for _, repair := range []func([]byte) []byte{ended, renumbered, filledUp} {
		fixed := repair(b)
		if fixed == nil {
			continue
		}
		if im, again := jpeg.Decode(bytes.NewReader(fixed)); again == nil {
			return im, nil
		}
	}
	return nil, err
}

// ended is a file with an end mark behind whatever it ends with.
func ended(b []byte) []byte { return append(bytes.Clone(b), 0xff, 0xd9) }

// renumbered has its restarts numbered in their order, from each scan's beginning on.
func renumbered(b []byte) []byte {
	b = ended(b)
	next, scan := byte(0), false
	for i := 0; i+1 < len(b); i++ {
		switch m := b[i+1]; {
		case b[i] != 0xff:
		case m == 0xda:
			next, scan = 0, true
		case scan && m >= 0xd0 && m <= 0xd7:
			b[i+1] = 0xd0 + next
			next = (next + 1) % 8
		case m == 0xd9 && scan:
			return b
		}
	}
	return b
}
