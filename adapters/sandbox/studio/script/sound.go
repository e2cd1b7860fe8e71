package script

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
)

const sampleRate = 48000 // samples a second and channel

// track is one sound of a composition.
type track struct {
	m    Media
	turn turn
	pcm  []float32 // stereo, interleaved
}

// mixDown adds the tracks up to one piece of the given length.
func mixDown(tracks []track, seconds float64) []float32 {
	out := make([]float32, 2*int(seconds*sampleRate))
	for _, t := range tracks {
		t.add(out)
	}
	for i, v := range out {
		out[i] = limit(v)
	}
	return out
}

// limit bends what is louder than full scale back below it.
func limit(v float32) float32 {
	const knee = .9
	if a := math.Abs(float64(v)); a > knee {
		return float32(math.Copysign(knee+(1-knee)*math.Tanh((a-knee)/(1-knee)), float64(v)))
	}
	return v
}

func (t track) add(out []float32) {
	from := int(t.turn.start * sampleRate)
	n := min(int(t.turn.end*sampleRate), len(out)/2) - from
	have := len(t.pcm) / 2
	if have == 0 {
		return
	}
	if !t.m.Loop {
		n = min(n, have)
	}
	for i := range n {
		g := float32(t.m.Volume * ramp(i, t.m.FadeIn) * ramp(n-1-i, t.m.FadeOut))
		src := 2 * (i % have)
		out[2*(from+i)] += t.pcm[src] * g
		out[2*(from+i)+1] += t.pcm[src+1] * g
	}
}

func ramp(samples int, seconds float64) float64 {
	if seconds <= 0 {
		return 1
	}
	return min(float64(samples)/(seconds*sampleRate), 1)
}

// sound mixes everything that can be heard into a WAV beside the output; "" if there is nothing.
func (r *render) sound(ctx context.Context) (path string, err error) {
	var tracks []track
	cache := map[string][]float32{}
	for i, e := range r.c.Elements {
		if e.Media.Volume == 0 || e.Kind != KindAudio && !(e.Kind == KindVideo && r.info[e.Media.Source].HasAudio) {
			continue
		}
		pcm, ok := cache[e.Media.Source]
		if !ok {
			if pcm, err = r.tool.Audio(ctx, r.files[e.Media.Source], sampleRate); err != nil {
				return "", r.fault(e, err)
			}
			cache[e.Media.Source] = pcm
		}
		tracks = append(tracks, track{e.Media, r.turns[i], pcm})
	}
	if len(tracks) == 0 {
		return "", nil
	}
	return writeWAV(filepath.Dir(r.o.Out), mixDown(tracks, r.seconds))
}

// writeWAV writes 32-bit float PCM to a temporary file.
func writeWAV(dir string, pcm []float32) (path string, err error) {
	f, err := os.CreateTemp(dir, ".sound-*.wav")
	if err != nil {
		return "", err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	head := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(36+4*len(pcm)))...)
	head = append(head, "WAVEfmt "...)
	head = binary.LittleEndian.AppendUint32(head, 16)
	head = binary.LittleEndian.AppendUint16(head, 3) // IEEE float
	head = binary.LittleEndian.AppendUint16(head, 2)
	head = binary.LittleEndian.AppendUint32(head, sampleRate)
	head = binary.LittleEndian.AppendUint32(head, 8*sampleRate)
	head = binary.LittleEndian.AppendUint16(head, 8)
	head = binary.LittleEndian.AppendUint16(head, 32)
	head = binary.LittleEndian.AppendUint32(append(head, "data"...), uint32(4*len(pcm)))
	for _, v := range pcm {
		head = binary.LittleEndian.AppendUint32(head, math.Float32bits(v))
	}
	_, err = f.Write(head)
	return f.Name(), err
}
