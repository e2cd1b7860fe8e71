package admin

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// musical makes a shop with a piece of its own and a delivered order for each of music.
func musical(t *testing.T, e storage.Engine, shop bot.Shop, music ...string) (int64, []pipeline.Order) {
	t.Helper()
	id := storagetest.NewShop(t, e, "77", shop)
	c := storagetest.NewChange(t, e, "77")
	for i, m := range music {
		o := storagetest.NewOrder(fmt.Sprint(i), storagetest.Later())
		o.Shop, o.Status, o.Cut.Music = id, pipeline.Delivered, m
		c.Place = append(c.Place, o)
	}
	return id, storagetest.Commit(t, e, c)
}

func tracksListed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop, orders := musical(
		t, e, bot.Shop{Track: "tracks/1-now.mp3"}, "tracks/1-now.mp3", "tracks/1-old.mp3", "tracks/1-old.mp3", "calm",
	)
	plays := func(track string, want bool) {
		t.Helper()
		if got, err := e.TrackInUse(t.Context(), shop, track); err != nil || got != want {
			t.Errorf("%s is played: %t, %v", track, got, err)
		}
	}
	plays("tracks/1-old.mp3", true)
	plays("tracks/1-none.mp3", false)
	// the shop has the first one's still; the third is the last with its
	for i, want := range []bool{false, false, true, false} {
		keys, err := e.Files(t.Context(), orders[i].ID)
		storagetest.Check(t, err)
		if got := slices.Contains(keys, orders[i].Cut.Music); got != want {
			t.Errorf("order %d takes %s along: %t", i+1, orders[i].Cut.Music, got)
		}
		storagetest.Check(t, e.MarkPurged(t.Context(), orders[i].ID))
	}
	plays("tracks/1-old.mp3", false)
}

func trackForgotten(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := bot.Shop{
		Music: "tracks/1-now.mp3", Track: "tracks/1-now.mp3",
		NewTrack: bot.NewTrack{
			Address: "https://example.com/a.mp3?token=secret", Name: "next", Old: []string{"tracks/1-old.mp3"},
		},
	}
	id, _ := musical(t, e, shop)
	read, err := e.Shop(t.Context(), id)
	storagetest.Check(t, err)
	if read.Track != shop.Track || !reflect.DeepEqual(read.NewTrack, shop.NewTrack) {
		t.Errorf("%s, %q of %q", read.Track, read.NewTrack.Address, read.NewTrack.Old)
	}
	want := []string{"tracks/1-old.mp3", "tracks/1-now.mp3", read.NewTrackKey()}
	for range 2 { // as long as they aren't deleted
		keys, err := e.ForgetShop(t.Context(), id)
		storagetest.Check(t, err)
		storagetest.Same(t, keys, want)
	}
	read, err = e.Shop(t.Context(), id)
	storagetest.Check(t, err)
	if read.Track != "" || read.Music != "" || !reflect.DeepEqual(read.NewTrack, bot.NewTrack{Old: want}) {
		t.Errorf("%s, %q of %q", read.Track, read.NewTrack.Address, read.NewTrack.Old)
	}
}
