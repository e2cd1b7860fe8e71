package track

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/look"
	"github.com/sajangpick/sajangpick/pipeline/video"
)

func TestAPieceComesAsLoudAsTheOthersWithoutClipping(t *testing.T) {
	for _, c := range []struct {
		lufs, peak float64
		want       int
	}{
		{-14, -1, 0}, {-8, 0, -4}, {-2, 0, -8}, {-20, -12, 3}, {-20, -3, 1}, {-20, -.5, 0},
		{-50, -40, 7}, {math.Inf(-1), math.Inf(-1), 0}, {math.NaN(), 0, 0},
	} {
		if got := steps(c.lufs, c.peak); got != c.want {
			t.Errorf("%g LUFS with a peak of %g dB: %d steps, want %d", c.lufs, c.peak, got, c.want)
		}
	}
}

// heard measures a sound with ffmpeg.
func heard(t *testing.T, tool video.Tool, sound []byte) float64 {
	t.Helper()
	lufs, _, err := tool.Loudness(t.Context(), "mp3", bytes.NewReader(sound), 15)
	if err != nil {
		t.Fatal(err)
	}
	return lufs
}

func TestTurningChangesNothingButTheLoudness(t *testing.T) {
	tool, err := video.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bright, _ := look.Music("bright")
	tone, err := os.ReadFile("../../testdata/tone.mp3") // mono, of MPEG 2, with a cover
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"bright": bright, "tone": tone} {
		sound, _, err := Read(slices.Clone(file))
		if err != nil {
			t.Fatal(err)
		}
		before := heard(t, tool, sound)
		if long := heard(t, tool, bytes.Repeat(sound, 1+2<<20/len(sound))); math.Abs(long-before) > 2 { // more than is read
			t.Errorf("%s again and again: %.1f LUFS, once %.1f", name, long, before)
		}
		for _, by := range []int{-8, 0, 3} {
			turned := slices.Clone(sound)
			turn(turned, by)
			if got, want := heard(t, tool, turned), before+step*float64(by); math.Abs(got-want) > .3 {
				t.Errorf("%s by %d: %.1f LUFS, want %.1f", name, by, got, want)
			}
			if turn(turned, -by); !bytes.Equal(turned, sound) {
				t.Errorf("%s: %d and back is something else", name, by)
			}
		}
	}
}

func TestAFramesChecksumFitsItsNewGain(t *testing.T) {
	checked := slices.Clone(frame)
	checked[1] &^= 1
	checked[11], checked[12] = 0x55, 0x55
	turnFrame(checked, 0)
	first := slices.Clone(checked)
	turnFrame(checked, 5)
	if bytes.Equal(checked[4:6], first[4:6]) {
		t.Error("another gain has the same checksum")
	}
	if turnFrame(checked, -5); !bytes.Equal(checked, first) {
		t.Errorf("% x is not % x", checked[:40], first[:40])
	}
}

// file is a place that has one.
type file []byte

func (f file) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f)), nil
}

func TestAPieceThatNobodyCanMeasureStaysAsItIs(t *testing.T) {
	song := bytes.Repeat(frame, 100)
	deaf := func(context.Context, []byte) (float64, float64, error) { return 0, 0, errors.New("no ffmpeg") }
	got, err := NewFetcher(file(song), deaf).Fetch(t.Context(), "https://example.com/a.mp3", begins)
	if err != nil || !bytes.Equal(got, song) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func FuzzTurn(f *testing.F) {
	f.Add(join(low, low, low), 3)
	f.Add(join(frame, frame, frame), -200)
	f.Fuzz(func(t *testing.T, data []byte, by int) {
		sound, length, err := Read(slices.Clone(data))
		if err != nil {
			return
		}
		turn(sound, by%300)
		if _, same, err := Read(sound); len(sound) > 0 && (err != nil || same != length) {
			t.Errorf("%v became %v, %v", length, same, err)
		}
	})
}
