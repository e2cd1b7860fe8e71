package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// LevelRate is how many bytes a second of what Level writes has.
const LevelRate = 192_000 / 8

// Level makes an MP3 of the first so many seconds of a file's sound, without tags: stereo, at -14 LUFS (EBU R 128),
// which is what apps play at, and peaks of at most -1 dBTP. It needs a Tool with MP3. An *exec.ExitError says that the
// file can't be decoded, or took more memory or processor time than opening a file may.
func (t Tool) Level(ctx context.Context, path string, seconds int) ([]byte, error) {
	args := append([]string{"-hide_banner", "-loglevel", "error", "-nostdin"}, safeInput...)
	args = append(args, "-t", strconv.Itoa(seconds), "-i", "file:"+path, "-map", "0:a:0", "-map_metadata", "-1",
		"-af", "loudnorm=I=-14:TP=-1:LRA=11", "-ac", "2", "-ar", "48000",
		"-c:a", "libmp3lame", "-b:a", strconv.Itoa(LevelRate*8), "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3",
		"pipe:1")
	out, err := output(ctx, 30*time.Second, t.FFmpeg, args...)
	if err != nil {
		return nil, fmt.Errorf("video: level: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("video: level: %w", ErrNoStream)
	}
	return out, nil
}

// ErrNoStream says that a file has neither picture nor sound, or not the one that was asked for.
var ErrNoStream = errors.New("neither picture nor sound in the file")
