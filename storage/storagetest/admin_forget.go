package storagetest

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
)

var forgetPromises = Promises{
	"AChatThatComesBackGoesOnWithItsMonth":     monthGoesOn,
	"RefusedPhotosOfAChatAreCounted":           refusedCounted,
	"WhatEndedLongAgoExpires":                  expires,
	"EveryFileOfAnOrderIsListed":               filesListed,
	"AnEmptiedOrderIsNumbers":                  emptiedNumbers,
	"AnEmptiedOrderIsFoundByItsNumberAlone":    emptiedFound,
	"AnOrderThatGoesOnIsNotEmptied":            openNotEmptied,
	"AForgottenShopIsANumber":                  shopForgotten,
	"WhatAForgottenShopOrderedExpiresAtOnce":   forgottenExpires,
	"AShopMayComeBack":                         shopComesBack,
	"AShopsOrdersComeInPages":                  ordersOfShop,
	"APieceOfMusicIsKeptWhileAnythingPlaysIt":  tracksListed,
	"AForgottenShopsMusicAndItsAddressAreGone": trackForgotten,
}

func expires(t *testing.T, open Open) {
	e := ready(t, open)
	var ended []int64
	for i, status := range []pipeline.Status{
		pipeline.Delivered, pipeline.Open, pipeline.Failed, pipeline.Parked, pipeline.Cancelled,
	} {
		o := stand(t, e, fmt.Sprint(i), status, pipeline.Deliver, "")
		if status != pipeline.Open && status != pipeline.Parked {
			ended = append(ended, o.ID)
		}
	}
	expired := func(before time.Time, limit int) []int64 {
		t.Helper()
		all, err := e.Purgeable(t.Context(), before, limit)
		check(t, err)
		return numbers(all)
	}
	same(t, expired(time.Now().Add(-time.Minute), 10), []int64(nil))
	same(t, expired(later(), 2), ended[:2])
	check(t, e.MarkPurged(t.Context(), ended[0]))
	same(t, expired(later(), 10), ended[1:])
}

func filesListed(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("a", later()))
	files := func() []string {
		t.Helper()
		keys, err := e.Files(t.Context(), o.ID)
		check(t, err)
		slices.Sort(keys)
		return keys
	}
	same(t, files(), []string(nil))
	clip := pipeline.Call{ID: "k1", Order: o.ID, Cut: 1, Step: pipeline.Animate, State: pipeline.CallSettled}
	again := pipeline.Call{ID: "k2", Order: o.ID, Cut: 1, Step: pipeline.Animate, State: pipeline.CallSettled}
	render := pipeline.Call{ID: "k3", Order: o.ID, Cut: 1, Step: pipeline.Render, State: pipeline.CallSettled}
	short, still := pipeline.ResultKey(render, pipeline.Tall), pipeline.ResultKey(render, pipeline.Still)
	o.PhotoKey, o.ClipKey, o.Cut.ShortKey = "photos/1.jpg", pipeline.ResultKey(again, pipeline.Tall), "shorts/1.mp4"
	o = move(t, e, o, pipeline.Move{Cut: true, Calls: []pipeline.Call{clip, again, render}})
	o.Cut.N, o.Cut.ShortKey = 2, "shorts/2.mp4"
	move(t, e, o, pipeline.Move{Cut: true})
	other := NewOrder("b", later())
	other.PhotoKey = "photos/2.jpg"
	place(t, e, other)
	want := []string{
		"photos/1.jpg", pipeline.ResultKey(clip, pipeline.Tall), o.ClipKey, "shorts/1.mp4", "shorts/2.mp4", short,
		still,
	}
	slices.Sort(want)
	same(t, files(), want)
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

