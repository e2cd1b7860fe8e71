package track

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// frame is one of 128 kbit/s at 44.1 kHz, 26 ms long; low is one of 8 kbit/s at 8 kHz, 72 ms long. Both are silent.
var (
	frame = append([]byte{0xFF, 0xFB, 0x90, 0x64}, make([]byte, 413)...)
	low   = append([]byte{0xFF, 0xE3, 0x18, 0xC4}, make([]byte, 68)...)
)

// tag is one of n bytes, which look like frames.
func tag(n int) []byte {
	head := []byte{'I', 'D', '3', 3, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
	return append(head, bytes.Repeat(low, n/len(low)+1)[:n]...)
}

var found = sync.OnceValues(func() (ffmpeg.Tool, error) { return ffmpeg.Find(context.Background()) })

func ffmpegTool(t *testing.T) ffmpeg.Tool {
	t.Helper()
	tool, err := found()
	if err != nil || !tool.MP3 {
		t.Fatalf("%+v, %v", tool, err)
	}
	return tool
}

// file is a place that has one.
type file []byte

func (f file) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f)), nil
}

// loud measures a sound.
func loud(t *testing.T, sound []byte) (lufs, peak float64) {
	t.Helper()
	lufs, peak, err := ffmpegTool(t).Loudness(t.Context(), "mp3", bytes.NewReader(sound), 60)
	if err != nil {
		t.Fatal(err)
	}
	return lufs, peak
}

func TestFetcher_WithFFmpegAnyPieceComesAsLoudAsTheBuiltInOnes(t *testing.T) {
	// mono, of MPEG 2, of varying bit rate, with a cover: -21 LUFS
	tone, err := os.ReadFile("../../internal/app/e2e/telegram/testdata/tone.mp3")
	if err != nil {
		t.Fatal(err)
	}
	bright, _ := look.Music("bright")
	song := bytes.Repeat(frame, 200)
	for name, piece := range map[string][]byte{
		"faint": tone, "with a tag": slices.Concat(tag(200_000), bright),
		"with holes, and long": bytes.Repeat(slices.Concat(make([]byte, 5000), bright[:len(bright)-100]), 8),
	} {
		sound, err := NewFetcher(file(piece), ffmpegTool(t)).Fetch(t.Context(), "https://example.com/a.mp3", begins)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if lufs, peak := loud(t, sound); lufs < -16 || lufs > -13 || peak > -.3 || len(sound) > 31*ffmpeg.LevelRate {
			t.Errorf("%s: %.1f LUFS with a peak of %.1f dB in %d bytes", name, lufs, peak, len(sound))
		}
	}
	if sound, err := NewFetcher(file(song), ffmpegTool(t)).Fetch(
		t.Context(), "https://example.com/a.mp3", begins,
	); err != nil {
		t.Errorf("silence: %v", err)
	} else if lufs, _ := loud(t, sound); lufs > -60 {
		t.Errorf("silence became %.1f LUFS", lufs)
	}
}

func TestFetcher_WithoutFFmpegAPieceStaysAsItIs(t *testing.T) {
	bright, _ := look.Music("bright")
	for _, piece := range [][]byte{bright, bytes.Repeat(low, 100), slices.Concat(tag(20), bright)} {
		got, err := NewFetcher(file(piece), ffmpeg.Tool{}).Fetch(t.Context(), "https://example.com/a.mp3", begins)
		if err != nil || !bytes.Equal(got, piece) {
			t.Errorf("%.4q: %d bytes of %d, %v", piece, len(got), len(piece), err)
		}
	}
	if with, without := Volume(ffmpegTool(t)), Volume(ffmpeg.Tool{}); with != 1 || without != .5 {
		t.Errorf("played at %g with ffmpeg, at %g without", with, without)
	}
}

