package track

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/bot"
)

// level makes an MP3 as loud as the built-in pieces. The error is a bot.TrackRefusal, or one of this machine's.
func (f *Fetcher) level(ctx context.Context, data []byte) (sound []byte, err error) {
	file, err := os.CreateTemp("", "sajangpick-music-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(data)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	info, err := f.tool.Probe(ctx, file.Name())
	switch {
	case ofTheFile(err), err == nil && info.ACodec != "mp3":
		if no := sniff(data); no != nil {
			return nil, no
		}
		return nil, bot.TrackBroken
	case err != nil:
		return nil, err
	case info.Seconds > longest:
		return nil, bot.TrackLong
	}
	sound, err = f.tool.Level(ctx, file.Name(), heard)
	switch seconds := float64(len(sound)) / ffmpeg.LevelRate; {
	case ofTheFile(err):
		return nil, bot.TrackBroken
	case err != nil:
		return nil, err
	case seconds < shortest && seconds < info.Seconds/2: // most of it can't be decoded
		return nil, bot.TrackBroken
	case seconds < shortest:
		return nil, bot.TrackShort
	}
	return sound, nil
}

// ofTheFile reports whether ffmpeg failed for what is in the file: it ran to its end, or into its limits.
func ofTheFile(err error) bool {
	var exit *exec.ExitError
	return errors.Is(err, ffmpeg.ErrNoStream) || errors.As(err, &exit)
}

// sniff is nil for what begins as an MP3 does, and says what anything else is. The error is a bot.TrackRefusal.
func sniff(data []byte) error {
	frame := len(data) > 1 && data[0] == 0xFF && data[1]&0xE6 == 0xE2 // sync, layer III
	kind := http.DetectContentType(data)
	switch {
	case frame, kind == "audio/mpeg": // which is a tag
		return nil
	case len(data) == 0:
		return bot.TrackBroken
	case strings.HasPrefix(kind, "text/") && bytes.IndexByte(data, 0xFF) < 0: // which no text has
		return bot.TrackPage
	}
	return bot.TrackKind
}
