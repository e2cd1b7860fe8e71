package music

// The changes of Lively: Em7, C, G, D at 160 beats a minute, a bar each.
var livelyChanges = [...]chord{
	{0, 40, []float64{64, 67, 71, 74}},
	{1.5, 36, []float64{64, 67, 72, 76}},
	{3, 43, []float64{62, 67, 71, 74}},
	{4.5, 38, []float64{62, 66, 69, 74}},
}

// riff is the tune of Lively: eighth note (of four bars), note, loudness.
var riff = [...][3]float64{
	{0, 76, .3}, {1, 79, .26}, {3, 81, .3}, {4, 79, .26}, {6, 76, .28}, {7, 74, .24},
	{8, 76, .3}, {9, 79, .26}, {11, 84, .32}, {12, 81, .28}, {14, 79, .28}, {15, 76, .24},
	{16, 79, .3}, {17, 81, .26}, {19, 83, .32}, {20, 81, .28}, {22, 79, .28}, {23, 76, .24},
	{24, 78, .3}, {25, 81, .28}, {26, 83, .28}, {27, 86, .32}, {28, 83, .28}, {29, 81, .28}, {30, 78, .28}, {31, 81, .3},
}

const quaver = .1875 // seconds of an eighth of Lively

// Lively is a fast piece for a short: horns and claps over a hopping bass, as at a market on a
// feast day, and a closing stab at 6 s that rings out until the end.
func Lively(seconds float64) Sound {
	v := newVoices()
	wet, dry := silence(seconds), silence(seconds)
	for _, c := range livelyChanges {
		for k := range 8 {
			at := c.at + float64(k)*quaver
			if k%2 == 0 {
				note := c.bass
				if k%4 == 2 {
					note += 7
				}
				dry.add(at, bass(note, .26), .15, 0)
				continue
			}
			for i, n := range c.notes[:3] {
				wet.add(at, v.pluck(n, .22, .7), .13, -.3+.3*float64(i))
			}
		}
		for i, n := range c.notes {
			wet.add(c.at, horn(n, .34), .036, -.45+.3*float64(i))
			wet.add(c.at+3*quaver, horn(n, .2), .032, -.45+.3*float64(i))
		}
	}
	for _, r := range riff {
		wet.add(r[0]*quaver, horn(r[1], .22), r[2]*.34, .1)
		wet.add(r[0]*quaver, marimba(r[1], .5), r[2]*.4, -.2)
	}
	v.stomp(dry)
	for i, n := range [...]float64{43, 55, 62, 67, 71, 74, 79} {
		wet.add(closing, horn(n, .5), .05, -.3+.1*float64(i))
		wet.add(closing+float64(i)*.012, v.pluck(n, 1.6, .6), .17, .3-.1*float64(i))
	}
	dry.add(closing, bass(43, 1.3), .24, 0)
	dry.add(closing, kick(), .46, 0)
	wet.add(closing, v.clap(), .2, 0)
	return master(wet, dry)
}

// stomp is the drums of Lively: a kick on each beat, claps on two and four, a rattle between.
func (v voices) stomp(s Sound) {
	for b := range 16 {
		at := float64(b) * 2 * quaver
		s.add(at, kick(), .4, 0)
		if b%2 == 1 {
			s.add(at, v.clap(), .26, .08)
		}
		s.add(at+quaver, v.hit(.07, 55, .5), .12, -.3)
		s.add(at+quaver*1.5, v.hit(.04, 90, .6), .06, .3)
	}
	for k := range 4 { // into the last chord
		s.add(closing-float64(4-k)*quaver/2, v.snap(), .1+.035*float64(k), 0)
	}
}
