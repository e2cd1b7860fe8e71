package ffmpeg

import (
	"image/color"
	"testing"
)

func TestFrame_ColoursSurviveTheWayToYUVAndBack(t *testing.T) {
	for _, c := range []color.RGBA{red, green, blue, yellow, white, black, {128, 128, 128, 255}} {
		f := NewFrame(4, 4)
		FromRGBA(f, card(4, 4, c))
		near(t, "round trip", f.ToRGBA().At(1, 1), c, 2)
	}
}

func TestFrame_WhiteBlackAndRedHaveTheNumbersOfBT709(t *testing.T) {
	for _, q := range []struct {
		c       color.RGBA
		y, u, v byte
	}{
		{white, 235, 128, 128}, {black, 16, 128, 128}, {color.RGBA{255, 0, 0, 255}, 63, 102, 240},
		{color.RGBA{0, 0, 255, 255}, 32, 240, 118},
	} {
		f := NewFrame(2, 2)
		FromRGBA(f, card(2, 2, q.c))
		if f.Y[0] != q.y || f.U[0] != q.u || f.V[0] != q.v {
			t.Errorf("%v is %d %d %d, want %d %d %d", q.c, f.Y[0], f.U[0], f.V[0], q.y, q.u, q.v)
		}
	}
}
