package pipeline_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/disk"
)

func addressFrom(t *testing.T, base string, size int) (string, error) {
	t.Helper()
	blobs, err := disk.New(t.TempDir(), disk.Options{
		BaseURL: base, Signer: pipeline.NewSigner([]byte("0123456789abcdef"), nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	if err := blobs.Put(
		t.Context(), "photos/1.jpg", "image/jpeg", strings.NewReader(strings.Repeat("x", size)),
	); err != nil {
		t.Fatal(err)
	}
	return pipeline.New(pipeline.Options{
		Blobs: blobs, Clips: &provider{}, Cuts: &provider{},
	}).PhotoAddress(t.Context(), "photos/1.jpg")
}

func TestThePhotoGoesAsALinkWhereProvidersCanFollowIt(t *testing.T) {
	got, err := addressFrom(t, "https://pick.example.com", 100)
	if err != nil || !strings.HasPrefix(got, "https://pick.example.com/files/") {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestThePhotoGoesInlineWhereNobodyReachesUs(t *testing.T) {
	for _, base := range []string{"", "http://127.0.0.1:8080", "http://pick.example.com"} {
		got, err := addressFrom(t, base, 100)
		data, found := strings.CutPrefix(got, "data:image/jpeg;base64,")
		raw, derr := base64.StdEncoding.DecodeString(data)
		if err != nil || !found || derr != nil || len(raw) != 100 {
			t.Errorf("base %q: %.60q, %v", base, got, err)
		}
	}
}

func TestAPhotoTooLargeToGoInlineIsAnError(t *testing.T) {
	if got, err := addressFrom(t, "", 4_000_000); err == nil {
		t.Fatalf("%d characters of data URI", len(got))
	}
}
