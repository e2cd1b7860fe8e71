package script

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/pipeline"
)

// lufs is the integrated loudness of a file, by ffmpeg's own measure (EBU R 128).
func (s studio) lufs(t *testing.T, path string) float64 {
	t.Helper()
	said, err := exec.CommandContext(
		t.Context(), s.tool.FFmpeg, "-hide_banner", "-nostats", "-i", path, "-vn", "-af", "ebur128=framelog=verbose",
		"-f", "null", "-",
	).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	found := regexp.MustCompile(`I:\s+(-?[0-9.]+) LUFS`).FindSubmatch(said)
	if found == nil {
		t.Fatalf("no loudness in %s", said)
	}
	v, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRender_EveryShortIsAsLoudAsAppsWantItAndEndsInSilence(t *testing.T) {
	s := newStudio(t, 64, 64, 3)
	for _, name := range []string{"bright", "calm", "lively"} {
		music, ok := look.Music(name)
		if !ok {
			t.Fatal("there is no music " + name)
		}
		if err := os.WriteFile(s.bgm, music, 0o600); err != nil {
			t.Fatal(err)
		}
		doc, err := look.Document(pipeline.CutRequest{
			Words: words, Seconds: 5, Clip: "https://files.example/clip", Music: "https://files.example/bgm",
		})
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := Parse(doc)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(s.dir, name+".mp4")
		if err := Render(t.Context(), s.tool, c, s.assets, Options{
			Out: out, Scale: .06, Preset: "ultrafast",
		}); err != nil {
			t.Fatal(err)
		}
		if l := s.lufs(t, out); l < -15.5 || l > -13 { // the fade takes a fifth of five seconds
			t.Errorf("%s: %.1f LUFS", name, l)
		}
		in, err := s.tool.Probe(t.Context(), out)
		if err != nil {
			t.Fatal(err)
		}
		pcm, err := s.tool.Audio(t.Context(), out, sampleRate)
		if err != nil {
			t.Fatal(err)
		}
		long := float64(len(pcm)/2) / sampleRate
		if math.Abs(long-c.Duration) > .05 || math.Abs(in.Seconds-c.Duration) > .05 {
			t.Errorf("%s: %.2f s of sound and %.2f s of file for %.2f s of picture", name, long, in.Seconds, c.Duration)
		}
		if a, b := level(pcm, c.Duration-1.5, c.Duration-1), level(pcm, c.Duration-.05, c.Duration); b > a/20 {
			t.Errorf("%s: %.4f a second before the end, %.4f at it", name, a, b)
		}
	}
}

func TestRender_TheSameDocumentGivesTheSameFrames(t *testing.T) {
	s := newStudio(t, 64, 64, 2)
	for _, name := range look.Names() {
		var before []byte
		for range 2 {
			doc, err := look.Document(pipeline.CutRequest{
				Look: name, Words: words, Seconds: 2, Clip: "https://files.example/clip",
				Logo: "https://files.example/logo",
			})
			if err != nil {
				t.Fatal(err)
			}
			c, _, err := Parse(doc)
			if err != nil {
				t.Fatal(err)
			}
			stills, err := Stills(t.Context(), s.tool, c, s.assets, .2, 0, .3, .7, 1.9, 3.5)
			if err != nil {
				t.Fatal(err)
			}
			var all []byte
			for _, im := range stills {
				all = append(all, im.Pix...)
			}
			if before != nil && string(before) != string(all) {
				t.Errorf("%s is drawn differently the second time", name)
			}
			before = all
		}
	}
}
