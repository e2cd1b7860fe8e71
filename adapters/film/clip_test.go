package film

import (
	"bytes"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/film/filmtest"
)

func asItIs(seconds float64) float64 { return seconds }

func longer(seconds float64) float64 { return 1.6 * seconds }

// pictures are the checksums of all frames of a film as they are decoded, and how long it plays.
func pictures(t *testing.T, tool ffmpeg.Tool, file []byte) (frames string, seconds float64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool.FFmpeg, "-v", "error", "-i", path, "-map", "0:v", "-fps_mode",
		"passthrough", "-f", "framemd5", "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			frames += line[strings.LastIndex(line, ",")+1:]
		}
	}
	in, err := tool.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return frames, in.Seconds
}

func TestClip_PlaysSlowerWithTheSamePicturesAndWithoutSound(t *testing.T) {
	tool := tool(t)
	for name, args := range map[string][]string{
		"reordered frames":    {"-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p"},
		"index first":         {"-c:v", "libx264", "-movflags", "+faststart"},
		"coarse units":        {"-c:v", "libx264", "-video_track_timescale", "30"},
		"sound before images": {"-map", "1:a", "-map", "0:v", "-c:v", "libx264"},
	} {
		t.Run(name, func(t *testing.T) {
			file := made(t, tool, tone, aac, args)
			frames, seconds := pictures(t, tool, file)
			for _, plays := range []func(float64) float64{asItIs, longer} {
				c, err := Clip(bytes.NewReader(file), plays)
				if err != nil || c.W != 144 || c.H != 256 || math.Abs(c.Seconds-plays(seconds)) > .1 {
					t.Fatalf("%+v, %v", c, err)
				}
				if plays(1) == 1 {
					if c.Slower != nil {
						t.Error("a copy of a clip that is long enough")
					}
					continue
				}
				slow, err := io.ReadAll(c.Slower)
				if err != nil {
					t.Fatal(err)
				}
				again, plain := pictures(t, tool, slow)
				if again != frames || strings.Count(frames, "\n") != 60 {
					t.Errorf("other frames: %d, were %d", strings.Count(again, "\n"), strings.Count(frames, "\n"))
				}
				if math.Abs(plain-c.Seconds) > .05 || bytes.Contains(slow, []byte("mp4a")) {
					t.Errorf("it plays for %g s and says %g, with sound: %t", plain, c.Seconds,
						bytes.Contains(slow, []byte("mp4a")))
				}
			}
		})
	}
}

func TestClip_SaysTheSizeThatIsShown(t *testing.T) {
	turned := filmtest.Short(1920, 1080, 3, 0)
	head := bytes.Index(turned, []byte("tkhd")) + 4
	copy(turned[head+40:], []byte{0, 0, 0, 0, 0, 1, 0, 0}) // its matrix begins with 0, 1
	for name, x := range map[string]struct {
		file []byte
		w, h int
	}{
		"as it lies":           {filmtest.Short(832, 1104, 3, 0), 832, 1104},
		"turned by its matrix": {turned, 1080, 1920},
		"no picture":           {filmtest.Short(0, 0, 3, 0), 0, 0},
		"too large":            {filmtest.Short(20000, 100, 3, 0), 0, 0},
		"of no length":         {filmtest.Short(832, 1104, 0, 0), 0, 0},
		"nothing":              {nil, 0, 0},
		"cut off":              {filmtest.Short(832, 1104, 3, 0)[:400], 0, 0},
	} {
		c, err := Clip(bytes.NewReader(x.file), longer)
		if c.W != x.w || c.H != x.h || (err == nil) != (x.w > 0) || err == nil && math.Abs(c.Seconds-4.8) > .01 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

// FuzzClip_ASlowerCopyIsAsLongAsWasSaid lets clips be of any bytes: nothing panics, and a slower copy can be read and
// is as long as was said.
func FuzzClip_ASlowerCopyIsAsLongAsWasSaid(f *testing.F) {
	f.Add(filmtest.Short(144, 256, 3, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Clip(bytes.NewReader(b), longer)
		if err != nil || c.Slower == nil {
			return
		}
		slow, err := io.ReadAll(c.Slower)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Clip(bytes.NewReader(slow), asItIs)
		if err != nil || again.Seconds != c.Seconds || again.W != c.W || again.H != c.H {
			t.Errorf("%+v, then %+v, %v", c, again, err)
		}
	})
}