func TestFetcher_WhatIsNoMusicIsCalledByItsName(t *testing.T) {
	song := bytes.Repeat(frame, 100)
	for _, c := range []struct {
		file     []byte
		with     bot.TrackRefusal // ffmpeg; empty: it is music
		without  bot.TrackRefusal
		whatever string
	}{
		{nil, bot.TrackBroken, bot.TrackBroken, "nothing"},
		{[]byte("<!DOCTYPE html><html><body>노래</body></html>"), bot.TrackPage, bot.TrackPage, "a page"},
		{[]byte(`{"error":"not found"}`), bot.TrackPage, bot.TrackPage, "a text"},
		{slices.Concat([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), song), bot.TrackKind, bot.TrackKind, "a WAV"},
		{slices.Concat([]byte("\x00\x00\x00\x20ftypM4A "), song), bot.TrackKind, bot.TrackKind, "an M4A"},
		{slices.Concat([]byte("OggS"), song), "", bot.TrackKind, "an Ogg page before frames"},
		{bytes.Repeat([]byte{0xFF, 0xF1, 0x50, 0x80, 0, 0, 0}, 500), bot.TrackKind, bot.TrackKind, "AAC"},
		{bytes.Repeat([]byte{0xFF}, 5000), bot.TrackKind, bot.TrackKind, "sync alone"},
		{tag(900), bot.TrackBroken, "", "a tag alone"},
		{frame[:200], bot.TrackBroken, "", "half a frame"},
		{song[:10*len(frame)], bot.TrackShort, "", "a quarter of a second"},
		{bytes.Repeat(low, 9000), bot.TrackLong, "", "648 seconds"},
	} {
		for tool, want := range map[ffmpeg.Tool]bot.TrackRefusal{ffmpegTool(t): c.with, {}: c.without} {
			_, err := NewFetcher(file(c.file), tool).Fetch(t.Context(), "https://example.com/a.mp3", begins)
			var got bot.TrackRefusal
			if errors.As(err, &got); got != want || got == "" && err != nil {
				t.Errorf("%s, ffmpeg %q: %v, want %q", c.whatever, tool.Version, err, want)
			}
		}
	}
}

// slow is a place that answers when it is let.
type slow struct {
	let   chan struct{}
	piece []byte
}

func (s slow) Open(ctx context.Context, _ string) (io.ReadCloser, error) {
	select {
	case <-s.let:
	case <-ctx.Done():
	}
	return io.NopCloser(bytes.NewReader(s.piece)), nil
}

// begins writes nothing down.
func begins() error { return nil }

func TestFetcher_HoldsOnlyAFewTracksInMemoryAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		place := slow{make(chan struct{}), bytes.Repeat(frame, 100)}
		f := NewFetcher(place, ffmpeg.Tool{})
		for range atOnce {
			go func() {
				if _, err := f.Fetch(t.Context(), "https://example.com/a.mp3", begins); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		began := time.Now()
		_, err := f.Fetch(t.Context(), "https://example.com/b.mp3", begins)
		if !pipeline.AsFault(err).RateLimited || time.Since(began) != 0 {
			t.Errorf("one too many after %v: %v", time.Since(began), err)
		}
		close(place.let)
		synctest.Wait()
		if _, err := f.Fetch(t.Context(), "https://example.com/b.mp3", begins); err != nil {
			t.Error(err)
		}
	})
}

// lost is where no server is found.
type lost struct{ why *net.DNSError }

func (l lost) Open(context.Context, string) (io.ReadCloser, error) {
	return nil, &pipeline.Fault{Kind: pipeline.Transient, Err: &net.OpError{Op: "dial", Err: l.why}}
}

func TestFetcher_AsksOnceForANameThatDoesNotExist(t *testing.T) {
	var no bot.TrackRefusal
	_, err := NewFetcher(
		lost{&net.DNSError{IsNotFound: true}}, ffmpeg.Tool{},
	).Fetch(t.Context(), "https://typo.test/a.mp3", begins)
	if !errors.As(err, &no) || no != bot.TrackAway {
		t.Errorf("a name that nobody has: %v", err)
	}
	_, err = NewFetcher(
		lost{&net.DNSError{IsTimeout: true}}, ffmpeg.Tool{},
	).Fetch(t.Context(), "https://song.test/a.mp3", begins)
	if errors.As(err, &no) || pipeline.AsFault(err).Kind != pipeline.Transient {
		t.Errorf("nobody who knows the name: %v", err)
	}
}
