package outbox_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestTrack_AProcessThatDiesOverItLeavesNothingBehind(t *testing.T) {
	r := newTrackRound(t, 0, music)
	r.put("tracks/1-before.mp3", sound)
	fetch := r.options.Track
	// It dies with the blob put and nothing written down; the next one finds another address.
	ctx, die := context.WithCancel(t.Context())
	r.with(func(o *outbox.Options) {
		o.Track = func(ctx context.Context, address string, begin func() error) ([]byte, error) {
			data, err := fetch(ctx, address, begin)
			r.put(r.shop(r.shopID).NewTrackKey(), data)
			die()
			return nil, err
		}
	})
	if _, err := r.outbox.Send(ctx, 1); err == nil && ctx.Err() == nil {
		t.Fatal("it lives")
	}
	r.with(func(o *outbox.Options) { o.Track = fetch })
	orphan := r.shop(r.shopID).NewTrackKey()
	if r.blob(orphan) == nil || r.shop(r.shopID).NewTrack.Address == "" {
		t.Fatal("it got further, or not so far")
	}
	if err := r.store.ReleaseMessage(t.Context(), 1, time.Now(), false); err != nil {
		t.Fatal(err)
	}
	r.carried(1)
	if s := r.settled(); s.Track != orphan || r.blob(s.Track) == nil || r.blob("tracks/1-before.mp3") != nil {
		t.Errorf("%+v", s)
	}
}

func TestTrack_AShopThatChangesMeanwhileKeepsBothChanges(t *testing.T) {
	r := newTrackRound(t, 0, music)
	fetch, named := r.options.Track, false
	r.with(func(o *outbox.Options) {
		o.Track = func(ctx context.Context, address string, begin func() error) ([]byte, error) {
			sound, err := fetch(ctx, address, begin)
			if !named {
				named = true
				s := r.shop(r.shopID)
				s.Name = "새우네"
				if _, err := r.store.Commit(ctx, bot.Change{
					Chat: bot.Chat{Platform: "memory", ID: "elsewhere"}, Shop: &s,
				}); err != nil {
					return nil, err
				}
			}
			return sound, err
		}
	})
	r.carried(1)
	if s := r.settled(); s.Name != "새우네" || s.Track == "tracks/1-before.mp3" || r.asked.Load() != 1 {
		t.Errorf("%+v, asked %d times", s, r.asked.Load())
	}
}

func TestTrack_OfAForgottenShopDoesNotHoldUpTheChat(t *testing.T) {
	r := newTrackRound(t, time.Minute, music)
	if _, err := r.store.ForgetShop(t.Context(), r.shopID); err != nil {
		t.Fatal(err)
	}
	r.carried(1)
	if all, _ := r.Ours(); len(all) != 0 || r.asked.Load() != 0 {
		t.Errorf("%+v, asked %d times", all, r.asked.Load())
	}
}

// TestTrack_OneThatComesWhileItsShopIsForgottenIsNotStored has the shop forgotten before the music is there, and after.
func TestTrack_OneThatComesWhileItsShopIsForgottenIsNotStored(t *testing.T) {
	for _, after := range []bool{false, true} {
		r := newTrackRound(t, time.Minute, music)
		fetch, key := r.options.Track, r.shop(r.shopID).NewTrackKey()
		forget := func() {
			keys, err := r.store.ForgetShop(t.Context(), r.shopID)
			if err != nil || !slices.Contains(keys, key) {
				t.Errorf("%q, %v", keys, err)
			}
		}
		r.with(func(o *outbox.Options) {
			o.Track = func(ctx context.Context, address string, begin func() error) ([]byte, error) {
				if !after {
					forget()
				}
				sound, err := fetch(ctx, address, begin)
				if after {
					forget()
				}
				return sound, err
			}
		})
		r.carried(1)
		if all, _ := r.Ours(); len(all) != 0 || r.asked.Load() != 1 || r.has(key) {
			t.Errorf("after: %t; %+v, asked %d times, kept: %v", after, all, r.asked.Load(), r.has(key))
		}
	}
}

func TestTrack_OneThatKilledThreeProcessesIsRefused(t *testing.T) {
	r := newTrackRound(t, 0, music)
	fetch := r.options.Track
	for n := range pipeline.MaxDeaths {
		ctx, die := context.WithCancel(t.Context())
		r.with(func(o *outbox.Options) {
			o.Track = func(ctx context.Context, address string, begin func() error) ([]byte, error) {
				return fetch(ctx, address, func() error {
					err := begin()
					if got := r.shop(r.shopID).NewTrack.Opened; err == nil && got != n+1 {
						t.Errorf("attempt %d is %d", n+1, got)
					}
					die() // the process is gone
					runtime.Goexit()
					return err
				})
			}
		})
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = r.outbox.Send(ctx, 1) // it never comes back
		}()
		<-gone
		if err := r.store.ReleaseMessage(t.Context(), 1, time.Now(), false); err != nil {
			t.Fatal(err)
		}
	}
	r.with(func(o *outbox.Options) { o.Track = fetch })
	r.carried(1)
	if got := r.only().Text; !strings.Contains(got, present.Fill("ko", "track.costly", nil)) {
		t.Errorf("%q", got)
	}
	if s := r.settled(); s.Track != "tracks/1-before.mp3" || s.NewTrack.Opened != 0 {
		t.Errorf("%+v", s)
	}
}
