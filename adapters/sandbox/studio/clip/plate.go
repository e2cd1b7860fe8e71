package clip

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// spare is how much larger than the frame the plate is: the camera ends so much nearer, without enlarging.
const spare = 1.08

const maxPixels = 64 << 20

// newPlate makes the still that the camera moves over, and finds the dish on it (as fractions).
func newPlate(file []byte, w, h int) (plate *ffmpeg.Frame, x, y float64, err error) {
	src, err := decode(file)
	if err != nil {
		return nil, 0, 0, err
	}
	im := image.NewRGBA(image.Rect(0, 0, int(float64(w)*spare)&^1, int(float64(h)*spare)&^1))
	draw.Draw(im, im.Rect, image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(im, im.Rect, src, middle(src.Bounds(), w, h), draw.Over, nil)
	x, y = photo.Focus(im)
	light(im)
	plate = ffmpeg.NewFrame(im.Rect.Dx(), im.Rect.Dy())
	ffmpeg.FromRGBA(plate, im)
	return plate, x, y, nil
}

func decode(file []byte) (image.Image, error) {
	config, read := jpeg.DecodeConfig, jpeg.Decode
	switch {
	case bytes.HasPrefix(file, []byte("\x89PNG")):
		config, read = png.DecodeConfig, png.Decode
	case bytes.HasPrefix(file, []byte("RIFF")):
		config, read = webp.DecodeConfig, webp.Decode
	}
	c, err := config(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return nil, errors.New("photo: too large")
	}
	im, err := read(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return im, nil
}

// middle is the largest part of b around its middle that has the shape of w x h.
func middle(b image.Rectangle, w, h int) image.Rectangle {
	cw, ch := b.Dx(), b.Dx()*h/w
	if ch > b.Dy() {
		cw, ch = b.Dy()*w/h, b.Dy()
	}
	cw, ch = max(cw, 1), max(ch, 1)
	return image.Rect(0, 0, cw, ch).Add(b.Min).Add(image.Pt((b.Dx()-cw)/2, (b.Dy()-ch)/2))
}

// light gives a photo the look of a film, in place: more contrast and colour in the middle tones, darker corners.
func light(im *image.RGBA) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	var curve [256]float32
	for i := range curve {
		v := float32(i) / 255
		curve[i] = 255 * (v + 0.18*(step(0, 1, v)-v))
	}
	across := make([]float32, w)
	for x := range across {
		d := (float32(x)/float32(w) - 0.5) / 0.78
		across[x] = d * d
	}
	for y := range h {
		d := (float32(y)/float32(h) - 0.44) / 0.72
		row := im.Pix[y*im.Stride:][:4*w]
		for x := range w {
			p := row[4*x : 4*x+4]
			far := across[x] + d*d
			dim := 1 - 0.42*far*far/(0.35+far*far)
			r, g, b := curve[p[0]], curve[p[1]], curve[p[2]]
			l := 0.2126*r + 0.7152*g + 0.0722*b
			const colour = 1.10
			p[0], p[1], p[2] = level((l+(r-l)*colour)*dim), level((l+(g-l)*colour)*dim), level((l+(b-l)*colour)*dim)
		}
	}
}

func level(v float32) byte { return byte(min(max(v+0.5, 0), 255)) }

// step rises smoothly from 0 at a to 1 at b.
func step(a, b, x float32) float32 {
	t := min(max((x-a)/(b-a), 0), 1)
	return t * t * (3 - 2*t)
}
