package contract

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

var twoPromises = storagetest.Promises{
	"WhatIsDoneToOneShopLeavesTheOtherAlone": leavesTheOtherAlone,
	"WhatIsAskedOfOneShopIsNotTheOthers":     readsItsOwn,
}

// tenant is a shop with two chats. Each chat has two drafts, three messages (the first is claimed, the last doesn't
// wait), a delivered order with two cuts, and one that is parked with a call.
type tenant struct {
	e        storage.Engine
	shop     int64
	chats    []string
	drafts   []int64
	messages []int64
	code     string
	orders   []pipeline.Order
}

// tenants makes two of them in an empty database. Whatever may be equal in both is.
func tenants(t *testing.T, e storage.Engine) (one, other tenant) {
	t.Helper()
	one, other = tenant{e: e, chats: []string{"77", "78"}, code: "one"}, tenant{
		e: e, chats: []string{"97", "98"}, code: "other",
	}
	for _, x := range []*tenant{&one, &other} {
		x.shop = storagetest.NewShop(t, e, x.chats[0], bot.Shop{
			Name: "사장네", Logo: fmt.Sprintf("logos/%s.png", x.code), Limit: 50,
		})
		read, err := e.Shop(t.Context(), x.shop)
		storagetest.Check(t, err)
		read.NewTrack = bot.NewTrack{Address: "https://example.com/a.mp3", Name: "b"}
		read.Track = fmt.Sprintf("tracks/%d-a.mp3", x.shop)
		for _, chat := range x.chats {
			x.furnish(t, chat, read)
			read = bot.Shop{}
		}
	}
	return one, other
}

func (x *tenant) furnish(t *testing.T, chat string, shop bot.Shop) {
	t.Helper()
	c := storagetest.NewChange(t, x.e, chat)
	c.Chat.Shop, c.Chat.BoundBy, c.Chat.Looked = x.shop, "501",
		time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
	if shop.ID != 0 {
		c.Shop, c.NewCode = &shop, &bot.Invite{
			Code: x.code, Shop: x.shop, Name: "사장네", Expires: storagetest.Later().UTC().Truncate(time.Millisecond),
		}
	}
	for range 2 {
		d := storagetest.NewDraft(x.shop*10+int64(len(x.drafts)), chat)
		c.Drafts, x.drafts = append(c.Drafts, d), append(x.drafts, d.ID)
	}
	question, answer := storagetest.NewMessage(chat, "질문"), storagetest.NewMessage(chat, "취소했어요")
	question.Draft, answer.Answer = c.Drafts[0].ID, "cb"
	c.Messages = []bot.OutgoingMessage{question, storagetest.NewMessage(chat, "다음"), answer}
	storagetest.Commit(t, x.e, c)
	first := x.shop*6 - 5 + int64(len(x.messages)) // both shops have six, which are numbered from 1 on
	x.messages = append(x.messages, first, first+1, first+2)
	storagetest.Claim(t, x.e, first)
	x.order(t, chat)
}

func (x *tenant) order(t *testing.T, chat string) {
	t.Helper()
	name := x.code + "/" + chat
	o := storagetest.NewOrder(name, storagetest.Later())
	o.Shop, o.Thread.Chat = x.shop, chat
	o.PhotoKey, o.Cut.Music = "photos/"+name+".jpg", fmt.Sprintf("tracks/%d-a.mp3", x.shop)
	o = storagetest.Place(t, x.e, o)
	for i, size := range []pipeline.Size{pipeline.Tall, pipeline.Square} {
		o.Status, o.Shown, o.ClipKey = pipeline.Delivered, i+1, "clips/"+name+".mp4"
		o.Cut.N, o.Cut.Size, o.Cut.ShortKey, o.Cut.Receipt = i+1, size, fmt.Sprintf(
			"shorts/%s-%d.mp4", name, i,
		), fmt.Sprintf("9%d", i)
		o = storagetest.Move(t, x.e, o, pipeline.Move{Cut: true, Note: "delivered", Calls: []pipeline.Call{
			{
				ID: fmt.Sprint(name, i), Order: o.ID, Cut: i + 1, Step: pipeline.Render, Provider: "creatomate",
				State: pipeline.CallSettled, Settled: 700,
			},
		}})
	}
	waits := storagetest.NewOrder(name+"/waits", storagetest.Later())
	waits.Shop, waits.Thread.Chat, waits.Status = x.shop, chat, pipeline.Parked
	waits.Step, waits.Phase, waits.Reason = pipeline.Animate, pipeline.Unknown, pipeline.ReasonPhotoRefused
	waits = storagetest.Place(t, x.e, waits)
	waits = storagetest.Move(t, x.e, waits, pipeline.Move{Calls: []pipeline.Call{
		{
			ID: name, Order: waits.ID, Cut: 1, Step: pipeline.Animate, Provider: "runway", State: pipeline.CallUnknown,
			Estimated: 1500,
		},
	}})
	x.orders = append(x.orders, o, waits)
}

