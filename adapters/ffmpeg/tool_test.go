package ffmpeg

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind_WithoutFFmpegTheErrorSaysHowToInstallIt(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	t.Setenv("SAJANGPICK_FFMPEG", "")
	_, err := Find(t.Context())
	if !errors.Is(err, ErrNoFFmpeg) || !strings.Contains(err.Error(), "apt-get install -y ffmpeg") {
		t.Fatal(err)
	}
	if _, err := (Tool{}).Probe(t.Context(), "x"); !errors.Is(err, ErrNoFFmpeg) {
		t.Fatalf("the zero tool: %v", err)
	}
}

func TestFind_TakesTheNamedProgramAndTheBestEncoder(t *testing.T) {
	for _, q := range []struct{ lists, want string }{
		{" V....D h264_videotoolbox  x\n V....D libopenh264 y\n", "libopenh264"},
		{" V....D libopenh264 y\n V....D libx264 H.264 (codec h264)\n", "libx264"},
		{" V....D mpeg4 z\n", ""},
	} {
		dir := t.TempDir()
		script := "#!/bin/sh\ncase \"$*\" in -version) echo 'ffmpeg version 9.9-x Copyright';; *) printf '%s' '" +
			q.lists + "';; esac\n"
		for _, name := range []string{"ffmpeg-own", "ffprobe"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("SAJANGPICK_FFMPEG", filepath.Join(dir, "ffmpeg-own"))
		tool, err := Find(t.Context())
		if q.want == "" {
			if !errors.Is(err, ErrNoFFmpeg) {
				t.Errorf("no encoder: %v", err)
			}
			continue
		}
		if err != nil || tool.Codec != q.want || tool.Version != "9.9-x" ||
			tool.FFprobe != filepath.Join(dir, "ffprobe") {
			t.Errorf("%+v %v, want %s", tool, err, q.want)
		}
	}
}

func TestTail_KeepsTheLastWords(t *testing.T) {
	var last tail
	for range 500 {
		io.WriteString(&last, "chatter chatter ")
	}
	io.WriteString(&last, "the reason\n")
	if s := last.String(); len(s) > tailSize || !strings.HasSuffix(s, "the reason") {
		t.Fatalf("%d bytes, ends %q", len(s), s[len(s)-20:])
	}
}
