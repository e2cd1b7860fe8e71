// Package music synthesises the pieces that come with the program, so that nobody else has a right
// in them. A piece is the same samples each time.
package music

import (
	"encoding/binary"
	"io"
	"math"
)

// Sound is stereo sound at Rate samples a second; 1 is full scale.
type Sound struct{ L, R []float64 }

func silence(seconds float64) Sound {
	n := int(seconds * Rate)
	return Sound{make([]float64, n), make([]float64, n)}
}

// add mixes a voice in. pan runs from -1 (left) to 1 (right).
func (s Sound) add(at float64, voice []float64, gain, pan float64) {
	sin, cos := math.Sincos((pan + 1) * math.Pi / 4)
	start := int(at * Rate)
	for i, v := range voice {
		if k := start + i; k >= 0 && k < len(s.L) {
			s.L[k] += v * gain * cos
			s.R[k] += v * gain * sin
		}
	}
}

// room is the echo of a small hall: four combs and two all-passes after Schroeder. spread moves the
// echoes of one side against the other.
func room(x []float64, spread int) []float64 {
	out := make([]float64, len(x))
	for k, d := range [...]int{1687, 1801, 2053, 2251} {
		line := make([]float64, d+spread+k)
		soft, w := 0.0, 0
		for i, v := range x {
			y := line[w]
			soft += (y - soft) * .55
			line[w] = v + soft*.74
			w = (w + 1) % len(line)
			out[i] += y * .25
		}
	}
	for _, d := range [...]int{347, 113} {
		line := make([]float64, d+spread)
		w := 0
		for i, v := range out {
			y := line[w]
			line[w] = v + y*.6
			out[i] = y - .6*line[w]
			w = (w + 1) % len(line)
		}
	}
	return out
}

const peak = .79 // at most; about -2 dB, since lossy encoders overshoot

// master joins the wet and the dry part: echo, no rumble, soft limits, one loudness before the
// closing chord, clean ends.
func master(wet, dry Sound) Sound {
	out := Sound{finish(wet.L, dry.L, room(wet.L, 0)), finish(wet.R, dry.R, room(wet.R, 37))}
	top := 0.0
	for i := range out.L {
		top = max(top, math.Abs(out.L[i]), math.Abs(out.R[i]))
	}
	gain := min(peak/top, math.Pow(10, (wanted-loudness(out.part(0, closing)))/20))
	n := len(out.L)
	for i := range out.L {
		g := gain * min(1, float64(i)/(.004*Rate)) * smooth(float64(n-1-i)/Rate)
		out.L[i] *= g
		out.R[i] *= g
	}
	return out
}

func finish(wet, dry, echo []float64) []float64 {
	out := make([]float64, len(wet))
	low := 0.0
	for i := range out {
		v := wet[i] + .2*echo[i] + dry[i]
		low += (v - low) * 2 * math.Pi * 32 / Rate
		out[i] = .8 * math.Tanh((v-low)*1.9)
	}
	return out
}

func smooth(x float64) float64 {
	x = min(max(x, 0), 1)
	return x * x * (3 - 2*x)
}

// WriteWAV writes 16-bit PCM.
func (s Sound) WriteWAV(w io.Writer) error {
	data := make([]byte, 4*len(s.L))
	for i := range s.L {
		binary.LittleEndian.PutUint16(data[4*i:], uint16(sample(s.L[i])))
		binary.LittleEndian.PutUint16(data[4*i+2:], uint16(sample(s.R[i])))
	}
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt ")
	binary.LittleEndian.PutUint32(head[4:], uint32(36+len(data)))
	head = binary.LittleEndian.AppendUint32(head, 16)
	head = binary.LittleEndian.AppendUint16(head, 1)
	head = binary.LittleEndian.AppendUint16(head, 2)
	head = binary.LittleEndian.AppendUint32(head, Rate)
	head = binary.LittleEndian.AppendUint32(head, 4*Rate)
	head = binary.LittleEndian.AppendUint16(head, 4)
	head = binary.LittleEndian.AppendUint16(head, 16)
	head = binary.LittleEndian.AppendUint32(append(head, "data"...), uint32(len(data)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

func sample(v float64) int16 { return int16(math.Round(min(max(v, -1), 1) * 32767)) }
