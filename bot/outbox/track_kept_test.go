package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/track"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// sound is four seconds of silence as MP3 frames.
var sound = bytes.Repeat(append([]byte{0xFF, 0xFB, 0x90, 0x64}, make([]byte, 413)...), 160)

const kept = "가게 음악으로 바꿨어요."

// trackRound is an outbox whose chat has a shop that was given the address of a piece of music at a place that
// answers as h does. The say that waits for it is number 1, made so long ago.
type trackRound struct {
	*round
	thread pipeline.Thread
	shopID int64
	asked  atomic.Int64 // how often the place was
	sends  int64
}

func newTrackRound(t *testing.T, ago time.Duration, h http.HandlerFunc) *trackRound {
	t.Helper()
	r := &trackRound{round: newRound(t)}
	place := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.asked.Add(1)
		if req.URL.Query().Get("token") != "s3cr3t" {
			http.Error(w, "who are you?", http.StatusForbidden)
			return
		}
		h(w, req)
	}))
	t.Cleanup(place.Close)
	from, err := download.New(download.Options{
		Hosts: []string{place.URL}, Anywhere: true, MaxBytes: 1 << 20, Timeout: 5 * time.Second,
		Stall: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.with(func(o *outbox.Options) { o.Track = track.NewFetcher(from, ffmpeg.Tool{}).Fetch })
	r.thread = r.Thread(t)
	r.given(place.URL+"/song.mp3?token=s3cr3t", ago)
	return r
}

// given is what the conversation commits when somebody gives an address; old are blobs that aren't needed afterwards.
func (r *trackRound) given(address string, ago time.Duration, old ...string) {
	r.Helper()
	r.sends++
	chat, err := r.store.Chat(r.Context(), r.thread.Platform, r.thread.Chat)
	if err != nil {
		r.Fatal(err)
	}
	chat.Platform, chat.ID, chat.Lang = r.thread.Platform, r.thread.Chat, "ko"
	shop := bot.Shop{Name: "바다식당", Track: "tracks/1-before.mp3", Music: "tracks/1-before.mp3"}
	if chat.Shop != 0 {
		shop = r.shop(chat.Shop)
	}
	shop.NewTrack = bot.NewTrack{
		Address: address, Name: fmt.Sprint("name", r.sends), Old: append(old, shop.NewTrack.Old...),
	}
	_, err = r.store.Commit(r.Context(), bot.Change{
		Chat: chat, Shop: &shop,
		Messages: []bot.OutgoingMessage{
			{Message: bot.Message{Thread: r.thread, Text: kept}, Track: bot.ChatsShop, Made: time.Now().Add(-ago)},
		},
	})
	if err != nil {
		r.Fatal(err)
	}
	if chat, err = r.store.Chat(r.Context(), r.thread.Platform, r.thread.Chat); err != nil {
		r.Fatal(err)
	}
	r.shopID = chat.Shop
}

// settled checks that the address is nowhere any more, and returns the shop.
func (r *trackRound) settled() bot.Shop {
	r.Helper()
	s := r.shop(r.shopID)
	all, _ := r.Ours()
	seen := fmt.Sprintf("%s %q %q %+v", r.logs, s.NewTrack.Address, s.NewTrack.Old, all)
	if strings.Contains(seen, "s3cr3t") || strings.Contains(seen, "song.mp3") || s.NewTrack.Address != "" ||
		len(s.NewTrack.Old) > 0 {
		r.Errorf("something is left of the address: %s", seen)
	}
	return s
}

func (r *trackRound) blob(key string) []byte {
	r.Helper()
	f, err := r.blobs.Open(r.Context(), key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		r.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		r.Fatal(err)
	}
	return data
}

// plays makes an order of the shop that plays a piece.
func (r *trackRound) plays(key string) pipeline.Order {
	r.Helper()
	o, _, err := r.store.Place(r.Context(), pipeline.Order{
		Source: "with music", Shop: r.shopID, Thread: r.thread, Status: pipeline.Delivered, Step: pipeline.Deliver,
		Phase:  pipeline.Begun,
		Placed: time.Now(), Changed: time.Now(), Cut: pipeline.Cut{N: 1, Music: key},
	})
	if err != nil {
		r.Fatal(err)
	}
	return o
}

func music(w http.ResponseWriter, _ *http.Request) {
	w.Write(append([]byte("ID3\x03\x00\x00\x00\x00\x00\x05title"), sound...))
}

func TestTrack_IsStoredBeforeThatIsSaid(t *testing.T) {
	r := newTrackRound(t, 0, music)
	r.put("tracks/1-before.mp3", sound)
	r.carried(1)
	s := r.settled()
	if s.Track != fmt.Sprintf("tracks/%d-name1.mp3", r.shopID) || s.Music != s.Track || s.Name != "바다식당" {
		t.Errorf("%+v", s)
	}
	if got := r.blob(s.Track); !bytes.HasSuffix(got, sound) {
		t.Errorf("%d bytes were kept, want %d", len(got), len(sound))
	}
	if r.blob("tracks/1-before.mp3") != nil {
		t.Error("the piece that nobody plays any more is still there")
	}
	if got := r.only().Text; got != kept {
		t.Error(got)
	}
}

func TestTrack_AnUploadedPieceIsKeptOrRefusedAndItsUploadDeleted(t *testing.T) {
	for name, c := range map[string]struct{ upload, want string }{
		"a piece":    {"ID3\x03\x00\x00\x00\x00\x00\x05title" + string(sound), kept},
		"a page":     {"<!doctype html>", present.Fill("ko", "track.page", nil)},
		"it is gone": {"", present.Fill("ko", "track.away", nil)},
	} {
		r := newTrackRound(t, 0, http.NotFound)
		r.put("tracks/1-before.mp3", sound)
		r.carried(1) // what the address had comes to nothing
		if c.upload != "" {
			if err := r.blobs.Put(
				t.Context(), "uploads/song", "application/octet-stream", strings.NewReader(c.upload),
			); err != nil {
				t.Fatal(err)
			}
		}
		r.with(func(o *outbox.Options) {
			o.Track = track.NewFetcher(track.WithUploads(nil, r.blobs), ffmpeg.Tool{}).Fetch
		})
		r.given(bot.UploadAddress("uploads/song"), 0, "uploads/song")
		r.carried(2)
		s := r.settled()
		all, _ := r.Ours()
		if got := all[len(all)-1].Text; got != c.want || (s.Track != "tracks/1-before.mp3") != (c.want == kept) {
			t.Errorf("%s: %q, the shop has %s", name, got, s.Track)
		}
		if r.blob("uploads/song") != nil || r.blob(s.Track) == nil {
			t.Errorf("%s: the upload is left, or the shop's music gone", name)
		}
	}
}

func TestTrack_OneThatAnOrderMayBeCutWithIsNotDeleted(t *testing.T) {
	r := newTrackRound(t, 0, music)
	r.put("tracks/1-before.mp3", sound)
	r.plays("tracks/1-before.mp3")
	r.carried(1)
	if s := r.settled(); s.Track == "tracks/1-before.mp3" || r.blob("tracks/1-before.mp3") == nil {
		t.Errorf("%+v", s)
	}
}

func TestTrack_OneThatIsNoUseIsRefusedAndTheOldOneStays(t *testing.T) {
	to := func(address string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) }
	}
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
	}
	for name, c := range map[string]struct {
		want bot.TrackRefusal
		h    http.HandlerFunc
	}{
		"gone":              {bot.TrackAway, http.NotFound},
		"a page":            {bot.TrackPage, says("<!doctype html><title>노래</title>")},
		"garbage":           {bot.TrackKind, says(strings.Repeat("\xff\x00\x01\x02", 5000))},
		"too large":         {bot.TrackLarge, says(strings.Repeat(string(sound), 20))},
		"into our network":  {bot.TrackPlain, to("https://10.0.0.1/song.mp3?token=s3cr3t")},
		"into this machine": {bot.TrackPlain, to("http://127.0.0.1:9/song.mp3?token=s3cr3t")},
		"around and around": {bot.TrackAway, to("/song.mp3?token=s3cr3t")},
		"down for long": {
			bot.TrackAway, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		},
		"silent for long": {bot.TrackAway, func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }},
		"cut off every time": {bot.TrackAway, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9000")
			w.Write(sound[:800])
		}},
		"of another kind": {bot.TrackKind, says("RIFF\x00\x00\x00\x00WAVEfmt ")},
	} {
		t.Run(name, func(t *testing.T) {
			r := newTrackRound(t, time.Minute, c.h)
			r.put("tracks/1-before.mp3", sound)
			r.carried(1)
			if s := r.settled(); s.Track != "tracks/1-before.mp3" || s.Music != s.Track || r.blob(s.Track) == nil {
				t.Errorf("%+v", s)
			}
			if !strings.Contains(r.logs.String(), "music refused") {
				t.Errorf("operators read %q", r.logs)
			}
			if got, want := r.only().Text, present.Fill("ko", "track."+string(c.want), nil); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestTrack_OneOfAShopThatNeverRestsIsKeptLater(t *testing.T) {
	r, moving := newTrackRound(t, time.Minute, music), true
	r.with(func(o *outbox.Options) {
		o.Store = &storagetest.Failing{Engine: r.store, Fails: func(method string) error {
			if moving && method == "Commit" {
				return pipeline.ErrMoved
			}
			return nil
		}}
	})
	if again := r.carry(t.Context(), 1); again.IsZero() {
		t.Fatal("given up")
	}
	moving = false
	if err := r.store.ReleaseMessage(t.Context(), 1, time.Now(), false); err != nil {
		t.Fatal(err)
	}
	r.carried(1)
	if s := r.settled(); s.Track == "tracks/1-before.mp3" || r.only().Text != kept {
		t.Errorf("%+v: %s", s, r.only().Text)
	}
}

func TestTrack_EachRefusalIsSaidInItsOwnWords(t *testing.T) {
	told := map[string]bot.TrackRefusal{}
	for _, no := range []bot.TrackRefusal{
		bot.TrackAway, bot.TrackPlain, bot.TrackLarge, bot.TrackPage, bot.TrackKind, bot.TrackBroken, bot.TrackCostly,
		bot.TrackShort, bot.TrackLong,
	} {
		r := newTrackRound(t, 0, music)
		r.with(func(o *outbox.Options) {
			o.Track = func(context.Context, string, func() error) ([]byte, error) {
				return nil, fmt.Errorf("fetch: %w", no)
			}
		})
		r.carried(1)
		r.settled()
		text := r.only().Text
		if text != present.Fill("ko", "track."+string(no), nil) || told[text] != "" {
			t.Errorf("%s is told as %q, and so is %q", no, text, told[text])
		}
		told[text] = no
	}
}

func TestTrack_AHostThatIsBusyIsAskedAgain(t *testing.T) {
	var up atomic.Bool
	r := newTrackRound(t, 0, func(w http.ResponseWriter, req *http.Request) {
		if !up.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		music(w, req)
	})
	if again := r.carry(t.Context(), 1); again.IsZero() {
		t.Fatal("given up")
	}
	if n := r.shop(r.shopID).NewTrack.Opened; n != 0 {
		t.Errorf("it counts as a file that %d times killed who opened it", n)
	}
	up.Store(true)
	if err := r.store.ReleaseMessage(t.Context(), 1, time.Now(), false); err != nil {
		t.Fatal(err)
	}
	r.carried(1)
	if s := r.settled(); s.Track == "tracks/1-before.mp3" || r.only().Text != kept {
		t.Errorf("%+v: %s", s, r.only().Text)
	}
}

func TestTrack_IsFetchedOnceHoweverOftenTheAnswerIsSent(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		kept: music,
		present.Fill("ko", "track.page", nil): func(
			w http.ResponseWriter, _ *http.Request,
		) {
			io.WriteString(w, "<html>")
		},
	} {
		r := newTrackRound(t, 0, h)
		r.Fail(&pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("no line")}) // it is kept, and not said
		if again := r.carry(t.Context(), 1); again.IsZero() {
			t.Fatal("given up")
		}
		before := r.shop(r.shopID)
		if err := r.store.ReleaseMessage(t.Context(), 1, time.Now(), false); err != nil {
			t.Fatal(err)
		}
		r.carried(1)
		if s := r.settled(); s.Version != before.Version || r.asked.Load() != 1 || r.only().Text != name {
			t.Errorf(
				"asked %d times, version %d after %d: %q", r.asked.Load(), s.Version, before.Version, r.only().Text,
			)
		}
	}
}
