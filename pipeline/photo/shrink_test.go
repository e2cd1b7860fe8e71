package photo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"
)

func TestTurned_QuarterTurnsGoTheRightWay(t *testing.T) {
	// Exif 2.3, 4.6.4: with 6 the first row is the right side, with 8 the left side.
	src := image.NewRGBA(image.Rect(0, 0, 2, 1))
	src.SetRGBA(0, 0, red)
	src.SetRGBA(1, 0, green)
	for turn, want := range map[int][2]color.RGBA{6: {red, green}, 8: {green, red}, 5: {red, green}, 7: {green, red}} {
		im := turned(src, turn)
		if im.RGBAAt(0, 0) != want[0] || im.RGBAAt(0, 1) != want[1] {
			t.Errorf("orientation %d gives %v over %v", turn, im.RGBAAt(0, 0), im.RGBAAt(0, 1))
		}
	}
}

// TestTurnedPlanes_TurnEverySample has sizes with half a colour sample at their ends.
func TestTurnedPlanes_TurnEverySample(t *testing.T) {
	for _, size := range []image.Point{{5, 3}, {4, 7}} {
		src := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420)
		for i := range src.Y {
			src.Y[i] = byte(20 + 5*i)
		}
		for i := range src.Cb {
			src.Cb[i], src.Cr[i] = 110, 150
		}
		flat := image.NewRGBA(src.Rect)
		draw.Draw(flat, flat.Rect, src, image.Point{}, draw.Src)
		for turn := 1; turn <= 8; turn++ {
			want, im := turned(flat, turn), turnedPlanes(src, turn)
			got := image.NewRGBA(im.Rect)
			draw.Draw(got, got.Rect, im, image.Point{}, draw.Src)
			if got.Rect != want.Rect || !bytes.Equal(got.Pix, want.Pix) {
				t.Errorf("%v, orientation %d: %v, want %v", size, turn, got, want)
			}
		}
	}
}

func TestShrink_KeepsColoursInEverySubsampling(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422,
		image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		for _, size := range [][2]int{{67, 45}, {64, 48}, {33, 97}} {
			src := image.NewYCbCr(image.Rect(0, 0, size[0], size[1]), ratio)
			flat := quarters(size[0], size[1])
			for y := range size[1] {
				for x := range size[0] {
					c := color.YCbCrModel.Convert(flat.At(x, y)).(color.YCbCr)
					src.Y[src.YOffset(x, y)], src.Cb[src.COffset(x, y)], src.Cr[src.COffset(x, y)] = c.Y, c.Cb, c.Cr
				}
			}
			for k := 1; k <= 5; k++ {
				got := shrink(src, k, image.White)
				if want := image.Rect(0, 0, size[0]/k, size[1]/k); got.Rect != want {
					t.Fatalf("%v by %d is %v", size, k, got.Rect)
				}
				for i, c := range []color.RGBA{red, green, blue, yellow} {
					x, y := got.Rect.Dx()/6+i%2*got.Rect.Dx()*4/6, got.Rect.Dy()/6+i/2*got.Rect.Dy()*4/6
					a := got.RGBAAt(x, y)
					if d := apart(a, c); d > 3 {
						t.Fatalf("%v %v by %d at %d,%d: %v, want %v", ratio, size, k, x, y, a, c)
					}
				}
			}
		}
	}
}

// apart is how much two colours differ in the channel that differs most.
func apart(a, b color.RGBA) (most int) {
	for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B), int(a.A) - int(b.A)} {
		most = max(most, d, -d)
	}
	return most
}

// TestShrink_AveragesEveryPixelOfAnyPicture compares with the mean of each block, laid on the ground pixel by pixel.
func TestShrink_AveragesEveryPixelOfAnyPicture(t *testing.T) {
	const w, h = 23, 17
	ground := color.RGBA{200, 40, 90, 255}
	at := func(x, y int) color.NRGBA { // no two neighbours are alike
		return color.NRGBA{byte(x * 11), byte(y * 15), byte(x*7 + y*13), byte(x*y + x*29)}
	}
	all := image.Rect(3, 5, 3+w, 5+h) // a part of a larger picture doesn't begin at 0, 0
	for name, src := range map[string]interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		"NRGBA": image.NewNRGBA(all), "RGBA": image.NewRGBA(all), "NRGBA64": image.NewNRGBA64(all),
		"Gray":     image.NewGray(all),
		"Paletted": image.NewPaletted(all, color.Palette{red, green, color.Transparent, blue}),
	} {
		for y := range h {
			for x := range w {
				src.Set(all.Min.X+x, all.Min.Y+y, at(x, y))
			}
		}
		for k := 1; k <= 4; k++ {
			got := shrink(src, k, image.NewUniform(ground))
			if want := image.Rect(0, 0, w/k, h/k); got.Rect != want {
				t.Fatalf("%s by %d is %v", name, k, got.Rect)
			}
			for y := range h / k {
				for x := range w / k {
					if want := mean(src, all.Min.X+x*k, all.Min.Y+y*k, k, ground); apart(got.RGBAAt(x, y), want) > 1 {
						t.Fatalf("%s by %d at %d,%d: %v, want %v", name, k, x, y, got.RGBAAt(x, y), want)
					}
				}
			}
		}
	}
}

// TestHalved_AveragesEverySample compares the planes of a JPEG with the mean of each block of samples.
func TestHalved_AveragesEverySample(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
	} {
		for _, size := range [][2]int{{64, 48}, {67, 45}, {65, 49}} {
			src := image.NewYCbCr(image.Rect(0, 0, size[0], size[1]), ratio)
			for _, plane := range [][]byte{src.Y, src.Cb, src.Cr} {
				for i := range plane {
					plane[i] = byte(r.Uint32())
				}
			}
			l, u, v := planes(src)
			for k := 1; k <= 4; k++ {
				got := halved(src, k)
				gl, gu, gv := planes(got)
				for name, pair := range map[string][2]plane{"Y": {l, gl}, "Cb": {u, gu}, "Cr": {v, gv}} {
					from, to := pair[0], pair[1]
					for i := range to.w * to.h {
						x, y := i%to.w, i/to.w
						if got, want := to.pix[y*to.stride+x], from.mean(x, y, k*to.across); got != want {
							t.Fatalf("%v %v by %d: %s at %d,%d is %d, want %d", ratio, size, k, name, x, y, got, want)
						}
					}
				}
			}
		}
	}
}

// mean is that of the samples in the block of k x k pixels at x, y.
func (p plane) mean(x, y, k int) byte {
	sum, n := 0, 0
	for j := y * k / p.down; j < min(((y+1)*k+p.down-1)/p.down, p.h); j++ {
		for i := x * k / p.across; i < min(((x+1)*k+p.across-1)/p.across, p.w); i++ {
			sum, n = sum+int(p.pix[j*p.stride+i]), n+1
		}
	}
	return byte((sum + n/2) / n)
}

// mean is that of k x k pixels over a ground that hides what is behind it.
func mean(src image.Image, left, top, k int, ground color.RGBA) color.RGBA {
	var r, g, b float64
	for y := top; y < top+k; y++ {
		for x := left; x < left+k; x++ {
			pr, pg, pb, pa := src.At(x, y).RGBA() // times alpha already
			under := 1 - float64(pa)/0xffff
			r += float64(pr)/257 + under*float64(ground.R)
			g += float64(pg)/257 + under*float64(ground.G)
			b += float64(pb)/257 + under*float64(ground.B)
		}
	}
	n := float64(k * k)
	return color.RGBA{byte(r/n + 0.5), byte(g/n + 0.5), byte(b/n + 0.5), 255}
}
