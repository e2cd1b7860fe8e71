package admin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// ForgetPromises are about files and words that are deleted in time, and about /forget.
var ForgetPromises = storagetest.Promises{
	"AChatThatComesBackGoesOnWithItsMonth":     monthGoesOn,
	"RefusedPhotosOfAChatAreCounted":           refusedCounted,
	"WhatEndedLongAgoExpires":                  expires,
	"EveryFileOfAnOrderIsListed":               filesListed,
	"APurgedOrderIsNumbers":                    purgedNumbers,
	"APurgedOrderIsFoundByItsNumberAlone":      purgedFound,
	"AnOrderThatGoesOnIsNotPurged":             openNotPurged,
	"AForgottenShopIsANumber":                  shopForgotten,
	"WhatAForgottenShopOrderedExpiresAtOnce":   forgottenExpires,
	"AShopMayComeBack":                         shopComesBack,
	"AShopsOrdersComeInPages":                  ordersOfShop,
	"APieceOfMusicIsKeptWhileAnythingPlaysIt":  tracksListed,
	"AForgottenShopsMusicAndItsAddressAreGone": trackForgotten,
}

func expires(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	var ended []int64
	for i, status := range []pipeline.Status{
		pipeline.Delivered, pipeline.Open, pipeline.Failed, pipeline.Parked, pipeline.Cancelled,
	} {
		o := storagetest.PlaceAs(t, e, fmt.Sprint(i), status, pipeline.Deliver, "")
		if status != pipeline.Open && status != pipeline.Parked {
			ended = append(ended, o.ID)
		}
	}
	expired := func(before time.Time, limit int) []int64 {
		t.Helper()
		all, err := e.Purgeable(t.Context(), before, limit)
		storagetest.Check(t, err)
		return storagetest.IDs(all)
	}
	storagetest.Same(t, expired(time.Now().Add(-time.Minute), 10), []int64(nil))
	storagetest.Same(t, expired(storagetest.Later(), 2), ended[:2])
	storagetest.Check(t, e.MarkPurged(t.Context(), ended[0]))
	storagetest.Same(t, expired(storagetest.Later(), 10), ended[1:])
}

func filesListed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("a", storagetest.Later()))
	files := func() []string {
		t.Helper()
		keys, err := e.Files(t.Context(), o.ID)
		storagetest.Check(t, err)
		slices.Sort(keys)
		return keys
	}
	storagetest.Same(t, files(), []string(nil))
	clip := pipeline.Call{ID: "k1", Order: o.ID, Cut: 1, Step: pipeline.Animate, State: pipeline.CallSettled}
	again := pipeline.Call{ID: "k2", Order: o.ID, Cut: 1, Step: pipeline.Animate, State: pipeline.CallSettled}
	render := pipeline.Call{ID: "k3", Order: o.ID, Cut: 1, Step: pipeline.Render, State: pipeline.CallSettled}
	short, still := pipeline.ResultKey(render, pipeline.Tall), pipeline.ResultKey(render, pipeline.Still)
	o.PhotoKey, o.ClipKey, o.Cut.ShortKey = "photos/1.jpg", pipeline.ResultKey(again, pipeline.Tall), "shorts/1.mp4"
	o = storagetest.Move(t, e, o, pipeline.Move{Cut: true, Calls: []pipeline.Call{clip, again, render}})
	o.Cut.N, o.Cut.ShortKey = 2, "shorts/2.mp4"
	storagetest.Move(t, e, o, pipeline.Move{Cut: true})
	other := storagetest.NewOrder("b", storagetest.Later())
	other.PhotoKey = "photos/2.jpg"
	storagetest.Place(t, e, other)
	want := []string{
		"photos/1.jpg", pipeline.ResultKey(clip, pipeline.Tall), o.ClipKey, "shorts/1.mp4", "shorts/2.mp4", short,
		still,
	}
	slices.Sort(want)
	storagetest.Same(t, files(), want)
}

// private are the parts of what NewOrder and sell write that tell who a person is, or what they said.
var private = []string{
	"새우", "18,000원", "사장네", "곱빼기", "점심", "AgACAgUAAx", "AQADx", "logo.png", "Chat:77", "photos/", "clips/", "shorts/",
	"secret",
}

func reveals(t *testing.T, what any) {
	t.Helper()
	text := fmt.Sprintf("%+v", what)
	for _, word := range private {
		if strings.Contains(text, word) {
			t.Errorf("%q is in %s", word, text)
		}
	}
}

