package creatomate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/draw"

	"github.com/sajangpick/sajangpick/pipeline"
)

// A proof of type families is a picture with a row of Hangul in each. Creatomate silently sets an unknown family in
// one that has no Hangul ("Fonts"), so a row that looks like that of a family which certainly doesn't exist is of an
// unknown one.
const (
	proofWidth  = 640
	proofRow    = 96
	proofWords  = "한글 맛집 새우"
	noFamily    = "Sajangpick No Such Family"
	proofPause  = 2 * time.Second
	proofPixels = 8 << 20
	proofBytes  = 8 << 20
)

// UnknownFamilies has Creatomate render one picture, for one credit, and tells which families it doesn't know. It
// waits for the picture until ctx ends; open fetches it.
func (c *Client) UnknownFamilies(
	ctx context.Context, families []string, open func(ctx context.Context, url string) (io.ReadCloser, error),
) ([]string, error) {
	if err := c.mayAsk(ctx, "fonts"); err != nil {
		return nil, err
	}
	a, err := c.api.Post(ctx, "/v2/renders", nil, proof(families))
	if err != nil {
		return nil, err
	}
	if !a.OK() {
		return nil, c.startFault(a, pipeline.CutRequest{})
	}
	s, err := c.parseStarted(a.Body, pipeline.CutRequest{})
	if err != nil {
		return nil, fmt.Errorf("creatomate: prove fonts: %w", err)
	}
	url, err := c.finished(ctx, s.Remote)
	if err != nil {
		return nil, err
	}
	body, err := open(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("creatomate: prove fonts: fetch the picture: %w", err)
	}
	defer body.Close()
	return readProof(io.LimitReader(body, proofBytes), families)
}

func proof(families []string) map[string]any {
	var elements []any
	for i, family := range append([]string{noFamily}, families...) {
		elements = append(elements, map[string]any{
			"type": "text", "track": float64(i + 1), "time": 0.0, "text": proofWords, "font_family": family,
			"font_weight": "700",
			"font_size":   56.0, "fill_color": "#000000", "text_wrap": false, "width": proofWidth - 40.0,
			"height": proofRow * 1.0,
			"x":      proofWidth / 2.0, "y": proofRow * (float64(i) + .5), "y_alignment": "50%",
		})
	}
	return map[string]any{
		"output_format": "png", "width": proofWidth * 1.0, "height": float64(proofRow * len(elements)),
		"fill_color": "#ffffff", "elements": elements,
	}
}

// finished waits until a render has succeeded, and gives its address.
func (c *Client) finished(ctx context.Context, render string) (string, error) {
	for {
		p, err := c.Check(ctx, render)
		switch {
		case err != nil:
			return "", err
		case p.State == pipeline.Succeeded:
			return p.URL, nil
		case p.State == pipeline.Broken:
			return "", p.Fault
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("creatomate: prove fonts: the picture isn't there: %w", context.Cause(ctx))
		case <-time.After(proofPause):
		}
	}
}

// readProof compares the rows of a proof with its first.
func readProof(r io.Reader, families []string) (unknown []string, err error) {
	file, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("creatomate: prove fonts: %w", err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("creatomate: prove fonts: %w", err)
	}
	rows := len(families) + 1
	if size.Width < 64 || size.Height < 16*rows || size.Width > proofPixels/size.Height {
		return nil, errors.New("creatomate: prove fonts: the picture has another size")
	}
	im, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("creatomate: prove fonts: %w", err)
	}
	b := im.Bounds()
	row := func(i int) *image.Gray {
		out := image.NewGray(image.Rect(0, 0, 160, 24))
		part := image.Rect(b.Min.X, b.Min.Y+b.Dy()*i/rows, b.Max.X, b.Min.Y+b.Dy()*(i+1)/rows)
		draw.ApproxBiLinear.Scale(out, out.Rect, im, part, draw.Src, nil)
		return out
	}
	none := row(0)
	for i, family := range families {
		if alike(none, row(i+1)) {
			unknown = append(unknown, family)
		}
	}
	return unknown, nil
}

// alike reports whether two rows show the same, but for what a renderer's smoothing changes.
func alike(a, b *image.Gray) bool {
	differ := 0
	for i := range a.Pix {
		if d := int(a.Pix[i]) - int(b.Pix[i]); max(d, -d) > 48 {
			differ++
		}
	}
	return differ < len(a.Pix)/200
}
