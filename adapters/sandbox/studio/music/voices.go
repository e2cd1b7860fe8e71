package music

import (
	"math"
	"math/rand/v2"
)

// Rate is the sample rate of everything here, in samples a second.
const Rate = 48000

// pitch is the frequency of a MIDI note: 69 is A4, 440 Hz.
func pitch(note float64) float64 { return 440 * math.Pow(2, (note-69)/12) }

// voices makes the sounds of one piece. The noise in them comes from a fixed seed, so that a piece
// is the same each time.
type voices struct{ noise *rand.Rand }

func newVoices() voices { return voices{rand.New(rand.NewPCG(7, 77))} }

func (v voices) hiss() float64 { return 2*v.noise.Float64() - 1 }

func shape(seconds float64, f func(t float64) float64) []float64 {
	out := make([]float64, int(seconds*Rate))
	for i := range out {
		out[i] = f(float64(i) / Rate)
	}
	return out
}

// pluck is a Karplus-Strong string with a fractional delay, so that it is in tune: noise runs round
// a delay line of one period and loses its edge. bright (0..1) is how hard the string is struck.
func (v voices) pluck(note, seconds, bright float64) []float64 {
	f := pitch(note)
	delay := Rate/f - .5 // the averaging below adds half a sample
	whole, part := int(delay), delay-math.Floor(delay)
	line := v.struck(whole+2, bright)
	loss := math.Pow(.001, 1/(f*1.9)) // 60 dB down after 1.9 s
	n := int(seconds * Rate)
	out := make([]float64, n)
	w, prev := 0, 0.0
	for i := range out {
		a := (w + len(line) - whole) % len(line)
		b := (a + len(line) - 1) % len(line)
		now := line[a]*(1-part) + line[b]*part
		line[w] = (now + prev) / 2 * loss
		prev = now
		w = (w + 1) % len(line)
		out[i] = now * min(1, float64(n-i)/(.03*Rate))
	}
	return out
}

// struck is the string's first shape: soft noise with the notch of a finger at a fifth of its length.
func (v voices) struck(n int, bright float64) []float64 {
	soft := make([]float64, n)
	last := 0.0
	for i := range soft {
		last += (v.hiss() - last) * bright
		soft[i] = last
	}
	at := max(1, n/5)
	line := make([]float64, n)
	for i := range line {
		line[i] = soft[i] - .7*soft[(i+n-at)%n]
	}
	return line
}

// marimba is three partials of a struck bar, the higher the shorter.
func marimba(note, seconds float64) []float64 {
	w := 2 * math.Pi * pitch(note)
	return shape(seconds, func(t float64) float64 {
		return min(1, t/.002) * (math.Sin(w*t)*math.Exp(-t*5.2) +
			.28*math.Sin(3.93*w*t)*math.Exp(-t*16) + .09*math.Sin(9.2*w*t)*math.Exp(-t*42))
	})
}

func pad(note, seconds float64) []float64 {
	w := 2 * math.Pi * pitch(note)
	detuned := [...]float64{-.0025, 0, .0027}
	return shape(seconds, func(t float64) float64 {
		s := 0.0
		for k, d := range detuned {
			p := w * (1 + d) * t
			s += math.Sin(p+float64(k)) + .28*math.Sin(2*p) + .08*math.Sin(3*p)
		}
		return min(1, t/.25) * min(1, (seconds-t)/.35) * s / 3
	})
}

func bass(note, seconds float64) []float64 {
	w := 2 * math.Pi * pitch(note)
	return shape(seconds, func(t float64) float64 {
		return min(1, t/.006) * math.Exp(-t*2.1) * min(1, (seconds-t)/.04) *
			math.Tanh(1.4*math.Sin(w*t)+.3*math.Sin(2*w*t)*math.Exp(-t*8))
	})
}

func kick() []float64 {
	turn := 0.0
	return shape(.28, func(t float64) float64 {
		turn += 2 * math.Pi * (48 + 95*math.Exp(-t*34)) / Rate
		return math.Sin(turn) * math.Exp(-t*13)
	})
}

// hit is a burst of noise without its lows; edge (0..1) is how much of them goes.
func (v voices) hit(seconds, decay, edge float64) []float64 {
	l1, l2 := 0.0, 0.0
	return shape(seconds, func(t float64) float64 {
		x := v.hiss()
		l1 += (x - l1) * edge
		y := x - l1
		l2 += (y - l2) * edge
		return (y - l2) * math.Exp(-t*decay) * min(1, t/.001)
	})
}

func (v voices) snap() []float64 {
	out := v.hit(.16, 30, .12)
	for i := range out {
		t := float64(i) / Rate
		out[i] += .5 * math.Sin(2*math.Pi*420*t) * math.Exp(-t*70)
	}
	return out
}

// felt is a piano whose hammers are soft: few partials, the higher the shorter.
func felt(note, seconds float64) []float64 {
	w := 2 * math.Pi * pitch(note)
	slow := math.Pow(2, (note-60)/24) // high strings fall silent sooner
	return shape(seconds, func(t float64) float64 {
		s := math.Sin(w*t)*math.Exp(-t*1.5*slow) + .34*math.Sin(2.001*w*t)*math.Exp(-t*2.9*slow) +
			.12*math.Sin(3.004*w*t)*math.Exp(-t*5*slow) + .04*math.Sin(4.01*w*t)*math.Exp(-t*9*slow)
		return min(1, t/.007) * min(1, (seconds-t)/.12) * s
	})
}

// horn is a bright tone whose upper partials come in a moment after the lower.
func horn(note, seconds float64) []float64 {
	w := 2 * math.Pi * pitch(note)
	return shape(seconds, func(t float64) float64 {
		open := 1.1 + 2.2*math.Exp(-t*9)*min(1, t/.02) // how far up the partials reach
		weaker := math.Exp(-1 / (2 * open))
		s, gain := 0.0, 1.0
		for k := 1.0; k <= 9; k++ {
			s += math.Sin(k*w*t) / k * gain
			gain *= weaker
		}
		return min(1, t/.012) * min(1, (seconds-t)/.05) * math.Exp(-t*2) * s
	})
}

// clap is four hands that don't quite meet.
func (v voices) clap() []float64 {
	out := make([]float64, int(.2*Rate))
	for i, at := range [...]float64{0, .009, .019, .027} {
		decay := 190.0
		if i == 3 {
			decay = 26
		}
		for k, x := range v.hit(.15, decay, .16) {
			out[int(at*Rate)+k] += x
		}
	}
	return out
}
