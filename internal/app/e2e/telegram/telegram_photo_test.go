package telegram_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestTelegram_AFileReachesProvidersAsJPEG sends an iPhone's picture as a file. Decoding takes a while, and has tests
// of its own.
func TestTelegram_AFileReachesProvidersAsJPEG(t *testing.T) {
	heic, err := os.ReadFile("../../../../pipeline/photo/testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	k := apptest.Talking(t, func(w *apptest.World) {
		w.Prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
			if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, heic) {
				return pipeline.Prepared{}, fmt.Errorf("%d bytes came: %w", len(b), err)
			}
			return pipeline.Prepared{JPEG: apptest.TinyPhoto()}, begin()
		}
	})
	k.SendDocument("IMG_0001.HEIC", "image/heic", heic, apptest.Pasta)
	k.Gets(1)
	k.IsJPEG()
}