func purgedNumbers(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := sell(t, e, "a")
	o.PhotoKey, o.ClipKey, o.Detail, o.Call, o.Remote = "photos/1.jpg", "clips/1.mp4", "secret", "secret", "secret"
	calls, err := e.Calls(t.Context(), o.ID)
	storagetest.Check(t, err)
	noted := calls[0]
	noted.Note = "secret"
	o = storagetest.Move(t, e, o, pipeline.Move{Note: "secret", Calls: []pipeline.Call{noted}})
	storagetest.Check(t, e.SaveStatusRef(t.Context(), o.ID, "", "secret"))
	if before, err := e.Calls(t.Context(), o.ID); err != nil || before[0].Note != "secret" {
		t.Fatalf("%+v, %v", before, err)
	}
	events, err := e.History(t.Context(), o.ID)
	storagetest.Check(t, err)
	storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	got := storagetest.ReadOrder(t, e, o.ID)
	reveals(t, got)
	want := pipeline.Order{
		ID: o.ID, Source: got.Source, Shop: o.Shop, Thread: pipeline.Thread{Platform: "telegram", Lang: "ko"},
		Photo:  pipeline.Photo{Bytes: 204_800, Opened: 1},
		Placed: o.Placed, Changed: o.Changed, Status: o.Status, Since: o.Since, Step: o.Step, Phase: o.Phase,
		Version: o.Version + 1,
		Due:     o.Due, Wakeup: o.Wakeup, WakeupAt: o.WakeupAt, Cut: pipeline.Cut{N: 1, Look: "warm", Music: "cafe"},
		Shown: 1,
	}
	storagetest.Same(t, got, want)
	after, err := e.Calls(t.Context(), o.ID)
	storagetest.Check(t, err)
	storagetest.Same(t, after, calls)
	told, err := e.History(t.Context(), o.ID)
	storagetest.Check(t, err)
	reveals(t, told)
	for i := range events {
		events[i].Note = ""
		storagetest.Same(t, told[i], events[i])
	}
	if last := told[len(told)-1]; len(told) != len(events)+1 || last.Version != got.Version ||
		last.Status != pipeline.Delivered {
		t.Errorf("the last event is %+v", last)
	}
	storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), want)
	if _, err := e.Move(t.Context(), o, pipeline.Move{}); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("who read it before moved it: %v", err)
	}
	if used, err := e.OrdersInPeriod(t.Context(), o.Shop, o.Placed); err != nil || used != 1 {
		t.Errorf("its shop used %d, %v", used, err)
	}
	if b := Balance(t, e); len(b.Inconsistencies) != 0 {
		t.Errorf("%+v", b)
	}
}

func purgedFound(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := sell(t, e, "a")
	storagetest.Check(t, e.SaveStatusRef(t.Context(), o.ID, "", "6"))
	storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	for _, chat := range []string{"77", ""} {
		for _, message := range []string{"5", "6", "9", ""} {
			if _, _, err := e.ByMessage(t.Context(), "telegram", chat, message); !errors.Is(err, pipeline.ErrNotFound) {
				t.Errorf("%q: %v", message, err)
			}
		}
	}
	all, err := e.Recent(t.Context(), "telegram", "77", 10)
	if err != nil || len(all) != 0 {
		t.Errorf("the chat has %d orders, %v", len(all), err)
	}
}

func openNotPurged(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for _, status := range []pipeline.Status{pipeline.Open, pipeline.Parked} {
		o := storagetest.PlaceAs(t, e, string(status), status, pipeline.Render, "")
		if err := e.MarkPurged(t.Context(), o.ID); !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("%s: %v", status, err)
		}
		storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), o)
	}
	if err := e.MarkPurged(t.Context(), 99); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("one that isn't there: %v", err)
	}
}

// furnished makes a shop with two chats, drafts, messages, codes and orders.
func furnished(t *testing.T, e storage.Engine) (shop int64, orders []pipeline.Order) {
	t.Helper()
	shop = storagetest.NewShop(t, e, "77", bot.Shop{
		Name: "사장네", Logo: "logos/new.png", Look: "warm", Music: "calm", Limit: 50,
		NewLogo: pipeline.Photo{Ref: "AgACAgUAAx"},
	})
	storagetest.JoinShop(t, e, "78", shop)
	c := storagetest.NewChange(t, e, "77")
	c.Drafts, c.Messages = []bot.Draft{storagetest.NewDraft(1, "77")}, []bot.OutgoingMessage{
		storagetest.NewMessage("77", "사장네 1"), storagetest.NewMessage("77", "사장네 2"),
	}
	c.NewCode = &bot.Invite{Code: "code", Shop: shop, Name: "사장네", By: "telegram:1", Expires: storagetest.Later()}
	for i := range 3 {
		o := storagetest.NewOrder(fmt.Sprint(i), storagetest.Later())
		o.Shop, o.Status = shop, pipeline.Delivered
		o.Cut.Words.Logo = []string{"logos/old.png", "logos/new.png", ""}[i]
		c.Place = append(c.Place, o)
	}
	orders = storagetest.Commit(t, e, c)
	storagetest.MarkSent(t, e, 1, "20")
	return shop, orders
}

