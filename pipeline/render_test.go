package pipeline

import (
	"context"
	"testing"
	"time"
)

// linked is a store of blobs that links to anything.
type linked struct{ Blobs }

func (linked) Link(_ context.Context, key string, _ time.Duration) (Link, error) {
	return Link{URL: "https://files.example/" + key}, nil
}

func TestCutRequest_OnlyAShopsOwnMusicHasAVolume(t *testing.T) {
	p := New(Options{
		Blobs: linked{}, Clips: provided{}, Cuts: provided{}, Music: map[string]string{"calm": "music/calm.mp3"},
		TrackVolume: .5,
	})
	for music, want := range map[string]struct {
		url    string
		volume float64
	}{
		"calm":             {"https://files.example/music/calm.mp3", 0},
		"tracks/1-own.mp3": {"https://files.example/tracks/1-own.mp3", .5},
		"gone":             {"", 0},
	} {
		r, err := p.driver.requester.cutRequest(t.Context(), Order{PhotoKey: "photos/1.jpg", Cut: Cut{Music: music}})
		if err != nil || r.Music != want.url || r.Volume != want.volume {
			t.Errorf("%s: %q at %g, %v", music, r.Music, r.Volume, err)
		}
	}
}
