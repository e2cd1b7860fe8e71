package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Shop is whose shorts are made.
type Shop struct {
	ID      int64
	Version int64
	Name    string         // stands on the shorts; may be empty
	Logo    string         // blob key; empty: the service's own mark
	Look    string         // empty: the default
	Music   string         // a built-in piece, or Track; empty: the default
	Limit   int            // shorts a month; 0: the service's own limit
	NewLogo pipeline.Photo // was sent and isn't a blob yet; Logo stands until it is
	Made    time.Time

	Track    string // blob key of its own piece of music, also while Music is another; empty: it has none
	NewTrack NewTrack

	// Webhook is what, with the service's own secret, makes the one that callbacks to the shop's programs are signed
	// with; empty: there is none, and no order may have a callback.
	Webhook string

	RegularReal bool // it was asked, and said, that prices that it crosses out were charged lately
}

// NewTrack is a piece of music on its way to become a shop's own.
type NewTrack struct {
	// to be fetched, and gone as soon as that is over: it may carry a secret
	Address string `json:"address,omitempty"`
	Name    string `json:"name,omitempty"` // of its blob, unguessable: one name however often it is fetched
	// how often it was begun to be opened, and nothing was heard of it again
	Opened  int      `json:"opened,omitempty"`
	Refused string   `json:"refused,omitempty"` // why it came to nothing, for the message that tells it
	Old     []string `json:"old,omitempty"`     // blobs that it takes the place of, to be looked after
}

// String keeps the address out of logs.
func (NewTrack) String() string { return "***" }

// NewTrackKey is the blob that NewTrack becomes.
func (s Shop) NewTrackKey() string {
	return pipeline.TrackPrefix + strconv.FormatInt(s.ID, 10) + "-" + s.NewTrack.Name + ".mp3"
}

// OwnsTrack reports whether a key is that of a piece of the shop's own, old ones too.
func (s Shop) OwnsTrack(key string) bool {
	return strings.HasPrefix(key, pipeline.TrackPrefix+strconv.FormatInt(s.ID, 10)+"-")
}

// OwnMusic is what a shop's own piece is called among the built-in ones.
const OwnMusic = "own"

// Pieces are the names of what may be chosen for a shop's orders: its own piece only by its own chats.
func (s Shop) Pieces(music []string, shop int64) []string {
	if s.Track == "" || s.ID != shop {
		return music
	}
	return append(slices.Clone(music), OwnMusic)
}

// Piece is what an order or a shop keeps of a name; PieceName is the way back, "" for one that the shop has had before.
func (s Shop) Piece(name string) string {
	if name == OwnMusic {
		return s.Track
	}
	return name
}

// PieceName is the name of what an order or a shop keeps.
func (s Shop) PieceName(piece string) string {
	switch {
	case piece != "" && piece == s.Track:
		return OwnMusic
	case strings.HasPrefix(piece, pipeline.TrackPrefix):
		return ""
	}
	return piece
}

// LimitOr is how many shorts the shop may have in a month, where all others may have so many; 0: as many as it likes.
func (s Shop) LimitOr(all int) int {
	if s.Limit != 0 {
		return s.Limit
	}
	return all
}

// ShopOf reads a shop; one that is gone, or 0, is an empty one.
func ShopOf(ctx context.Context, store interface {
	Shop(ctx context.Context, id int64) (Shop, error)
}, id int64) (Shop, error) {
	if id == 0 {
		return Shop{}, nil
	}
	shop, err := store.Shop(ctx, id)
	if errors.Is(err, pipeline.ErrNotFound) {
		err = nil
	}
	return shop, err
}

// ForgetKind are incidents about a shop that is to be forgotten: they go on until nothing of it is left, so
// they are the list of what is still to be done as well.
const ForgetKind = "forget"

const (
	ForgetGrace  = 24 * time.Hour // between the wish and the deletion, for those who regret it
	ForgetMargin = time.Minute    // by which clocks may differ: nothing is deleted that can still be taken back
)