func shopForgotten(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop, orders := furnished(t, e)
	other := storagetest.NewShop(t, e, "99", bot.Shop{Name: "언덕집", Logo: "logos/other.png"})
	storagetest.Commit(t, e, bot.Change{
		Chat: storagetest.NewChange(t, e, "99").Chat, Drafts: []bot.Draft{storagetest.NewDraft(2, "99")},
	})
	for range 2 { // as long as they aren't deleted
		keys, err := e.ForgetShop(t.Context(), shop)
		storagetest.Check(t, err)
		slices.Sort(keys)
		storagetest.Same(t, keys, []string{"logos/new.png", "logos/old.png"})
	}
	got, err := e.Shop(t.Context(), shop)
	storagetest.Check(t, err)
	storagetest.Same(t, got, bot.Shop{ID: shop, Version: 3, Limit: 50}) // forgotten twice
	for _, id := range []string{"77", "78"} {
		if c := storagetest.NewChange(t, e, id).Chat; c.Version != 0 || c.Shop != 0 {
			t.Errorf("%+v", c)
		}
	}
	if _, err := e.Draft(t.Context(), 1); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("its draft: %v", err)
	}
	if _, err := e.Invite(t.Context(), "code"); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("its code: %v", err)
	}
	if s := storagetest.Claim(t, e, 2); s.Text != "사장네 2" {
		t.Errorf("what was on its way is %+v", s)
	}
	storagetest.Same(t, storagetest.ReadOrder(t, e, orders[0].ID), orders[0])
	all, err := e.Shops(t.Context(), time.Time{}, 0, 10)
	if err != nil || len(all) != 1 || all[0].ID != other || all[0].Logo != "logos/other.png" ||
		len(storagetest.Drafts(t, e, "99")) != 1 {
		t.Errorf("the others: %+v, %v", all, err)
	}
	if _, err := e.ForgetShop(t.Context(), 99); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("one that isn't there: %v", err)
	}
}

func forgottenExpires(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop, orders := furnished(t, e)
	underway := storagetest.NewOrder("open", storagetest.Later())
	underway.Shop = shop
	storagetest.Place(t, e, underway)
	old := time.Now().Add(-24 * time.Hour)
	if all, err := e.Purgeable(t.Context(), old, 10); err != nil || len(all) != 0 {
		t.Errorf("%d are expired, %v", len(all), err)
	}
	_, err := e.ForgetShop(t.Context(), shop)
	storagetest.Check(t, err)
	for i := range orders {
		all, err := e.Purgeable(t.Context(), old, 10)
		storagetest.Check(t, err)
		storagetest.Same(t, storagetest.IDs(all), storagetest.IDs(orders[i:]))
		storagetest.Check(t, e.MarkPurged(t.Context(), all[0].ID))
	}
	left, err := e.OrdersOf(t.Context(), shop, 0, 10)
	if err != nil || len(left) != 1 || left[0].Status != pipeline.Open {
		t.Errorf("left are %+v, %v", left, err)
	}
}

func shopComesBack(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop, _ := furnished(t, e)
	_, err := e.ForgetShop(t.Context(), shop)
	storagetest.Check(t, err)
	storagetest.JoinShop(t, e, "77", shop)
	o := storagetest.NewOrder("new", storagetest.Later())
	o.Shop, o.Status, o.Placed = shop, pipeline.Delivered, time.Now().Add(time.Second)
	o = storagetest.Place(t, e, o)
	all, err := e.Purgeable(t.Context(), time.Now().Add(-time.Hour), 10)
	if err != nil || slices.Contains(storagetest.IDs(all), o.ID) {
		t.Errorf("%v are expired, %v", storagetest.IDs(all), err)
	}
	if shops, err := e.Shops(t.Context(), time.Time{}, 0, 10); err != nil || len(shops) != 1 || shops[0].Chats != 1 {
		t.Errorf("%+v, %v", shops, err)
	}
}

func ordersOfShop(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop, orders := furnished(t, e)
	shopless := storagetest.NewOrder("no shop's", storagetest.Later())
	shopless.Shop = 0
	storagetest.Place(t, e, shopless)
	storagetest.Check(t, e.MarkPurged(t.Context(), orders[1].ID))
	for before, want := range map[int64][]int64{
		0: {orders[2].ID, orders[0].ID}, orders[2].ID: {orders[0].ID}, orders[0].ID: nil,
	} {
		all, err := e.OrdersOf(t.Context(), shop, before, 2)
		storagetest.Check(t, err)
		storagetest.Same(t, storagetest.IDs(all), want)
	}
	if all, err := e.OrdersOf(t.Context(), 0, 0, 10); err != nil || len(all) != 0 {
		t.Errorf("orders of no shop: %d, %v", len(all), err)
	}
}