func emptiedNumbers(t *testing.T, open Open) {
	e := ready(t, open)
	o := sell(t, e, "a")
	o.PhotoKey, o.ClipKey, o.Detail, o.Call, o.Remote = "photos/1.jpg", "clips/1.mp4", "secret", "secret", "secret"
	calls, err := e.Calls(t.Context(), o.ID)
	check(t, err)
	noted := calls[0]
	noted.Note = "secret"
	o = move(t, e, o, pipeline.Move{Note: "secret", Calls: []pipeline.Call{noted}})
	check(t, e.SaveStatusRef(t.Context(), o.ID, "", "secret"))
	if before, err := e.Calls(t.Context(), o.ID); err != nil || before[0].Note != "secret" {
		t.Fatalf("%+v, %v", before, err)
	}
	events, err := e.History(t.Context(), o.ID)
	check(t, err)
	check(t, e.MarkPurged(t.Context(), o.ID))
	got := order(t, e, o.ID)
	reveals(t, got)
	want := pipeline.Order{
		ID: o.ID, Source: got.Source, Shop: o.Shop, Thread: pipeline.Thread{Platform: "telegram", Lang: "ko"},
		Photo:  pipeline.Photo{Bytes: 204_800, Opened: 1},
		Placed: o.Placed, Changed: o.Changed, Status: o.Status, Since: o.Since, Step: o.Step, Phase: o.Phase,
		Version: o.Version + 1,
		Due:     o.Due, Wakeup: o.Wakeup, WakeupAt: o.WakeupAt, Cut: pipeline.Cut{N: 1, Look: "warm", Music: "cafe"},
		Shown: 1,
	}
	same(t, got, want)
	after, err := e.Calls(t.Context(), o.ID)
	check(t, err)
	same(t, after, calls)
	told, err := e.History(t.Context(), o.ID)
	check(t, err)
	reveals(t, told)
	for i := range events {
		events[i].Note = ""
		same(t, told[i], events[i])
	}
	if last := told[len(told)-1]; len(told) != len(events)+1 || last.Version != got.Version ||
		last.Status != pipeline.Delivered {
		t.Errorf("the last event is %+v", last)
	}
	check(t, e.MarkPurged(t.Context(), o.ID))
	same(t, order(t, e, o.ID), want)
	if _, err := e.Move(t.Context(), o, pipeline.Move{}); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("who read it before moved it: %v", err)
	}
	if used, err := e.OrdersInPeriod(t.Context(), o.Shop, o.Placed); err != nil || used != 1 {
		t.Errorf("its shop used %d, %v", used, err)
	}
	if b := balance(t, e); len(b.Inconsistencies) != 0 {
		t.Errorf("%+v", b)
	}
}

func emptiedFound(t *testing.T, open Open) {
	e := ready(t, open)
	o := sell(t, e, "a")
	check(t, e.SaveStatusRef(t.Context(), o.ID, "", "6"))
	check(t, e.MarkPurged(t.Context(), o.ID))
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

func openNotEmptied(t *testing.T, open Open) {
	e := ready(t, open)
	for _, status := range []pipeline.Status{pipeline.Open, pipeline.Parked} {
		o := stand(t, e, string(status), status, pipeline.Render, "")
		if err := e.MarkPurged(t.Context(), o.ID); !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("%s: %v", status, err)
		}
		same(t, order(t, e, o.ID), o)
	}
	if err := e.MarkPurged(t.Context(), 99); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("one that isn't there: %v", err)
	}
}

// furnished makes a shop with two chats, drafts, says, codes and orders.
func furnished(t *testing.T, e storage.Engine) (shop int64, orders []pipeline.Order) {
	t.Helper()
	shop = found(t, e, "77", bot.Shop{
		Name: "사장네", Logo: "logos/new.png", Look: "warm", Music: "calm", Limit: 50,
		NewLogo: pipeline.Photo{Ref: "AgACAgUAAx"},
	})
	join(t, e, "78", shop)
	c := talk(t, e, "77")
	c.Drafts, c.Messages = []bot.Draft{draft(1, "77")}, []bot.OutgoingMessage{say("77", "사장네 1"), say("77", "사장네 2")}
	c.NewCode = &bot.Invite{Code: "code", Shop: shop, Name: "사장네", By: "telegram:1", Expires: later()}
	for i := range 3 {
		o := NewOrder(fmt.Sprint(i), later())
		o.Shop, o.Status = shop, pipeline.Delivered
		o.Cut.Words.Logo = []string{"logos/old.png", "logos/new.png", ""}[i]
		c.Place = append(c.Place, o)
	}
	orders = commit(t, e, c)
	said(t, e, 1, "20")
	return shop, orders
}