// holding is everything that the store says of a tenant, without changing it.
type holding struct {
	Shop    bot.Shop
	Chats   []bot.Chat
	Drafts  [][]bot.Draft
	Says    []bot.OutgoingMessage
	Until   []time.Time // the first say of each chat is claimed until then
	Invite  bot.Invite
	Orders  []pipeline.Order
	Calls   [][]pipeline.Call
	History [][]pipeline.Event
	Files   [][]string
	Shorts  []pipeline.Order
	Used    int
}

func (x tenant) holds(t *testing.T) (h holding) {
	t.Helper()
	ctx := t.Context()
	read := func(err error) {
		t.Helper()
		if err != nil && !errors.Is(err, pipeline.ErrNotFound) {
			t.Fatal(err)
		}
	}
	var err error
	h.Shop, err = x.e.Shop(ctx, x.shop)
	read(err)
	h.Invite, err = x.e.Invite(ctx, x.code)
	read(err)
	h.Shorts, err = x.e.ShortsOf(ctx, x.shop, 0, 20)
	read(err)
	h.Used, err = x.e.OrdersInPeriod(ctx, x.shop, time.Now().Add(-time.Hour))
	read(err)
	for i, id := range x.chats {
		chat, err := x.e.Chat(ctx, "telegram", id)
		read(err)
		h.Chats, h.Drafts = append(h.Chats, chat), append(h.Drafts, storagetest.Drafts(t, x.e, id))
		for _, id := range x.messages[3*i : 3*i+2] { // these can't be claimed now
			s, err := x.e.Claim(ctx, id, time.Hour)
			h.Says = append(h.Says, s)
			if wait, ok := errors.AsType[*bot.WaitError](err); ok {
				h.Until = append(h.Until, wait.Until)
			} else {
				read(err)
			}
		}
	}
	for _, o := range x.orders {
		now, err := x.e.Order(ctx, o.ID)
		read(err)
		calls, err := x.e.Calls(ctx, o.ID)
		read(err)
		events, err := x.e.History(ctx, o.ID)
		read(err)
		files, err := x.e.Files(ctx, o.ID)
		read(err)
		slices.Sort(files)
		h.Orders, h.Calls, h.History, h.Files = append(h.Orders, now), append(h.Calls, calls),
			append(h.History, events), append(h.Files, files)
	}
	return h
}

// leavesTheOtherAlone does to one of two shops whatever can be done to a shop, and to what it has. Each must change
// something of that one, and nothing of the other.
func leavesTheOtherAlone(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	one, other := tenants(t, e)
	ctx, before := t.Context(), other.holds(t)
	for _, act := range []struct {
		name string
		do   func() error
	}{
		{
			"a message is given back",
			func() error { return e.ReleaseMessage(ctx, one.messages[0], storagetest.Later(), true) },
		},
		{"a part of a message is written down", func() error {
			s := one.holds(t).Says[0]
			s.Part = &bot.SentPart{Cut: 1, Receipt: " F1"}
			return e.MarkPartSent(ctx, s)
		}},
		{"a message is closed", func() error { _, err := e.MarkSent(ctx, one.messages[0], "20"); return err }},
		{"a chat is looked through", func() error { return e.LookedBack(ctx, "telegram", one.chats[0], time.Now()) }},
		{"a draft is dropped, another one's not", func() error {
			c := storagetest.NewChange(t, e, one.chats[0])
			c.Drop = []int64{one.drafts[1], other.drafts[0]}
			_, err := e.Commit(ctx, c)
			return err
		}},
		{"an invite is used", func() error {
			_, err := e.Commit(ctx, bot.Change{
				Chat: bot.Chat{Platform: "telegram", ID: "new", Shop: one.shop}, Invite: one.code,
			})
			return err
		}},
		{"the shop is changed", func() error {
			c := storagetest.NewChange(t, e, one.chats[0])
			shop, err := e.Shop(ctx, one.shop)
			c.Shop, shop.Name = &shop, "사장님네"
			if err == nil {
				_, err = e.Commit(ctx, c)
			}
			return err
		}},
		{"a line is told", func() error { return e.SaveStatusRef(ctx, one.orders[0].ID, "", "6") }},
		{"an order is moved, with its ledger and an older cut", func() error {
			o, older := one.orders[0], one.orders[0].Cut
			older.N, older.Size, older.Receipt = 1, pipeline.Tall, "6"
			o.Cut.Look = "clean"
			calls, err := e.Calls(ctx, o.ID)
			if err != nil {
				return err
			}
			calls[0].Note = "noted"
			_, err = e.Move(ctx, o, pipeline.Move{Cut: true, Older: &older, Calls: calls[:1], Note: "again"})
			return err
		}},
		{"an order is taken up again", func() error {
			o := one.orders[1]
			o.Status, o.Due = pipeline.Open, time.Now().Add(time.Minute)
			_, err := e.Move(ctx, o, pipeline.Move{Wakeup: true, Notify: true})
			return err
		}},
		{"an order waits for longer", func() error {
			o, err := e.Order(ctx, one.orders[1].ID)
			if err != nil {
				return err
			}
			o.Due, o.Progress = storagetest.Later(), 0.5
			return e.Postpone(ctx, o)
		}},
		{"an order is woken", func() error { return e.Wake(ctx, one.orders[1].ID) }},
		{"an order is purged", func() error { return e.MarkPurged(ctx, one.orders[0].ID) }},
		{"a group gets another number", func() error {
			c := storagetest.NewChange(t, e, one.chats[1])
			c.MovedTo = "-100"
			_, err := e.Commit(ctx, c)
			return err
		}},
		{"the shop is forgotten", func() error { _, err := e.ForgetShop(ctx, one.shop); return err }},
	} {
		was := one.holds(t)
		if err := act.do(); err != nil {
			t.Fatalf("%s: %v", act.name, err)
		}
		if fmt.Sprintf("%+v", one.holds(t)) == fmt.Sprintf("%+v", was) {
			t.Errorf("%s: nothing came of it", act.name)
		}
		t.Log(act.name)
		storagetest.Same(t, other.holds(t), before)
	}
}

