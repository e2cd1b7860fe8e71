package track

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Loudness is how loud the pieces are that ship with the program, in LUFS; what is louder apps turn down.
const Loudness = -14.0

const (
	step     = 1.505 // dB: what one step of a granule's gain is, 2^(1/4)
	headroom = -1    // dB below full scale, above which no peak is brought
	maxUp    = 12    // dB: what is fainter was meant to be faint
)

// steps is how far a piece of a loudness and a peak is turned up or down.
func steps(lufs, peak float64) int {
	if math.IsInf(lufs, 0) || math.IsNaN(lufs) {
		return 0
	}
	change := Loudness - lufs
	if change > 0 {
		change = max(0, min(change, headroom-peak, maxUp))
		return int(change / step)
	}
	return int(math.Round(change / step))
}

// turn makes a sound louder or fainter by so many steps, without decoding it: each granule of a frame has a gain
// of its own, which is shifted. sound is what Read gives.
func turn(sound []byte, by int) {
	for at := 0; ; {
		h, ok := readHeader(sound[at:])
		if !ok || len(sound)-at < h.size {
			return
		}
		if frame := sound[at : at+h.size]; at > 0 || !aboutTheRest(frame) {
			turnFrame(frame, by)
		}
		at += h.size
	}
}

// turnFrame shifts the gains in a frame's side information, whose parts stand at places of their own for each
// kind of frame: ISO 11172-3, 2.4.1.7, and ISO 13818-3, 2.4.1.7.
func turnFrame(frame []byte, by int) {
	first, mono, checked := frame[1]&8 != 0, frame[3]>>6 == 3, frame[1]&1 == 0
	side := frame[4:]
	if checked {
		side = frame[6:]
	}
	channels, granules := 2, 2
	if mono {
		channels = 1
	}
	at, part, size := 9+5, 59, 17 // MPEG 1, mono: where the first part begins, its bits, the whole's bytes
	switch {
	case first && mono:
		at += 4
	case first:
		at, size = 9+3+8, 32
	case mono:
		granules, at, part, size = 1, 8+1, 63, 9
	default:
		granules, at, part, size = 1, 8+2, 63, 17
	}
	if len(side) < size {
		return
	}
	for range granules * channels {
		const gain = 12 + 9 // behind the part's length and its big values
		if old := bits(side, at+gain); old > 0 {
			setBits(side, at+gain, byte(min(max(int(old)+by, 1), 255)))
		}
		at += part
	}
	if checked {
		binary.BigEndian.PutUint16(frame[4:], checksum(frame[2:4], side[:size]))
	}
}

// bits reads eight bits from any bit on; setBits writes them.
func bits(b []byte, at int) byte {
	return byte(binary.BigEndian.Uint16(b[at/8:]) >> (8 - at%8))
}

func setBits(b []byte, at int, v byte) {
	b = b[at/8:]
	shift := 8 - at%8
	x := binary.BigEndian.Uint16(b)&^(0xFF<<shift) | uint16(v)<<shift
	binary.BigEndian.PutUint16(b, x)
}

// checksum is the CRC-16 that a frame may have of its head and side information.
func checksum(parts ...[]byte) uint16 {
	crc := uint16(0xFFFF)
	for _, b := range bytes.Join(parts, nil) {
		crc ^= uint16(b) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x8005
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
