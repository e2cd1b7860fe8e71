package ffmpeg

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// maxReply bounds what a child may print where its whole output is kept: probes, lists and one picture.
const maxReply = 64 << 20

// encodeLimits bound the child that encodes. What it reads are our own frames, but for a shop's music.
var encodeLimits = worker.Limits{Memory: 2 << 30, CPU: 10 * time.Minute}

// command prepares a child that knows no secret, is killed when ctx ends and whose last words are kept.
// worker.Start starts it within limits.
func command(ctx context.Context, path string, args ...string) (*exec.Cmd, *tail) {
	cmd := worker.Command(ctx, path, args...)
	cmd.WaitDelay = 5 * time.Second
	last := new(tail)
	cmd.Stderr = last
	return cmd, last
}

// output runs a child to its end and returns what it printed.
func output(ctx context.Context, limit time.Duration, path string, args ...string) ([]byte, error) {
	return answer(ctx, limit, nil, path, args...)
}

// answer is output for a child that reads in; it need not read all of it.
func answer(ctx context.Context, limit time.Duration, in io.Reader, path string, args ...string) ([]byte, error) {
	if path == "" {
		return nil, ErrNoFFmpeg
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd, last := command(ctx, path, args...)
	var out bytes.Buffer
	cmd.Stdin = in
	cmd.Stdout = &limited{w: &out, left: maxReply}
	if err := worker.Start(cmd, worker.OpenLimits()); err != nil {
		return nil, died(ctx, cmd, last, err)
	}
	if err := cmd.Wait(); err != nil {
		return nil, died(ctx, cmd, last, err)
	}
	return out.Bytes(), nil
}

// died tells why a child ended: the caller's context first, then its own last words.
func died(ctx context.Context, cmd *exec.Cmd, last *tail, err error) error {
	name := cmd.Args[0]
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", name, context.Cause(ctx))
	}
	if said := last.String(); said != "" {
		return fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// tail keeps the last 2 kB that were written to it. Read it only after the child has ended.
type tail struct{ b []byte }

const tailSize = 2 << 10

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if n > tailSize {
		p = p[n-tailSize:]
	}
	t.b = append(t.b, p...)
	if over := len(t.b) - tailSize; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
	return n, nil
}

func (t *tail) String() string { return strings.TrimSpace(strings.ToValidUTF8(string(t.b), "")) }

// limited fails once more than left bytes came through it.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, fmt.Errorf("more than %d bytes of output", maxReply)
	}
	return l.w.Write(p)
}
