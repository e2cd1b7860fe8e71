package film

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/sajangpick/sajangpick/pipeline"
)

// maxSide is of a clip's picture, in pixels.
const maxSide = 16384

// Clip reads a clip. plays says for how many seconds a clip of so many is to play: if for longer, there is a copy
// without sound that plays so much slower. Only numbers of its index change, no picture is encoded again.
func Clip(file io.ReadSeeker, plays func(seconds float64) float64) (pipeline.Clip, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return pipeline.Clip{}, err
	}
	if size > maxBytes {
		return pipeline.Clip{}, fmt.Errorf("the file has %d bytes", size)
	}
	m, err := readMovie(file, size)
	if err != nil {
		return pipeline.Clip{}, err
	}
	t := m.picture()
	if t == nil || t.scale == 0 || t.length == 0 {
		return pipeline.Clip{}, errors.New("the file has no film track")
	}
	c := pipeline.Clip{W: t.shownW, H: t.shownH, Seconds: t.seconds()}
	if t.turned {
		c.W, c.H = c.H, c.W
	}
	if c.W > maxSide || c.H > maxSide {
		return pipeline.Clip{}, fmt.Errorf("a track of %d x %d", c.W, c.H)
	}
	if by := plays(c.Seconds) / c.Seconds; by > 1 {
		m.slow(by)
		c.Seconds = t.seconds()
		c.Slower = m.copy(file, m.head("", ""))
	}
	return c, nil
}

// picture is the first track that has one.
func (m *movie) picture() *track {
	for _, t := range m.tracks {
		if t.handler == "vide" && t.shownW > 0 && t.shownH > 0 {
			return t
		}
	}
	return nil
}

// slow has the pictures play slower by a factor, and leaves the other tracks behind. All times in an index are counted
// in the units that its heads name (mvhd, ISO/IEC 14496-12 §8.2.2; mdhd, §8.4.2), so only those units grow.
func (m *movie) slow(by float64) {
	m.mute = true
	n := 0
	for kind, box := range children(m.index) {
		switch kind {
		case "mvhd":
			slowHead(box, by)
		case "trak":
			for kind, media := range children(inside(box)) {
				if kind != "mdia" {
					continue
				}
				for kind, head := range children(inside(media)) {
					if kind == "mdhd" && n < len(m.tracks) {
						m.tracks[n].scale = slowHead(head, by)
					}
				}
			}
			n++
		}
	}
}

// slowHead divides how many units a second has in an mvhd or mdhd, and gives what became of it.
func slowHead(box []byte, by float64) uint32 {
	b := inside(box)
	at := 12 // behind the version, and when it was made and changed
	if len(b) > 0 && b[0] == 1 {
		at = 20
	}
	if len(b) < at+4 {
		return 0
	}
	units := max(1, uint32(math.Round(float64(binary.BigEndian.Uint32(b[at:]))/by)))
	binary.BigEndian.PutUint32(b[at:], units)
	return units
}

// inside is a box without its head.
func inside(box []byte) []byte {
	if binary.BigEndian.Uint32(box) == 1 {
		return box[min(16, len(box)):]
	}
	return box[8:]
}
