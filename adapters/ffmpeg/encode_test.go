package ffmpeg

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEncoder_AVideoHoldsWhatWasWritten(t *testing.T) {
	tool, path := tool(t), filepath.Join(t.TempDir(), "a.mp4")
	encode(
		t, tool,
		EncodeOptions{
			Path: path, W: 96, H: 160, FPS: 12, Preset: "ultrafast", CRF: 12, Title: "새우 파스타",
			Comment: "AI로 만든 영상; made=by:AI",
		},
		18,
	)
	in, err := tool.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := Info{
		W: 96, H: 160, FPS: 12, Seconds: 1.5, HasVideo: true, VCodec: "h264", Title: "새우 파스타",
		Comment: "AI로 만든 영상; made=by:AI",
	}
	if in != want {
		t.Fatalf("probe says %+v, want %+v", in, want)
	}
	still, err := tool.Still(t.Context(), path, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "still", still.At(20, 30), red, 8)
	near(t, "still", still.At(80, 130), yellow, 8)

	d, err := tool.Decode(t.Context(), path, 48, 80, 12)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	f, n := NewFrame(48, 80), 0
	for ; ; n++ {
		if err = d.Read(f); err != nil {
			break
		}
	}
	if err != io.EOF || n != 18 {
		t.Fatalf("%d frames, then %v; want 18 and io.EOF", n, err)
	}
	near(t, "decoded", f.ToRGBA().At(10, 65), blue, 10)
	if err := d.Read(f); err != io.EOF {
		t.Fatalf("after the end: %v", err)
	}
}

func TestEncoder_TheFileStartsWithItsIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mp4")
	encode(t, tool(t), EncodeOptions{Path: path, W: 64, H: 64, FPS: 10, Preset: "ultrafast"}, 5)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moov, mdat := strings.Index(string(b), "moov"), strings.Index(string(b), "mdat")
	if moov < 0 || moov > mdat {
		t.Fatalf("moov at %d, mdat at %d: players must load all of it first", moov, mdat)
	}
}

func TestEncoder_CutsSoundToTheVideosLength(t *testing.T) {
	tool, dir := tool(t), t.TempDir()
	wav := filepath.Join(dir, "tone.wav")
	writeTone(t, wav, 3)
	for _, seconds := range []float64{0, 1} {
		path := filepath.Join(dir, "a.mp4")
		encode(
			t, tool,
			EncodeOptions{Path: path, W: 64, H: 64, FPS: 10, Preset: "ultrafast", Audio: wav, Seconds: seconds}, 10,
		)
		in, err := tool.Probe(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if !in.HasAudio || in.ACodec != "aac" || math.Abs(in.Seconds-1) > 0.15 {
			t.Fatalf("seconds %g: %+v", seconds, in)
		}
		pcm, err := tool.Audio(t.Context(), path, 48000)
		if err != nil {
			t.Fatal(err)
		}
		if got := rms(pcm[20000:60000]); math.Abs(got-0.5/math.Sqrt2) > 0.03 {
			t.Fatalf("loudness %g after the way through AAC", got)
		}
	}
}

func TestEncoder_DropsFramesAfterTheCut(t *testing.T) {
	tool, path := tool(t), filepath.Join(t.TempDir(), "a.mp4")
	encode(t, tool, EncodeOptions{Path: path, W: 320, H: 320, FPS: 10, Preset: "ultrafast", Seconds: 0.5}, 60)
	if in, err := tool.Probe(t.Context(), path); err != nil || math.Abs(in.Seconds-0.5) > 0.01 {
		t.Fatalf("%+v %v", in, err)
	}
}

func TestEncoder_SaysWhyItDiedAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.mp4")
	e, err := tool(t).Encode(t.Context(), EncodeOptions{Path: path, W: 640, H: 640, FPS: 10, Preset: "nonsense"})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFrame(640, 640)
	for err == nil {
		err = e.Write(f)
	}
	if !strings.Contains(err.Error(), "nonsense") {
		t.Fatalf("the error doesn't hold ffmpeg's last words: %v", err)
	}
	if again := e.Close(); again == nil {
		t.Fatal("Close says that all is well")
	}
	onlyHolds(t, dir)
}

func TestEncoder_AnEndedContextKillsIt(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancelCause(t.Context())
	e, err := tool(t).Encode(ctx, EncodeOptions{Path: filepath.Join(dir, "a.mp4"), W: 640, H: 640, FPS: 10})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFrame(640, 640)
	if err := e.Write(f); err != nil {
		t.Fatal(err)
	}
	why := errors.New("the order was cancelled")
	cancel(why)
	for err == nil {
		err = e.Write(f)
	}
	if !errors.Is(err, why) {
		t.Fatalf("%v, want the context's cause", err)
	}
	noChild(t, e.cmd)
	onlyHolds(t, dir)
}

func TestEncoder_AbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "a.mp4")
	if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := tool(t).Encode(t.Context(), EncodeOptions{Path: old, W: 64, H: 64, FPS: 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(NewFrame(64, 64)); err != nil {
		t.Fatal(err)
	}
	e.Abort()
	e.Abort()
	noChild(t, e.cmd)
	onlyHolds(t, dir, "a.mp4")
	if b, _ := os.ReadFile(old); string(b) != "old" {
		t.Fatal("an aborted encoder replaced the file")
	}
}

func TestEncoder_NoFramesIsAnError(t *testing.T) {
	dir := t.TempDir()
	e, err := tool(t).Encode(t.Context(), EncodeOptions{Path: filepath.Join(dir, "a.mp4"), W: 64, H: 64, FPS: 10})
	if err != nil {
		t.Fatal(err)
	}
	if e.Close() == nil {
		t.Fatal("a video of no frames")
	}
	onlyHolds(t, dir)
}
