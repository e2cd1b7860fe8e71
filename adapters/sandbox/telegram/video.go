package telegram

import (
	"bytes"
	"cmp"

	"github.com/abema/go-mp4"
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
	moov := mp4.BoxTypeMoov()
	boxes, err := mp4.ExtractBoxesWithPayload(bytes.NewReader(data), nil, []mp4.BoxPath{
		{moov, mp4.BoxTypeMvhd()}, {moov, mp4.BoxTypeTrak(), mp4.BoxTypeTkhd()},
	})
	if err != nil {
		return 0, 0, 0
	}
	for _, b := range boxes {
		switch p := b.Payload.(type) {
		case *mp4.Mvhd:
			if p.Timescale > 0 {
				seconds = int(p.GetDuration() / uint64(p.Timescale))
			}
		case *mp4.Tkhd:
			if tw, th := int(p.GetWidthInt()), int(p.GetHeightInt()); tw > 0 && th > 0 {
				w, h = tw, th
			}
		}
	}
	return w, h, seconds
}
