package apptest

import (
	"context"
	_ "embed"
	"errors"
	"io"

	"github.com/sajangpick/sajangpick/pipeline"
)

// preparedPhoto is sample.Photo as it is prepared in earnest, a quarter as large: doing it takes seconds under the
// race detector.
//
//go:embed testdata/prepared.jpg
var preparedPhoto []byte

func Prepared(w *World) {
	w.Prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
		_, err := io.Copy(io.Discard, r)
		return pipeline.Prepared{JPEG: preparedPhoto}, errors.Join(err, begin())
	}
}

// Fallback sets CLIP_FALLBACK.
func Fallback(value string) func(w *World) {
	return func(w *World) { w.Settings["CLIP_FALLBACK"] = value }
}

// clip is the ledger's row of an order's only clip.
func (k *Talk) ClipOf(order int64) (clip pipeline.Call) {
	k.T.Helper()
	calls, err := k.Process.Engine.Calls(k.T.Context(), order)
	if err != nil {
		k.T.Fatal(err)
	}
	for _, c := range calls {
		if c.Step == pipeline.Animate {
			clip = c
		}
	}
	return clip
}
