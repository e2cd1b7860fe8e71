package film

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/film/filmtest"
	"github.com/sajangpick/sajangpick/pipeline"
)

var (
	tone   = []string{"-f", "lavfi", "-i", "sine=frequency=440:duration=2"}
	quiet  = []string{"-f", "lavfi", "-i", "anullsrc=channel_layout=stereo:sample_rate=48000"}
	soft   = []string{"-f", "lavfi", "-i", "anoisesrc=amplitude=0.00005:duration=2"} // not zeros, but nobody hears it
	aac    = []string{"-c:a", "aac"}
	h264   = []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	wanted = Want{W: 144, H: 256, Seconds: 2, Sound: true, Title: "새우 & 파스타", Comment: "AI로 만든 영상"}
)

// made is a film of 144 × 256 pixels and two seconds that ffmpeg makes.
func made(t testing.TB, tool ffmpeg.Tool, args ...[]string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film.mp4")
	all := append(
		[]string{"-v", "error", "-f", "lavfi", "-i", "testsrc2=size=144x256:rate=30:duration=2"},
		slices.Concat(args...)...,
	)
	if b, err := exec.CommandContext(
		t.Context(), tool.FFmpeg, append(all, "-t", "2", out)...,
	).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tool(t testing.TB) ffmpeg.Tool {
	t.Helper()
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tool
}

func hearing(tool ffmpeg.Tool) Loudness {
	return func(ctx context.Context, mp4 io.Reader) (float64, error) {
		_, peak, err := tool.Loudness(ctx, "mp4", mp4, 60)
		return peak, err
	}
}

// finish looks at a file with and without ears, and gives the copy.
func finish(t testing.TB, c *Checker, file []byte, w Want) ([]byte, error) {
	t.Helper()
	r, err := c.Finish(t.Context(), bytes.NewReader(file), w)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func deaf() *Checker { return New(nil, slog.New(slog.DiscardHandler)) }

func TestFinish_TheIndexComesFirstAndNothingIsEncodedAgain(t *testing.T) {
	tool := tool(t)
	for name, flags := range map[string][]string{"index first": {"-movflags", "+faststart"}, "index last": nil} {
		file := made(
			t, tool, tone, h264, aac, []string{"-metadata", "comment=https://render.example.com/secret"}, flags,
		)
		got, err := finish(t, New(hearing(tool), slog.New(slog.DiscardHandler)), file, wanted)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		moov, mdat := bytes.Index(got, []byte("moov")), bytes.Index(got, []byte("mdat"))
		if moov < 0 || moov > mdat || bytes.Contains(got, []byte("secret")) {
			t.Errorf("%s: moov at %d, mdat at %d", name, moov, mdat)
		}
		dir := t.TempDir()
		before, after := filepath.Join(dir, "before.mp4"), filepath.Join(dir, "after.mp4")
		if err := errors.Join(os.WriteFile(before, file, 0o600), os.WriteFile(after, got, 0o600)); err != nil {
			t.Fatal(err)
		}
		if a, b := packets(t, tool, before), packets(t, tool, after); a != b || !strings.Contains(a, "video") ||
			!strings.Contains(a, "audio") {
			t.Errorf("%s: the copy has other packets", name)
		}
		in, err := tool.Probe(t.Context(), after)
		if err != nil || in.Title != wanted.Title || in.Comment != wanted.Comment {
			t.Errorf("%s: %+v, %v", name, in, err)
		}
		again, err := finish(t, deaf(), got, wanted)
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: a copy of the copy is another one: %v", name, err)
		}
	}
}

// packets are the checksums of all that a file's tracks hold.
func packets(t *testing.T, tool ffmpeg.Tool, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tool.FFprobe, "-v", "error", "-show_packets", "-show_data_hash", "md5",
		"-show_entries", "packet=codec_type,pts,dts,size,data_hash", "-of", "csv", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestFinish_WhatPhonesDontPlayIsUnfit(t *testing.T) {
	tool := tool(t)
	good := made(t, tool, tone, h264, aac)
	without := func(change func(*Want)) Want { w := wanted; change(&w); return w }
	for name, x := range map[string]struct {
		file []byte
		want Want
		ears bool
		says string // empty: it is fit
	}{
		"good":                   {good, wanted, true, ""},
		"of any size and length": {good, Want{Sound: true}, false, ""},
		"no sound was ordered":   {made(t, tool, h264), without(func(w *Want) { w.Sound = false }), true, ""},
		"HEVC": {
			made(
				t, tool, tone, []string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"},
				aac,
			),
			wanted, false, "and not H.264",
		},
		"4:4:4": {
			made(t, tool, tone, []string{"-c:v", "libx264", "-pix_fmt", "yuv444p"}, aac), wanted, false, "profile 244",
		},
		"10 bits": {
			made(t, tool, tone, []string{"-c:v", "libx264", "-pix_fmt", "yuv420p10le"}, aac), wanted, false,
			"profile 110",
		},
		"grey in the high profile": {
			made(t, tool, tone, []string{"-c:v", "libx264", "-pix_fmt", "gray"}, aac), wanted, false,
			"chroma format is 0",
		},
		"level 5.1": {
			made(t, tool, tone, h264, []string{"-level", "5.1"}, aac), wanted, false, "level 5.1",
		},
		"no sound": {made(t, tool, h264), wanted, false, "no sound"},
		"MP3": {
			made(t, tool, tone, h264, []string{"-c:a", "libmp3lame"}), wanted, false, "isn't AAC",
		},
		"Opus": {
			made(t, tool, tone, h264, []string{"-c:a", "libopus"}), wanted, false, "and not AAC",
		},
		"zeros, by their packets": {made(t, tool, quiet, h264, aac), wanted, false, "silent"},
		"zeros":                   {made(t, tool, quiet, h264, aac), wanted, true, "silent"},
		"noise that nobody hears": {made(t, tool, soft, h264, aac), wanted, true, "silent"},
		"another length": {
			good, without(func(w *Want) { w.Seconds = 3 }), false, "lasts 2.00 s and not 3.00 s",
		},
		"another size": {good, without(func(w *Want) { w.W, w.H = 256, 144 }), false, "144 × 256 pixels"},
		"fragmented": {
			made(t, tool, tone, h264, aac, []string{"-movflags", "+frag_keyframe+empty_moov"}), wanted, false,
			"fragmented",
		},
		"cut off": {good[:len(good)-100], wanted, false, "cut off"},
		"cut off in its media": {
			made(t, tool, tone, h264, aac, []string{"-movflags", "+faststart"})[:20000], wanted, false, "cut off",
		},
		"garbage":       {bytes.Repeat([]byte("garbage "), 5000), wanted, false, "no MP4"},
		"only its type": {good[:32], wanted, false, "no index"},
		"nothing":       {nil, wanted, false, "no index"},
		"a box beyond all bounds": {
			slices.Concat(good[:32], []byte("\x00\x00\x00\x01moov\xff\xff\xff\xff\xff\xff\xff\xff")), wanted, false,
			"no MP4",
		},
		// The second box's size, added to where it begins in the index, is 2^64.
		"an index without an end": {
			slices.Concat(
				good[:32],
				filmtest.Box(
					"moov", filmtest.Box("free"), []byte("\x00\x00\x00\x01free\xff\xff\xff\xff\xff\xff\xff\xf8"),
				),
				filmtest.Box("mdat"),
			),
			wanted, false, "a box free of",
		},
		"only boxes": {
			slices.Concat(good[:32], bytes.Repeat(filmtest.Box("free"), 1000)), wanted, false, "too many boxes",
		},
		"a huge index": {
			slices.Concat(good[:32], filmtest.Box("moov", make([]byte, 2<<20))), wanted, false, "index has",
		},
	} {
		c := deaf()
		if x.ears {
			c = New(hearing(tool), slog.New(slog.DiscardHandler))
		}
		_, err := finish(t, c, x.file, x.want)
		var f *pipeline.Fault
		switch {
		case x.says == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case x.says != "" && (!errors.As(err, &f) || f.Reason != pipeline.ReasonUnfit ||
			!strings.Contains(f.Error(), x.says)):
			t.Errorf("%s: %v; want %q", name, err, x.says)
		}
	}
}

func TestFinish_AStillGetsItsTitleAndMustBeAsOrdered(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 108, 135)), nil); err != nil {
		t.Fatal(err)
	}
	want := Want{Still: true, W: 108, H: 135, Title: "새우 & 파스타"}
	got, err := finish(t, deaf(), b.Bytes(), want)
	if err != nil || !bytes.Contains(got, []byte("새우 &amp; 파스타")) {
		t.Errorf("%v, %q", err, got)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(got)); err != nil || c.Width != 108 {
		t.Errorf("the copy: %+v, %v", c, err)
	}
	for name, x := range map[string][]byte{
		"cut off": b.Bytes()[:b.Len()*2/3], "garbage": []byte("\xff\xd8\xffgarbage"), "heavy": make([]byte, maxStill+1),
	} {
		if _, err := finish(t, deaf(), x, want); err == nil || pipeline.AsFault(err).Reason != pipeline.ReasonUnfit {
			t.Errorf("%s: %v", name, err)
		}
	}
	want.H = 108
	if _, err := finish(t, deaf(), b.Bytes(), want); err == nil || !strings.Contains(err.Error(), "108 × 135") {
		t.Errorf("another size: %v", err)
	}
}

