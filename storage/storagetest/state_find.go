package storagetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var findPromises = Promises{
	"TheNewestShortOfEachSizeIsRead": newestOfEachSize,
	"AnOrderIsFoundByItsMessages":    byMessage,
	"TheNewestOfSeveralIsFound":      byMessageNewest,
	"UsedCountsWhatWasNotInVain":     usedCounts,
	"UsualIsOfDeliveredOrders":       usualOfDelivered,
}

func byMessage(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("a", later()))
	other := NewOrder("b", later())
	other.Thread.Chat = "78"
	other = place(t, e, other)
	check(t, e.SaveStatusRef(t.Context(), o.ID, "", "6 failed"))
	again := say("77", "")
	again.Order, again.Cut = o.ID, 1
	_, err := e.Commit(t.Context(), bot.Change{
		Chat: bot.Chat{Platform: "telegram", ID: "77"}, Messages: []bot.OutgoingMessage{again, say("77", "hello")},
	})
	check(t, err)
	for id, message := range map[int64]string{1: "20", 2: "21"} {
		said(t, e, id, message)
	}
	o.Cut.Receipt = "7 BAADfile"
	o = move(t, e, o, pipeline.Move{Cut: true})
	o.Cut.N, o.Cut.Size, o.Cut.Receipt = 2, pipeline.Still, "10"
	o = move(t, e, o, pipeline.Move{Cut: true})
	o.Cut.N, o.Cut.Size, o.Cut.Receipt = 3, pipeline.Square, ""
	o = move(t, e, o, pipeline.Move{
		Cut: true, Older: &pipeline.Cut{N: 2, Size: pipeline.Still, Receipt: "11 BAADfile"},
	})
	if o, err = e.Order(t.Context(), o.ID); err != nil || o.Cut.N != 3 || o.Cut.Receipt != "" {
		t.Errorf("an older cut came to light: %+v, %v", o.Cut, err)
	}
	tall, still := pipeline.Tall, pipeline.Still
	for message, want := range map[string]struct {
		what string
		size *pipeline.Size
	}{
		"11": {"short of an older cut that came late", &still}, "5": {"photo", nil}, "6": {"line", nil},
		"7": {"short of an older cut", &tall}, "20": {"short that was sent again", &tall},
	} {
		got, size, err := e.ByMessage(t.Context(), "telegram", "77", message)
		if err != nil || got.ID != o.ID || got.Cut.N != 3 {
			t.Errorf("the %s: order %d, cut %d, %v", want.what, got.ID, got.Cut.N, err)
		}
		if (size == nil) != (want.size == nil) || size != nil && *size != *want.size {
			t.Errorf("the %s is of size %v", want.what, size)
		}
	}
	if got, _, err := e.ByMessage(t.Context(), "telegram", "78", "5"); err != nil || got.ID != other.ID {
		t.Errorf("the other chat's photo: order %d, %v", got.ID, err)
	}
	for _, message := range []string{"", "1", "8", "21", "BAADfile", "7 BAADfile2", "%", "_"} {
		if _, _, err := e.ByMessage(t.Context(), "telegram", "77", message); !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("%q: %v", message, err)
		}
	}
}

func byMessageNewest(t *testing.T, open Open) {
	e := ready(t, open)
	place(t, e, NewOrder("a", later()))
	newest := place(t, e, NewOrder("b", later()))
	got, _, err := e.ByMessage(t.Context(), "telegram", "77", "5")
	check(t, err)
	same(t, got, newest)
}

func usedCounts(t *testing.T, open Open) {
	e := ready(t, open)
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("KST", 9*3600))
	for source, status := range map[string]pipeline.Status{
		"open": pipeline.Open, "sent": pipeline.Delivered, "parked": pipeline.Parked, "failed": pipeline.Failed,
		"cancelled": pipeline.Cancelled, "october": pipeline.Delivered, "another's": pipeline.Delivered,
		"nobody's": pipeline.Open, "a new cut that failed": pipeline.Failed,
		"cancelled for money": pipeline.Cancelled, "cancelled for nothing": pipeline.Cancelled,
		"refused for money": pipeline.Failed, "refused and paid back": pipeline.Failed,
		"lost, perhaps for money": pipeline.Failed,
	} {
		o := NewOrder(source, later())
		o.Placed, o.Status = month, status
		switch source {
		case "a new cut that failed":
			o.Shown = 1
		case "october":
			o.Placed = month.Add(-time.Millisecond)
		case "another's":
			o.Shop = 4
		case "nobody's":
			o.Shop = 0
		}
		o = place(t, e, o)
		call := pipeline.Call{
			ID: source, Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallSettled,
		}
		switch source {
		case "cancelled for nothing":
			call.State = pipeline.CallVoid
			move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		case "refused and paid back":
			call.State = pipeline.CallRefunded
			move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		case "lost, perhaps for money":
			call.State = pipeline.CallUnknown
			move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		case "cancelled for money", "refused for money":
			move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		}
	}
	for shop, want := range map[int64]int{3: 7, 4: 1, 5: 0, 0: 0} {
		if got, err := e.OrdersInPeriod(t.Context(), shop, month); err != nil || got != want {
			t.Errorf("shop %d used %d, want %d: %v", shop, got, want, err)
		}
	}
}

