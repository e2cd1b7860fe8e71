package bot

import "strings"

// uploadScheme begins the Address of a NewTrack that is a blob of ours. No address that a person gives is taken with
// it.
const uploadScheme = "upload:"

// UploadAddress is what NewTrack.Address is for a piece that was uploaded as a blob.
func UploadAddress(key string) string { return uploadScheme + key }

// UploadOf is the blob that an Address stands for, if it is one of UploadAddress.
func UploadOf(address string) (key string, ok bool) { return strings.CutPrefix(address, uploadScheme) }

// TrackRefusal says why something can't be a shop's music. It chooses the phrase that the person reads.
type TrackRefusal string

const (
	TrackAway   TrackRefusal = "away"   // it can't be got from there
	TrackPlain  TrackRefusal = "plain"  // the address isn't one of https
	TrackLarge  TrackRefusal = "large"  // more than MaxBytes
	TrackPage   TrackRefusal = "page"   // a page about music, or a text
	TrackKind   TrackRefusal = "kind"   // something else than an MP3
	TrackBroken TrackRefusal = "broken" // an MP3 that can't be decoded
	TrackCostly TrackRefusal = "costly" // the process that opened it died, again and again
	TrackShort  TrackRefusal = "short"
	TrackLong   TrackRefusal = "long"
)

func (r TrackRefusal) Error() string { return "no music: " + string(r) }
