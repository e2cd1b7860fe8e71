package bot

// TrackRefusal says why something can't be a shop's music. It chooses the phrase that the person reads.
type TrackRefusal string

const (
	TrackAway   TrackRefusal = "away"   // it can't be got from there
	TrackPlain  TrackRefusal = "plain"  // the address isn't one of https
	TrackLarge  TrackRefusal = "large"  // more than MaxBytes
	TrackPage   TrackRefusal = "page"   // a page about music, or a text
	TrackKind   TrackRefusal = "kind"   // something else than an MP3
	TrackBroken TrackRefusal = "broken" // an MP3 that can't be decoded
	TrackCostly TrackRefusal = "costly" // whoever opened it died, again and again
	TrackShort  TrackRefusal = "short"
	TrackLong   TrackRefusal = "long"
)

// TrackRefusals lists them.
func TrackRefusals() []TrackRefusal {
	return []TrackRefusal{TrackAway, TrackPlain, TrackLarge, TrackPage, TrackKind, TrackBroken, TrackCostly, TrackShort, TrackLong}
}

func (r TrackRefusal) Error() string { return "no music: " + string(r) }
