// Package admin is the contract of what admins and the monitor ask a store: figures, sums, the audit, forgetting,
// orders in trouble.
package admin

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// OverviewPromises are about the numbers and lists that admins see.
var OverviewPromises = storagetest.Promises{
	"AnEmptyServiceHasAnOverview":          emptyOverview,
	"OrdersAreCountedByHowTheyStand":       overviewCounts,
	"TheLongestWithoutAChangeComeFirst":    overviewOldest,
	"JobsThatWaitAreCounted":               jobsCounted,
	"ParkedOrdersComeInPages":              parkedPages,
	"AShopIsListedWithItsChatsAndItsMonth": shopsListed,
	"AShopsChatsAreListed":                 chatsOfShop,
}

func emptyOverview(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	v, err := e.Overview(t.Context(), time.Now(), time.Now())
	storagetest.Check(t, err)
	storagetest.Same(t, v, bot.Overview{
		Orders: map[pipeline.Status]int{}, Open: map[pipeline.Step]int{}, Failures: map[pipeline.Reason]int{},
	})
}

func jobsCounted(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	none, err := e.Jobs(t.Context())
	storagetest.Check(t, err)
	storagetest.Place(t, e, storagetest.NewOrder("1", storagetest.Later()))
	jobs, err := e.Jobs(t.Context())
	storagetest.Check(t, err)
	if len(none) != 0 || len(jobs) != 1 || jobs["scheduled"] != 1 {
		t.Errorf("without an order %v, with one %v", none, jobs)
	}
}

func overviewCounts(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.PlaceAs(t, e, "1", pipeline.Open, pipeline.Animate, pipeline.ReasonPaused)
	storagetest.PlaceAs(t, e, "2", pipeline.Open, pipeline.Animate, "")
	storagetest.PlaceAs(t, e, "3", pipeline.Open, pipeline.Deliver, "")
	storagetest.PlaceAs(t, e, "4", pipeline.Delivered, pipeline.Deliver, "")
	storagetest.PlaceAs(t, e, "5", pipeline.Failed, pipeline.Fetch, pipeline.ReasonPhotoSmall)
	storagetest.PlaceAs(t, e, "6", pipeline.Failed, pipeline.Animate, pipeline.ReasonPhotoRefused)
	storagetest.PlaceAs(t, e, "7", pipeline.Parked, pipeline.Animate, pipeline.ReasonPhotoRefused)
	storagetest.PlaceAs(t, e, "8", pipeline.Cancelled, pipeline.Fetch, "")
	month := midnight.AddDate(30, 0, 0) // days begin in Seoul
	for source, placed := range map[string]time.Time{"9": month, "10": month.Add(-time.Millisecond)} {
		o := storagetest.NewOrder(source, storagetest.Later())
		o.Status, o.Placed = pipeline.Delivered, placed
		storagetest.Place(t, e, o)
	}
	storagetest.CommitMessages(t, e, storagetest.NewMessage("77", "one"), storagetest.NewMessage("77", "two"))
	storagetest.MarkSent(t, e, 1, "9")
	v, err := e.Overview(t.Context(), time.Now().Add(-time.Minute), month)
	storagetest.Check(t, err)
	storagetest.Same(t, v.Orders, map[pipeline.Status]int{pipeline.Delivered: 1})
	storagetest.Same(t, v.Open, map[pipeline.Step]int{pipeline.Animate: 2, pipeline.Deliver: 1})
	storagetest.Same(t, v.Failures, map[pipeline.Reason]int{
		pipeline.ReasonPhotoSmall: 1, pipeline.ReasonPhotoRefused: 2,
	})
	if v.OutboxPending != 1 || v.Parked != 1 {
		t.Errorf("%d wait to be sent, %d are parked", v.OutboxPending, v.Parked)
	}
	v, err = e.Overview(t.Context(), storagetest.Later(), time.Time{})
	storagetest.Check(t, err)
	storagetest.Same(t, v.Orders, map[pipeline.Status]int{
		pipeline.Open: 3, pipeline.Delivered: 3, pipeline.Failed: 2, pipeline.Parked: 1, pipeline.Cancelled: 1,
	})
	if len(v.Failures) != 0 {
		t.Errorf("failures that haven't come yet: %v", v.Failures)
	}
}

