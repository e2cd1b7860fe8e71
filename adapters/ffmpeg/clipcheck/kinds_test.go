package clipcheck

import (
	"image"
	"math"
	"math/rand/v2"
)

// motion is what a good clip does: where the eye is and what it sees, at a time of 0 to 1.
type motion struct {
	name string
	eye  func(t float64) eye
	more func(im *image.RGBA, dish oval, t float64, seed uint64) *image.RGBA // nil: nothing
	crf  int                                                                 // of x264; 0: it isn't encoded
}

func ease(t float64) float64 { return t * t * (3 - 2*t) }

func moved(e eye) func(float64) eye {
	return func(t float64) eye {
		k := ease(t)
		return eye{1 + k*(e.zoom-1), k * e.turn, k * e.dx, k * e.dy, k * e.arc, k * e.tilt}
	}
}

var push = moved(eye{zoom: 1.12, dy: -0.01})

// motions are what good clips do.
func motions() []motion {
	wave := func(t, n, by float64) float64 { return by * math.Sin(2*math.Pi*n*t) }
	return []motion{
		{name: "nearer", eye: moved(eye{zoom: 1.15})},
		{name: "much nearer", eye: moved(eye{zoom: 1.35, dx: 0.02, dy: -0.03})},
		{name: "back", eye: moved(eye{zoom: 0.93})},
		{name: "aside", eye: moved(eye{zoom: 1.06, dx: 0.07, dy: 0.03})},
		{name: "turn", eye: moved(eye{zoom: 1.08, turn: 0.1})},
		{name: "arc", eye: moved(eye{zoom: 1.06, arc: 0.06})},
		{name: "wide arc", eye: moved(eye{zoom: 1.08, arc: -0.1, dx: 0.03})},
		{name: "tilt", eye: moved(eye{zoom: 1.08, tilt: 0.18})},
		{name: "by hand", eye: func(t float64) eye {
			return eye{
				zoom: 1.05 + wave(t, 1, 0.02), turn: wave(t, 1.5, 0.02), dx: wave(t, 2, 0.015),
				dy: wave(t, 2.6, 0.012),
			}
		}},
		{name: "light", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return graded(im, 1-0.28*ease(t), 1, 0)
		}},
		{name: "flicker", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return graded(im, 1+wave(t, 4, 0.12), 1, wave(t, 3, 4))
		}},
		{name: "brighter", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return graded(im, 1+0.2*t, 1-0.1*t, 0)
		}},
		{name: "light from a side", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return each(im, func(x, _ int, p [3]float64) [3]float64 {
				k := 1 + 0.3*ease(t)*(float64(x)/float64(im.Rect.Dx())-0.5)*2
				return [3]float64{p[0] * k, p[1] * k, p[2] * k}
			})
		}},
		{name: "warmer", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return saturated(graded(im, 1.03, 1, 12*ease(t)), 1+0.2*t)
		}},
		{name: "colder", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return saturated(graded(im, 1, 1, -10*ease(t)), 1-0.2*t)
		}},
		{name: "steam", eye: push, more: steam(0.35)},
		{name: "much steam", eye: push, more: steam(0.6)},
		{name: "glints", eye: push, more: glints},
		{name: "sizzles", eye: push, more: sizzles},
		{name: "focus", eye: push, more: func(im *image.RGBA, _ oval, t float64, _ uint64) *image.RGBA {
			return mix(blurred(im, 3), im, evenly(0.8*math.Abs(math.Sin(3*t))))
		}},
		{name: "grain", eye: push, more: grain(12)},
		{name: "low quality", eye: push, crf: 34},
		{name: "lowest quality", eye: push, more: steam(0.3), crf: 40},
		{name: "all of it", eye: moved(eye{zoom: 1.15, turn: -0.05, dx: 0.03, arc: 0.04}), crf: 30,
			more: func(im *image.RGBA, dish oval, t float64, seed uint64) *image.RGBA {
				return grain(6)(steam(0.35)(graded(im, 1-0.1*t, 1, 6*t), dish, t, seed), dish, t, seed)
			}},
	}
}

func graded(im *image.RGBA, gain, gamma, warm float64) *image.RGBA {
	var curve [3][256]float64
	for v := range 256 {
		g := 255 * math.Pow(min(float64(v)*gain/255, 1), gamma)
		curve[0][v], curve[1][v], curve[2][v] = g+warm, g, g-warm
	}
	return each(im, func(_, _ int, p [3]float64) [3]float64 {
		return [3]float64{curve[0][int(p[0])], curve[1][int(p[1])], curve[2][int(p[2])]}
	})
}

