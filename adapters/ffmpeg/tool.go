package ffmpeg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrNoFFmpeg says that no usable ffmpeg is installed, and how to install one.
var ErrNoFFmpeg = errors.New("no usable ffmpeg: install it (Debian: apt-get install -y ffmpeg; macOS: brew install " +
	"ffmpeg) or name one in SAJANGPICK_FFMPEG")

// Tool is an ffmpeg that was found and tried. The zero Tool fails with ErrNoFFmpeg in whatever it is asked.
type Tool struct {
	FFmpeg  string // path of the program
	FFprobe string
	Codec   string // the H.264 encoder that is used
	MP3     bool   // it writes MP3
	Version string // as ffmpeg gives it: 5.1.9-0+deb12u1
}

// codecs are the H.264 encoders that are good enough, the best first.
var codecs = [...]string{"libx264", "libopenh264", "h264_videotoolbox"}

// Find looks for ffmpeg: the file named by SAJANGPICK_FFMPEG if that is set, else PATH. ffprobe must stand
// beside it or in PATH. It runs ffmpeg twice, so keep the Tool. Every failure is an ErrNoFFmpeg.
func Find(ctx context.Context) (Tool, error) {
	t, err := find(ctx)
	if err != nil {
		return Tool{}, fmt.Errorf("%w (%w)", ErrNoFFmpeg, err)
	}
	return t, nil
}

func find(ctx context.Context) (t Tool, err error) {
	name := cmp.Or(os.Getenv("SAJANGPICK_FFMPEG"), "ffmpeg")
	if t.FFmpeg, err = exec.LookPath(name); err != nil {
		return t, err
	}
	probe := filepath.Join(filepath.Dir(t.FFmpeg), "ffprobe"+filepath.Ext(t.FFmpeg))
	if t.FFprobe, err = exec.LookPath(probe); err != nil {
		if t.FFprobe, err = exec.LookPath("ffprobe"); err != nil {
			return t, err
		}
	}
	out, err := output(ctx, 10*time.Second, t.FFmpeg, "-version")
	if err != nil {
		return t, err
	}
	words := strings.Fields(string(out))
	if len(words) < 3 || words[0] != "ffmpeg" {
		return t, fmt.Errorf("%s doesn't answer as ffmpeg does", t.FFmpeg)
	}
	t.Version = words[2]
	if out, err = output(ctx, 10*time.Second, t.FFmpeg, "-hide_banner", "-encoders"); err != nil {
		return t, err
	}
	have := strings.Fields(string(out))
	t.MP3 = slices.Contains(have, "libmp3lame")
	for _, c := range codecs {
		if slices.Contains(have, c) {
			t.Codec = c
			return t, nil
		}
	}
	return t, fmt.Errorf("%s has none of the encoders %s", t.FFmpeg, strings.Join(codecs[:], ", "))
}