func overviewOldest(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	first := storagetest.Place(t, e, storagetest.NewOrder("first", storagetest.Later()))
	second := storagetest.Place(t, e, storagetest.NewOrder("second", storagetest.Later()))
	for i := range 10 {
		storagetest.Place(t, e, storagetest.NewOrder(fmt.Sprint(i), storagetest.Later()))
	}
	for !first.Changed.After(second.Changed) {
		first = storagetest.Move(t, e, first, pipeline.Move{})
	}
	v, err := e.Overview(t.Context(), time.Now(), time.Now())
	if err != nil || len(v.Oldest) != 5 || v.Oldest[0].ID != second.ID || v.Oldest[0].Cut.Words.Menu != "새우 파스타" {
		t.Errorf("%+v, %v", v.Oldest, err)
	}
}

func parkedPages(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	var parked []int64
	for i := range 5 {
		parked = append(
			parked, storagetest.PlaceAs(
				t, e, fmt.Sprint("parked", i), pipeline.Parked, pipeline.Render, pipeline.ReasonTemplate,
			).ID,
		)
		storagetest.PlaceAs(t, e, fmt.Sprint("open", i), pipeline.Open, pipeline.Render, pipeline.ReasonTemplate)
	}
	for _, page := range []struct {
		skip, limit int
		want        []int64
	}{{0, 2, parked[:2]}, {2, 2, parked[2:4]}, {4, 2, parked[4:]}, {6, 2, nil}, {-1, -1, nil}} {
		all, err := e.Parked(t.Context(), page.skip, page.limit)
		storagetest.Check(t, err)
		storagetest.Same(t, storagetest.IDs(all), page.want)
	}
}

func shopsListed(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("KST", 9*3600))
	sea := storagetest.NewShop(t, e, "77", bot.Shop{Name: "바다식당", Logo: "logos/a.png", Limit: 50, Made: month.UTC()})
	hill := storagetest.NewShop(t, e, "79", bot.Shop{Name: "언덕집"})
	storagetest.JoinShop(t, e, "78", sea)
	storagetest.JoinShop(t, e, "1", 0)
	for i, status := range []pipeline.Status{
		pipeline.Open, pipeline.Delivered, pipeline.Parked, pipeline.Failed, pipeline.Cancelled,
	} {
		for source, placed := range map[string]time.Time{"now": month, "before": month.Add(-time.Millisecond)} {
			o := storagetest.NewOrder(fmt.Sprint(source, i), storagetest.Later())
			o.Shop, o.Placed, o.Status = sea, placed, status
			storagetest.Place(t, e, o)
		}
	}
	all, err := e.Shops(t.Context(), month, 0, 10)
	storagetest.Check(t, err)
	if len(all) != 2 || all[0].Chats != 2 || all[0].OrdersInPeriod != 3 || all[1].ID != hill || all[1].Chats != 1 ||
		all[1].OrdersInPeriod != 0 {
		t.Fatalf("%+v", all)
	}
	whole, err := e.Shop(t.Context(), sea)
	storagetest.Check(t, err)
	storagetest.Same(t, all[0].Shop, whole)
	if used, err := e.OrdersInPeriod(t.Context(), sea, month); err != nil || used != all[0].OrdersInPeriod {
		t.Errorf("it used %d, %v", used, err)
	}
	all, err = e.Shops(t.Context(), month, sea, 1)
	if err != nil || len(all) != 1 || all[0].ID != hill {
		t.Errorf("the second page: %+v, %v", all, err)
	}
}

func chatsOfShop(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := storagetest.NewShop(t, e, "78", bot.Shop{})
	storagetest.JoinShop(t, e, "77", shop)
	storagetest.JoinShop(t, e, "1", 0)
	for shop, want := range map[int64]string{shop: "77 78", shop + 1: "", 0: ""} {
		all, err := e.ChatsOf(t.Context(), shop)
		storagetest.Check(t, err)
		got := ""
		for i, c := range all {
			if i > 0 {
				got += " "
			}
			got += c.ID
		}
		if got != want {
			t.Errorf("shop %d has the chats %q, want %q", shop, got, want)
		}
	}
}
