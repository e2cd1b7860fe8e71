package photo

import "encoding/binary"

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
