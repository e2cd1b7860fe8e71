package pipeline

import (
	"encoding/hex"
	"fmt"

	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// PhotoKey names the prepared photo of an order. It is the same each time, so that a repeated
// step writes over its own leavings, and can't be guessed, since a public bucket shows a file to
// every client that knows its name. Names are flat: a new folder for each order would cost the disk more
// than the file. The secret itself makes them, as it always has: a step that is repeated by a newer version has to
// find the same name.
func PhotoKey(s sign.Signer, order int64) string {
	return fmt.Sprintf("photos/%d-%s.jpg", order, blobName(s, "photo", order))
}

// CheckpointKey names the checkpoint of an order. As the name of its photo it stays the same, and can't be guessed.
func CheckpointKey(s sign.Signer, order int64) string {
	return fmt.Sprintf("orders/%d-%s.json", order, blobName(s, "checkpoint", order))
}

func blobName(s sign.Signer, of string, order int64) string {
	return hex.EncodeToString(s.Unguessable(fmt.Sprintf("%s\x00\x00%d", of, order)))
}

// ResultKey names the blob of what a paid call makes for a cut of a size. The call's id can't be guessed.
func ResultKey(c Call, s Size) string {
	switch {
	case c.Step == Animate:
		return fmt.Sprintf("clips/%d-%s.mp4", c.Order, c.ID)
	case s == Still:
		return fmt.Sprintf("shorts/%d-%d-%s.jpg", c.Order, c.Cut, c.ID)
	}
	return fmt.Sprintf("shorts/%d-%d-%s.mp4", c.Order, c.Cut, c.ID)
}
