package clipcheck

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
)

// guard is one whose files are in a folder of its own.
func guard(t testing.TB) (g *Checker, dir string) {
	t.Helper()
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	t.Setenv("TMPDIR", dir)
	return New(tool), dir
}

func encoded(t testing.TB, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// clipOf lets the stand-in make a clip of a photo.
func clipOf(t testing.TB, g *Checker, photo []byte, prompt string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "clip.mp4")
	err := clip.Render(t.Context(), g.tool, clip.Request{
		Photo: photo, Prompt: prompt, W: 180, H: 320, Seconds: 2, FPS: 6, Seed: 5, Out: out, Preset: "ultrafast",
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// prompts ask for every kind of motion.
var prompts = map[string]string{
	"calm":   "Slow zoom in on the food, cinematic light. The food stays at rest: no steam, no smoke.",
	"steam":  "Slow smooth zoom in on the hot dish, delicate steam curling upward, glossy highlights.",
	"sizzle": "The hot food sizzles softly, thin steam drifts upward, the camera slowly pushes in.",
	"glints": "Cold drink with condensation on the glass, tiny bubbles and glints of ice in the light, slow push in.",
	"arc":    "The camera moves in a slow arc around the chilled dish, cool fresh light, glistening surface.",
}

func TestChecker_ClipsOfTheStandInShowTheirPhoto(t *testing.T) {
	g, dir := guard(t)
	photo := encoded(t, samplePhoto(t))
	for what, prompt := range prompts {
		v, err := g.Compare(t.Context(), bytes.NewReader(photo), bytes.NewReader(clipOf(t, g, photo, prompt)))
		if err != nil || v.Changed() || v.Frames < 12 {
			t.Errorf("%s: %v, %v", what, v, err)
		}
	}
	other := encoded(t, paint(menu["salad"]))
	v, err := g.Compare(t.Context(), bytes.NewReader(other), bytes.NewReader(clipOf(t, g, photo, prompts["steam"])))
	if err != nil || !v.Changed() {
		t.Errorf("a clip of the pasta passes for salad: %v, %v", v, err)
	}
	empty(t, dir)
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestChecker_WhatIsNoClipIsAnErrorAndLeavesNothing(t *testing.T) {
	g, dir := guard(t)
	photo := encoded(t, paint(menu["stew"]))
	for name, x := range map[string]struct{ photo, clip io.Reader }{
		"not a clip":      {bytes.NewReader(photo), strings.NewReader("<html>sign in</html>")},
		"an empty file":   {bytes.NewReader(photo), strings.NewReader("")},
		"half a clip":     {bytes.NewReader(photo), bytes.NewReader(clipOf(t, g, photo, "calm")[:3000])},
		"no photo":        {strings.NewReader("nothing"), bytes.NewReader(clipOf(t, g, photo, "calm"))},
		"an endless clip": {bytes.NewReader(photo), endless{}},
		"a broken read":   {bytes.NewReader(photo), io.MultiReader(strings.NewReader("x"), broken{})},
	} {
		if v, err := g.Compare(t.Context(), x.photo, x.clip); err == nil || v != (Verdict{}) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
		empty(t, dir)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk says no") }

func TestChecker_AComparisonEndsWithItsContext(t *testing.T) {
	g, dir := guard(t)
	photo := encoded(t, paint(menu["stew"]))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Compare(
		ctx, bytes.NewReader(photo), bytes.NewReader(clipOf(t, g, photo, "calm")),
	); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	empty(t, dir)
}

func TestChecker_RemovesFilesOfAKilledProcess(t *testing.T) {
	g, dir := guard(t)
	ago := time.Now().Add(-time.Hour)
	for name, at := range map[string]time.Time{
		"sajangpick-clip-1.mp4": ago, "sajangpick-clip-2.mp4": time.Now(), "somebodys.mp4": ago,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	photo := encoded(t, paint(menu["stew"]))
	if _, err := g.Compare(
		t.Context(), bytes.NewReader(photo), bytes.NewReader(clipOf(t, g, photo, "calm")),
	); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != "sajangpick-clip-2.mp4" || left[1].Name() != "somebodys.mp4" {
		t.Errorf("%v, %v", left, err)
	}
}
