package session

import (
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// OwnMusic is what a shop's own piece is called among the built-in ones.
const OwnMusic = "own"

// Pieces are the names of what may be chosen for a shop's orders: its own piece only by its own chats.
func (v *Session) Pieces(music []string, shop int64) []string {
	if v.Shop.Track == "" || v.Shop.ID != shop {
		return music
	}
	return append(slices.Clone(music), OwnMusic)
}

// Piece is what an order or a shop keeps of a name; PieceName is the way back, "" for one that the shop has had before.
func (v *Session) Piece(name string) string {
	if name == OwnMusic {
		return v.Shop.Track
	}
	return name
}

// PieceName is the name of what an order or a shop keeps.
func (v *Session) PieceName(piece string) string {
	switch {
	case piece != "" && piece == v.Shop.Track:
		return OwnMusic
	case strings.HasPrefix(piece, pipeline.TrackPrefix):
		return ""
	}
	return piece
}
