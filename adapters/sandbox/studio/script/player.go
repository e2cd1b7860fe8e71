package script

import (
	"context"
	"errors"
	"io"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// player gives a clip's pictures one frame of the composition after the other, already scaled.
type player struct {
	tool ffmpeg.Tool
	path string
	m    Media
	fps  int

	cur  *ffmpeg.Frame // the picture that is on
	dec  *ffmpeg.Decoder
	at   int  // frames given
	over bool // the clip has ended and its last picture stays
}

func newPlayer(t ffmpeg.Tool, path string, m Media, w, h, fps int) *player {
	return &player{tool: t, path: path, m: m, fps: fps, cur: ffmpeg.NewFrame(w, h)}
}

// seek moves on to the n-th frame, from 0. It doesn't go back.
func (p *player) seek(ctx context.Context, n int) error {
	for p.at <= n && !p.over {
		if err := p.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

// next moves on by one frame. At the clip's end it starts again, or stays on the last picture.
func (p *player) next(ctx context.Context) error {
	if p.dec == nil {
		if err := p.open(ctx); err != nil {
			return err
		}
	}
	err := p.dec.Read(p.cur)
	if errors.Is(err, io.EOF) {
		p.close()
		if p.over = !p.m.Loop; p.over {
			return nil
		}
		if err = p.open(ctx); err == nil {
			err = p.dec.Read(p.cur)
		}
	}
	p.at++
	return err
}

// open starts the clip.
func (p *player) open(ctx context.Context) (err error) {
	p.dec, err = p.tool.Decode(ctx, p.path, p.cur.W, p.cur.H, p.fps)
	return err
}

func (p *player) close() {
	if p.dec != nil {
		p.dec.Close()
		p.dec = nil
	}
}
