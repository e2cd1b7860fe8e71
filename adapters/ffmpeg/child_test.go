package ffmpeg

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// script makes a program of a few lines of shell.
func script(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOutput_AChildKnowsNoSecretAndHasItsLimits(t *testing.T) {
	t.Setenv("CREATOMATE_API_KEY", "key_secret")
	said, err := output(context.Background(), time.Minute, script(t, "env\nsleep 0.2\nulimit -d\nulimit -t\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(said); strings.Contains(got, "secret") || !strings.Contains(got, "PATH=") ||
		!strings.HasSuffix(got, "\n524288\n10\n") {
		t.Errorf("%s", got)
	}
}
