package chats

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// ChangePromises are about what one update leads to.
var ChangePromises = storagetest.Promises{
	"IncidentsBeginAndEndWithAChange":  incidentsOfAChange,
	"OneUpdateCountsOnce":              oneUpdateOnce,
	"ChatsOfStrangersAndOldCodesEnd":   strangersEnd,
	"TwentyAtOnceOfOneUpdateCountOnce": twentyOfOneUpdate,
	"AStaleChatWritesNothing":          staleChat,
	"AChangeIsAllOrNothing":            changeAllOrNothing,
	"TwentyAtOnceInAChatComeOneByOne":  chatSerialises,
	"AChangePlacesAndMovesOrders":      changePlacesAndMoves,
	"ANewShopGetsTheChatAndItsOrders":  newShop,
	"AStaleShopWritesNothing":          staleShop,
	"NoMoreArePlacedInAMonthThanMayBe": monthIsKept,
	"ADraftIsWrittenOverAndDropped":    draftWritten,
	"ADraftIsLookedAtWhenItIsDue":      draftLookedAt,
	"ADraftOfAnotherChatIsLeftAlone":   foreignDraft,
	"TidyForgetsWhatIsOld":             tidies,
}

func oneUpdateOnce(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	first := storagetest.NewChange(t, e, "77")
	first.Key, first.Place = "telegram/1", []pipeline.Order{storagetest.NewOrder("a", storagetest.Later())}
	storagetest.Commit(t, e, first)
	// before and after it knows of the first
	for _, again := range []bot.Change{first, storagetest.NewChange(t, e, "77")} {
		again.Key, again.Place = "telegram/1", []pipeline.Order{storagetest.NewOrder("b", storagetest.Later())}
		if _, err := e.Commit(t.Context(), again); !errors.Is(err, bot.ErrSeen) {
			t.Errorf("the same update again: %v", err)
		}
	}
	if all, err := e.Recent(t.Context(), "telegram", "77", 10); err != nil || len(all) != 1 {
		t.Errorf("orders %+v, %v", all, err)
	}
	next := storagetest.NewChange(t, e, "77")
	next.Key = "telegram/2"
	storagetest.Commit(t, e, next)
}

func staleChat(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for range 2 { // a chat that is new, and one that is known
		stale := storagetest.NewChange(t, e, "77")
		storagetest.Commit(t, e, storagetest.NewChange(t, e, "77"))
		stale.Key, stale.Drafts = "k", []bot.Draft{storagetest.NewDraft(1, "77")}
		if _, err := e.Commit(t.Context(), stale); !errors.Is(err, pipeline.ErrMoved) {
			t.Errorf("a stale chat: %v", err)
		}
	}
	storagetest.Same(t, storagetest.Drafts(t, e, "77"), []bot.Draft(nil))
	fresh := storagetest.NewChange(t, e, "77")
	fresh.Key = "k" // which the stale ones have not used up
	storagetest.Commit(t, e, fresh)
}

func changeAllOrNothing(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("old", storagetest.Later()))
	storagetest.Move(t, e, o, pipeline.Move{})
	before := storagetest.NewChange(t, e, "77")
	c := before
	c.Key, c.Shop, c.NewCode = "k", &bot.Shop{Name: "사장네"}, &bot.Invite{Code: "c", Expires: storagetest.Later()}
	c.Drafts, c.Messages = []bot.Draft{storagetest.NewDraft(1, "77")}, []bot.OutgoingMessage{
		storagetest.NewMessage("77", "안녕하세요"),
	}
	c.Place = []pipeline.Order{storagetest.NewOrder("new", storagetest.Later())}
	c.Moves = []bot.Moved{{Order: o}} // it has moved
	if _, err := e.Commit(t.Context(), c); !errors.Is(err, pipeline.ErrMoved) {
		t.Fatalf("got %v", err)
	}
	storagetest.Same(t, storagetest.NewChange(t, e, "77"), before)
	storagetest.Same(t, storagetest.Drafts(t, e, "77"), []bot.Draft(nil))
	_, invite := e.Invite(t.Context(), "c")
	_, shop := e.Shop(t.Context(), 1)
	_, said := e.Claim(t.Context(), 1, time.Minute)
	for _, err := range []error{invite, shop, said} {
		if !errors.Is(err, pipeline.ErrNotFound) {
			t.Errorf("something is left: %v", err)
		}
	}
	if all, err := e.Recent(t.Context(), "telegram", "77", 10); err != nil || len(all) != 1 {
		t.Errorf("orders %+v, %v", all, err)
	}
	c.Moves = nil
	storagetest.Commit(t, e, c)
}

