package telegram

import (
	"cmp"
	"encoding/binary"
)

// unread is the size from which Telegram looks into no video.
const unread = 10 << 20

// sendVideo stores a video with the width, height and length that came with it. Without them a small
// one is looked into, and a large one stands there as a square of no length.
func sendVideo(s *Server, p params) (any, error) {
	return s.write(p, func(m *post) error {
		f, err := s.media(p, "video")
		if err != nil {
			return err
		}
		if f.id == "" {
			if err := s.describe(p, f); err != nil {
				return err
			}
		}
		m.Video = s.keep(*f).wire()
		if up, ok := p.file("cover"); ok { // it belongs to the message, not to the file
			if m.Video.Cover, err = s.photo(up.Data); err != nil {
				return err
			}
		}
		m.stream = p.Flag("supports_streaming")
		return m.caption(p)
	})
}

func (s *Server) describe(p params, f *file) (err error) {
	f.w, f.h, f.seconds = p.Number("width"), p.Number("height"), p.Number("duration")
	if f.w < 0 || f.w > 10_000 || f.h < 0 || f.h > 10_000 {
		return bad("wrong video dimensions")
	}
	if f.w == 0 || f.h == 0 || f.seconds == 0 {
		w, h, seconds := 320, 320, 0
		if len(f.data) <= unread {
			if mw, mh, ms := probe(f.data); mw > 0 {
				w, h, seconds = mw, mh, ms
			}
		}
		if f.w == 0 || f.h == 0 {
			f.w, f.h = w, h
		}
		f.seconds = cmp.Or(f.seconds, seconds)
	}
	if f.mime == "" || f.mime == "application/octet-stream" {
		f.mime = "video/mp4"
	}
	f.thumb, err = s.thumbnail(p)
	return err
}

// probe reads the size and the length out of an MP4. Zeros: it is none.
func probe(data []byte) (w, h, seconds int) {
	boxesIn(data, func(kind string, b []byte) {
		if kind != "moov" {
			return
		}
		boxesIn(b, func(kind string, b []byte) {
			switch kind {
			case "mvhd":
				seconds = length(b)
			case "trak":
				boxesIn(b, func(kind string, b []byte) {
					if n := len(b); kind == "tkhd" && n >= 84 {
						tw, th := int(binary.BigEndian.Uint32(b[n-8:])>>16), int(binary.BigEndian.Uint32(b[n-4:])>>16)
						if tw > 0 && th > 0 {
							w, h = tw, th
						}
					}
				})
			}
		})
	})
	return w, h, seconds
}

// length of a film from its movie header, of either version.
func length(b []byte) int {
	switch {
	case len(b) >= 20 && b[0] == 0:
		if scale := binary.BigEndian.Uint32(b[12:]); scale > 0 {
			return int(binary.BigEndian.Uint32(b[16:]) / scale)
		}
	case len(b) >= 32 && b[0] == 1:
		if scale := binary.BigEndian.Uint32(b[20:]); scale > 0 {
			return int(binary.BigEndian.Uint64(b[24:]) / uint64(scale))
		}
	}
	return 0
}

func boxesIn(data []byte, each func(kind string, body []byte)) {
	for len(data) >= 8 {
		size, head := uint64(binary.BigEndian.Uint32(data)), uint64(8)
		switch {
		case size == 1 && len(data) >= 16:
			size, head = binary.BigEndian.Uint64(data[8:]), 16
		case size == 0:
			size = uint64(len(data))
		}
		if size < head || size > uint64(len(data)) {
			return
		}
		each(string(data[4:8]), data[head:size])
		data = data[size:]
	}
}
