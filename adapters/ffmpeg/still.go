package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// FirstFrame is the first picture of an MP4 whose index stands at the front, as a JPEG.
func (t Tool) FirstFrame(ctx context.Context, mp4 io.Reader) ([]byte, error) {
	args := append([]string{"-hide_banner", "-loglevel", "error", "-nostdin"}, safeInput...)
	args = append(args, "-f", "mp4", "-i", "pipe:0", "-map", "0:v:0", "-frames:v", "1",
		"-vf", "scale=in_color_matrix=bt709:out_color_matrix=bt601:out_range=pc", // what a JPEG means
		"-q:v", "3", "-f", "mjpeg", "pipe:1")
	out, err := answer(ctx, time.Minute, mp4, t.FFmpeg, args...)
	if err == nil && len(out) == 0 {
		err = errors.New("no picture in the file")
	}
	if err != nil {
		return nil, fmt.Errorf("video: first frame: %w", err)
	}
	return out, nil
}
