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

// sweepMonths tells shops whose month is nearly full, and ops of those whose month is, each once a month and limit.
func (o *Ops) sweepMonths(ctx context.Context) error {
	now := time.Now()
	if h := now.In(present.ZoneOf(o.opts.Zone)).Hour(); now.Sub(o.months) < monthsEvery || h < openFrom ||
		h >= openUntil {
		return nil
	}
	var full []fullMonth
	for last := int64(0); ; {
		shops, err := o.opts.Store.Shops(ctx, present.MonthOf(o.opts.Zone, now, 0), last, shopsAtOnce)
		if err != nil {
			return err
		}
		for _, u := range shops {
			if err := o.shopsMonth(ctx, now, u, &full); err != nil {
				return fmt.Errorf("month of shop %d: %w", u.ID, err)
			}
			last = u.ID
		}
		if len(shops) < shopsAtOnce {
			break
		}
	}
	if err := o.tellFull(ctx, full); err != nil {
		return err
	}
	o.months = now
	return nil
}

// fullMonth is a shop whose month is full, which ops haven't heard of.
type fullMonth struct {
	flag, month string // the switch that is set when they have
	use         bot.ShopUse
	limit       int
}

// tellFull tells ops of all of them in one message.
func (o *Ops) tellFull(ctx context.Context, full []fullMonth) error {
	if len(full) == 0 {
		return nil
	}
	err := o.send(ctx, full[0].flag+" "+full[0].month, func(v view) bot.OutgoingMessage {
		var lines []string
		for _, x := range full {
			lines = append(lines, v.Fill("ops.month", present.Args{
				"shop": v.NameOf(x.use.Shop), "n": strconv.Itoa(x.use.Used), "limit": strconv.Itoa(x.limit),
			}))
		}
		return bot.OutgoingMessage{Message: bot.Message{Text: v.some(lines)}}
	})
	for _, x := range full {
		if err == nil {
			err = o.opts.Store.SetFlag(ctx, x.flag, x.month)
		}
	}
	return err
}

// shopsMonth is one shop's; a full one is left to be told of with the others. What was said stands in a switch, which
// outlives the keys of what was committed.
func (o *Ops) shopsMonth(ctx context.Context, now time.Time, u bot.ShopUse, tell *[]fullMonth) error {
	limit := u.Shop.LimitOr(o.opts.Limit)
	if limit == 0 || u.Used*100 < limit*80 {
		return nil
	}
	month := now.In(present.ZoneOf(o.opts.Zone)).Format("2006-01") + " " + strconv.Itoa(limit)
	name := "month:" + strconv.FormatInt(u.ID, 10)
	said, err := o.opts.Store.Flag(ctx, name)
	if err != nil {
		return err
	}
	switch full := u.Used >= limit; {
	case said == month+" full", said == month && !full:
		return nil
	case full:
		*tell = append(*tell, fullMonth{name, month + " full", u, limit})
		return nil
	}
	if err := o.tellShop(ctx, name+" "+month, u, limit); err != nil {
		return err
	}
	return o.opts.Store.SetFlag(ctx, name, month)
}

// tellShop says how much is left of a month, in the chat of the shop that was heard from last.
func (o *Ops) tellShop(ctx context.Context, key string, u bot.ShopUse, limit int) error {
	err := bot.Retry(func() error {
		chats, err := o.opts.Store.ChatsOf(ctx, u.ID)
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
		v := o.viewOf(last)
		text := v.Fill("month.most", present.Args{
			"n": strconv.Itoa(u.Used), "limit": strconv.Itoa(limit), "left": strconv.Itoa(limit - u.Used),
			"date": v.Date(v.Month(v.now, 1)),
		})
		v.change.Key = key
		v.send(bot.OutgoingMessage{Message: bot.Message{Text: text}})
		_, err = o.opts.Store.Commit(ctx, *v.change)
		return err
	})
	if errors.Is(err, bot.ErrSeen) {
		return nil
	}
	return err
}
