package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var overviewPromises = Promises{
	"AnEmptyServiceHasAnOverview":          emptyOverview,
	"OrdersAreCountedByHowTheyStand":       overviewCounts,
	"TheLongestWithoutAChangeComeFirst":    overviewOldest,
	"JobsThatWaitAreCounted":               jobsCounted,
	"ParkedOrdersComeInPages":              parkedPages,
	"AShopIsListedWithItsChatsAndItsMonth": shopsListed,
	"AShopsChatsAreListed":                 chatsOfShop,
}

func emptyOverview(t *testing.T, open Open) {
	e := ready(t, open)
	v, err := e.Overview(t.Context(), time.Now(), time.Now())
	check(t, err)
	same(t, v, bot.Overview{
		Orders: map[pipeline.Status]int{}, Open: map[pipeline.Step]int{}, Failures: map[pipeline.Reason]int{},
	})
}

func jobsCounted(t *testing.T, open Open) {
	e := ready(t, open)
	none, err := e.Jobs(t.Context())
	check(t, err)
	place(t, e, NewOrder("1", later()))
	jobs, err := e.Jobs(t.Context())
	check(t, err)
	if len(none) != 0 || len(jobs) != 1 || jobs["scheduled"] != 1 {
		t.Errorf("without an order %v, with one %v", none, jobs)
	}
}

// stand places an order that stands so.
func stand(
	t *testing.T, e storage.Engine, source string, status pipeline.Status, step pipeline.Step, why pipeline.Reason,
) pipeline.Order {
	t.Helper()
	o := NewOrder(source, later())
	o.Status, o.Step, o.Reason = status, step, why
	return place(t, e, o)
}

func overviewCounts(t *testing.T, open Open) {
	e := ready(t, open)
	stand(t, e, "1", pipeline.Open, pipeline.Animate, pipeline.ReasonPaused)
	stand(t, e, "2", pipeline.Open, pipeline.Animate, "")
	stand(t, e, "3", pipeline.Open, pipeline.Deliver, "")
	stand(t, e, "4", pipeline.Delivered, pipeline.Deliver, "")
	stand(t, e, "5", pipeline.Failed, pipeline.Fetch, pipeline.ReasonPhotoSmall)
	stand(t, e, "6", pipeline.Failed, pipeline.Animate, pipeline.ReasonPhotoRefused)
	stand(t, e, "7", pipeline.Parked, pipeline.Animate, pipeline.ReasonPhotoRefused)
	stand(t, e, "8", pipeline.Cancelled, pipeline.Fetch, "")
	month := midnight.AddDate(30, 0, 0) // days begin in Seoul
	for source, placed := range map[string]time.Time{"9": month, "10": month.Add(-time.Millisecond)} {
		o := NewOrder(source, later())
		o.Status, o.Placed = pipeline.Delivered, placed
		place(t, e, o)
	}
	decide(t, e, say("77", "one"), say("77", "two"))
	said(t, e, 1, "9")
	v, err := e.Overview(t.Context(), time.Now().Add(-time.Minute), month)
	check(t, err)
	same(t, v.Orders, map[pipeline.Status]int{pipeline.Delivered: 1})
	same(t, v.Open, map[pipeline.Step]int{pipeline.Animate: 2, pipeline.Deliver: 1})
	same(t, v.Failures, map[pipeline.Reason]int{pipeline.ReasonPhotoSmall: 1, pipeline.ReasonPhotoRefused: 2})
	if v.OutboxPending != 1 || v.Parked != 1 {
		t.Errorf("%d wait to be sent, %d are parked", v.OutboxPending, v.Parked)
	}
	v, err = e.Overview(t.Context(), later(), time.Time{})
	check(t, err)
	same(t, v.Orders, map[pipeline.Status]int{
		pipeline.Open: 3, pipeline.Delivered: 3, pipeline.Failed: 2, pipeline.Parked: 1, pipeline.Cancelled: 1,
	})
	if len(v.Failures) != 0 {
		t.Errorf("failures that haven't come yet: %v", v.Failures)
	}
}

