package music

// chord is what sounds from a time on: a bass note and the notes of the strings above it.
type chord struct {
	at    float64
	bass  float64
	notes []float64
}

const closing = 6.0 // when the last chord of Bright falls, in seconds

// The changes of Bright: Cmaj9, Am9, Fmaj9, G13 at 120 beats a minute.
var changes = [...]chord{
	{0, 48, []float64{60, 64, 67, 71, 74}},
	{2, 45, []float64{57, 60, 64, 67, 71}},
	{4, 41, []float64{57, 60, 64, 65, 67}},
	{5, 43, []float64{59, 62, 65, 69, 71}},
}

// hook is the tune: time, note, loudness.
var hook = [...][3]float64{
	{.5, 79, .25}, {.75, 76, .2}, {1, 79, .25}, {1.5, 84, .28}, {2.5, 83, .22}, {2.78, 79, .2}, {3, 76, .24},
	{3.5, 74, .22}, {4, 76, .24}, {4.5, 81, .25}, {4.78, 79, .2}, {5, 83, .26}, {5.5, 86, .24},
}

// Bright is a cheerful piece for a short: three bars of strings, marimba and light drums, and a
// closing chord at 6 s that rings out until the end. Eight seconds let it ring to its end.
func Bright(seconds float64) Sound {
	v := newVoices()
	wet, dry := silence(seconds), silence(seconds)
	for i, c := range changes {
		end := closing
		if i+1 < len(changes) {
			end = changes[i+1].at
		}
		v.strings(wet, c, end)
		bassLine(dry, c, end)
	}
	for _, h := range hook {
		wet.add(h[0], marimba(h[1], .9), h[2]*.8, .3)
	}
	v.drums(dry)
	for i, note := range [...]float64{48, 60, 64, 67, 71, 74, 79} {
		wet.add(closing+float64(i)*.022, v.pluck(note, 1.6, .5), .17, -.3+.1*float64(i))
	}
	wet.add(closing, marimba(84, 1.2), .2, .3)
	dry.add(closing, kick(), .4, 0)
	dry.add(closing, bass(48, 1.2), .2, 0)
	return master(wet, dry)
}

// eighth is the time of the k-th eighth note, every other one a little late.
func eighth(k int) float64 {
	t := float64(k) * .25
	if k%2 == 1 {
		t += .028
	}
	return t
}

// strings strums a chord and picks its notes until end, over a soft pad.
func (v voices) strings(s Sound, c chord, end float64) {
	s.add(c.at, pad(c.notes[0], end-c.at), .055, -.4)
	s.add(c.at, pad(c.notes[2], end-c.at), .05, .4)
	s.add(c.at, pad(c.notes[3], end-c.at), .04, .1)
	for i, n := range c.notes {
		s.add(c.at+float64(i)*.013, v.pluck(n, 1.1, .45), .23, -.25)
	}
	order := [...]int{0, 2, 3, 1, 4, 2, 3, 2}
	for k := 1; c.at+eighth(k) < end-.01; k++ {
		note, gain := c.notes[order[k%8]], .24
		if k%8 >= 6 {
			note += 12
		}
		if k%2 == 1 {
			gain = .17
		}
		s.add(c.at+eighth(k), v.pluck(note, .8, .5), gain, -.25+.1*float64(k%3))
	}
}

func bassLine(s Sound, c chord, end float64) {
	for k, beat := range [...]float64{0, .75, 1, 1.5} {
		note := c.bass
		if k == 3 {
			note += 7
		}
		if c.at+beat < end-.01 {
			s.add(c.at+beat, bass(note, .5), .155, 0)
		}
	}
}

func (v voices) drums(s Sound) {
	for b := range 12 {
		t := float64(b) * .5
		if b%2 == 0 {
			s.add(t, kick(), .42, 0)
		} else {
			s.add(t, v.snap(), .17, .05)
		}
		if b%4 == 2 {
			s.add(t+.278, kick(), .26, 0)
		}
	}
	for k := range 24 {
		gain := .085
		if k%2 == 1 {
			gain = .05
		}
		s.add(eighth(k), v.hit(.06, 70, .55), gain, .35)
	}
}