func shopForgotten(t *testing.T, open Open) {
	e := ready(t, open)
	shop, orders := furnished(t, e)
	other := found(t, e, "99", bot.Shop{Name: "언덕집", Logo: "logos/other.png"})
	commit(t, e, bot.Change{Chat: talk(t, e, "99").Chat, Drafts: []bot.Draft{draft(2, "99")}})
	for range 2 { // as long as they aren't deleted
		keys, err := e.ForgetShop(t.Context(), shop)
		check(t, err)
		slices.Sort(keys)
		same(t, keys, []string{"logos/new.png", "logos/old.png"})
	}
	got, err := e.Shop(t.Context(), shop)
	check(t, err)
	same(t, got, bot.Shop{ID: shop, Version: 3, Limit: 50}) // forgotten twice
	for _, id := range []string{"77", "78"} {
		if c := talk(t, e, id).Chat; c.Version != 0 || c.Shop != 0 {
			t.Errorf("%+v", c)
		}
	}
	if _, err := e.Draft(t.Context(), 1); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("its draft: %v", err)
	}
	if _, err := e.Invite(t.Context(), "code"); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("its code: %v", err)
	}
	if s := claim(t, e, 2); s.Text != "사장네 2" {
		t.Errorf("what was on its way is %+v", s)
	}
	same(t, order(t, e, orders[0].ID), orders[0])
	all, err := e.Shops(t.Context(), time.Time{}, 0, 10)
	if err != nil || len(all) != 1 || all[0].ID != other || all[0].Logo != "logos/other.png" ||
		len(drafts(t, e, "99")) != 1 {
		t.Errorf("the others: %+v, %v", all, err)
	}
	if _, err := e.ForgetShop(t.Context(), 99); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("one that isn't there: %v", err)
	}
}

func forgottenExpires(t *testing.T, open Open) {
	e := ready(t, open)
	shop, orders := furnished(t, e)
	underway := NewOrder("open", later())
	underway.Shop = shop
	place(t, e, underway)
	old := time.Now().Add(-24 * time.Hour)
	if all, err := e.Purgeable(t.Context(), old, 10); err != nil || len(all) != 0 {
		t.Errorf("%d are expired, %v", len(all), err)
	}
	_, err := e.ForgetShop(t.Context(), shop)
	check(t, err)
	for i := range orders {
		all, err := e.Purgeable(t.Context(), old, 10)
		check(t, err)
		same(t, numbers(all), numbers(orders[i:]))
		check(t, e.MarkPurged(t.Context(), all[0].ID))
	}
	left, err := e.OrdersOf(t.Context(), shop, 0, 10)
	if err != nil || len(left) != 1 || left[0].Status != pipeline.Open {
		t.Errorf("left are %+v, %v", left, err)
	}
}

func shopComesBack(t *testing.T, open Open) {
	e := ready(t, open)
	shop, _ := furnished(t, e)
	_, err := e.ForgetShop(t.Context(), shop)
	check(t, err)
	join(t, e, "77", shop)
	o := NewOrder("new", later())
	o.Shop, o.Status, o.Placed = shop, pipeline.Delivered, time.Now().Add(time.Second)
	o = place(t, e, o)
	all, err := e.Purgeable(t.Context(), time.Now().Add(-time.Hour), 10)
	if err != nil || slices.Contains(numbers(all), o.ID) {
		t.Errorf("%v are expired, %v", numbers(all), err)
	}
	if shops, err := e.Shops(t.Context(), time.Time{}, 0, 10); err != nil || len(shops) != 1 || shops[0].Chats != 1 {
		t.Errorf("%+v, %v", shops, err)
	}
}

func ordersOfShop(t *testing.T, open Open) {
	e := ready(t, open)
	shop, orders := furnished(t, e)
	nobodys := NewOrder("nobody's", later())
	nobodys.Shop = 0
	place(t, e, nobodys)
	check(t, e.MarkPurged(t.Context(), orders[1].ID))
	for before, want := range map[int64][]int64{
		0: {orders[2].ID, orders[0].ID}, orders[2].ID: {orders[0].ID}, orders[0].ID: nil,
	} {
		all, err := e.OrdersOf(t.Context(), shop, before, 2)
		check(t, err)
		same(t, numbers(all), want)
	}
	if all, err := e.OrdersOf(t.Context(), 0, 0, 10); err != nil || len(all) != 0 {
		t.Errorf("nobody's orders: %d, %v", len(all), err)
	}
}