func monthGoesOn(t *testing.T, open Open) {
	e := ready(t, open)
	month := time.Now().Add(-time.Hour)
	var shop int64
	for round := range 3 { // it is forgotten twice, and comes back each time
		former, err := e.Former(t.Context(), "telegram", "77")
		if err != nil || former != shop {
			t.Fatalf("round %d: shop %d is remembered as %d, %v", round, shop, former, err)
		}
		c := talk(t, e, "77")
		c.Shop = &bot.Shop{}
		commit(t, e, c)
		now, err := e.Chat(t.Context(), "telegram", "77")
		check(t, err)
		shop = now.Shop
		if used, err := e.OrdersInPeriod(t.Context(), shop, month); err != nil || used != round {
			t.Errorf("round %d: %d are used, %v", round, used, err)
		}
		o := NewOrder(fmt.Sprint(round), later())
		o.Shop, o.Status, o.Shown = shop, pipeline.Delivered, 1
		o = place(t, e, o)
		if used, err := e.OrdersInPeriod(t.Context(), shop, month); err != nil || used != round+1 {
			t.Errorf("round %d, after an order: %d are used, %v", round, used, err)
		}
		all, err := e.Shops(t.Context(), month, 0, 10)
		if err != nil || len(all) != 1 || all[0].Used != round+1 {
			t.Errorf("round %d: admins see %+v, %v", round, all, err)
		}
		_, err = e.ForgetShop(t.Context(), shop)
		check(t, err)
		check(t, e.MarkPurged(t.Context(), o.ID))
		_, err = e.ForgetShop(t.Context(), shop) // again changes nothing
		check(t, err)
	}
	if former, err := e.Former(t.Context(), "telegram", "78"); err != nil || former != 0 {
		t.Errorf("another chat had shop %d, %v", former, err)
	}
	check(t, e.PurgeExpired(t.Context(), time.Now().Add(-7*24*time.Hour)))
	if former, err := e.Former(t.Context(), "telegram", "77"); err != nil || former != shop {
		t.Errorf("forgotten too early: %d, %v", former, err)
	}
	check(t, e.PurgeExpired(t.Context(), time.Now().Add(32*24*time.Hour)))
	if former, err := e.Former(t.Context(), "telegram", "77"); err != nil || former != 0 {
		t.Errorf("remembered for too long: %d, %v", former, err)
	}
}

func refusedCounted(t *testing.T, open Open) {
	e := ready(t, open)
	day := time.Now().Add(-time.Hour)
	c := talk(t, e, "77")
	c.Shop = &bot.Shop{}
	commit(t, e, c)
	chat, err := e.Chat(t.Context(), "telegram", "77")
	check(t, err)
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
		o := NewOrder(source, later())
		o.Shop = chat.Shop
		change(&o)
		if o = place(t, e, o); o.Status != pipeline.Open && o.Thread.Chat == "77" && o.Thread.Platform == "telegram" {
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
	check(t, err)
	for _, o := range mine {
		check(t, e.MarkPurged(t.Context(), o.ID))
	}
	counts(2)
}

// through moves an order through its steps to an end, and says how long each step took at the most. A paid step is
// held back before its call until meanwhile has returned.
func through(
	t *testing.T, e storage.Engine, source string, end pipeline.Status, meanwhile func(),
) map[pipeline.Step]time.Duration {
	t.Helper()
	most := map[pipeline.Step]time.Duration{}
	began := time.Now()
	o := place(t, e, NewOrder(source, later()))
	to := func(step pipeline.Step) {
		ended, now := o.Step, time.Now()
		o.Step, o.Phase = step, pipeline.Ready
		o = move(t, e, o, pipeline.Move{})
		most[ended] = time.Since(began)
		began = now
	}
	for _, step := range []pipeline.Step{pipeline.Animate, pipeline.Render} {
		to(step)
		meanwhile()
		began = time.Now()
		o.Phase = pipeline.Begun
		o = move(t, e, o, pipeline.Move{})
	}
	to(pipeline.Deliver)
	o.Status = end
	move(t, e, o, pipeline.Move{})
	most[pipeline.Deliver] = time.Since(began)
	return most
}

func usualOfDelivered(t *testing.T, open Open) {
	e := ready(t, open)
	other := func(source string, end pipeline.Status) { through(t, e, source, end, func() {}) }
	other("a", pipeline.Failed)
	other("b", pipeline.Open)
	usual, err := e.MedianStepTimes(t.Context())
	check(t, err)
	if len(usual) != 0 {
		t.Errorf("nothing was delivered, and yet: %v", usual)
	}
	held := 0
	most := through(t, e, "c", pipeline.Delivered, func() {
		for range 5 { // takes longer than a step of this test
			held++
			other(fmt.Sprintf("c%d", held), pipeline.Failed)
		}
	})
	usual, err = e.MedianStepTimes(t.Context())
	check(t, err)
	for step, most := range most {
		if took, known := usual[step]; !known || took > most+time.Millisecond { // stored in milliseconds
			t.Errorf("%s takes %v, and it was less than %v", step, took, most)
		}
	}
}
