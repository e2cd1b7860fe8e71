package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// safeInput keeps a hostile file from making ffmpeg open other files or addresses, as playlists do.
var safeInput = []string{
	"-protocol_whitelist", "file,pipe",
	"-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,mp3,flac,ogg,aac",
	"-threads", "4", // each has a stack, which counts as memory
}

// Decoder gives a file's pictures one after the other. It is for one goroutine.
type Decoder struct {
	ctx    context.Context
	w, h   int
	cmd    *exec.Cmd
	stdout io.ReadCloser
	last   *tail
	frames int
	done   bool
	err    error
}

// Decode starts to read path's video, scaled to w x h (the shape isn't kept) at fps frames a second.
// Its owner must call Close. The child is killed when ctx ends.
func (t Tool) Decode(ctx context.Context, path string, w, h, fps int) (*Decoder, error) {
	if t.FFmpeg == "" {
		return nil, ErrNoFFmpeg
	}
	if !sizeOK(w, h) || fps <= 0 {
		return nil, fmt.Errorf("video: can't decode to %dx%d at %d frames a second", w, h, fps)
	}
	args := append([]string{"-hide_banner", "-loglevel", "error", "-nostdin"}, safeInput...)
	args = append(args, "-i", "file:"+path, "-map", "0:v:0",
		"-vf", fmt.Sprintf("fps=%d,scale=%d:%d:flags=bicubic:out_range=tv,format=yuv420p", fps, w, h),
		"-f", "rawvideo", "pipe:1")
	d := &Decoder{ctx: ctx, w: w, h: h}
	d.cmd, d.last = command(ctx, t.FFmpeg, args...)
	var err error
	if d.stdout, err = d.cmd.StdoutPipe(); err != nil {
		return nil, fmt.Errorf("video: %w", err)
	}
	if err := worker.Start(d.cmd, worker.OpenLimits()); err != nil {
		return nil, fmt.Errorf("video: start ffmpeg: %w", err)
	}
	widen(d.stdout)
	return d, nil
}

// Read fills f, which must have the size that was asked for. io.EOF is the end, after at least one
// frame; a file without any is an error.
func (d *Decoder) Read(f *Frame) error {
	if d.done {
		return d.err
	}
	if f.W != d.w || f.H != d.h {
		return fmt.Errorf("video: frame of %dx%d for a video of %dx%d", f.W, f.H, d.w, d.h)
	}
	for i, p := range [][]byte{f.Y, f.U, f.V} {
		if _, err := io.ReadFull(d.stdout, p); err != nil {
			return d.end(err == io.EOF && i == 0)
		}
	}
	d.frames++
	return nil
}

// end reaps a child that has nothing more to say and decides what that means.
func (d *Decoder) end(whole bool) error {
	d.done = true
	err := d.cmd.Wait()
	switch {
	case err != nil:
		d.err = fmt.Errorf("video: decode: %w", died(d.ctx, d.cmd, d.last, err))
	case d.frames == 0:
		d.err = errors.New("video: decode: no picture in the file")
	case !whole:
		d.err = fmt.Errorf("video: decode: %w", io.ErrUnexpectedEOF)
	default:
		d.err = io.EOF
	}
	return d.err
}

// Close ends the child, whether the file was read to its end or not. It may be called again.
func (d *Decoder) Close() {
	if d.done {
		return
	}
	d.done, d.err = true, errors.New("video: decoder is closed")
	d.cmd.Process.Kill()
	d.stdout.Close()
	d.cmd.Wait() // killed on purpose: its exit says nothing
}
