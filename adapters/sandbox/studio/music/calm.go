package music

// The changes of Calm: Dmaj9, Bm9, Gmaj9, A13 without its third, at 80 beats a minute.
var calmChanges = [...]chord{
	{0, 38, []float64{57, 61, 64, 66, 73}},
	{1.5, 35, []float64{57, 61, 62, 66, 69}},
	{3, 43, []float64{57, 59, 62, 66, 71}},
	{4.5, 45, []float64{59, 62, 66, 67, 71}},
}

// air is the tune of Calm: time, note, loudness.
var air = [...][3]float64{
	{.375, 78, .2}, {1.125, 81, .2}, {1.875, 78, .18}, {2.25, 76, .19}, {2.625, 73, .17},
	{3.375, 74, .19}, {4.125, 78, .21}, {4.875, 76, .18}, {5.25, 74, .17}, {5.625, 71, .17},
}

// Calm is a quiet piece for a short: broken chords of a felt piano over a soft pad, and a closing
// chord at 6 s that rings out until the end.
func Calm(seconds float64) Sound {
	wet, dry := silence(seconds), silence(seconds)
	for i, c := range calmChanges {
		end := closing
		if i+1 < len(calmChanges) {
			end = calmChanges[i+1].at
		}
		breathe(wet, c, end)
		dry.add(c.at, bass(c.bass, end-c.at+.2), .075, 0)
		dry.add(c.at, felt(c.bass+12, 1.9), .09, -.1)
		for k := range 4 { // eighths, rising and coming back
			at := c.at + float64(k)*.375
			wet.add(at, felt(c.notes[[...]int{0, 2, 4, 3}[k]], 1.6), .13, -.3+.2*float64(k))
			wet.add(at+.1875, felt(c.notes[1+k%2], 1.2), .065, .25)
		}
	}
	for _, a := range air {
		wet.add(a[0], felt(a[1], 2), a[2]*.75, .2)
	}
	for i, note := range [...]float64{38, 50, 57, 61, 66, 73, 78} {
		wet.add(closing+float64(i)*.05, felt(note, 2), .12, -.3+.1*float64(i))
	}
	breathe(wet, chord{closing, 38, []float64{57, 61, 66, 69}}, closing+1.6)
	return master(wet, dry)
}

// breathe is a pad that swells and goes, from a chord's time until end.
func breathe(s Sound, c chord, end float64) {
	for i, n := range c.notes[:4] {
		s.add(c.at, pad(n, end-c.at+.3), .035, -.5+float64(i)*.33)
	}
}
