package chats

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// AccessPromises are about sign-ins, and uploads of the page.
var AccessPromises = storagetest.Promises{
	"ALinkOpensOneSession":            linkOnce,
	"ACredentialHoldsUntilItEnds":     credentialEnds,
	"AChangeWritesAndEndsCredentials": credentialChange,
	"AForgottenShopHasNoCredentials":  credentialForgotten,
	"WhatListensHears":                listening,
	"AStrayUploadIsOneThatNoOrderHas": strayUploads,
}

// Credential is one that holds for so long from now on.
func Credential(kind bot.CredentialKind, hash string, shop int64, life time.Duration) bot.Credential {
	now := time.Now().UTC().Truncate(time.Millisecond)
	return bot.Credential{
		Kind: kind, Hash: hash, Shop: shop, Chat: "1", User: "telegram:7", Maker: "김사장", Lang: "ko", Name: "가게\x00폰",
		Made: now, Used: now,
		Ends: now.Add(life), Owner: true,
	}
}

func linkOnce(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	link := Credential(bot.SignInLink, "link", 3, 10*time.Minute)
	link, err := e.AddCredential(t.Context(), link)
	storagetest.Check(t, err)
	s := Credential(bot.Session, "session", 99, time.Hour)
	s.Chat, s.User, s.Maker, s.Owner = "stolen", "slack:x", "남", false
	late := s
	late.Made = link.Ends
	if _, err := e.RedeemLink(t.Context(), "link", late); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("a link that has ended: %v", err)
	}
	got, err := e.RedeemLink(t.Context(), "link", s)
	storagetest.Check(t, err)
	if got.Shop != 3 || got.Chat != "1" || got.User != "telegram:7" || got.Maker != "김사장" || !got.Owner ||
		got.Kind != bot.Session {
		t.Errorf("the session %+v", got)
	}
	again := Credential(bot.Session, "second", 99, time.Hour)
	if _, err := e.RedeemLink(t.Context(), "link", again); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("a link that was used: %v", err)
	}
	if _, err := e.RedeemLink(t.Context(), "session", again); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("a session is no link: %v", err)
	}
	read, err := e.Credential(t.Context(), bot.Session, "session", time.Now())
	storagetest.Check(t, err)
	got.Name = "가게\ufffd폰"
	storagetest.Same(t, read, got)
}

func credentialEnds(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	now := time.Now().UTC().Truncate(time.Millisecond)
	s, err := e.AddCredential(t.Context(), Credential(bot.Session, "s", 3, time.Hour))
	storagetest.Check(t, err)
	token := Credential(bot.APIToken, "t", 3, 0)
	token.Ends = time.Time{}
	token, err = e.AddCredential(t.Context(), token)
	storagetest.Check(t, err)
	gone := func(kind bot.CredentialKind, hash string, at time.Time) {
		t.Helper()
		if _, err := e.Credential(t.Context(), kind, hash, at); !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("%s %s at %s: %v", kind, hash, at, err)
		}
	}
	gone(bot.Session, "s", now.Add(2*time.Hour))
	gone(bot.APIToken, "s", now)
	if _, err := e.Credential(t.Context(), bot.APIToken, "t", now.AddDate(50, 0, 0)); err != nil {
		t.Errorf("what has no end: %v", err)
	}
	storagetest.Check(t, e.UseCredential(t.Context(), s.ID, now.Add(time.Minute), now.Add(5*time.Hour)))
	got, err := e.Credential(t.Context(), bot.Session, "s", now.Add(4*time.Hour))
	storagetest.Check(t, err)
	if !got.Used.Equal(now.Add(time.Minute)) || !got.Ends.Equal(now.Add(5*time.Hour)) {
		t.Errorf("used: %+v", got)
	}
	if err := e.EndCredential(t.Context(), 4, s.ID); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("another shop ended it: %v", err)
	}
	older, err := e.AddCredential(t.Context(), Credential(bot.Session, "older", 3, time.Hour))
	storagetest.Check(t, err)
	twin, err := e.AddCredential(t.Context(), Credential(bot.Session, "twin", 3, time.Hour))
	storagetest.Check(t, err)
	storagetest.Check(t, e.UseCredential(t.Context(), twin.ID, older.Used, older.Ends))
	_, err = e.AddCredential(t.Context(), Credential(bot.Session, "another shop's", 4, time.Hour))
	storagetest.Check(t, err)
	for at, want := range map[time.Time][]int64{ // the last used first; at its end each is over
		now: {s.ID, twin.ID, older.ID}, older.Ends: {s.ID}, now.Add(5 * time.Hour): {},
	} {
		all, err := e.Credentials(t.Context(), 3, bot.Session, at)
		storagetest.Check(t, err)
		var ids []int64
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		storagetest.Same(t, ids, want)
	}
	storagetest.Check(t, e.EndCredential(t.Context(), 3, older.ID))
	storagetest.Check(t, e.EndCredential(t.Context(), 3, twin.ID))
	storagetest.Check(t, e.EndCredential(t.Context(), 3, s.ID))
	gone(bot.Session, "s", now)
	_, err = e.AddCredential(t.Context(), Credential(bot.SignInLink, "l", 3, -time.Hour))
	storagetest.Check(t, err)
	storagetest.Check(t, e.PurgeExpired(t.Context(), time.Now()))
	gone(bot.SignInLink, "l", now.Add(-2*time.Hour))
	if all, err := e.Credentials(t.Context(), 3, bot.APIToken, now); err != nil || len(all) != 1 ||
		all[0].ID != token.ID {
		t.Errorf("tokens after tidying: %+v, %v", all, err)
	}
}

