package caption

// Doubt says what of a reading isn't certain. None is a reading that accounts for the whole caption.
type Doubt uint8

const (
	DoubtPrice Doubt = 1 << iota // an amount may be another, or another than the one that counts
	DoubtName                    // the words may not be what the dish is called
	DoubtRest                    // something is left over that nothing explains
)
