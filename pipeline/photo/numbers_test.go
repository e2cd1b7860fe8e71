package photo

import (
	"image"
	"image/color"
	"math"
	"testing"
)

// TestMeasures_AreThoseThatTheLimitsWereChosenFor pins all that is measured of some pictures. The limits of doubt, rim
// and choose lie between the measures of some 400 photos: whoever changes a measure must try those again.
func TestMeasures_AreThoseThatTheLimitsWereChosenFor(t *testing.T) {
	menu := fill(640, 480, color.RGBA{40, 60, 50, 255})
	write(menu, image.Rect(30, 30, 610, 250), color.RGBA{235, 235, 220, 255})
	write(menu, image.Rect(30, 330, 350, 420), color.RGBA{0, 20, 0, 255})
	dish := samplePhoto(t)
	for name, x := range map[string]struct {
		photo *image.RGBA
		want  [15]float64
	}{
		"the sample": {dish, [15]float64{
			217, 10.23, 0, 0, 1, 1, 0.02985, 0.2875, 0.9631, 0.8195, 0.997, 0.4558, 0.5463, 0.4965, 0.5535,
		}},
		"a menu": {menu, [15]float64{
			233, 10.56, 0.1542, 8, 1, 1, 0.04125, 0, 0.9067, 0.5394, 0, 0.4583, 0.3303, 0.4583, 0.3303,
		}},
		"a plate": {plated(480, 640, 210, 350, 150), [15]float64{
			230, 2.353, 0, 0, 1, 1, 0.1106, 0.3056, 0.7644, 0.7959, 1, 0.4507, 0.5448, 0.4375, 0.5508,
		}},
		"a table": {table(640, 480, 350, 200, 150), [15]float64{
			153, 2.509, 0, 0, 1, 1, 0.3192, 0.09571, 0.7746, 0.7515, 0.9672, 0.5295, 0.4587, 0.5469, 0.4236,
		}},
		"shaken": {soft(sized(dish, 480), 3, 1), [15]float64{
			213, 5.845, 0, 0, 0.35, 0.62, 0.02671, 0.2856, 0.9597, 0.8174, 1, 0.468, 0.5449, 0.4932, 0.5515,
		}},
	} {
		g := greyOf(planesOf(x.photo), max(min(x.photo.Rect.Dx(), x.photo.Rect.Dy())/readingSide, 1))
		part, spread := g.lettering()
		across, down := g.sharpness()
		d := find(x.photo)
		midX, midY, _, _ := Dish(x.photo)
		if fx, fy := Focus(x.photo); fx != d.x || fy != d.y {
			t.Errorf("%s: the middle is at %v, %v, and Focus says %v, %v", name, d.x, d.y, fx, fy)
		}
		for i, got := range [15]float64{
			float64(g.brightest()), g.detail(), part, float64(spread), across, down, d.left, d.top, d.right, d.bottom,
			d.sure, d.x, d.y, midX, midY,
		} {
			if want := x.want[i]; math.Abs(got-want) > 0.001*max(1, want) {
				t.Errorf("%s: measure %d is %v, not %v", name, i, got, want)
			}
		}
	}
}

// TestChoose_FramesADishThatFitsWhole compares all of a framing: photos with a rim and without, whose dish fits in each
// ratio.
func TestChoose_FramesADishThatFitsWhole(t *testing.T) {
	plate := func(left, top, right, bottom float64) dish {
		return dish{x: 0.5, y: 0.5, left: left, top: top, right: right, bottom: bottom, sure: 0.9}
	}
	for name, x := range map[string]struct {
		w, h    float64
		reduced int
		d       dish
		want    framing
	}{
		"a plate in a tall photo": {1080, 1920, 1, plate(.3, .2, .7, .6), framing{
			Full, image.Rect(0, 0, 1080, 1920), Box{.3, .2, .7, .6}, 0.9,
		}},
		"a plate at the side": {
			1440, 1080, 2, plate(.6, .3, .9, .7),
			framing{Full, image.Rect(831, 189, 1329, 1075), Box{.066396, .152195, .933604, .64}, 0.9},
		},
		"a plate far below": {
			1080, 1920, 1, plate(.3, .6, .7, .9),
			framing{Portrait, image.Rect(0, 480, 1080, 1920), Box{.3, .466667, .7, .866667}, 0.9},
		},
		"a wide plate": {
			1440, 1080, 1, plate(.1, .2, .9, .8),
			framing{Landscape, image.Rect(0, 0, 1440, 1080), Box{.1, .2, .9, .8}, 0.9},
		},
		"a plate as wide as it": {
			1600, 900, 1, plate(0, .1, 1, .9),
			framing{Landscape, image.Rect(200, 0, 1400, 900), Box{0, .1, 1, .9}, 0.9},
		},
		"no plate, square": {
			1000, 1000, 1, dish{x: .3, y: .3, left: .1, right: .5, top: .1, bottom: .5},
			framing{Square, image.Rect(0, 0, 1000, 1000), Box{}, 0},
		},
		"no plate, a high dish": {
			1200, 1000, 1, dish{x: .5, y: .5, left: .25, right: .75, top: .02, bottom: .97},
			framing{Landscape, image.Rect(0, 50, 1200, 950), Box{}, 0},
		},
		"a high plate": {
			1200, 1000, 1, plate(.25, .02, .75, .97),
			framing{Square, image.Rect(100, 0, 1100, 1000), Box{.2, .02, .8, .97}, 0.9},
		},
		"no plate, tall": {
			600, 1000, 1, dish{x: .5, y: .5, bottom: dishEnd}, framing{Full, image.Rect(19, 0, 581, 1000), Box{}, 0},
		},
		"no plate, tall and below": {
			600, 1000, 1, dish{x: .5, y: .5, bottom: dishEnd + 0.001},
			framing{Portrait, image.Rect(0, 100, 600, 900), Box{}, 0},
		},
		"no plate, less tall": {
			601, 1000, 1, dish{x: .5, y: .5, bottom: .5}, framing{Portrait, image.Rect(0, 99, 601, 901), Box{}, 0},
		},
		"no plate, wide": {
			3000, 1000, 1, dish{x: .5, y: .5}, framing{Landscape, image.Rect(833, 0, 2167, 1000), Box{}, 0},
		},
	} {
		got := choose(x.w, x.h, x.reduced, x.d)
		same := got.ratio == x.want.ratio && got.part == x.want.part && got.sure == x.want.sure
		for _, off := range []float64{
			got.dish.Left - x.want.dish.Left, got.dish.Top - x.want.dish.Top, got.dish.Right - x.want.dish.Right,
			got.dish.Bottom - x.want.dish.Bottom,
		} {
			same = same && math.Abs(off) < 1e-4
		}
		if !same {
			t.Errorf("%s: got %+v, want %+v", name, got, x.want)
		}
	}
}