// readsItsOwn asks for what belongs to one of two shops, or to one of its chats.
func readsItsOwn(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	one, other := tenants(t, e)
	ctx, since := t.Context(), time.Now().Add(-time.Hour)
	for _, x := range []tenant{one, other} {
		all := storagetest.IDs(x.orders) // of each chat one that was delivered, and one that waits
		for name, got := range map[string]struct {
			ask  func() ([]pipeline.Order, error)
			want []int64
		}{
			"OrdersOf": {
				func() ([]pipeline.Order, error) { return e.OrdersOf(ctx, x.shop, 0, 20) },
				[]int64{all[3], all[2], all[1], all[0]},
			},
			"ShortsOf": {
				func() ([]pipeline.Order, error) { return e.ShortsOf(ctx, x.shop, 0, 20) },
				[]int64{all[2], all[2], all[0], all[0]},
			},
			"Recent": {
				func() ([]pipeline.Order, error) { return e.Recent(ctx, "telegram", x.chats[0], 20) },
				[]int64{all[1], all[0]},
			},
			"Unfinished": {
				func() ([]pipeline.Order, error) { return e.Unfinished(ctx, "telegram", x.chats[1]) }, []int64{all[3]},
			},
			"ByMessage": {func() ([]pipeline.Order, error) {
				o, _, err := e.ByMessage(ctx, "telegram", x.chats[0], "91")
				return []pipeline.Order{o}, err
			}, []int64{all[0]}},
		} {
			found, err := got.ask()
			if err != nil || !slices.Equal(storagetest.IDs(found), got.want) {
				t.Errorf("%s of shop %d are %v, want %v; %v", name, x.shop, storagetest.IDs(found), got.want, err)
			}
		}
		chats, err := e.ChatsOf(ctx, x.shop)
		if err != nil || len(chats) != 2 || chats[0].ID != x.chats[0] || chats[1].ID != x.chats[1] {
			t.Errorf("chats of shop %d: %+v, %v", x.shop, chats, err)
		}
		if n, err := e.Refused(ctx, "telegram", x.chats[0], since); err != nil || n != 1 {
			t.Errorf("chat %s had %d photos refused, %v", x.chats[0], n, err)
		}
		for _, y := range []tenant{one, other} {
			if plays, err := e.TrackInUse(ctx, x.shop, y.orders[0].Cut.Music); err != nil ||
				plays != (x.shop == y.shop) {
				t.Errorf("shop %d plays what shop %d has: %t, %v", x.shop, y.shop, plays, err)
			}
		}
		for i, o := range x.orders {
			name := x.code + "/" + x.chats[i/2]
			want := []string{
				"photos/" + name + ".jpg", "clips/" + name + ".mp4", "shorts/" + name + "-0.mp4",
				"shorts/" + name + "-1.mp4",
			}
			if o.Status != pipeline.Delivered {
				want = nil
			}
			calls, err := e.Calls(ctx, o.ID)
			storagetest.Check(t, err)
			for _, c := range calls {
				for _, size := range pipeline.Sizes() {
					if key := pipeline.ResultKey(c, size); !slices.Contains(want, key) {
						want = append(want, key)
					}
				}
			}
			files, err := e.Files(ctx, o.ID)
			storagetest.Check(t, err)
			slices.Sort(files)
			slices.Sort(want)
			storagetest.Same(t, files, want)
		}
	}
}
