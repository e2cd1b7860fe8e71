package bot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"time"

	"golang.org/x/image/draw"

	"github.com/sajangpick/sajangpick/pipeline"
)

// measure reads a video's size and length out of an MP4. Messengers show a square tile without them.
func measure(r io.ReadSeeker) (w, h int, length time.Duration, err error) {
	const maxMovie = 16 << 20 // bytes of the index of a video; a short's has thousands
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, 0, 0, err
	}
	for {
		var head [16]byte
		if _, err := io.ReadFull(r, head[:8]); err != nil {
			return 0, 0, 0, fmt.Errorf("mp4: no index: %w", err)
		}
		size, rest := int64(binary.BigEndian.Uint32(head[:])), int64(-8)
		if size == 1 {
			if _, err := io.ReadFull(r, head[8:]); err != nil {
				return 0, 0, 0, fmt.Errorf("mp4: %w", err)
			}
			size, rest = int64(binary.BigEndian.Uint64(head[8:])), -16
		}
		rest += size
		if rest < 0 {
			return 0, 0, 0, errors.New("mp4: a box is smaller than its head")
		}
		if string(head[4:8]) != "moov" {
			if _, err := r.Seek(rest, io.SeekCurrent); err != nil {
				return 0, 0, 0, fmt.Errorf("mp4: %w", err)
			}
			continue
		}
		if rest > maxMovie {
			return 0, 0, 0, errors.New("mp4: its index is too long")
		}
		moov, err := io.ReadAll(io.LimitReader(r, rest))
		if err != nil {
			return 0, 0, 0, fmt.Errorf("mp4: %w", err)
		}
		if int64(len(moov)) < rest {
			return 0, 0, 0, errors.New("mp4: its index is cut off")
		}
		return movie(moov)
	}
}

// movie reads what an MP4's index says of the whole video and of its first track that can be seen.
func movie(moov []byte) (w, h int, length time.Duration, err error) {
	for kind, box := range boxes(moov) {
		switch kind {
		case "mvhd":
			length = movieLength(box)
		case "trak":
			for kind, box := range boxes(box) {
				if kind == "tkhd" && w == 0 && len(box) >= 8 { // ends with width and height in 16.16
					size := box[len(box)-8:]
					w, h = int(binary.BigEndian.Uint16(size)), int(binary.BigEndian.Uint16(size[4:]))
				}
			}
		}
	}
	if w == 0 || h == 0 || length == 0 {
		return 0, 0, 0, errors.New("mp4: no picture in it, or no length")
	}
	return w, h, length, nil
}

// boxes goes over the boxes that lie side by side in b, up to one that isn't whole.
func boxes(b []byte) func(func(kind string, box []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			size := binary.BigEndian.Uint32(b)
			if size < 8 || uint64(size) > uint64(len(b)) || !yield(string(b[4:8]), b[8:size]) {
				return
			}
			b = b[size:]
		}
	}
}

func movieLength(mvhd []byte) time.Duration {
	var scale, units uint64
	switch {
	case len(mvhd) >= 20 && mvhd[0] == 0:
		scale, units = uint64(binary.BigEndian.Uint32(mvhd[12:])), uint64(binary.BigEndian.Uint32(mvhd[16:]))
	case len(mvhd) >= 32 && mvhd[0] == 1:
		scale, units = uint64(binary.BigEndian.Uint32(mvhd[20:])), binary.BigEndian.Uint64(mvhd[24:])
	}
	if scale == 0 || units/scale > 24*60*60 {
		return 0
	}
	return time.Duration(float64(units) / float64(scale) * float64(time.Second))
}

// thumbSize is the size of a thumbnail: the most that messengers take, in the shape of the short.
func thumbSize(s pipeline.Size) (w, h int) {
	if s == pipeline.Square {
		return 320, 320
	}
	return 180, 320
}

// coverScale is how many times larger a cover is than a thumbnail. A tall one is 720 pixels wide.
const coverScale = 4

// posters makes the pictures that are shown before a video plays, out of the photo that it was made of.
func (c *Outbox) posters(ctx context.Context, key string, size pipeline.Size) (p Posters, err error) {
	photo, err := c.prepared(ctx, key)
	if err != nil {
		return p, err
	}
	w, h := thumbSize(size)
	part := around(photo.Bounds(), w, h)
	if p.Thumb, err = shrunk(photo, part, w, h, 80); err != nil {
		return p, err
	}
	p.Cover, err = shrunk(photo, part, coverScale*w, coverScale*h, 80)
	return p, err
}

// prepared opens the photo of an order as it was prepared.
func (c *Outbox) prepared(ctx context.Context, key string) (image.Image, error) {
	r, err := c.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return jpeg.Decode(r)
}

// shrunk makes a JPEG of w × h out of a part of a photo.
func shrunk(photo image.Image, part image.Rectangle, w, h, quality int) ([]byte, error) {
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), photo, part, draw.Src, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// dishAt is the height at which the dish stands in a prepared photo.
const dishAt = .4

// around is the largest part of a photo in the shape of a thumbnail, with the dish in its middle.
func around(r image.Rectangle, thumbW, thumbH int) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*thumbH > h*thumbW {
		w = max(1, h*thumbW/thumbH)
	} else {
		h = max(1, w*thumbH/thumbW)
	}
	top := int(float64(r.Dy())*dishAt) - h/2
	corner := r.Min.Add(image.Pt((r.Dx()-w)/2, min(max(top, 0), r.Dy()-h)))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(w, h))}
}