// decideAgain commits what decide makes of the chat, until that isn't stale.
func decideAgain(t *testing.T, e storage.Engine, decide func(bot.Chat) bot.Change) error {
	for {
		chat, err := e.Chat(t.Context(), "telegram", "77")
		if err != nil {
			return err
		}
		if _, err = e.Commit(t.Context(), decide(chat)); !errors.Is(err, pipeline.ErrMoved) {
			return err
		}
	}
}

func twentyOfOneUpdate(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	var wg sync.WaitGroup
	var counted atomic.Int32
	for i := range 20 {
		wg.Go(func() {
			err := decideAgain(t, e, func(c bot.Chat) bot.Change {
				return bot.Change{
					Key: "telegram/1", Chat: c,
					Place: []pipeline.Order{storagetest.NewOrder(fmt.Sprint(i), storagetest.Later())},
				}
			})
			if err == nil {
				counted.Add(1)
			} else if !errors.Is(err, bot.ErrSeen) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, err := e.Recent(t.Context(), "telegram", "77", 30); err != nil || len(all) != 1 || counted.Load() != 1 {
		t.Errorf("it counted %d times, and placed %d orders: %v", counted.Load(), len(all), err)
	}
}

func chatSerialises(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			err := decideAgain(t, e, func(c bot.Chat) bot.Change {
				return bot.Change{
					Key: fmt.Sprint(i), Chat: c, Drafts: []bot.Draft{storagetest.NewDraft(c.Version+1, "77")},
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if c := storagetest.NewChange(t, e, "77"); c.Chat.Version != 20 || len(storagetest.Drafts(t, e, "77")) != 20 {
		t.Errorf("version %d, %d drafts", c.Chat.Version, len(storagetest.Drafts(t, e, "77")))
	}
}

func changePlacesAndMoves(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	old, there := storagetest.Place(t, e, storagetest.NewOrder("old", storagetest.Later())), storagetest.Place(
		t, e, storagetest.NewOrder("there", storagetest.Later()),
	)
	next := old
	next.Cut.Words.Price = "19,000원"
	c := storagetest.NewChange(t, e, "77")
	c.Place = []pipeline.Order{
		storagetest.NewOrder("a", time.Now()), storagetest.NewOrder("there", storagetest.Later()),
		storagetest.NewOrder("b", storagetest.Later()),
	}
	c.Moves = []bot.Moved{{Order: next, Move: pipeline.Move{Cut: true, Notify: true, Note: "fixed"}}}
	placed := storagetest.Commit(t, e, c)
	if len(placed) != 3 {
		t.Fatalf("placed %+v", placed)
	}
	storagetest.Same(t, placed[1], there)
	for _, o := range placed {
		storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), o)
	}
	if got := storagetest.ReadOrder(t, e, old.ID); got.Version != 2 || got.Cut.Words.Price != "19,000원" {
		t.Errorf("the fixed order is %+v", got)
	}
	storagetest.Start(t, e, d)
	storagetest.Expect(t, d.Advanced, placed[0].ID, 1)
	storagetest.Expect(t, d.Notified, old.ID, 2)
}

func newShop(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	shop := bot.Shop{Name: "사장네", Logo: "shops/1/logo.png", Look: "warm", Music: "calm", Limit: 30,
		NewLogo: pipeline.Photo{Ref: "AgAC"}, Made: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), RegularReal: true,
		Webhook: "nonce"}
	nobodys, bound := storagetest.NewOrder("a", storagetest.Later()), storagetest.NewOrder("b", storagetest.Later())
	nobodys.Shop = 0
	c := storagetest.NewChange(t, e, "77")
	c.Shop, c.Place = &shop, []pipeline.Order{nobodys, bound}
	placed := storagetest.Commit(t, e, c)
	id := storagetest.NewChange(t, e, "77").Chat.Shop
	if id == 0 || placed[0].Shop != id || placed[1].Shop != 3 || shop.ID != 0 {
		t.Errorf("the chat has shop %d, the orders %d and %d", id, placed[0].Shop, placed[1].Shop)
	}
	got, err := e.Shop(t.Context(), id)
	storagetest.Check(t, err)
	shop.ID, shop.Version = id, 1
	storagetest.Same(t, got, shop)
}

func staleShop(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "77")
	c.Shop = &bot.Shop{Name: "사장네"}
	storagetest.Commit(t, e, c)
	read, err := e.Shop(t.Context(), storagetest.NewChange(t, e, "77").Chat.Shop)
	storagetest.Check(t, err)
	first, second := storagetest.NewChange(t, e, "77"), storagetest.NewChange(t, e, "78") // two chats of one shop
	first.Shop, second.Shop = new(read), new(read)
	first.Shop.Name, second.Shop.Name = "사장님네", "사장이네"
	storagetest.Commit(t, e, first)
	if _, err := e.Commit(t.Context(), second); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("a stale shop: %v", err)
	}
	now, err := e.Shop(t.Context(), read.ID)
	storagetest.Check(t, err)
	if now.Name != "사장님네" || now.Version != 2 {
		t.Errorf("the shop is %+v", now)
	}
}

// monthIsKept lets ten chats of a shop order at once, of which three may.
func monthIsKept(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "0")
	c.Shop = &bot.Shop{Name: "사장네"}
	storagetest.Commit(t, e, c)
	shop := storagetest.NewChange(t, e, "0").Chat.Shop
	const may = 3
	var wg sync.WaitGroup
	var counted atomic.Int32
	for i := range 10 {
		c := storagetest.NewChange(t, e, fmt.Sprint(i))
		o := storagetest.NewOrder(fmt.Sprint(i), storagetest.Later())
		c.Chat.Shop, o.Shop, o.Placed = shop, shop, time.Now()
		c.Place, c.Limit, c.Month = []pipeline.Order{o}, may, time.Now()
		wg.Go(func() {
			switch _, err := e.Commit(t.Context(), c); {
			case err == nil:
				counted.Add(1)
			case !errors.Is(err, pipeline.ErrMoved):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if used, err := e.OrdersInPeriod(t.Context(), shop, time.Now()); counted.Load() != may || used != may ||
		err != nil {
		t.Errorf("%d were placed, %d count: %v", counted.Load(), used, err)
	}
}

func incidentsOfAChange(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	goesOn := func(want ...string) {
		t.Helper()
		all, err := e.Incidents(t.Context())
		storagetest.Check(t, err)
		var texts []string
		for _, i := range all {
			texts = append(texts, i.Key+" "+i.Text)
		}
		storagetest.Same(t, texts, want)
	}
	c := storagetest.NewChange(t, e, "77")
	c.Open = &bot.Incident{Key: "forget:1", Text: "first"}
	stale := c
	storagetest.Commit(t, e, c)
	goesOn("forget:1 first")
	stale.Open = &bot.Incident{Key: "forget:2"}
	if _, err := e.Commit(t.Context(), stale); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("got %v", err)
	}
	goesOn("forget:1 first") // nothing of a change that isn't written
	c = storagetest.NewChange(t, e, "77")
	c.Open = &bot.Incident{Key: "forget:1", Text: "second"}
	storagetest.Commit(t, e, c)
	goesOn("forget:1 first")
	c = storagetest.NewChange(t, e, "77")
	c.Close, c.Drafts = "forget:1", []bot.Draft{storagetest.NewDraft(1, "77")}
	storagetest.Commit(t, e, c)
	goesOn()
	c = storagetest.NewChange(t, e, "77")
	c.Close, c.Drafts = "forget:1", []bot.Draft{storagetest.NewDraft(2, "77")}
	if _, err := e.Commit(t.Context(), c); !errors.Is(err, pipeline.ErrMoved) ||
		len(storagetest.Drafts(t, e, "77")) != 1 {
		t.Errorf("one that is over was closed: %v", err)
	}
}
