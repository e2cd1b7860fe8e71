package clipcheck

import (
	"image"
	"math"
	"testing"
)

// margin is how far from the line everything here must stay.
const margin = 0.06

// judged are the photos whose clips are looked at; the others are what they may become.
var judged = []string{"sample", "ice"}

func photos(t testing.TB) map[string]*image.RGBA {
	all := map[string]*image.RGBA{"sample": samplePhoto(t)}
	for name, r := range menu {
		all[name] = paint(r)
	}
	return all
}

func TestWhatAClipMayDo(t *testing.T) {
	all := photos(t)
	for _, name := range judged {
		im := all[name]
		p := newPlate(im)
		for what, frame := range map[string]*image.RGBA{
			"the photo itself":       im,
			"comes nearer":           camera(im, 1.1, 0, 0, 0),
			"comes nearer by 20 %":   camera(im, 1.2, 0, 0, -0.1),
			"comes nearer by 30 %":   camera(im, 1.3, 0, 0.05, -0.1),
			"goes back":              camera(im, 0.95, 0, 0, 0),
			"turns":                  camera(im, 1.1, 0.09, 0, 0),
			"turns the other way":    camera(im, 1.15, -0.14, 0, 0),
			"drifts":                 camera(im, 1.12, 0, 0.08, -0.05),
			"goes in an arc":         arc(im, 0.06),
			"goes in a wider arc":    arc(im, -0.1),
			"steam":                  steaming(im, 0.5),
			"much steam":             steaming(camera(im, 1.1, 0, 0, -0.05), 0.8),
			"darker":                 graded(im, 0.75, 1.1, 0),
			"brighter":               graded(im, 1.15, 0.9, 0),
			"warmer":                 graded(im, 1.05, 1, 16),
			"colder":                 graded(im, 1, 1, -14),
			"vivid":                  saturated(im, 1.35),
			"pale":                   saturated(im, 0.7),
			"grain":                  grainy(im, 14),
			"hardly a byte a pixel":  squeezed(t, im, 10),
			"all of it, but not far": squeezed(t, grainy(steaming(graded(camera(im, 1.2, 0.05, 0.03, -0.05), 0.9, 1, 8), 0.5), 6), 30),
		} {
			a := p.similarity(frame)
			t.Logf("%-6s %-22s %.2f", name, what, a)
			if a < least+margin {
				t.Errorf("%s, %s: alike by %.2f only", name, what, a)
			}
		}
	}
}

func TestWhatAClipMayNotDo(t *testing.T) {
	all := photos(t)
	for _, name := range judged {
		im := all[name]
		other := all["stew"]
		if name == "stew" {
			other = all["rice"]
		}
		frames := map[string]*image.RGBA{
			"half of it is another": mix(other, im, func(x, _ int) float64 { return float64(x / (w / 2)) }),
			"another on the plate":  mix(other, im, filling),
			"becoming another":      mix(other, im, func(_, _ int) float64 { return 0.65 }),
			"a hand over it":        hand(im),
			"melted":                melted(im),
			"black":                 image.NewRGBA(im.Rect),
			"grey":                  each(im, func(_, _ int, _ [3]float64) [3]float64 { return [3]float64{128, 128, 128} }),
			"garbage": grainy(each(im, func(x, y int, _ [3]float64) [3]float64 {
				v := float64((x/16*37 + y/16*91) % 255)
				return [3]float64{v, v, 255 - v}
			}), 30),
			"the table without it":    mix(camera(im, 3, 0, 0, 0.9), im, filling),
			"far nearer than a third": camera(im, 2.6, 0, 0.2, 0),
		}
		for n, o := range all {
			if n != name {
				frames["is "+n] = o
			}
		}
		p := newPlate(im)
		for what, frame := range frames {
			a := p.similarity(frame)
			t.Logf("%-6s %-22s %.2f", name, what, a)
			if a > least-margin {
				t.Errorf("%s, %s: still alike by %.2f", name, what, a)
			}
		}
	}
}

// TestColoursOfFoodAreNotTaste: a stew that turns green is another dish, though nothing in it has moved.
func TestColoursOfFoodAreNotTaste(t *testing.T) {
	for _, name := range []string{"stew", "salad"} {
		im := paint(menu[name])
		green := each(im, func(_, _ int, p [3]float64) [3]float64 { return [3]float64{p[1], p[0], p[2]} })
		if a := newPlate(im).similarity(mix(green, im, filling)); a > least-margin {
			t.Errorf("%s: still alike by %.2f", name, a)
		}
	}
}

func TestAFrameOfAnotherShapeIsTheMiddleOfThePhoto(t *testing.T) {
	im := samplePhoto(t)
	for name, part := range map[string]image.Rectangle{
		"wider":    image.Rect(0, 15, w, h-15),
		"narrower": image.Rect(12, 0, w-12, h),
	} {
		if a := newPlate(im).similarity(im.SubImage(part)); a < least+margin {
			t.Errorf("%s: alike by %.2f only", name, a)
		}
	}
}

func TestOneBadFrameIsEnough(t *testing.T) {
	im, other := paint(menu["stew"]), paint(menu["salad"])
	if v := Judge(im, [...]image.Image{im, im, other}); !v.Changed() || v.Alike[2] > least || min(v.Alike[0], v.Alike[1]) < least {
		t.Errorf("the last frame is of another dish: %v", v)
	}
	for i := range moments {
		v := Verdict{Alike: [...]float64{1, 1, 1}}
		if v.Changed() {
			t.Fatalf("the photo itself: %v", v)
		}
		if v.Alike[i] = least - 0.01; !v.Changed() {
			t.Errorf("another dish in the %s frame: %v", moments[i], v)
		}
	}
}

// filling is where the food is.
func filling(x, y int) float64 {
	if math.Hypot(float64(x)-w/2, (float64(y)-h*0.40)*1.12) < 92 {
		return 1
	}
	return 0
}

// melted is food that flows, as bad clips have it.
func melted(im *image.RGBA) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	for y := range h {
		for x := range w {
			k := filling(x, y)
			sx := x + int(k*(16*math.Sin(float64(y)/9)+12*math.Sin(float64(x)/7)))
			sy := y + int(k*(18*math.Sin(float64(x)/11)+10*math.Cos(float64(y)/6)))
			out.SetRGBA(x, y, im.RGBAAt(min(max(sx, 0), w-1), min(max(sy, 0), h-1)))
		}
	}
	return out
}
