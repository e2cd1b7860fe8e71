// Package filmtest makes films of a few bytes, for tests that don't look at their frames: their boxes are those of a
// real film, their frames and sounds are not.
package filmtest

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Short is a film in H.264 and AAC, of a frame and a packet a second or part of one, and of at least so many bytes.
func Short(w, h int, seconds float64, size int) []byte {
	kind := Box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom"))
	index := moov(w, h, seconds, 0)
	index = moov(w, h, seconds, uint32(len(kind)+len(index)+8))
	media := make([]byte, max(packets(seconds)*(frame+packet), size-len(kind)-len(index)-8))
	return bytes.Join([][]byte{kind, index, Box("mdat", media)}, nil)
}

const (
	scale  = 1000
	frame  = 64 // bytes
	packet = 48
)

func packets(seconds float64) int { return int(math.Ceil(seconds)) }

func moov(w, h int, seconds float64, media uint32) []byte {
	length := uint32(math.Round(seconds * scale))
	sps := []byte{0x67, 100, 0, 40, 0xac, 0x80} // high profile, level 4.0, 4:2:0, 8 bits
	avcc := Box("avcC", []byte{1, 100, 0, 40, 0xff, 0xe1}, u16(len(sps)), sps, []byte{
		1, 0, 2, 0x68, 0x80, 0xfd, 0xf8, 0xf8, 0,
	})
	avc1 := Box(
		"avc1", make([]byte, 6), u16(1), make([]byte, 16), u16(w, h), u32(72<<16, 72<<16, 0), u16(1), make([]byte, 32),
		u16(24, 0xffff), avcc,
	)
	esds := Box("esds", u32(0), []byte{3, 22, 0, 0, 0, 4, 17, 0x40, 0x15, 0, 0, 0}, u32(0, 0), []byte{
		5, 2, 0x11, 0x90, 6, 1, 2,
	})
	mp4a := Box("mp4a", make([]byte, 6), u16(1), make([]byte, 8), u16(2, 16, 0, 0), u32(48000<<16), esds)
	head := Box(
		"mvhd", u32(0, 0, 0, scale, length, 1<<16), u16(1<<8), make([]byte, 10), matrix(), make([]byte, 24), u32(3),
	)
	return Box("moov", head,
		track(1, "vide", length, w, h, Box("vmhd", u32(1), make([]byte, 8)), avc1, frame, media),
		track(2, "soun", length, 0, 0, Box("smhd", u32(0, 0)), mp4a, packet, media+uint32(frame*packets(seconds))))
}

func track(id uint32, handler string, length uint32, w, h int, header, entry []byte, sample, media uint32) []byte {
	n := uint32(packets(float64(length) / scale))
	timing := u32(0, 1, n, length/max(n, 1))
	if rest := length % max(n, 1); rest > 0 {
		timing = u32(0, 2, n-1, length/n, 1, length/n+rest)
	}
	table := Box("stbl", Box("stsd", u32(0, 1), entry), Box("stts", timing), Box("stsc", u32(0, 1, 1, n, 1)),
		Box("stsz", u32(0, sample, n)), Box("stco", u32(0, 1, media)))
	data := Box("dinf", Box("dref", u32(0, 1), Box("url ", u32(1))))
	return Box("trak",
		Box("tkhd", u32(3, 0, 0, id, 0, length, 0, 0, 0), u16(0, 0), matrix(), u32(uint32(w)<<16, uint32(h)<<16)),
		Box("mdia", Box("mdhd", u32(0, 0, 0, scale, length), u16(0x55c4, 0)),
			Box("hdlr", u32(0, 0), []byte(handler), make([]byte, 13)), Box("minf", header, data, table)))
}

func matrix() []byte { return u32(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30) }

// Box is a box of an MP4.
func Box(kind string, inside ...[]byte) []byte {
	body := bytes.Join(inside, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

func u32(all ...uint32) (b []byte) {
	for _, n := range all {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func u16(all ...int) (b []byte) {
	for _, n := range all {
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	}
	return b
}
