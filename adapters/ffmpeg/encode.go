package ffmpeg

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// EncodeOptions says what file to make.
type EncodeOptions struct {
	Path    string // an MP4; it appears whole, at Close, and replaces what is there
	W, H    int    // even
	FPS     int
	Preset  string  // of x264; "" is veryfast
	CRF     int     // of x264; 0 is 20
	Audio   string  // file that gives the sound; "" is a silent short without an audio track
	Seconds float64 // where sound and picture are cut off; 0 is where the shorter one ends
	Title   string  // metadata; players and file managers show it
	Comment string  // metadata; says that the video was made by AI
}

// Encoder takes frames and makes a file. It is for one goroutine.
type Encoder struct {
	ctx       context.Context
	o         EncodeOptions
	part      string // where the file grows before it gets its name
	cmd       *exec.Cmd
	stdin     io.WriteCloser
	last      *tail
	free      chan *Frame
	full      chan *Frame
	pumped    chan error
	frames    int
	maxFrames int // frames that fit into o.Seconds
	done      bool
	err       error
}

// Encode starts an encoder. Its owner must call Close or Abort; `defer e.Abort()` after Encode is the
// safe form. The child is killed when ctx ends.
func (t Tool) Encode(ctx context.Context, o EncodeOptions) (*Encoder, error) {
	if t.FFmpeg == "" {
		return nil, ErrNoFFmpeg
	}
	if !sizeOK(o.W, o.H) || o.FPS <= 0 || o.Seconds < 0 {
		return nil, fmt.Errorf("video: can't encode %dx%d at %d frames a second for %g s", o.W, o.H, o.FPS, o.Seconds)
	}
	e := &Encoder{
		ctx: ctx, o: o,
		part: filepath.Join(filepath.Dir(o.Path), ".part-"+rand.Text()+".mp4"),
		free: make(chan *Frame, 2), full: make(chan *Frame, 2), pumped: make(chan error, 1),
		maxFrames: math.MaxInt,
	}
	if o.Seconds > 0 {
		e.maxFrames = int(math.Ceil(o.Seconds*float64(o.FPS) - 1e-6))
	}
	e.cmd, e.last = command(ctx, t.FFmpeg, t.encodeArgs(o, e.part)...)
	var err error
	if e.stdin, err = e.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("video: %w", err)
	}
	if err := worker.Start(e.cmd, encodeLimits); err != nil {
		return nil, fmt.Errorf("video: start ffmpeg: %w", err)
	}
	widen(e.stdin)
	for range cap(e.free) {
		e.free <- NewFrame(o.W, o.H)
	}
	go e.pump()
	return e, nil
}

func (t Tool) encodeArgs(o EncodeOptions, part string) []string {
	// The same tags stand on both sides, so that ffmpeg neither guesses nor converts.
	tags := []string{"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"}
	a := []string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y",
		"-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", fmt.Sprintf("%dx%d", o.W, o.H), "-framerate",
		strconv.Itoa(o.FPS)}
	a = append(append(a, tags...), "-i", "pipe:0")
	if o.Audio != "" {
		a = append(
			append(a, safeInput...), "-i", "file:"+o.Audio, "-map", "0:v", "-map", "1:a", "-c:a", "aac", "-b:a",
			"160k", "-ar", "48000", "-ac", "2",
		)
		if o.Seconds == 0 {
			a = append(a, "-shortest")
		}
	}
	a = append(append(a, t.codecArgs(o)...), tags...)
	a = append(a, "-pix_fmt", "yuv420p", "-profile:v", "high", "-g", strconv.Itoa(2*o.FPS), "-map_metadata", "-1")
	if o.Seconds > 0 {
		a = append(a, "-t", strconv.FormatFloat(o.Seconds, 'f', 6, 64))
	}
	if o.Title != "" {
		a = append(a, "-metadata", "title="+o.Title)
	}
	if o.Comment != "" {
		a = append(a, "-metadata", "comment="+o.Comment)
	}
	return append(a, "-movflags", "+faststart", "-f", "mp4", "file:"+part)
}

// codecArgs asks for about the same picture from each encoder; only x264 knows presets and CRF.
func (t Tool) codecArgs(o EncodeOptions) []string {
	if t.Codec != "libx264" {
		return []string{"-c:v", t.Codec, "-b:v", strconv.Itoa(o.W * o.H * o.FPS / 10)}
	}
	preset, crf := o.Preset, o.CRF
	preset = cmp.Or(preset, "veryfast")
	crf = cmp.Or(crf, 20)
	return []string{"-c:v", "libx264", "-preset", preset, "-crf", strconv.Itoa(crf)}
}

// Write hands over one frame. The caller may change it as soon as Write returns. An error may
// concern an earlier frame; after one, nothing but Abort is left to do. Frames after
// EncodeOptions.Seconds are dropped.
func (e *Encoder) Write(f *Frame) error {
	if e.done {
		return errors.New("video: write to a finished encoder")
	}
	if f.W != e.o.W || f.H != e.o.H {
		return fmt.Errorf("video: frame of %dx%d in a video of %dx%d", f.W, f.H, e.o.W, e.o.H)
	}
	if e.frames == e.maxFrames {
		return nil
	}
	g, ok := <-e.free
	if !ok {
		return e.finish(nil)
	}
	g.Copy(f)
	e.full <- g
	e.frames++
	return nil
}

// pump feeds the child while the caller draws the next frame. It closes free when the child stops taking.
func (e *Encoder) pump() {
	var err error
	for g := range e.full {
		for _, p := range [][]byte{g.Y, g.U, g.V} {
			if err == nil {
				_, err = e.stdin.Write(p)
			}
		}
		if err != nil {
			break
		}
		e.free <- g
	}
	close(e.free)
	e.pumped <- err
}

// Close waits for the file to be finished and gives it its name. A second call returns what the first did.
func (e *Encoder) Close() error {
	if e.done {
		return e.err
	}
	if e.frames == 0 {
		return e.finish(errors.New("video: no frames to encode"))
	}
	return e.finish(nil)
}

// Abort ends the child and leaves no file. After Close it does nothing.
func (e *Encoder) Abort() {
	if !e.done {
		e.finish(errors.New("video: encoding was aborted"))
	}
}

// finish reaps the child. With a reason it is killed and that is the error.
func (e *Encoder) finish(reason error) error {
	e.done = true
	if reason != nil {
		e.cmd.Process.Kill()
	}
	close(e.full)
	pumped := <-e.pumped
	e.stdin.Close()
	err := e.cmd.Wait()
	switch {
	case reason != nil:
		e.err = reason
	case err != nil:
		e.err = fmt.Errorf("video: encode: %w", died(e.ctx, e.cmd, e.last, err))
	case pumped != nil:
		e.err = fmt.Errorf("video: encode: %w", pumped)
	default:
		if e.err = os.Rename(e.part, e.o.Path); e.err != nil {
			e.err = fmt.Errorf("video: %w", e.err)
		}
	}
	if e.err != nil {
		os.Remove(e.part)
	}
	return e.err
}