func overviewOldest(t *testing.T, open Open) {
	e := ready(t, open)
	first := place(t, e, NewOrder("first", later()))
	second := place(t, e, NewOrder("second", later()))
	for i := range 10 {
		place(t, e, NewOrder(fmt.Sprint(i), later()))
	}
	for !first.Changed.After(second.Changed) {
		first = move(t, e, first, pipeline.Move{})
	}
	v, err := e.Overview(t.Context(), time.Now(), time.Now())
	if err != nil || len(v.Oldest) != 5 || v.Oldest[0].ID != second.ID || v.Oldest[0].Cut.Words.Menu != "새우 파스타" {
		t.Errorf("%+v, %v", v.Oldest, err)
	}
}

func parkedPages(t *testing.T, open Open) {
	e := ready(t, open)
	var parked []int64
	for i := range 5 {
		parked = append(
			parked, stand(t, e, fmt.Sprint("parked", i), pipeline.Parked, pipeline.Render, pipeline.ReasonTemplate).ID,
		)
		stand(t, e, fmt.Sprint("open", i), pipeline.Open, pipeline.Render, pipeline.ReasonTemplate)
	}
	for _, page := range []struct {
		skip, limit int
		want        []int64
	}{{0, 2, parked[:2]}, {2, 2, parked[2:4]}, {4, 2, parked[4:]}, {6, 2, nil}, {-1, -1, nil}} {
		all, err := e.Parked(t.Context(), page.skip, page.limit)
		check(t, err)
		same(t, numbers(all), page.want)
	}
}

func numbers(orders []pipeline.Order) []int64 {
	var ids []int64
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	return ids
}

// found makes a shop with a chat of its own, and returns its number.
func found(t *testing.T, e storage.Engine, chat string, shop bot.Shop) int64 {
	t.Helper()
	c := talk(t, e, chat)
	c.Shop = &shop
	commit(t, e, c)
	return talk(t, e, chat).Chat.Shop
}

// join binds another chat to a shop.
func join(t *testing.T, e storage.Engine, chat string, shop int64) {
	t.Helper()
	c := talk(t, e, chat)
	c.Chat.Shop = shop
	commit(t, e, c)
}

func shopsListed(t *testing.T, open Open) {
	e := ready(t, open)
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("KST", 9*3600))
	sea := found(t, e, "77", bot.Shop{Name: "바다식당", Logo: "logos/a.png", Limit: 50, Made: month.UTC()})
	hill := found(t, e, "79", bot.Shop{Name: "언덕집"})
	join(t, e, "78", sea)
	join(t, e, "1", 0)
	for i, status := range []pipeline.Status{
		pipeline.Open, pipeline.Delivered, pipeline.Parked, pipeline.Failed, pipeline.Cancelled,
	} {
		for source, placed := range map[string]time.Time{"now": month, "before": month.Add(-time.Millisecond)} {
			o := NewOrder(fmt.Sprint(source, i), later())
			o.Shop, o.Placed, o.Status = sea, placed, status
			place(t, e, o)
		}
	}
	all, err := e.Shops(t.Context(), month, 0, 10)
	check(t, err)
	if len(all) != 2 || all[0].Chats != 2 || all[0].Used != 3 || all[1].ID != hill || all[1].Chats != 1 ||
		all[1].Used != 0 {
		t.Fatalf("%+v", all)
	}
	whole, err := e.Shop(t.Context(), sea)
	check(t, err)
	same(t, all[0].Shop, whole)
	if used, err := e.OrdersInPeriod(t.Context(), sea, month); err != nil || used != all[0].Used {
		t.Errorf("it used %d, %v", used, err)
	}
	all, err = e.Shops(t.Context(), month, sea, 1)
	if err != nil || len(all) != 1 || all[0].ID != hill {
		t.Errorf("the second page: %+v, %v", all, err)
	}
}

func chatsOfShop(t *testing.T, open Open) {
	e := ready(t, open)
	shop := found(t, e, "78", bot.Shop{})
	join(t, e, "77", shop)
	join(t, e, "1", 0)
	for shop, want := range map[int64]string{shop: "77 78", shop + 1: "", 0: ""} {
		all, err := e.ChatsOf(t.Context(), shop)
		check(t, err)
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