func saturated(im *image.RGBA, by float64) *image.RGBA {
	return each(im, func(_, _ int, p [3]float64) [3]float64 {
		m := 0.3*p[0] + 0.6*p[1] + 0.1*p[2]
		return [3]float64{m + by*(p[0]-m), m + by*(p[1]-m), m + by*(p[2]-m)}
	})
}

func grain(by float64) func(*image.RGBA, oval, float64, uint64) *image.RGBA {
	return func(im *image.RGBA, _ oval, t float64, seed uint64) *image.RGBA {
		rnd := rand.New(rand.NewPCG(seed, uint64(t*1000)))
		return each(im, func(_, _ int, p [3]float64) [3]float64 {
			n := by * rnd.NormFloat64()
			return [3]float64{p[0] + n, p[1] + n, p[2] + n}
		})
	}
}

// steam lets wisps rise from the dish that hide up to so much of it.
func steam(dense float64) func(*image.RGBA, oval, float64, uint64) *image.RGBA {
	return func(im *image.RGBA, dish oval, t float64, seed uint64) *image.RGBA {
		b := im.Rect
		phase := float64(seed%97) / 7
		return each(im, func(x, y int, p [3]float64) [3]float64 {
			ux := (float64(x)/float64(b.Dx()) - dish.x) / dish.rx
			uy := (float64(y)/float64(b.Dy()) - dish.y) / dish.ry
			k := 0.
			for i := range 4 {
				f := float64(i)
				rise := math.Mod(t*1.3+f/4+phase, 1) // a wisp begins at the dish and ends above it
				cx := 0.7*math.Sin(f*2.1+phase) + 0.25*math.Sin(3*uy+4*t+f)
				cy := 0.3 - 1.8*rise
				dx, dy := (ux-cx)/(0.25+0.35*rise), (uy-cy)/0.6
				k += math.Exp(-dx*dx-dy*dy) * math.Sin(math.Pi*rise)
			}
			k = dense * min(k, 1)
			return [3]float64{p[0] + k*(232-p[0]), p[1] + k*(232-p[1]), p[2] + k*(235-p[2])}
		})
	}
}

// glints lets bright spots light up and go.
func glints(im *image.RGBA, dish oval, t float64, seed uint64) *image.RGBA {
	rnd := rand.New(rand.NewPCG(seed, 3))
	var at [7][3]float64
	for i := range at {
		a, r := rnd.Float64()*2*math.Pi, 0.8*math.Sqrt(rnd.Float64())
		at[i] = [3]float64{dish.x + dish.rx*r*math.Cos(a), dish.y + dish.ry*r*math.Sin(a), rnd.Float64()}
	}
	size := 0.018 * float64(im.Rect.Dx())
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		for _, g := range at {
			dx, dy := (float64(x)-g[0]*float64(im.Rect.Dx()))/size, (float64(y)-g[1]*float64(im.Rect.Dy()))/size
			k := math.Exp(-dx*dx-dy*dy) * max(math.Sin(2*math.Pi*(1.5*t+g[2])), 0)
			for c := range p {
				p[c] += k * (255 - p[c])
			}
		}
		return p
	})
}

// sizzles lets the dish's surface tremble.
func sizzles(im *image.RGBA, dish oval, t float64, seed uint64) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	by := 0.006 * float64(im.Rect.Dx())
	for y := range im.Rect.Dy() {
		for x := range im.Rect.Dx() {
			k := by * dish.much(im.Rect, x, y)
			fx, fy := float64(x)/by, float64(y)/by
			sx := float64(x) + k*math.Sin(fy/3+23*t)*math.Sin(fx/4)
			sy := float64(y) + k*math.Sin(fx/3-19*t)*math.Cos(fy/5)
			readAt(im, sx, sy, out.Pix[out.PixOffset(x, y):])
		}
	}
	return out
}

// change makes another dish of one: of the part of it that is given, with another dish at hand.
type change struct {
	name string
	part float64 // of the dish; 1: all of it
	make func(im, other *image.RGBA, part oval, rnd *rand.Rand) *image.RGBA
	when func(t float64) float64 // how much of it is seen; nil: it comes between a fifth and three fifths of the time
}

func comes(t float64) float64 { return ease(min(max((t-0.2)/0.4, 0), 1)) }

