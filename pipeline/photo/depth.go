package photo

import (
	"encoding/binary"
	"image"
)

// eightBits rounds a picture of 16 bits to 8, where drawing it would cut them off. It works in the picture's memory.
func eightBits(im image.Image) image.Image {
	switch p := im.(type) {
	case *image.NRGBA64:
		return &image.NRGBA{Pix: rounded(p.Pix), Stride: p.Stride / 2, Rect: p.Rect}
	case *image.RGBA64:
		return &image.RGBA{Pix: rounded(p.Pix), Stride: p.Stride / 2, Rect: p.Rect}
	case *image.Gray16:
		return &image.Gray{Pix: rounded(p.Pix), Stride: p.Stride / 2, Rect: p.Rect}
	}
	return im
}

func rounded(pix []byte) []byte {
	for i := range len(pix) / 2 {
		pix[i] = byte((uint32(binary.BigEndian.Uint16(pix[2*i:]))*255 + 32767) / 65535)
	}
	return pix[:len(pix)/2]
}
