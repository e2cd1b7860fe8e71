package apptest

import (
	"context"
	"io"

	"github.com/sajangpick/sajangpick/pipeline/photo"
)

const Pasta = "새우 파스타 18,000원"

// ReallyPrepared lets photos be decoded as they are in earnest.
func ReallyPrepared(w *World) { w.Prepare = photo.PreparePhoto(photo.New(1)) }

// IsJPEG checks what was kept of the newest order's photo for the providers.
func (k *Talk) IsJPEG() {
	k.T.Helper()
	r, err := k.Process.Blobs.Open(context.Background(), k.Orders()[0].PhotoKey)
	if err != nil {
		k.T.Fatal(err)
	}
	defer r.Close()
	head := make([]byte, 3)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != "\xff\xd8\xff" {
		k.T.Errorf("the prepared photo begins with %x, %v", head, err)
	}
}