// changes are what clips may not do.
func changes() (all []change) {
	whole := func(_, other *image.RGBA, _ oval, _ *rand.Rand) *image.RGBA { return other }
	between := func(from, to float64) func(float64) float64 {
		return func(t float64) float64 {
			if t >= from && t < to {
				return 1
			}
			return 0
		}
	}
	all = append(all,
		change{name: "another dish", part: 1, make: whole},
		change{name: "cut to another dish", part: 1, make: whole, when: between(0.5, 2)},
		change{name: "another dish for a while", part: 1, make: whole, when: between(0.35, 0.6)},
		change{name: "black", part: 1, make: black, when: between(0.5, 0.63)},
		change{name: "garbled", part: 1, make: garbled, when: between(0.5, 0.63)},
		change{name: "mirrored", part: 1, make: mirrored, when: between(0.5, 2)},
		change{name: "far nearer", part: 1, make: far},
		change{name: "lettering", part: 1, make: lettering},
		change{name: "hand", part: 1, make: hand, when: between(0.4, 2)},
	)
	for _, part := range []float64{1, 0.5, 0.3, 0.1} {
		size := map[float64]string{1: "the dish", 0.5: "half", 0.3: "a third", 0.1: "a tenth"}[part]
		all = append(all,
			change{name: size + " replaced", part: part, make: replaced},
			change{name: size + " removed", part: part, make: removed},
			change{name: size + " recoloured", part: part, make: recoloured},
			change{name: size + " melts", part: part, make: melted},
			change{name: size + " blurs away", part: part, make: blurs},
		)
		if part < 1 {
			all = append(all,
				change{name: size + " doubled", part: part, make: doubled},
				change{name: size + " covered by a thing", part: part, make: thing},
			)
		}
	}
	return all
}

func black(im, _ *image.RGBA, _ oval, _ *rand.Rand) *image.RGBA {
	return each(im, func(int, int, [3]float64) [3]float64 { return [3]float64{2, 2, 2} })
}

// garbled is what a broken stream shows: blocks from elsewhere, and of one colour.
func garbled(im, _ *image.RGBA, _ oval, rnd *rand.Rand) *image.RGBA {
	const n = 12
	var from [n * n][3]int
	for i := range from {
		from[i] = [3]int{rnd.IntN(n), rnd.IntN(n), rnd.IntN(4)}
	}
	w, h := im.Rect.Dx(), im.Rect.Dy()
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		f := from[y*n/h*n+x*n/w]
		if f[2] == 0 {
			return [3]float64{60, 140, 60}
		}
		i := im.PixOffset((x+f[0]*w/n)%w, (y+f[1]*h/n)%h)
		return [3]float64{float64(im.Pix[i]), float64(im.Pix[i+1]), float64(im.Pix[i+2])}
	})
}

func mirrored(im, _ *image.RGBA, _ oval, _ *rand.Rand) *image.RGBA {
	return each(im, func(x, y int, _ [3]float64) [3]float64 {
		i := im.PixOffset(im.Rect.Dx()-1-x, y)
		return [3]float64{float64(im.Pix[i]), float64(im.Pix[i+1]), float64(im.Pix[i+2])}
	})
}

func far(im, _ *image.RGBA, dish oval, _ *rand.Rand) *image.RGBA {
	return eye{zoom: 2.8, dx: 0.12}.look(im, dish, im.Rect.Dx(), im.Rect.Dy())
}

func lettering(im, _ *image.RGBA, dish oval, _ *rand.Rand) *image.RGBA {
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		ux := ((float64(x) / float64(im.Rect.Dx())) - dish.x) / dish.rx
		uy := ((float64(y) / float64(im.Rect.Dy())) - dish.y) / dish.ry
		line := math.Mod(uy*3+30, 1)
		if math.Abs(uy) < 0.7 && math.Abs(ux) < 0.9 && line > 0.3 && line < 0.8 && math.Mod(ux*7+50, 1) > 0.35 {
			return [3]float64{250, 250, 250}
		}
		return p
	})
}

func hand(im, _ *image.RGBA, dish oval, _ *rand.Rand) *image.RGBA {
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		ux := ((float64(x) / float64(im.Rect.Dx())) - dish.x) / dish.rx
		uy := ((float64(y) / float64(im.Rect.Dy())) - dish.y) / dish.ry
		arm := ux > -0.1 && math.Abs(uy-0.2*ux) < 0.42
		fingers := ux > -0.7 && ux <= -0.1 && math.Abs(uy) < 0.45 && math.Mod(uy+5, 0.24) < 0.18
		if arm || fingers {
			s := 14*math.Sin(9*uy) - 20*math.Abs(uy)
			return [3]float64{222 + s, 172 + s, 142 + s}
		}
		return p
	})
}

func within(a, im *image.RGBA, part oval) *image.RGBA {
	return mix(a, im, func(x, y int) float64 { return part.much(im.Rect, x, y) })
}

