package photo

import "encoding/binary"

// scanJPEG walks the segments before the pixels. It returns the EXIF orientation, 1 where there is
// none or it is damaged, and whether the file is progressive.
func scanJPEG(b []byte) (turn int, progressive bool) {
	turn = 1
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		marker := b[i+1]
		if marker == 0xff { // padding
			i++
			continue
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			break
		}
		data := b[i+4 : i+2+n]
		switch {
		case marker == 0xe1 && len(data) > 6 && string(data[:6]) == "Exif\x00\x00":
			turn = orientation(data[6:])
		case marker == 0xc2:
			progressive = true
		case marker == 0xda: // pixels from here on
			return turn, progressive
		}
		i += 2 + n
	}
	return turn, progressive
}

// orientation reads tag 0x0112 of the first directory of a TIFF block (TIFF 6.0, section 2;
// Exif 2.3, 4.6.4). Whatever is odd about the block means 1: not turned.
func orientation(t []byte) int {
	if len(t) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(t[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(t[4:]))
	if at+2 > uint64(len(t)) {
		return 1
	}
	dir := t[at+2:]
	const entry = 12 // tag, type, count, value
	for range order.Uint16(t[at:]) {
		if len(dir) < entry {
			return 1
		}
		if order.Uint16(dir) == 0x0112 {
			if v := order.Uint16(dir[8:]); order.Uint16(dir[2:]) == 3 && v >= 1 && v <= 8 {
				return int(v)
			}
			return 1
		}
		dir = dir[entry:]
	}
	return 1
}
