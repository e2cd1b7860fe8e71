package chats

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// FindPromises are about orders that are found again from a chat.
var FindPromises = storagetest.Promises{
	"TheNewestShortOfEachSizeIsRead":      newestOfEachSize,
	"AnOrderIsFoundByItsMessages":         byMessage,
	"TheNewestOfSeveralIsFound":           byMessageNewest,
	"UsedCountsWhatWasNotInVain":          usedCounts,
	"MedianStepTimesAreOfDeliveredOrders": usualOfDelivered,
}

func byMessage(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("a", storagetest.Later()))
	other := storagetest.NewOrder("b", storagetest.Later())
	other.Thread.Chat = "78"
	other = storagetest.Place(t, e, other)
	storagetest.Check(t, e.SaveStatusRef(t.Context(), o.ID, "", "6 failed"))
	again := storagetest.NewMessage("77", "")
	again.Order, again.Cut = o.ID, 1
	_, err := e.Commit(t.Context(), bot.Change{
		Chat:     bot.Chat{Platform: "telegram", ID: "77"},
		Messages: []bot.OutgoingMessage{again, storagetest.NewMessage("77", "hello")},
	})
	storagetest.Check(t, err)
	for id, message := range map[int64]string{1: "20", 2: "21"} {
		storagetest.MarkSent(t, e, id, message)
	}
	o.Cut.Receipt = "7 BAADfile"
	o = storagetest.Move(t, e, o, pipeline.Move{Cut: true})
	o.Cut.N, o.Cut.Size, o.Cut.Receipt = 2, pipeline.Still, "10"
	o = storagetest.Move(t, e, o, pipeline.Move{Cut: true})
	o.Cut.N, o.Cut.Size, o.Cut.Receipt = 3, pipeline.Square, ""
	o = storagetest.Move(t, e, o, pipeline.Move{
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

func byMessageNewest(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.Place(t, e, storagetest.NewOrder("a", storagetest.Later()))
	newest := storagetest.Place(t, e, storagetest.NewOrder("b", storagetest.Later()))
	got, _, err := e.ByMessage(t.Context(), "telegram", "77", "5")
	storagetest.Check(t, err)
	storagetest.Same(t, got, newest)
}

func usedCounts(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("KST", 9*3600))
	for source, status := range map[string]pipeline.Status{
		"open": pipeline.Open, "sent": pipeline.Delivered, "parked": pipeline.Parked, "failed": pipeline.Failed,
		"cancelled": pipeline.Cancelled, "october": pipeline.Delivered, "another's": pipeline.Delivered,
		"no shop's": pipeline.Open, "a new cut that failed": pipeline.Failed,
		"cancelled for money": pipeline.Cancelled, "cancelled for nothing": pipeline.Cancelled,
		"refused for money": pipeline.Failed, "refused and paid back": pipeline.Failed,
		"lost, perhaps for money": pipeline.Failed,
	} {
		o := storagetest.NewOrder(source, storagetest.Later())
		o.Placed, o.Status = month, status
		switch source {
		case "a new cut that failed":
			o.Shown = 1
		case "october":
			o.Placed = month.Add(-time.Millisecond)
		case "another's":
			o.Shop = 4
		case "no shop's":
			o.Shop = 0
		}
		o = storagetest.Place(t, e, o)
		call := pipeline.Call{
			ID: source, Order: o.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallSettled,
		}
		switch source {
		case "cancelled for nothing":
			call.State = pipeline.CallVoid
			storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		case "refused and paid back":
			call.State = pipeline.CallRefunded
			storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		case "lost, perhaps for money":
			call.State = pipeline.CallUnknown
			storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		case "cancelled for money", "refused for money":
			storagetest.Move(t, e, o, pipeline.Move{Calls: []pipeline.Call{call}})
		}
	}
	for shop, want := range map[int64]int{3: 7, 4: 1, 5: 0, 0: 0} {
		if got, err := e.OrdersInPeriod(t.Context(), shop, month); err != nil || got != want {
			t.Errorf("shop %d used %d, want %d: %v", shop, got, want, err)
		}
	}
}

// through moves an order through its steps to an end, and says how long each step took at the most. A paid step is
// held back before its call until meanwhile has returned.
func through(
	t *testing.T, e storage.Engine, source string, end pipeline.Status, meanwhile func(),
) map[pipeline.Step]time.Duration {
	t.Helper()
	most := map[pipeline.Step]time.Duration{}
	began := time.Now()
	o := storagetest.Place(t, e, storagetest.NewOrder(source, storagetest.Later()))
	to := func(step pipeline.Step) {
		ended, now := o.Step, time.Now()
		o.Step, o.Phase = step, pipeline.Ready
		o = storagetest.Move(t, e, o, pipeline.Move{})
		most[ended] = time.Since(began)
		began = now
	}
	for _, step := range []pipeline.Step{pipeline.Animate, pipeline.Render} {
		to(step)
		meanwhile()
		began = time.Now()
		o.Phase = pipeline.Begun
		o = storagetest.Move(t, e, o, pipeline.Move{})
	}
	to(pipeline.Deliver)
	o.Status = end
	storagetest.Move(t, e, o, pipeline.Move{})
	most[pipeline.Deliver] = time.Since(began)
	return most
}

func usualOfDelivered(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	other := func(source string, end pipeline.Status) { through(t, e, source, end, func() {}) }
	other("a", pipeline.Failed)
	other("b", pipeline.Open)
	usual, err := e.MedianStepTimes(t.Context())
	storagetest.Check(t, err)
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
	storagetest.Check(t, err)
	for step, most := range most {
		if took, known := usual[step]; !known || took > most+time.Millisecond { // stored in milliseconds
			t.Errorf("%s takes %v, and it was less than %v", step, took, most)
		}
	}
}

func newestOfEachSize(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := storagetest.NewShop(t, e, "77", bot.Shop{Name: "사장네"})
	o := storagetest.NewOrder("a", storagetest.Later())
	o.Shop = shop
	o = storagetest.Place(t, e, o)
	cut := func(n int, size pipeline.Size, short, receipt string) {
		t.Helper()
		o.Cut.N, o.Cuts, o.Cut.Size, o.Cut.ShortKey, o.Cut.Receipt = n, n, size, short, receipt
		if message, _, _ := strings.Cut(receipt, " "); message != "" {
			o.Status, o.Shown = pipeline.Delivered, n
		}
		o = storagetest.Move(t, e, o, pipeline.Move{Cut: true})
	}
	reads := func(size pipeline.Size, want string) {
		t.Helper()
		short, err := e.Short(t.Context(), o.ID, size)
		if want == "" && !errors.Is(err, pipeline.ErrNotFound) ||
			want != "" && (err != nil || short.Cut.ShortKey != want || short.ID != o.ID) {
			t.Errorf("%q: %+v, %v", size, short.Cut, err)
		}
	}
	cut(1, pipeline.Tall, "", "")
	reads(pipeline.Tall, "")
	cut(1, pipeline.Tall, "s/1.mp4", "m1")
	cut(2, pipeline.Still, "s/2.jpg", "m2")
	cut(3, pipeline.Still, "s/3.jpg", " F3") // is just on its way, uploaded and not to be seen yet
	reads(pipeline.Still, "s/3.jpg")
	cut(4, pipeline.Tall, "", "") // cut 3 was taken back, this one is being made
	reads(pipeline.Tall, "s/1.mp4")
	reads(pipeline.Still, "s/2.jpg")
	reads(pipeline.Square, "")
	storagetest.PlaceAs(t, e, "b", pipeline.Failed, pipeline.Render, pipeline.ReasonTrouble)
	for skip, want := range [][]int{{2, 1}, {1}, {}} {
		all, err := e.ShortsOf(t.Context(), shop, skip, 2)
		storagetest.Check(t, err)
		var cuts []int
		for _, o := range all {
			cuts = append(cuts, o.Cut.N)
		}
		storagetest.Same(t, cuts, want)
	}
}