func credentialChange(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := bot.Change{Chat: bot.Chat{Platform: "web", ID: "new", Lang: "ko"}, Shop: &bot.Shop{Name: "사장네"}}
	s := Credential(bot.Session, "s", 0, time.Hour)
	c.Credential = &s
	_, err := e.Commit(t.Context(), c)
	storagetest.Check(t, err)
	chat, err := e.Chat(t.Context(), "web", "new")
	storagetest.Check(t, err)
	got, err := e.Credential(t.Context(), bot.Session, "s", time.Now())
	storagetest.Check(t, err)
	if chat.Shop == 0 || got.Shop != chat.Shop {
		t.Errorf("the session is of shop %d, its chat of %d", got.Shop, chat.Shop)
	}
	for _, kind := range []bot.CredentialKind{bot.SignInLink, bot.APIToken} {
		_, err := e.AddCredential(t.Context(), Credential(kind, string(kind), chat.Shop, time.Hour))
		storagetest.Check(t, err)
	}
	_, err = e.AddCredential(t.Context(), Credential(bot.Session, "other", chat.Shop+1, time.Hour))
	storagetest.Check(t, err)
	_, err = e.Commit(t.Context(), bot.Change{Chat: chat, EndSessions: true})
	storagetest.Check(t, err)
	left := map[string]bool{}
	for hash, kind := range map[string]bot.CredentialKind{
		"s": bot.Session, "link": bot.SignInLink, "token": bot.APIToken, "other": bot.Session,
	} {
		_, err := e.Credential(t.Context(), kind, hash, time.Now())
		left[hash] = err == nil
	}
	storagetest.Same(t, left, map[string]bool{"s": false, "link": false, "token": true, "other": true})
}

func credentialForgotten(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	_, err := e.Commit(t.Context(), bot.Change{
		Chat: bot.Chat{Platform: "telegram", ID: "1", Lang: "ko"}, Shop: &bot.Shop{Name: "사장네"},
	})
	storagetest.Check(t, err)
	chat, err := e.Chat(t.Context(), "telegram", "1")
	storagetest.Check(t, err)
	for _, kind := range []bot.CredentialKind{bot.SignInLink, bot.Session, bot.APIToken} {
		_, err := e.AddCredential(t.Context(), Credential(kind, string(kind), chat.Shop, time.Hour))
		storagetest.Check(t, err)
	}
	_, err = e.ForgetShop(t.Context(), chat.Shop)
	storagetest.Check(t, err)
	for _, kind := range []bot.CredentialKind{bot.SignInLink, bot.Session, bot.APIToken} {
		if _, err := e.Credential(t.Context(), kind, string(kind), time.Now()); !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("the %s is still there: %v", kind, err)
		}
	}
}

func listening(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.Start(t, e, storagetest.NewHandlerLog())
	ctx, cancel := context.WithCancel(t.Context())
	hears, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- e.Listen(ctx, func() { close(hears) }, func(string) {}) }()
	<-hears
	storagetest.Check(t, e.Notify(t.Context(), "3:7"))
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// HeardElsewhere has one engine hear what another notifies.
func HeardElsewhere(t *testing.T, open storagetest.Open) {
	engines := storagetest.Several(t, open, 2)
	storagetest.Start(t, engines[0], storagetest.NewHandlerLog())
	hears, heard := make(chan struct{}), make(chan string, 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- engines[0].Listen(ctx, func() { close(hears) }, func(text string) { heard <- text }) }()
	<-hears
	storagetest.Check(t, engines[1].Notify(t.Context(), "3:7"))
	if got := <-heard; got != "3:7" {
		t.Errorf("heard %q", got)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}
