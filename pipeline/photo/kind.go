package photo

import (
	"bytes"
	"fmt"
)

// kind is a format that is read.
type kind int

const (
	kindJPEG kind = iota + 1
	kindPNG
	kindWebP
	kindHEIC
	kindAVIF
)

// others are the first bytes of formats that people do send and that aren't read.
var others = []struct {
	at    int
	magic string
	name  string
}{
	{0, "GIF8", "GIF"},
	{0, "II*\x00", "TIFF or raw"}, {0, "MM\x00*", "TIFF or raw"}, {0, "II+\x00", "TIFF"}, {0, "IIRO", "raw"},
	{0, "%PDF", "PDF"},
	{0, "8BPS", "Photoshop"},
	{0, "\x00\x00\x01\x00", "icon"},
	{0, "\xff\x0a", "JPEG XL"}, {0, "\x00\x00\x00\x0cJXL ", "JPEG XL"},
	{0, "\x00\x00\x00\x0cjP  ", "JPEG 2000"}, {0, "\xff\x4f\xff\x51", "JPEG 2000"},
	{0, "\x1a\x45\xdf\xa3", "WebM video"}, {8, "AVI ", "AVI video"},
	{4, "moov", "QuickTime video"}, {4, "mdat", "QuickTime video"}, {4, "wide", "QuickTime video"},
}

// sniff recognises a file by its first bytes; names and content types lie.
func sniff(b []byte) (kind, error) {
	has := func(at int, magic string) bool {
		return len(b) >= at+len(magic) && string(b[at:at+len(magic)]) == magic
	}
	switch {
	case len(b) == 0:
		return 0, ErrEmpty
	case has(0, "\xff\xd8\xff"):
		return kindJPEG, nil
	case has(0, "\x89PNG\r\n\x1a\n"):
		return kindPNG, nil
	case has(0, "RIFF") && has(8, "WEBP"):
		if has(12, "VP8X") && len(b) > 20 && b[20]&2 != 0 {
			return 0, fmt.Errorf("%w: animated WebP", ErrKind)
		}
		return kindWebP, nil
	case has(4, "ftyp"):
		return brand(b)
	case has(0, "BM") && len(b) > 26 && has(6, "\x00\x00\x00\x00"):
		return 0, fmt.Errorf("%w: BMP", ErrKind)
	case vector(b):
		return 0, fmt.Errorf("%w: SVG", ErrKind)
	}
	for _, o := range others {
		if has(o.at, o.magic) {
			return 0, fmt.Errorf("%w: %s", ErrKind, o.name)
		}
	}
	return 0, fmt.Errorf("%w: starts with %.12q", ErrNotPicture, b[:min(len(b), 12)])
}

// brand tells HEIC and AVIF from the many other formats that share their container (ISO/IEC 14496-12, 4.3):
// the major brand, a version, then the compatible brands.
func brand(b []byte) (kind, error) {
	head := b[:min(len(b), 256)]
	if n := int(head[0])<<24 | int(head[1])<<16 | int(head[2])<<8 | int(head[3]); n >= 16 && n < len(head) {
		head = head[:n]
	}
	for i := 8; i+4 <= len(head); i += 4 {
		switch string(head[i : i+4]) {
		case "heic", "heix", "heim", "heis":
			return kindHEIC, nil
		case "avif":
			return kindAVIF, nil
		case "avis":
			return 0, fmt.Errorf("%w: animated AVIF", ErrKind)
		}
	}
	return 0, fmt.Errorf("%w: video or other media, brand %q", ErrKind, head[8:min(len(head), 12)])
}

func vector(b []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(b[:min(len(b), 1024)], "\xef\xbb\xbf \t\r\n"))
	if bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<!doctype svg")) ||
		bytes.HasPrefix(head, []byte("<!--")) {
		return bytes.Contains(head, []byte("<svg"))
	}
	return bytes.HasPrefix(head, []byte("<svg"))
}
