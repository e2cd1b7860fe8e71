package track

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
)

// Read finds the sound in an MP3: frames of MPEG audio layer III in a row, without the tags, pictures and
// texts around them. It comes to stand at the beginning of data. The error is a Refusal.
func Read(data []byte) (sound []byte, length time.Duration, err error) {
	at := find(data, behindTags(data), farIn, 0)
	if at < 0 || container(data) {
		return nil, 0, sniff(data)
	}
	first, _ := readHeader(data[at:])
	sound = data[:0]
	samples, holes := 0, 0
	for at >= 0 {
		h, ok := readHeader(data[at:])
		if !ok || h.stream != first.stream {
			next := find(data, at, len(data), first.stream)
			holes += max(next-at, 0)
			at = next
			continue
		}
		if len(data)-at < h.size { // cut off; what is there can be heard
			break
		}
		frame := data[at : at+h.size]
		if len(sound) > 0 || !aboutTheRest(frame) {
			samples += h.samples
		}
		sound = append(sound, frame...)
		at += h.size
	}
	if holes > len(sound)/10 {
		return nil, 0, Broken
	}
	return sound, time.Duration(samples) * time.Second / time.Duration(first.rate), nil
}

const (
	farIn = 64 << 10 // bytes before the first frame that are no tag
	inRow = 3        // frames that follow each other by chance are fewer
)

// find looks for frames in a row, which begin before data[from+within], and gives the first one's place, -1
// when there are none. stream is that of the frames, 0 any.
func find(data []byte, from, within int, stream uint32) int {
	end := min(len(data), from+within)
	for at := from; at < end; at++ {
		if next := bytes.IndexByte(data[at:end], 0xFF); next < 0 {
			break
		} else {
			at += next
		}
		if h, ok := readHeader(data[at:]); ok && (stream == 0 || h.stream == stream) && follow(data[at:], h.stream) {
			return at
		}
	}
	return -1
}

// follow reports whether frames of a stream stand in a row at the beginning of data, up to its end if that is near.
func follow(data []byte, stream uint32) bool {
	for n := 0; n < inRow; n++ {
		h, ok := readHeader(data)
		if !ok || h.stream != stream || len(data) < h.size {
			return n > 0 && len(data) == 0
		}
		data = data[h.size:]
	}
	return true
}

// header is the head of a frame.
type header struct {
	size    int // bytes, with the head
	samples int // of each channel
	rate    int // samples a second
	stream  uint32
}

// Kilobits a second, by the head's number for them, of MPEG 1 and of MPEG 2 and 2.5.
var (
	kilobits1 = [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	kilobits2 = [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	rates     = [...]int{44100, 48000, 32000}
)

// readHeader reads the head of a frame of layer III. One of free bit rate, which hardly anybody can read, is none.
func readHeader(b []byte) (header, bool) {
	if len(b) < 4 {
		return header{}, false
	}
	x := binary.BigEndian.Uint32(b)
	version, layer, bits, rate, padding := x>>19&3, x>>17&3, x>>12&15, x>>10&3, int(x>>9&1)
	if x>>21 != 0x7FF || version == 1 || layer != 1 || bits == 0 || bits == 15 || rate == 3 {
		return header{}, false
	}
	const same = 0xFFFE_0C00 // sync, version, layer and rate
	h := header{samples: 1152, rate: rates[rate], stream: x & same}
	kilobits := kilobits1[bits]
	if version != 3 {
		h.samples, h.rate, kilobits = 576, h.rate/2, kilobits2[bits]
		if version == 0 {
			h.rate /= 2
		}
	}
	h.size = h.samples/8*kilobits*1000/h.rate + padding
	return h, true
}

// aboutTheRest reports whether a first frame only says how many follow, and is silent.
func aboutTheRest(frame []byte) bool {
	head := frame[:min(len(frame), 64)]
	for _, name := range []string{"Xing", "Info", "VBRI"} {
		if bytes.Contains(head, []byte(name)) {
			return true
		}
	}
	return false
}

// behindTags is where the ID3 tags at the beginning end, which say themselves how long they are.
func behindTags(data []byte) int {
	at := 0
	for bytes.HasPrefix(data[at:], []byte("ID3")) && len(data)-at > 10 {
		head := data[at : at+10]
		size := 10 + int(head[6]&127)<<21 + int(head[7]&127)<<14 + int(head[8]&127)<<7 + int(head[9]&127)
		if head[5]&0x10 != 0 { // it has a foot as well
			size += 10
		}
		if size > len(data)-at {
			return at
		}
		at += size
	}
	return at
}

// container reports whether data begins as a file that may hold an MP3's frames, and isn't one.
func container(data []byte) bool {
	for _, magic := range []string{"RIFF", "OggS", "fLaC", "\x1aE\xdf\xa3", "PK\x03\x04", "%PDF", "FORM"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return len(data) > 8 && string(data[4:8]) == "ftyp"
}

// sniff says what it is that has no frames.
func sniff(data []byte) Refusal {
	kind := http.DetectContentType(data)
	switch {
	case len(data) == 0, kind == "audio/mpeg": // a tag alone
		return Broken
	case strings.HasPrefix(kind, "text/") && bytes.IndexByte(data, 0xFF) < 0: // which no text has
		return Page
	}
	return Kind
}
