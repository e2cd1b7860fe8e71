package conversation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const song = "https://files.example.com/a/song.mp3?token=s3cr3t"

func TestSettings_AnAddressOfMusicIsKeptWithTheShop(t *testing.T) {
	for _, text := range []string{
		"/music " + song, "/music <" + song + ">", "음악 " + song, "우리 가게 음악은 " + song + " 로 해주세요", "배경음악: " + song,
		song, "music " + song, "/음악 " + song, "이 노래로 바꿔주세요\n" + song,
	} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Writes(text)
			says := t.Hears()
			s := t.Shop("owner")
			if s.NewTrack.Address != song || s.NewTrack.Name == "" || s.Track != "" || s.Music != "" {
				t.Errorf("%q: %+v %q", text, s, s.NewTrack.Address)
			}
			if len(says) != 1 || says[0].Track != s.ID || strings.Contains(says[0].Text, "example") {
				t.Errorf("%q: %+v", text, says)
			}
		})
	}
}

func TestSettings_WhatIsNoAddressOfMusicIsNotFetched(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		for text, want := range map[string]string{
			"/music https://kim:pw@example.com/a.mp3": bottest.Ko("track.address"),
			"/music ftp://example.com/a.mp3":          bottest.Ko("track.address"),
			"/music https://a":                        bottest.Ko("track.address"),
			"/music 시끄럽게":                             "어떤 음악을 넣을까요?…",
			"https://example.com/menu.html":           bottest.Ko("hint"),
		} {
			t.Writes(text)
			t.Hear(want)
		}
		t.Does(bot.Update{Other: "audio"})
		t.Hear(bottest.Ko("track.file"))
		t.Does(bot.Update{Group: true, Text: "이 노래 좋더라 " + song})
		if s := t.Shop("owner"); s.NewTrack.Address != "" || len(t.Hears()) != 0 {
			t.Errorf("%q", s.NewTrack.Address)
		}
		t.Sends("p1", "새우 파스타 18,000원 음악 "+song)
		if len(t.Orders()) != 1 {
			t.Error("the line with a price is no order")
		}
	})
}

func TestSettings_AnAddressBelowAPhotoIsNoMenu(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "/music "+song)
		t.Hear(bottest.Ko("track.kept"))
		if s := t.Shop("owner"); s.NewTrack.Address != song {
			t.Errorf("%q", s.NewTrack.Address)
		}
		t.Writes("새우 파스타 18,000원")
		t.Ordered("p1 새우 파스타 18,000원")
	})
}

func TestSettings_ASecondAddressTakesThePlaceOfOneThatIsStillFetched(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/music " + song)
		first := t.Shop("owner")
		t.Writes("/music https://example.com/b.mp3")
		s := t.Shop("owner")
		if s.NewTrack.Address != "https://example.com/b.mp3" || len(s.NewTrack.Old) != 1 ||
			s.NewTrack.Old[0] != first.NewTrackKey() || s.NewTrackKey() == first.NewTrackKey() {
			t.Errorf("%q, old %q", s.NewTrack.Address, s.NewTrack.Old)
		}
	})
}

func TestSettings_AddressesBeforeOneIsFetchedComeToAnEnd(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		for n := range 3 * shop.MaxAddresses {
			t.Writes(fmt.Sprintf("/music https://example.com/%d.mp3", n))
		}
		s, kept := t.Shop("owner"), 0
		for _, x := range t.Hears() {
			if x.Track != 0 {
				kept++
			}
		}
		if want := fmt.Sprintf("https://example.com/%d.mp3", shop.MaxAddresses); s.NewTrack.Address != want ||
			kept != shop.MaxAddresses+1 {
			t.Errorf("%q with %d jobs", s.NewTrack.Address, kept)
		}
	})
}

func TestSettings_TheOwnPieceStandsBesideTheBuiltInOnes(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		own := bottest.Ko("music.own")
		t.Writes("/music")
		if got := strings.Join(labels(t.Hears()[0]), " "); strings.Contains(got, own) {
			t.Error(got)
		}
		t.Own("tracks/1-first.mp3")
		t.Writes("/settings")
		if got := t.Hears()[0].Text; !strings.Contains(got, "음악: "+own+"\n") {
			t.Error(got)
		}
		t.Sends("p1", "새우 파스타 18,000원")
		t.Writes("/music 밝은")
		t.Hear(present.Fill("ko", "shopmusic.set", present.Args{"name": bottest.Ko("music.bright")}))
		t.Sends("p2", "냉면 9,000원")
		t.Writes("/music")
		asked := t.Hears()
		t.Presses(t.Button(asked[len(asked)-1:], own))
		t.Sends("p3", "빙수 8,000원")
		for i, want := range []string{"tracks/1-first.mp3", "bright", "tracks/1-first.mp3"} {
			if got := t.Orders()[len(t.Orders())-1-i].Cut.Music; got != want {
				t.Errorf("order %d has %q, want %q", i+1, got, want)
			}
		}
		if s := t.Shop("owner"); s.Track != "tracks/1-first.mp3" || s.Music != s.Track {
			t.Errorf("%+v", s)
		}
	})
}

func TestEdits_AnOrderKeepsThePieceThatItWasPlacedWith(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Own("tracks/1-first.mp3")
		t.Sends("p1", "새우 파스타 18,000원")
		t.Own("tracks/1-second.mp3")
		t.Hears()
		t.Presses(intent.Action(intent.DoMusic, t.Orders()[0].ID))
		asked := t.Hears()
		for _, l := range labels(asked[len(asked)-1]) {
			if strings.HasPrefix(l, "✓") {
				t.Errorf("%q is marked, though the order has the piece from before", l)
			}
		}
		t.Presses(t.Button(asked[len(asked)-1:], bottest.Ko("music.own")))
		if got := t.Orders()[0].Cut.Music; got != "tracks/1-second.mp3" {
			t.Error(got)
		}
	})
}

func TestSession_AnotherShopsPieceIsNotPlayed(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		if got := (bot.Shop{ID: 1, Track: "tracks/1-a.mp3"}).Pieces(t.Options.Music, 2); len(got) != 2 {
			t.Errorf("another shop's order is offered %q", got)
		}
		v := &session.Session{Shop: bot.Shop{ID: 12}}
		v.PlaceAs(&t.Options, pipeline.Order{}, pipeline.Cut{Music: "tracks/1-a.mp3"})
		if got := v.Change.Place[0].Cut.Music; got != "bright" {
			t.Error(got)
		}
	})
}
