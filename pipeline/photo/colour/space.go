// Package colour makes sRGB of the numbers of pictures, by what their files say that these stand for: by an ICC
// profile, or by the numbers of ITU-T H.273. Profiles come from strangers: of one that is broken nothing is taken, and
// what it takes to read one is bounded by its length.
package colour

// Space is what a file says of its numbers. The zero one is that of a JPEG without a profile: sRGB.
type Space struct {
	ICC     []byte // the profile; empty: none
	Code    Code   // the colours by number, where there is no profile
	Mixed   uint16 // how brightness and colours are mixed, by number; 0: as in a JPEG
	Limited bool   // in the limited range of films
}

// converter is nil where the numbers are those of sRGB, or where that isn't known.
func (s Space) converter(grey bool) converter {
	if c := s.profile(grey); c != nil && !same(c) {
		return c
	}
	return nil
}

// profile is what the file says of its numbers; nil: nothing that is known. A profile may have tables beside its
// matrix: the relative colorimetric one goes before the matrix, any other behind it.
func (s Space) profile(grey bool) converter {
	if p := s.Code.profile(); p != nil && len(s.ICC) == 0 {
		return p
	}
	if grey {
		if p, err := readGrey(s.ICC); err == nil {
			return p
		}
		return nil
	}
	if p, err := readLUT(s.ICC, "RGB ", 3, "A2B1"); err == nil {
		return p
	}
	if p, err := readProfile(s.ICC); err == nil {
		return p
	}
	if p, err := readLUT(s.ICC, "RGB ", 3, "A2B0", "A2B2"); err == nil {
		return p
	}
	return nil
}

// converter makes a colour of sRGB out of a picture's numbers for red, green and blue.
type converter interface{ of(c [3]byte) [3]byte }

// same reports whether a converter changes next to nothing.
func same(c converter) bool {
	for _, from := range [][3]byte{
		{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {128, 128, 128}, {40, 90, 160}, {250, 250, 250}, {20, 20, 20},
	} {
		to := c.of(from)
		for i := range from {
			if d := int(from[i]) - int(to[i]); d < -1 || d > 1 {
				return false
			}
		}
	}
	return true
}
