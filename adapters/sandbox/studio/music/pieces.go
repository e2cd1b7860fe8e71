package music

// Pieces are the pieces of this package by the names of their files.
func Pieces() map[string]func(seconds float64) Sound {
	return map[string]func(float64) Sound{"bright": Bright, "calm": Calm, "lively": Lively}
}
