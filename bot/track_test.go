package bot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const song = "https://files.example.com/a/song.mp3?token=s3cr3t"

// own gives the owner's shop a piece of its own, as the courier does.
func (t *talk) own(key string) {
	t.Helper()
	c, err := t.store.Chat(t.Context(), "telegram", "owner")
	t.check(err)
	s := t.shop("owner")
	s.Track, s.Music, s.NewTrack = key, key, state.NewTrack{}
	_, err = t.store.Commit(t.Context(), state.Change{Chat: c, Shop: &s})
	t.check(err)
}

func TestAnAddressOfMusicIsLeftWithTheShop(t *testing.T) {
	for _, text := range []string{
		"/music " + song, "/music <" + song + ">", "음악 " + song, "우리 가게 음악은 " + song + " 로 해주세요", "배경음악: " + song,
		song, "music " + song, "/음악 " + song, "이 노래로 바꿔주세요\n" + song,
	} {
		conversation(t, func(t *talk) {
			t.writes(text)
			says := t.hears()
			s := t.shop("owner")
			if s.NewTrack.Address != song || s.NewTrack.Name == "" || s.Track != "" || s.Music != "" {
				t.Errorf("%q: %+v %q", text, s, s.NewTrack.Address)
			}
			if len(says) != 1 || says[0].Track != s.ID || strings.Contains(says[0].Text, "example") {
				t.Errorf("%q: %+v", text, says)
			}
		})
	}
}

func TestWhatIsNoAddressOfMusicIsNotFetched(t *testing.T) {
	conversation(t, func(t *talk) {
		for text, want := range map[string]string{
			"/music https://kim:pw@example.com/a.mp3": ko("track.address"),
			"/music ftp://example.com/a.mp3":          ko("track.address"),
			"/music https://a":                        ko("track.address"),
			"/music 시끄럽게":                             "어떤 음악을 넣을까요?…",
			"https://example.com/menu.html":           ko("hint"),
		} {
			t.writes(text)
			t.hear(want)
		}
		t.does(Update{Other: "audio"})
		t.hear(ko("track.file"))
		t.does(Update{Group: true, Text: "이 노래 좋더라 " + song})
		if s := t.shop("owner"); s.NewTrack.Address != "" || len(t.hears()) != 0 {
			t.Errorf("%q", s.NewTrack.Address)
		}
		t.sends("p1", "새우 파스타 18,000원 음악 "+song)
		if len(t.orders()) != 1 {
			t.Error("the line with a price is no order")
		}
	})
}

func TestAnAddressBelowAPhotoIsNoMenu(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "/music "+song)
		t.hear(ko("track.kept"))
		if s := t.shop("owner"); s.NewTrack.Address != song {
			t.Errorf("%q", s.NewTrack.Address)
		}
		t.writes("새우 파스타 18,000원")
		t.ordered("p1 새우 파스타 18,000원")
	})
}

func TestASecondAddressTakesThePlaceOfOneThatIsStillFetched(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("/music " + song)
		first := t.shop("owner")
		t.writes("/music https://example.com/b.mp3")
		s := t.shop("owner")
		if s.NewTrack.Address != "https://example.com/b.mp3" || len(s.NewTrack.Old) != 1 || s.NewTrack.Old[0] != first.NewTrackKey() || s.NewTrackKey() == first.NewTrackKey() {
			t.Errorf("%q, old %q", s.NewTrack.Address, s.NewTrack.Old)
		}
	})
}

func TestDesk_AddressesBeforeOneIsFetchedComeToAnEnd(t *testing.T) {
	conversation(t, func(t *talk) {
		for n := range 3 * maxAddresses {
			t.writes(fmt.Sprintf("/music https://example.com/%d.mp3", n))
		}
		s, kept := t.shop("owner"), 0
		for _, x := range t.hears() {
			if x.Track != 0 {
				kept++
			}
		}
		if want := fmt.Sprintf("https://example.com/%d.mp3", maxAddresses); s.NewTrack.Address != want || kept != maxAddresses+1 {
			t.Errorf("%q with %d jobs", s.NewTrack.Address, kept)
		}
	})
}

func TestTheOwnPieceStandsBesideTheBuiltInOnes(t *testing.T) {
	conversation(t, func(t *talk) {
		own := ko("music.own")
		t.writes("/music")
		if got := strings.Join(labels(t.hears()[0]), " "); strings.Contains(got, own) {
			t.Error(got)
		}
		t.own("tracks/1-first.mp3")
		t.writes("/settings")
		if got := t.hears()[0].Text; !strings.Contains(got, "음악: "+own+"\n") {
			t.Error(got)
		}
		t.sends("p1", "새우 파스타 18,000원")
		t.writes("/music 밝은")
		t.hear(phrase.Fill("ko", "shopmusic.set", phrase.Args{"name": ko("music.bright")}))
		t.sends("p2", "냉면 9,000원")
		t.writes("/music")
		asked := t.hears()
		t.presses(t.button(asked[len(asked)-1:], own))
		t.sends("p3", "빙수 8,000원")
		for i, want := range []string{"tracks/1-first.mp3", "bright", "tracks/1-first.mp3"} {
			if got := t.orders()[len(t.orders())-1-i].Cut.Music; got != want {
				t.Errorf("order %d has %q, want %q", i+1, got, want)
			}
		}
		if s := t.shop("owner"); s.Track != "tracks/1-first.mp3" || s.Music != s.Track {
			t.Errorf("%+v", s)
		}
	})
}

func TestAnOrderKeepsThePieceThatItWasPlacedUnder(t *testing.T) {
	conversation(t, func(t *talk) {
		t.own("tracks/1-first.mp3")
		t.sends("p1", "새우 파스타 18,000원")
		t.own("tracks/1-second.mp3")
		t.hears()
		t.presses(action(doMusic, t.orders()[0].ID))
		asked := t.hears()
		for _, l := range labels(asked[len(asked)-1]) {
			if strings.HasPrefix(l, "✓") {
				t.Errorf("%q is marked, though the order has the piece from before", l)
			}
		}
		t.presses(t.button(asked[len(asked)-1:], ko("music.own")))
		if got := t.orders()[0].Cut.Music; got != "tracks/1-second.mp3" {
			t.Error(got)
		}
	})
}

func TestNobodyElsesPieceIsPlayed(t *testing.T) {
	conversation(t, func(t *talk) {
		if got := t.desk.pieces(&session{shop: state.Shop{ID: 1, Track: "tracks/1-a.mp3"}}, 2); len(got) != 2 {
			t.Errorf("another shop's order is offered %q", got)
		}
		v := &session{shop: state.Shop{ID: 12}}
		v.placeAs(t.desk, pipeline.Order{}, pipeline.Cut{Music: "tracks/1-a.mp3"})
		if got := v.change.Place[0].Cut.Music; got != "bright" {
			t.Error(got)
		}
	})
}
