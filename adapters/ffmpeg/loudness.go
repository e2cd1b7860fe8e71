package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// Loudness measures the first so many seconds of an MP3, or of an MP4 whose index stands at the front, as broadcasters
// do (EBU R 128): how loud they are as a whole, in LUFS, and their highest sample, in dB below full scale. Silence is
// -Inf.
func (t Tool) Loudness(
	ctx context.Context, format string, sound io.Reader, seconds int,
) (lufs, peak float64, err error) {
	args := append([]string{"-hide_banner", "-loglevel", "error", "-nostdin"}, safeInput...)
	args = append(args, "-t", strconv.Itoa(seconds), "-f", format, "-i", "pipe:0", "-map", "0:a:0",
		"-af", "aformat=channel_layouts=stereo,ebur128=metadata=1:peak=sample,ametadata=mode=print:file=-", "-f",
		"null", "-")
	out, err := answer(ctx, time.Minute, sound, t.FFmpeg, args...)
	if err != nil {
		return 0, 0, fmt.Errorf("video: loudness: %w", err)
	}
	lufs, peak = math.Inf(-1), math.Inf(-1)
	found := false
	for line := range bytes.Lines(out) { // each says what holds up to there
		key, text, _ := strings.Cut(strings.TrimSpace(string(line)), "=")
		v, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil:
		case key == "lavfi.r128.I":
			lufs, found = v, true
		case strings.HasPrefix(key, "lavfi.r128.sample_peaks_ch"):
			peak = max(peak, 20*math.Log10(v))
		}
	}
	switch {
	case !found:
		return 0, 0, errors.New("video: loudness: nothing was measured")
	case lufs <= -70: // the gate of the measurement: it heard nothing
		lufs = math.Inf(-1)
	}
	return lufs, peak, nil
}