func replaced(im, other *image.RGBA, part oval, _ *rand.Rand) *image.RGBA {
	return within(other, im, part)
}

// removed shows in place of a part what is around it, as a plate's ground.
func removed(im, _ *image.RGBA, part oval, rnd *rand.Rand) *image.RGBA {
	var sum [3]float64
	n := 0.
	for y := range im.Rect.Dy() {
		for x := range im.Rect.Dx() {
			if d := part.far(im.Rect, x, y); d > 1.1 && d < 1.5 {
				i := im.PixOffset(x, y)
				for c := range 3 {
					sum[c] += float64(im.Pix[i+c])
				}
				n++
			}
		}
	}
	for c := range sum {
		sum[c] /= max(n, 1)
	}
	ground := each(im, func(x, y int, _ [3]float64) [3]float64 {
		s := 2*rnd.NormFloat64() - 8*(part.far(im.Rect, x, y)-0.5)
		return [3]float64{sum[0] + s, sum[1] + s, sum[2] + s}
	})
	return within(ground, im, part)
}

func recoloured(im, _ *image.RGBA, part oval, rnd *rand.Rand) *image.RGBA {
	how := rnd.IntN(3)
	return within(each(im, func(_, _ int, p [3]float64) [3]float64 {
		switch how {
		case 0:
			return [3]float64{p[1], p[0], p[2]} // red and green change places
		case 1:
			return [3]float64{p[2], p[1], p[0]}
		}
		return [3]float64{p[1], p[2], p[0]}
	}), im, part)
}

func melted(im, _ *image.RGBA, part oval, rnd *rand.Rand) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	size := math.Sqrt(part.rx*part.ry) * float64(im.Rect.Dx())
	by, a, b := 0.22*size, rnd.Float64()*6, rnd.Float64()*6
	for y := range im.Rect.Dy() {
		for x := range im.Rect.Dx() {
			k := by * part.much(im.Rect, x, y)
			fx, fy := float64(x)/size*5, float64(y)/size*5
			sx := float64(x) + k*(math.Sin(1.3*fy+a)+0.7*math.Sin(1.9*fx+b))
			sy := float64(y) + k*(math.Sin(1.1*fx+b)+0.7*math.Cos(2.1*fy+a))
			readAt(im, sx, sy, out.Pix[out.PixOffset(x, y):])
		}
	}
	return out
}

func blurs(im, _ *image.RGBA, part oval, _ *rand.Rand) *image.RGBA {
	size := math.Sqrt(part.rx*part.ry) * float64(im.Rect.Dx())
	return within(blurred(im, max(int(size*0.7), 6)), im, part)
}

// doubled shows a part once more beside where it is.
func doubled(im, _ *image.RGBA, part oval, rnd *rand.Rand) *image.RGBA {
	a := rnd.Float64() * 2 * math.Pi
	dx := int(2 * part.rx * math.Cos(a) * float64(im.Rect.Dx()))
	dy := int(2 * part.ry * math.Sin(a) * float64(im.Rect.Dy()))
	return within(each(im, func(x, y int, _ [3]float64) [3]float64 {
		i := im.PixOffset(min(max(x+dx, 0), im.Rect.Dx()-1), min(max(y+dy, 0), im.Rect.Dy()-1))
		return [3]float64{float64(im.Pix[i]), float64(im.Pix[i+1]), float64(im.Pix[i+2])}
	}), im, part)
}

// thing puts a round thing on the dish, with light on it and a shadow below.
func thing(im, _ *image.RGBA, part oval, rnd *rand.Rand) *image.RGBA {
	c := [][3]float64{{240, 225, 190}, {190, 40, 30}, {70, 120, 45}, {245, 190, 60}, {70, 40, 25}}[rnd.IntN(5)]
	shadow := part
	shadow.x, shadow.y = part.x+0.12*part.rx, part.y+0.16*part.ry
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		k := 0.45 * shadow.much(im.Rect, x, y)
		for i := range p {
			p[i] *= 1 - k
		}
		d := part.far(im.Rect, x, y)
		k = part.much(im.Rect, x, y)
		ux := ((float64(x)+.5)/float64(im.Rect.Dx()) - part.x) / part.rx
		uy := ((float64(y)+.5)/float64(im.Rect.Dy()) - part.y) / part.ry
		light := 1.12 - 0.35*d*d - 0.12*(ux+uy) + 0.05*math.Sin(9*ux)*math.Sin(8*uy)
		for i := range p {
			p[i] += k * (min(c[i]*light, 255) - p[i])
		}
		return p
	})
}
