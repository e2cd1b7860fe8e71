package simtest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// A process whose clock is ahead writes later times, and takes what it reads for older than it is. Its code has but the
// one clock of the program, so the times are changed on their way: in is what it writes, out what it reads.

func in[T any](s *port, v T) T  { return pipelinetest.Shifted(v, s.p.skew) }
func out[T any](s *port, v T) T { return pipelinetest.Shifted(v, -s.p.skew) }

// skews are by how much a clock may be wrong. The simulation's days have their midnights where the service has them, so
// what is long is whole days.
var skews = []time.Duration{
	0, 5 * time.Second, -5 * time.Second, 90 * time.Second, -90 * time.Second, 10 * time.Minute, -10 * time.Minute,
	24 * time.Hour, 48 * time.Hour, -24 * time.Hour,
}

// skewed reports whether a clock is so wrong that who may do something, and until when, is seen otherwise by others.
func (w *world) skewed() bool {
	return slices.ContainsFunc(w.processes, func(p *process) bool { return !p.dead && p.skew.Abs() > time.Minute })
}

// Order implements pipeline.Store, and so on.
func (s *port) Order(ctx context.Context, id int64) (pipeline.Order, error) {
	o, err := s.Store.Order(ctx, id)
	return out(s, o), err
}

func (s *port) Postpone(ctx context.Context, o pipeline.Order) error {
	return s.Store.Postpone(ctx, in(s, o))
}

func (s *port) Overdue(ctx context.Context, t time.Time, limit int) ([]int64, error) {
	return s.Store.Overdue(ctx, in(s, t), limit)
}

func (s *port) Calls(ctx context.Context, order int64) ([]pipeline.Call, error) {
	all, err := s.Store.Calls(ctx, order)
	return out(s, all), err
}

func (s *port) History(ctx context.Context, order int64) ([]pipeline.Event, error) {
	all, err := s.Store.History(ctx, order)
	return out(s, all), err
}

func (s *port) Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error) {
	all, err := s.Store.Recent(ctx, platform, chat, limit)
	return out(s, all), err
}

func (s *port) Chat(ctx context.Context, platform, id string) (bot.Chat, error) {
	c, err := s.Store.Chat(ctx, platform, id)
	return out(s, c), err
}

func (s *port) Shop(ctx context.Context, id int64) (bot.Shop, error) {
	shop, err := s.Store.Shop(ctx, id)
	return out(s, shop), err
}

func (s *port) Drafts(ctx context.Context, platform, chat string, t time.Time) ([]bot.Draft, error) {
	all, err := s.Store.Drafts(ctx, platform, chat, in(s, t))
	return out(s, all), err
}

func (s *port) Draft(ctx context.Context, id int64) (bot.Draft, error) {
	d, err := s.Store.Draft(ctx, id)
	return out(s, d), err
}

func (s *port) ReleaseMessage(ctx context.Context, say int64, t time.Time, job bool) error {
	return s.Store.ReleaseMessage(ctx, say, in(s, t), job)
}

func (s *port) WakePending(ctx context.Context, before time.Time) (int, error) {
	return s.Store.WakePending(ctx, in(s, before))
}

func (s *port) ByMessage(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error) {
	o, size, err := s.Store.ByMessage(ctx, platform, chat, message)
	return out(s, o), size, err
}

func (s *port) Refused(ctx context.Context, platform, chat string, since time.Time) (int, error) {
	return s.Store.Refused(ctx, platform, chat, in(s, since))
}

func (s *port) LastHeartbeat(ctx context.Context) (time.Time, error) {
	last, err := s.Store.LastHeartbeat(ctx)
	return out(s, last), err
}

func (s *port) Active(ctx context.Context, since time.Time) ([]bot.Chat, error) {
	all, err := s.Store.Active(ctx, in(s, since))
	return out(s, all), err
}

func (s *port) ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error) {
	all, err := s.Store.ChatsOf(ctx, shop)
	return out(s, all), err
}

func (s *port) Overview(ctx context.Context, since, month time.Time) (bot.Overview, error) {
	v, err := s.Store.Overview(ctx, in(s, since), in(s, month))
	v.Oldest, v.Longest = out(s, v.Oldest), out(s, v.Longest)
	return v, err
}

func (s *port) Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error) {
	all, err := s.Store.Parked(ctx, skip, limit)
	return out(s, all), err
}

func (s *port) ParkedFor(ctx context.Context, why pipeline.Reason, limit int) ([]pipeline.Order, error) {
	all, err := s.Store.ParkedFor(ctx, why, limit)
	return out(s, all), err
}

func (s *port) SpendByShop(ctx context.Context, from, to time.Time) ([]bot.SpendRow, error) {
	return s.Store.SpendByShop(ctx, in(s, from), in(s, to))
}

func (s *port) SpendByProvider(ctx context.Context, since time.Time) (map[string]pipeline.Credits, error) {
	return s.Store.SpendByProvider(ctx, in(s, since))
}

func (s *port) Shops(ctx context.Context, since time.Time, after int64, limit int) ([]bot.ShopUse, error) {
	all, err := s.Store.Shops(ctx, in(s, since), after, limit)
	return out(s, all), err
}

func (s *port) ListAudit(ctx context.Context, skip, limit int) ([]bot.AuditEntry, error) {
	all, err := s.Store.ListAudit(ctx, skip, limit)
	return out(s, all), err
}

func (s *port) Incidents(ctx context.Context) ([]bot.Incident, error) {
	all, err := s.Store.Incidents(ctx)
	return out(s, all), err
}

func (s *port) Stalled(ctx context.Context, step pipeline.Step, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := s.Store.Stalled(ctx, step, in(s, t), limit)
	return out(s, all), err
}

func (s *port) Troubled(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := s.Store.Troubled(ctx, in(s, t), limit)
	return out(s, all), err
}

func (s *port) Thaw(ctx context.Context, far, tomorrow time.Time) (int, error) {
	return s.Store.Thaw(ctx, in(s, far), in(s, tomorrow))
}

// waited is the error of a claim, with the time until which it waits as the process sees it.
func (s *port) waited(err error) error {
	if wait, ok := errors.AsType[*bot.WaitError](err); ok {
		return &bot.WaitError{Until: out(s, wait.Until)}
	}
	return err
}
