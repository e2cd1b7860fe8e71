package web

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrCode is a QR code for the page: a square of Side modules, of which Path is the dark ones (SVG).
type qrCode struct {
	Side int
	Path string
}

// Frame is its side with the four quiet modules on each side that scanners need (ISO/IEC 18004).
func (c qrCode) Frame() int { return c.Side + 8 }

// qrOf draws a text as a QR code, which a screen shows undamaged: the lowest level of correction makes the largest
// modules.
func qrOf(text string) (qrCode, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return qrCode{}, err
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return qrCode{code.Size, path.String()}, nil
}
