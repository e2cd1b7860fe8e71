package film

import (
	"errors"
	"fmt"

	"github.com/abema/go-mp4"
)

// What every phone of the last ten years plays: H.264 in three profiles (ITU-T H.264, annex A), 8 bits and 4:2:0, up
// to level 4.2.
const (
	baseline = 66
	mainline = 77
	high     = 100

	highestLevel = 42
)

// aacObject is MPEG-4 audio in an esds (ISO/IEC 14496-1, table 5).
const aacObject = 0x40

// silentPacket is the most bytes that AAC takes for a packet of zeros.
const silentPacket = 24

// fits tells what of a film isn't as it was ordered.
func (m *movie) fits(w Want) error {
	var film, sound *track
	for _, t := range m.tracks {
		switch {
		case t.handler == "vide" && film == nil:
			film = t
		case t.handler == "vide":
			return errors.New("the file has two films")
		case t.handler == "soun" && sound == nil:
			sound = t
		}
		if err := m.whole(t); err != nil {
			return err
		}
	}
	if film == nil {
		return errors.New("the file has no film")
	}
	if err := film.plays(); err != nil {
		return err
	}
	if w.W > 0 && (film.w != w.W || film.h != w.H) || film.shownW != film.w || film.shownH != film.h {
		return fmt.Errorf(
			"the film is of %d × %d pixels, shown as %d × %d, and not of %d × %d", film.w, film.h, film.shownW,
			film.shownH, w.W, w.H,
		)
	}
	if s := film.seconds(); s <= 0 || w.Seconds > 0 && apart(s, w.Seconds) {
		return fmt.Errorf("the film lasts %.2f s and not %.2f s", s, w.Seconds)
	}
	if sound == nil && w.Sound {
		return errors.New("the film has no sound")
	}
	if sound != nil {
		return sound.heard(w.Sound)
	}
	return nil
}

// whole reports whether the media that a track lists is there.
func (m *movie) whole(t *track) error {
	room := uint64(0)
	for i, s := range m.media {
		room += uint64(s.size() - m.inner[i])
	}
	if t.bytes > room {
		return fmt.Errorf("the file is cut off: a track of %d bytes in media of %d", t.bytes, room)
	}
	for _, c := range t.chunks {
		if _, ok := m.part(c); !ok {
			return fmt.Errorf("the file is cut off: it names media at byte %d, where there is none", c)
		}
	}
	return nil
}

// plays tells what of a film phones don't play.
func (t *track) plays() error {
	for _, c := range t.codecs {
		if c != "avc1" {
			return fmt.Errorf("the film's codec is %s and not H.264 (avc1)", c)
		}
	}
	sets := 0
	for _, a := range t.avc {
		for _, s := range a.SequenceParameterSets {
			sets++
			if err := playsSet(s); err != nil {
				return err
			}
		}
	}
	switch {
	case len(t.codecs) == 0 || sets == 0:
		return errors.New("the film doesn't say how it is encoded")
	case t.samples == 0 || t.bytes == 0 || len(t.chunks) == 0:
		return errors.New("the film has no frames")
	}
	return nil
}

// playsSet reads the beginning of a sequence parameter set (ITU-T H.264, 7.3.2.1.1).
func playsSet(s mp4.AVCParameterSet) error {
	if len(s.NALUnit) < 4 || s.NALUnit[0]&0x1f != 7 {
		return errors.New("the film doesn't say how it is encoded")
	}
	profile, level := s.NALUnit[1], s.NALUnit[3]
	switch profile {
	case baseline, mainline, high:
	default:
		return fmt.Errorf(
			"the film is in H.264's profile %d: phones play %d, %d and %d", profile, baseline, mainline, high,
		)
	}
	if level > highestLevel {
		return fmt.Errorf(
			"the film is of H.264's level %.1f: phones play those up to %.1f", float64(level)/10, highestLevel/10.,
		)
	}
	if profile != high {
		return nil // always 8 bits and 4:2:0
	}
	b := bits{b: s.NALUnit[4:]}
	b.number() // of the set
	if chroma := b.number(); chroma != 1 {
		return fmt.Errorf("the film's chroma format is %d and not 4:2:0", chroma)
	}
	if y, c := b.number(), b.number(); y != 0 || c != 0 || b.short {
		return errors.New("the film has more than 8 bits a sample")
	}
	return nil
}

// heard tells what of a sound phones don't play, or what can't be heard.
func (t *track) heard(loud bool) error {
	for _, c := range t.codecs {
		if c != "mp4a" {
			return fmt.Errorf("the sound's codec is %s and not AAC (mp4a)", c)
		}
	}
	switch {
	case len(t.codecs) == 0 || !t.aac:
		return errors.New("the sound isn't AAC")
	case t.samples == 0 || t.bytes == 0 || len(t.chunks) == 0 || t.seconds() <= 0:
		return errors.New("the film's sound is empty")
	case loud && t.largest <= silentPacket:
		return fmt.Errorf("the sound is silent: no packet of it has more than %d bytes", t.largest)
	}
	return nil
}

// bits reads Exp-Golomb codes. The first bytes of a set need no look at emulation prevention: their codes are short.
type bits struct {
	b     []byte
	at    int
	short bool // read past the end
}

func (b *bits) bit() int {
	if b.at/8 >= len(b.b) {
		b.short = true
		return 1
	}
	v := b.b[b.at/8] >> (7 - b.at%8) & 1
	b.at++
	return int(v)
}

// number reads an unsigned code of at most 8 bits; -1 is a longer one.
func (b *bits) number() int {
	zeros := 0
	for b.bit() == 0 {
		if zeros++; zeros > 8 {
			return -1
		}
	}
	n := 1
	for range zeros {
		n = n<<1 | b.bit()
	}
	return n - 1
}
