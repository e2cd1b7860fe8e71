package track

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/look"
)

// frame is one of 128 kbit/s at 44.1 kHz, 26 ms long; low is one of 8 kbit/s at 8 kHz, 72 ms long.
var (
	frame = append([]byte{0xFF, 0xFB, 0x90, 0x64}, make([]byte, 413)...)
	low   = append([]byte{0xFF, 0xE3, 0x18, 0xC4}, make([]byte, 68)...)
	info  = append(append([]byte{0xFF, 0xFB, 0x90, 0x64}, make([]byte, 32)...), append([]byte("Info"), make([]byte, 377)...)...)
)

// tag is one of n bytes, which look like frames.
func tag(n int) []byte {
	head := []byte{'I', 'D', '3', 3, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
	return append(head, bytes.Repeat(low, n/len(low)+1)[:n]...)
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

func TestOnlyTheSoundIsKept(t *testing.T) {
	song, slow := bytes.Repeat(frame, 100), bytes.Repeat(low, 50)
	for name, c := range map[string]struct {
		file, want []byte
		length     time.Duration
	}{
		"bare":               {song, song, 2612 * time.Millisecond},
		"low":                {slow, slow, 3600 * time.Millisecond},
		"with a picture":     {join(tag(200_000), song), song, 2612 * time.Millisecond},
		"with two tags":      {join(tag(20), tag(900), song), song, 2612 * time.Millisecond},
		"with a name behind": {join(song, []byte("TAG"), make([]byte, 125)), song, 2612 * time.Millisecond},
		"with its length":    {join(info, song), join(info, song), 2612 * time.Millisecond},
		"zeros first":        {join(make([]byte, 5000), song), song, 2612 * time.Millisecond},
		"with a hole":        {join(song, make([]byte, 700), song), join(song, song), 5224 * time.Millisecond},
		"cut off":            {song[:len(song)-10], song[:99*len(frame)], 2586 * time.Millisecond},
	} {
		sound, length, err := Read(slices.Clone(c.file))
		if err != nil || !bytes.Equal(sound, c.want) || length.Round(time.Millisecond) != c.length {
			t.Errorf("%s: %d bytes of %v, %v; want %d of %v", name, len(sound), length, err, len(c.want), c.length)
		}
	}
}

func TestTheProjectsOwnPiecesAreMusic(t *testing.T) {
	for _, name := range look.MusicNames() {
		piece, _ := look.Music(name)
		sound, length, err := Read(slices.Clone(piece))
		if err != nil || length < 5*time.Second || len(sound) < len(piece)*9/10 {
			t.Errorf("%s: %d of %d bytes, %v, %v", name, len(sound), len(piece), length, err)
		}
	}
}

func TestWhatIsNoMusicIsCalledByItsName(t *testing.T) {
	song := bytes.Repeat(frame, 10)
	for _, c := range []struct {
		file []byte
		want Refusal
	}{
		{nil, Broken},
		{[]byte("<!DOCTYPE html><html><body>노래</body></html>"), Page},
		{[]byte(`{"error":"not found"}`), Page},
		{join([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), song), Kind},
		{join([]byte("\x00\x00\x00\x20ftypM4A "), song), Kind},
		{join([]byte("OggS"), song), Kind},
		{bytes.Repeat([]byte{0xFF, 0xF1, 0x50, 0x80, 0, 0, 0}, 500), Kind}, // AAC
		{bytes.Repeat([]byte{0xFF}, 5000), Kind},
		{tag(900), Broken},
		{join(song, make([]byte, 9000), song), Broken},
	} {
		_, _, err := Read(slices.Clone(c.file))
		var got Refusal
		if !errors.As(err, &got) || got != c.want {
			t.Errorf("%.20q is %v, want %v", c.file, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(join(tag(30), info, frame, frame, frame, []byte("TAG")))
	f.Add(join(low, low, low[:9], low, low, low))
	f.Fuzz(func(t *testing.T, data []byte) {
		sound, length, err := Read(slices.Clone(data))
		if err != nil {
			return
		}
		if len(sound) > len(data) || length < 0 {
			t.Fatalf("%d bytes of %v came out of %d", len(sound), length, len(data))
		}
		again, same, err := Read(slices.Clone(sound))
		if err != nil && len(sound) > 0 || same != length || !bytes.Equal(again, sound) {
			t.Errorf("%d bytes of %v are read again as %d of %v, %v", len(sound), length, len(again), same, err)
		}
	})
}
