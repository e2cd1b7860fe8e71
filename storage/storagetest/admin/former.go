package admin

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func monthGoesOn(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	month := time.Now().Add(-time.Hour)
	var shop int64
	for round := range 3 { // it is forgotten twice, and comes back each time
		former, err := e.Former(t.Context(), "telegram", "77")
		if err != nil || former != shop {
			t.Fatalf("round %d: shop %d is remembered as %d, %v", round, shop, former, err)
		}
		c := storagetest.NewChange(t, e, "77")
		c.Shop = &bot.Shop{}
		storagetest.Commit(t, e, c)
		now, err := e.Chat(t.Context(), "telegram", "77")
		storagetest.Check(t, err)
		shop = now.Shop
		if used, err := e.OrdersInPeriod(t.Context(), shop, month); err != nil || used != round {
			t.Errorf("round %d: %d are used, %v", round, used, err)
		}
		o := storagetest.NewOrder(fmt.Sprint(round), storagetest.Later())
		o.Shop, o.Status, o.Shown = shop, pipeline.Delivered, 1
		o = storagetest.Place(t, e, o)
		if used, err := e.OrdersInPeriod(t.Context(), shop, month); err != nil || used != round+1 {
			t.Errorf("round %d, after an order: %d are used, %v", round, used, err)
		}
		all, err := e.Shops(t.Context(), month, 0, 10)
		if err != nil || len(all) != 1 || all[0].OrdersInPeriod != round+1 {
			t.Errorf("round %d: admins see %+v, %v", round, all, err)
		}
		_, err = e.ForgetShop(t.Context(), shop)
		storagetest.Check(t, err)
		storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
		_, err = e.ForgetShop(t.Context(), shop) // again changes nothing
		storagetest.Check(t, err)
	}
	if former, err := e.Former(t.Context(), "telegram", "78"); err != nil || former != 0 {
		t.Errorf("another chat had shop %d, %v", former, err)
	}
	storagetest.Check(t, e.PurgeExpired(t.Context(), time.Now().Add(-7*24*time.Hour)))
	if former, err := e.Former(t.Context(), "telegram", "77"); err != nil || former != shop {
		t.Errorf("forgotten too early: %d, %v", former, err)
	}
	storagetest.Check(t, e.PurgeExpired(t.Context(), time.Now().Add(32*24*time.Hour)))
	if former, err := e.Former(t.Context(), "telegram", "77"); err != nil || former != 0 {
		t.Errorf("remembered for too long: %d, %v", former, err)
	}
}

func refusedCounted(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	day := time.Now().Add(-time.Hour)
	c := storagetest.NewChange(t, e, "77")
	c.Shop = &bot.Shop{}
	storagetest.Commit(t, e, c)
	chat, err := e.Chat(t.Context(), "telegram", "77")
	storagetest.Check(t, err)
	var mine []pipeline.Order
	for source, change := range map[string]func(o *pipeline.Order){
		"refused": func(o *pipeline.Order) {
			o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoRefused
		},
		"made without": func(o *pipeline.Order) {
			o.Status, o.Fallback = pipeline.Delivered, pipeline.ReasonPhotoRefused
		},
		"too small": func(o *pipeline.Order) {
			o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoSmall
		},
		"of another chat": func(o *pipeline.Order) { o.Reason, o.Thread.Chat = pipeline.ReasonPhotoRefused, "78" },
		"of the day before": func(o *pipeline.Order) {
			o.Reason, o.Placed = pipeline.ReasonPhotoRefused, day.Add(-time.Minute)
		},
		"of another service": func(o *pipeline.Order) {
			o.Reason, o.Thread.Platform = pipeline.ReasonPhotoRefused, "slack"
		},
	} {
		o := storagetest.NewOrder(source, storagetest.Later())
		o.Shop = chat.Shop
		change(&o)
		if o = storagetest.Place(t, e, o); o.Status != pipeline.Open && o.Thread.Chat == "77" &&
			o.Thread.Platform == "telegram" {
			mine = append(mine, o)
		}
	}
	counts := func(want int) {
		t.Helper()
		if n, err := e.Refused(t.Context(), "telegram", "77", day); err != nil || n != want {
			t.Errorf("%d were refused, want %d, %v", n, want, err)
		}
	}
	counts(2)
	_, err = e.ForgetShop(t.Context(), chat.Shop)
	storagetest.Check(t, err)
	for _, o := range mine {
		storagetest.Check(t, e.MarkPurged(t.Context(), o.ID))
	}
	counts(2)
}
