package ffmpeg

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"strconv"
	"strings"
	"time"
)

// Info is what a file says about itself. The comment and title are what Encode wrote there.
type Info struct {
	W, H           int // as stored: a rotation tag isn't applied
	FPS            float64
	Seconds        float64
	HasVideo       bool
	HasAudio       bool
	VCodec, ACodec string // h264, aac
	Title, Comment string
}

// Probe reads a file's headers. A file that is no video and no sound is an error.
func (t Tool) Probe(ctx context.Context, path string) (Info, error) {
	args := append([]string{"-v", "error"}, safeInput...)
	out, err := output(
		ctx, 30*time.Second, t.FFprobe, append(args, "-show_streams", "-show_format", "-of", "json", "file:"+path)...,
	)
	if err != nil {
		return Info{}, fmt.Errorf("video: probe: %w", err)
	}
	var doc struct {
		Streams []struct {
			Type  string `json:"codec_type"`
			Codec string `json:"codec_name"`
			W     int    `json:"width"`
			H     int    `json:"height"`
			Rate  string `json:"avg_frame_rate"`
		}
		Format struct {
			Duration string
			Tags     struct{ Title, Comment string }
		}
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		return Info{}, fmt.Errorf("video: probe: %w", err)
	}
	in := Info{Title: doc.Format.Tags.Title, Comment: doc.Format.Tags.Comment}
	in.Seconds, _ = strconv.ParseFloat(doc.Format.Duration, 64) // "N/A" stays 0
	for _, s := range doc.Streams {
		switch {
		case s.Type == "video" && !in.HasVideo:
			in.HasVideo, in.VCodec, in.W, in.H, in.FPS = true, s.Codec, s.W, s.H, rate(s.Rate)
		case s.Type == "audio" && !in.HasAudio:
			in.HasAudio, in.ACodec = true, s.Codec
		}
	}
	if !in.HasVideo && !in.HasAudio {
		return Info{}, fmt.Errorf("video: probe: %w", ErrNoStream)
	}
	return in, nil
}

// rate reads a fraction such as 30000/1001; 0 if it isn't one.
func rate(s string) float64 {
	a, b, _ := strings.Cut(s, "/")
	n, err1 := strconv.ParseFloat(a, 64)
	d, err2 := strconv.ParseFloat(b, 64)
	if err1 != nil || err2 != nil || d == 0 {
		return 0
	}
	return n / d
}

// maxSound is how much of a sound file is decoded. Shorts last seconds; the bound keeps memory under 70 MB.
const maxSound = 2 * time.Minute

// Audio decodes a file's sound to interleaved stereo at rate samples a second, -1..1, and stops after two minutes.
func (t Tool) Audio(ctx context.Context, path string, rate int) ([]float32, error) {
	args := append([]string{"-hide_banner", "-loglevel", "error", "-nostdin"}, safeInput...)
	args = append(args, "-i", "file:"+path, "-map", "0:a:0", "-t", strconv.Itoa(int(maxSound/time.Second)),
		"-ac", "2", "-ar", strconv.Itoa(rate), "-f", "f32le", "pipe:1")
	out, err := output(ctx, time.Minute, t.FFmpeg, args...)
	if err != nil {
		return nil, fmt.Errorf("video: sound: %w", err)
	}
	pcm := make([]float32, len(out)/8*2)
	for i := range pcm {
		pcm[i] = math.Float32frombits(binary.LittleEndian.Uint32(out[4*i:]))
	}
	if len(pcm) == 0 {
		return nil, errors.New("video: sound: none in the file")
	}
	return pcm, nil
}

// Still gives the picture that stands at a time, in seconds. A time past the last frame is an error.
func (t Tool) Still(ctx context.Context, path string, at float64) (image.Image, error) {
	args := append(
		[]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-ss", strconv.FormatFloat(max(at, 0), 'f', 6, 64)},
		safeInput...,
	)
	args = append(
		args, "-i", "file:"+path, "-map", "0:v:0", "-frames:v", "1", "-c:v", "png", "-pix_fmt", "rgb24", "-f",
		"image2pipe", "pipe:1",
	)
	out, err := output(ctx, 30*time.Second, t.FFmpeg, args...)
	if err != nil {
		return nil, fmt.Errorf("video: still: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("video: still: nothing at %g s", at)
	}
	im, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		return nil, fmt.Errorf("video: still: %w", err)
	}
	return im, nil
}
