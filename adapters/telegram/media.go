package telegram

import (
	"path"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// pictures are those of a message: of the sizes of a photo the largest, or a file that is a picture.
func (m media) pictures(message, text string) []bot.Image {
	p := bot.Image{Message: message, Text: text}
	sizes := m.Photo
	if m.LivePhoto != nil && len(sizes) == 0 {
		sizes = m.LivePhoto.Photo
	}
	switch d := m.Document; {
	case len(sizes) > 0:
		best := sizes[0]
		for _, s := range sizes[1:] {
			if area(s) > area(best) {
				best = s
			}
		}
		p.Photo.Ref, p.Photo.Unique, p.Photo.Bytes = best.ID, best.Unique, best.Bytes
	case d.picture() && m.Animation == nil:
		p.Photo.Ref, p.Photo.Unique, p.Photo.Bytes = d.ID, d.Unique, d.Bytes
		p.Photo.Name = httpx.Storable(d.Name, maxName)
	}
	if p.Photo.Ref == "" || len(p.Photo.Ref) > maxID || len(p.Photo.Unique) > maxID {
		return nil
	}
	p.Photo.Ref, p.Photo.Unique = httpx.Storable(p.Photo.Ref, maxID), httpx.Storable(p.Photo.Unique, maxID)
	p.Photo.Bytes = max(p.Photo.Bytes, 0)
	return []bot.Image{p}
}

func area(s size) float64 { return float64(s.Width) * float64(s.Height) }

// picture reports whether a file says that it is a picture.
func (d *document) picture() bool { return d != nil && httpx.IsPicture(d.MIME, d.Name) }

// sound reports whether a file says that it is something to hear.
func (d *document) sound() bool {
	return d != nil &&
		(strings.HasPrefix(strings.ToLower(d.MIME), "audio/") || strings.EqualFold(path.Ext(d.Name), ".mp3"))
}

// other names what a message brings besides words and pictures.
func (m *message) other() string {
	for _, x := range []struct {
		name string
		is   bool
	}{
		{"animation", m.Animation != nil},
		{"video", m.Video != nil},
		{"video_note", m.VideoNote != nil},
		{"voice", m.Voice != nil},
		{"audio", m.Audio != nil},
		{"sticker", m.Sticker != nil},
		{"story", m.Story != nil},
		{"location", m.Location != nil},
		{"contact", m.Contact != nil},
		{"poll", m.Poll != nil},
		{"dice", m.Dice != nil},
		{"game", m.Game != nil},
		{"checklist", m.Checklist != nil},
		{"paid_media", m.PaidMedia != nil},
		{"live_photo", m.LivePhoto != nil && len(m.Photo)+len(m.LivePhoto.Photo) == 0},
		{"audio", m.Document.sound()},
		{"file", m.Document != nil && !m.Document.picture()},
	} {
		if x.is {
			return x.name
		}
	}
	return ""
}
