package clipcheck

// flow is where each pixel of the photo is seen in a frame, at one size: things that stand nearer than others move
// further when the camera does, so that a pose alone doesn't do.
type flow struct{ x, y plane }

func newFlow(w, h int) flow { return flow{newPlane(w, h), newPlane(w, h)} }

const (
	sway  = 0.16 // of the photo's width: so far a thing may be from where the pose has it
	stiff = 0.15 // of the usual slopes: where a photo has fewer, pixels move as those beside them
)

// resume fills f with a pose, and with how far each thing was from where the frame before had it.
func (f flow) resume(fine flow, now, before lens, known bool) {
	const kept = 0.95
	for y := range f.x.h {
		for x := range f.x.w {
			i := y*f.x.w + x
			f.x.v[i], f.y.v[i] = now.at(x, y)
			if !known {
				continue
			}
			bx, by := before.at(x, y)
			k := 2*y*fine.x.w + 2*x
			f.x.v[i] += kept * ((fine.x.v[k]+fine.x.v[k+1])/4 - 0.25 - bx)
			f.y.v[i] += kept * ((fine.y.v[k]+fine.y.v[k+fine.x.w])/4 - 0.25 - by)
		}
	}
}

// enlarge fills f with a flow at half the size.
func (f flow) enlarge(half flow) {
	for y := range f.x.h {
		for x := range f.x.w {
			hx, hy := float32(x)/2-0.25, float32(y)/2-0.25
			f.x.v[y*f.x.w+x] = 2*half.x.at(hx, hy) + 0.5
			f.y.v[y*f.x.w+x] = 2*half.y.at(hx, hy) + 0.5
		}
	}
}

// closer lets each pixel of f go to where its surroundings fall together best (Lucas and Kanade's method), and
// takes the mean with its neighbours.
func (c *comparison) closer(f flow, l *level, s seen, pose lens, times int) {
	limit := sway * float32(l.relief.w)
	bx, by := c.scratch(0, l.relief), c.scratch(1, l.relief)
	for range times {
		for i, r := range l.relief.v {
			x, y := f.x.v[i], f.y.v[i]
			if !in(s.relief, x, y) {
				bx.v[i], by.v[i] = 0, 0
				continue
			}
			d := min(max(r-s.relief.at(x, y), -1), 1)
			bx.v[i], by.v[i] = d*l.gx.v[i], d*l.gy.v[i]
		}
		c.means.of(bx, bx, around)
		c.means.of(by, by, around)
		for y := range f.x.h {
			for x := range f.x.w {
				i := y*f.x.w + x
				px, py := pose.at(x, y)
				dx := l.xx.v[i]*bx.v[i] + l.xy.v[i]*by.v[i]
				dy := l.xy.v[i]*bx.v[i] + l.yy.v[i]*by.v[i]
				f.x.v[i] = min(max(f.x.v[i]+min(max(dx, -1.5), 1.5)-px, -limit), limit)
				f.y.v[i] = min(max(f.y.v[i]+min(max(dy, -1.5), 1.5)-py, -limit), limit)
			}
		}
		c.means.of(f.x, f.x, 2)
		c.means.of(f.y, f.y, 2)
		for y := range f.x.h {
			for x := range f.x.w {
				i := y*f.x.w + x
				px, py := pose.at(x, y)
				f.x.v[i] += px
				f.y.v[i] += py
			}
		}
	}
}

// slope prepares what closer needs of a photo.
func (l *level) slope(m *means) {
	l.relief.slopes(l.gx, l.gy)
	var usual float32
	for i, gx := range l.gx.v {
		gy := l.gy.v[i]
		l.xx.v[i], l.xy.v[i], l.yy.v[i] = gx*gx, gx*gy, gy*gy
		usual += (gx*gx + gy*gy) / 2
	}
	usual /= float32(len(l.gx.v))
	for _, p := range []plane{l.xx, l.xy, l.yy} {
		m.of(p, p, around)
	}
	for i := range l.xx.v {
		xx, xy, yy := l.xx.v[i]+stiff*usual+1e-6, l.xy.v[i], l.yy.v[i]+stiff*usual+1e-6
		k := 1 / (xx*yy - xy*xy)
		l.xx.v[i], l.xy.v[i], l.yy.v[i] = yy*k, -xy*k, xx*k
	}
}
