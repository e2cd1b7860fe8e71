// Command gen writes the built-in pieces as MP3, for `pipeline/look/music`. Run it from the module's
// root after a piece has changed: go run ./adapters/sandbox/studio/music/gen
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/music"
)

func main() {
	for name, play := range music.Pieces() {
		if err := write("pipeline/look/music/"+name+".mp3", play(8)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func write(path string, s music.Sound) error {
	var wav bytes.Buffer
	if err := s.WriteWAV(&wav); err != nil {
		return err
	}
	cmd := exec.Command("ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-f", "wav", "-i", "pipe:0",
		"-c:a", "libmp3lame", "-b:a", "160k", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", path)
	cmd.Stdin, cmd.Stderr = &wav, os.Stderr
	return cmd.Run()
}