// broken fails after so many bytes, as a store does whose connection is cut.
type broken struct {
	*bytes.Reader
	left int
}

func (b *broken) Read(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("connection reset")
	}
	return b.Reader.Read(p)
}

func TestFinish_AFileThatCouldntBeReadIsntUnfit(t *testing.T) {
	file := filmtest.Short(144, 256, 2, 0)
	for _, left := range []int{0, 20, 60, 600} {
		_, err := deaf().Finish(t.Context(), &broken{bytes.NewReader(file), left}, wanted)
		if err == nil || pipeline.AsFault(err).Reason == pipeline.ReasonUnfit ||
			!strings.Contains(err.Error(), "connection reset") {
			t.Errorf("after %d bytes: %v", left, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := deaf().Finish(ctx, bytes.NewReader(file), wanted); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestFinish_WhatCouldntBeMeasuredIsTaken(t *testing.T) {
	c := New(
		func(context.Context, io.Reader) (float64, error) { return 0, errors.New("no ffmpeg any more") },
		slog.New(slog.DiscardHandler),
	)
	if _, err := finish(t, c, filmtest.Short(144, 256, 2, 0), wanted); err != nil {
		t.Error(err)
	}
}

// TestFinish_TheFileIsReadByOneAtATime lets the one that measures go on reading when it has given up.
func TestFinish_TheFileIsReadByOneAtATime(t *testing.T) {
	var left io.Reader
	c := New(func(_ context.Context, mp4 io.Reader) (float64, error) {
		left = mp4
		return 0, errors.New("died")
	}, slog.New(slog.DiscardHandler))
	got, err := finish(t, c, filmtest.Short(144, 256, 2, 0), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := left.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d bytes were read beside the copy of %d", n, len(got))
	}
}

// FuzzFinish_WhatIsFitIsFitAgainAsACopy lets films be of any bytes: nothing panics, and what is fit is fit again when
// it was copied.
func FuzzFinish_WhatIsFitIsFitAgainAsACopy(f *testing.F) {
	film := filmtest.Short(144, 256, 2, 0)
	f.Add(film)
	f.Add(film[:300])
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, w := range []Want{wanted, {}, {Still: true, W: 1, H: 1}} {
			got, err := finish(t, deaf(), b, w)
			if err != nil {
				continue
			}
			if _, err := finish(t, deaf(), got, w); err != nil {
				t.Errorf("the copy isn't fit: %v", err)
			}
		}
	})
}
