package storagetest

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// Failing is an engine whose calls, those of the methods below, fail when Fails says so. One that fails does nothing.
type Failing struct {
	storage.Engine
	Fails func(method string) error
}

// unless is what a call gives that doesn't fail.
func unless[T any](err error, call func() (T, error)) (v T, _ error) {
	if err != nil {
		return v, err
	}
	return call()
}

func (f *Failing) Chat(ctx context.Context, p, id string) (bot.Chat, error) {
	return unless(f.Fails("Chat"), func() (bot.Chat, error) { return f.Engine.Chat(ctx, p, id) })
}

func (f *Failing) Shop(ctx context.Context, id int64) (bot.Shop, error) {
	return unless(f.Fails("Shop"), func() (bot.Shop, error) { return f.Engine.Shop(ctx, id) })
}

func (f *Failing) Invite(ctx context.Context, code string) (bot.Invite, error) {
	return unless(f.Fails("Invite"), func() (bot.Invite, error) { return f.Engine.Invite(ctx, code) })
}

func (f *Failing) Drafts(ctx context.Context, p, chat string, t time.Time) ([]bot.Draft, error) {
	return unless(f.Fails("Drafts"), func() ([]bot.Draft, error) { return f.Engine.Drafts(ctx, p, chat, t) })
}

func (f *Failing) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
	return unless(f.Fails("Commit"), func() ([]pipeline.Order, error) { return f.Engine.Commit(ctx, c) })
}

func (f *Failing) Recent(ctx context.Context, p, chat string, n int) ([]pipeline.Order, error) {
	return unless(f.Fails("Recent"), func() ([]pipeline.Order, error) { return f.Engine.Recent(ctx, p, chat, n) })
}

func (f *Failing) Order(ctx context.Context, id int64) (pipeline.Order, error) {
	return unless(f.Fails("Order"), func() (pipeline.Order, error) { return f.Engine.Order(ctx, id) })
}

func (f *Failing) ByMessage(ctx context.Context, p, chat, m string) (o pipeline.Order, s *pipeline.Size, err error) {
	if err := f.Fails("ByMessage"); err != nil {
		return o, nil, err
	}
	return f.Engine.ByMessage(ctx, p, chat, m)
}

func (f *Failing) ShortsOf(ctx context.Context, shop int64, skip, n int) ([]pipeline.Order, error) {
	return unless(f.Fails("ShortsOf"), func() ([]pipeline.Order, error) {
		return f.Engine.ShortsOf(ctx, shop, skip, n)
	})
}

func (f *Failing) OrdersInPeriod(ctx context.Context, shop int64, since time.Time) (int, error) {
	return unless(f.Fails("OrdersInPeriod"), func() (int, error) { return f.Engine.OrdersInPeriod(ctx, shop, since) })
}

func (f *Failing) Incidents(ctx context.Context) ([]bot.Incident, error) {
	return unless(f.Fails("Incidents"), func() ([]bot.Incident, error) { return f.Engine.Incidents(ctx) })
}

func (f *Failing) ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error) {
	return unless(f.Fails("ChatsOf"), func() ([]bot.Chat, error) { return f.Engine.ChatsOf(ctx, shop) })
}

func (f *Failing) TrackInUse(ctx context.Context, shop int64, track string) (bool, error) {
	return unless(f.Fails("TrackInUse"), func() (bool, error) { return f.Engine.TrackInUse(ctx, shop, track) })
}

func (f *Failing) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	return unless(f.Fails("Lease"), func() (bool, error) { return f.Engine.Lease(ctx, name, holder, ttl) })
}

func (f *Failing) Claim(ctx context.Context, message int64, limit time.Duration) (bot.OutgoingMessage, error) {
	return unless(f.Fails("Claim"), func() (bot.OutgoingMessage, error) { return f.Engine.Claim(ctx, message, limit) })
}

func (f *Failing) MarkSent(ctx context.Context, message int64, name string) (int64, error) {
	return unless(f.Fails("MarkSent"), func() (int64, error) { return f.Engine.MarkSent(ctx, message, name) })
}

func (f *Failing) MarkPartSent(ctx context.Context, m bot.OutgoingMessage) error {
	if err := f.Fails("MarkPartSent"); err != nil {
		return err
	}
	return f.Engine.MarkPartSent(ctx, m)
}

func (f *Failing) WakePending(ctx context.Context, before time.Time) (int, error) {
	return unless(f.Fails("WakePending"), func() (int, error) { return f.Engine.WakePending(ctx, before) })
}
