package slack

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// maxFiles is how many files of a message are looked at.
const maxFiles = 20

// media are the pictures of a message, and what else it brings.
func (m *message) media(team, text string) (ps []bot.Image, other string) {
	for _, f := range m.Files[:min(len(m.Files), maxFiles)] {
		if f.Mode == "tombstone" || f.ID == "" || len(f.ID) > maxID || strings.ContainsAny(f.ID, "/\x00") {
			continue
		}
		if !f.picture() {
			other = f.kind()
			continue
		}
		p := bot.Image{Message: m.TS, Text: text}
		p.Photo.Ref, p.Photo.Name, p.Photo.Bytes = team+"/"+f.ID, httpx.Storable(f.Name, maxName), max(f.Bytes, 0)
		ps = append(ps, p)
	}
	return ps, other
}

// picture reports whether a file says that it is a picture. One that says nothing, as in channels that
// several workspaces share, is taken for one until it is opened.
func (f file) picture() bool {
	if f.MIME == "" && f.Type == "" && f.Name == "" {
		return true
	}
	return httpx.IsPicture(f.MIME, f.Name) || httpx.IsPicture("", "."+f.Type)
}

// kind names a file that is no picture.
func (f file) kind() string {
	for _, k := range []string{"video", "audio"} {
		if strings.HasPrefix(f.MIME, k+"/") {
			return k
		}
	}
	return "file"
}
