package ops

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
)

const (
	monthsEvery = 10 * time.Minute
	shopsAtOnce = 100
	openFrom    = 9 // what isn't urgent waits for the day
	openUntil   = 21
)

// months are what shops have had, and what was said of it.
type months interface {
	Shops(ctx context.Context, since time.Time, after int64, limit int) ([]bot.ShopUse, error)
	ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error)
	Flag(ctx context.Context, name string) (string, error)
	SetFlag(ctx context.Context, name, value string) error
}

// monthly tells of months that are full, or nearly.
type monthly struct {
	*announcer
	months months
	limit  int       // Options.Limit
	looked time.Time // at the months; the sweep's own
}

// sweepMonths tells shops whose month is nearly full, and ops of those whose month is, each once a month and limit.
func (m *monthly) sweepMonths(ctx context.Context) error {
	now := time.Now()
	if h := now.In(present.ZoneOf(m.zone)).Hour(); now.Sub(m.looked) < monthsEvery || h < openFrom || h >= openUntil {
		return nil
	}
	var full []fullMonth
	for last := int64(0); ; {
		shops, err := m.months.Shops(ctx, present.MonthOf(m.zone, now, 0), last, shopsAtOnce)
		if err != nil {
			return err
		}
		for _, u := range shops {
			if err := m.shopsMonth(ctx, now, u, &full); err != nil {
				return fmt.Errorf("month of shop %d: %w", u.ID, err)
			}
			last = u.ID
		}
		if len(shops) < shopsAtOnce {
			break
		}
	}
	if err := m.tellFull(ctx, full); err != nil {
		return err
	}
	m.looked = now
	return nil
}

// fullMonth is a shop whose month is full, which ops haven't heard of.
type fullMonth struct {
	flag, month string // the flag that is set when they have
	use         bot.ShopUse
	limit       int
}

// tellFull tells ops of all of them in one message.
func (m *monthly) tellFull(ctx context.Context, full []fullMonth) error {
	if len(full) == 0 {
		return nil
	}
	err := m.send(ctx, full[0].flag+" "+full[0].month, func(v view) bot.OutgoingMessage {
		var lines []string
		for _, x := range full {
			lines = append(lines, v.Fill("ops.month", present.Args{
				"shop": v.NameOf(x.use.Shop), "n": strconv.Itoa(x.use.OrdersInPeriod), "limit": strconv.Itoa(x.limit),
			}))
		}
		return bot.OutgoingMessage{Message: bot.Message{Text: v.some(lines)}}
	})
	for _, x := range full {
		if err == nil {
			err = m.months.SetFlag(ctx, x.flag, x.month)
		}
	}
	return err
}

// shopsMonth is one shop's; a full one is left to be told of with the others. What was said stands in a flag, which
// outlives the keys of what was committed.
func (m *monthly) shopsMonth(ctx context.Context, now time.Time, u bot.ShopUse, tell *[]fullMonth) error {
	limit := u.Shop.LimitOr(m.limit)
	if limit == 0 || u.OrdersInPeriod*100 < limit*80 {
		return nil
	}
	month := now.In(present.ZoneOf(m.zone)).Format("2006-01") + " " + strconv.Itoa(limit)
	name := "month:" + strconv.FormatInt(u.ID, 10)
	said, err := m.months.Flag(ctx, name)
	if err != nil {
		return err
	}
	switch full := u.OrdersInPeriod >= limit; {
	case said == month+" full", said == month && !full:
		return nil
	case full:
		*tell = append(*tell, fullMonth{name, month + " full", u, limit})
		return nil
	}
	if err := m.tellShop(ctx, name+" "+month, u, limit); err != nil {
		return err
	}
	return m.months.SetFlag(ctx, name, month)
}

// tellShop says how much is left of a month, in the chat of the shop that was heard from last.
func (m *monthly) tellShop(ctx context.Context, key string, u bot.ShopUse, limit int) error {
	err := bot.Retry(func() error {
		chats, err := m.months.ChatsOf(ctx, u.ID)
		if err != nil {
			return err
		}
		var last bot.Chat
		for _, c := range chats {
			if !c.Unreachable && !c.LastSeenAt.Before(last.LastSeenAt) {
				last = c
			}
		}
		if last.ID == "" {
			return nil
		}
		v := m.viewOf(last)
		text := v.Fill("month.most", present.Args{
			"n": strconv.Itoa(u.OrdersInPeriod), "limit": strconv.Itoa(limit),
			"left": strconv.Itoa(limit - u.OrdersInPeriod),
			"date": v.Date(v.Month(v.now, 1)),
		})
		v.change.Key = key
		v.send(bot.OutgoingMessage{Message: bot.Message{Text: text}})
		_, err = m.store.Commit(ctx, *v.change)
		return err
	})
	if errors.Is(err, bot.ErrSeen) {
		return nil
	}
	return err
}
