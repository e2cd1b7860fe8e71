package blobs

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func put(t *testing.T, b pipeline.Blobs, key, contentType, content string) {
	t.Helper()
	// Reader types that the store could look through are hidden: a result comes over the network.
	if err := b.Put(t.Context(), key, contentType, io.MultiReader(strings.NewReader(content))); err != nil {
		t.Fatalf("Put(%q): %v", key, err)
	}
}

func mustOpen(t *testing.T, b pipeline.Blobs, key string) io.ReadSeekCloser {
	t.Helper()
	f, err := b.Open(t.Context(), key)
	if err != nil {
		t.Fatalf("Open(%q): %v", key, err)
	}
	return f
}

func wantContent(t *testing.T, b pipeline.Blobs, key, want string) {
	t.Helper()
	f := mustOpen(t, b, key)
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != want {
		t.Errorf("%s holds %.40q, %v; want %.40q", key, got, err, want)
	}
}

func wantMissing(t *testing.T, b pipeline.Blobs, key string) {
	t.Helper()
	f, err := b.Open(t.Context(), key)
	if err == nil {
		f.Close()
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open(%q): %v, want fs.ErrNotExist", key, err)
	}
}
