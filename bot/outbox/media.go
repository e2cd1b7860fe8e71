package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"time"

	"github.com/abema/go-mp4"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"golang.org/x/image/draw"
)

// measure reads a video's size and length out of an MP4. Messengers show a square tile without them.
func measure(r io.ReadSeeker) (w, h int, length time.Duration, err error) {
	moov, err := movieIndex(r)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("mp4: no index: %w", err)
	}
	_, err = mp4.ReadBoxStructure(bytes.NewReader(moov), func(box *mp4.ReadHandle) (any, error) {
		at := box.BoxInfo
		if at.Size < at.HeaderSize || at.Size > uint64(len(moov))-at.Offset { // the library would go round in circles
			return nil, errors.New("a box is smaller than its head, or larger than the index")
		}
		switch at.Type {
		case mp4.BoxTypeTrak():
			return box.Expand()
		case mp4.BoxTypeMvhd(), mp4.BoxTypeTkhd():
		default:
			return nil, nil
		}
		payload, _, err := box.ReadPayload()
		switch b := payload.(type) {
		case *mp4.Mvhd:
			length = movieLength(b)
		case *mp4.Tkhd:
			if w == 0 { // of the first track that can be seen
				w, h = int(b.GetWidthInt()), int(b.GetHeightInt())
			}
		}
		return nil, err
	})
	switch {
	case err != nil:
		return 0, 0, 0, fmt.Errorf("mp4: %w", err)
	case w == 0 || h == 0 || length == 0:
		return 0, 0, 0, errors.New("mp4: no picture in it, or no length")
	}
	return w, h, length, nil
}

// movieIndex is what is in an MP4's moov box.
func movieIndex(r io.ReadSeeker) ([]byte, error) {
	const maxIndex = 16 << 20 // bytes; a short's has thousands
	for at := int64(0); ; {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return nil, err
		}
		box, err := mp4.ReadBoxInfo(r)
		switch {
		case err != nil:
			return nil, err
		case box.Size < box.HeaderSize || box.Size > math.MaxInt64-uint64(at):
			return nil, errors.New("a box is smaller than its head, or endless")
		case box.Type != mp4.BoxTypeMoov():
			at += int64(box.Size)
			continue
		case box.Size > maxIndex:
			return nil, errors.New("it is too long")
		}
		size := int64(box.Size - box.HeaderSize)
		moov, err := io.ReadAll(io.LimitReader(r, size))
		if err == nil && int64(len(moov)) < size {
			err = io.ErrUnexpectedEOF
		}
		return moov, err
	}
}

func movieLength(b *mp4.Mvhd) time.Duration {
	if b.Timescale == 0 || b.GetDuration()/uint64(b.Timescale) > 24*60*60 {
		return 0
	}
	return time.Duration(float64(b.GetDuration()) / float64(b.Timescale) * float64(time.Second))
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

// ownPoster is the size of films up to which platforms take their first frame by themselves (the least does to about
// 10 MB).
const ownPoster = 8 << 20

// posters makes the pictures that are shown before a video plays: its first frame, in which menu and price can be read.
// Where films can't be decoded, small ones have none, since the platform makes the same, and large ones a part of the
// photo that they were made of.
func (c *Outbox) posters(ctx context.Context, o pipeline.Order, size int64) (p bot.Posters, err error) {
	frame, err := c.firstFrame(ctx, o.Cut.ShortKey)
	if frame == nil && size > ownPoster {
		var failed error
		frame, failed = c.prepared(ctx, o.PhotoKey)
		err = errors.Join(err, failed)
	}
	if frame == nil {
		return p, err
	}
	w, h := thumbSize(o.Cut.Size)
	part := around(frame.Bounds(), w, h)
	var wrong [2]error
	p.Thumb, wrong[0] = shrunk(frame, part, w, h, 80)
	p.Cover, wrong[1] = shrunk(frame, part, coverScale*w, coverScale*h, 80)
	return p, errors.Join(err, wrong[0], wrong[1])
}

// firstFrame decodes the beginning of a short; nil without an error where films can't be decoded.
func (c *Outbox) firstFrame(ctx context.Context, key string) (image.Image, error) {
	if c.opts.FirstFrame == nil {
		return nil, nil
	}
	r, err := c.opts.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	still, err := c.opts.FirstFrame(ctx, r)
	if err != nil {
		return nil, err
	}
	return jpeg.Decode(bytes.NewReader(still))
}

// prepared opens the photo of an order as it was prepared.
func (c *Outbox) prepared(ctx context.Context, key string) (image.Image, error) {
	r, err := c.opts.Blobs.Open(ctx, key)
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
