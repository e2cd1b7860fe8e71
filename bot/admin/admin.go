// Package admin does what admins of the service ask for by chat. It is the conversation's Console.
package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

// forAdmins reports whether the session is an admin's. Any other person gets a polite no.
func (v Demand) forAdmins() bool {
	switch {
	case v.User.Anonymous:
		v.ShowNotice(v.Fill("admin.anonymous", nil))
	case !v.Admin:
		v.ShowNotice(v.Fill("admin.only", nil))
	default:
		return true
	}
	return false
}

// amongAdmins reports whether other people's orders may be spoken of where the session is. An admin who asks
// anywhere else is told where to.
func (v Demand) amongAdmins() bool {
	if !v.Group || v.Aside() || v.InOps {
		return true
	}
	v.ShowNotice(v.Fill("admin.where", nil))
	return false
}

// showList shows a page of a list, in the place of the one whose button was pressed. A page of the shops begins
// behind a number.
func (c *Console) showList(ctx context.Context, v Demand, verb string, page int64) error {
	const last = 9999
	if verb == intent.DoAdminShops {
		s, err := c.shops(ctx, v, max(page, 0))
		return v.Swap(s, err)
	}
	n := int(min(max(page, 0), last))
	var s present.Screen
	var err error
	switch verb {
	case intent.DoAdminStuck:
		s, err = c.stuck(ctx, v, n)
	case intent.DoAdminLog:
		s, err = c.auditLog(ctx, v, n)
	default:
		s, err = c.spend(ctx, v, n)
	}
	return v.Swap(s, err)
}

// pause stops that anything is bought.
func (c *Console) pause(ctx context.Context, v Demand) error {
	now, err := c.opts.Store.Flag(ctx, bot.Paused)
	if err != nil {
		return err
	}
	if now != "" {
		v.Tell("admin.paused.already", pausedArgs(v, now))
		return nil
	}
	v.Change.Flag = &bot.Flag{Name: bot.Paused, Value: v.Who() + " " + v.Now.UTC().Format(time.RFC3339)}
	v.Audit("/pause", "paused")
	v.Tell("admin.paused", nil)
	return nil
}

// resume lets go on what waits because of a pause.
func (c *Console) resume(ctx context.Context, v Demand) error {
	now, err := c.opts.Store.Flag(ctx, bot.Paused)
	if err != nil {
		return err
	}
	if now == "" {
		v.Tell("admin.resumed.already", nil)
		return nil
	}
	v.Change.Flag = &bot.Flag{Name: bot.Paused}
	v.Audit("/resume", "resumed "+now)
	v.Tell("admin.resumed", nil)
	return nil
}

// pausedArgs read who has set the flag, and when.
func pausedArgs(v Demand, value string) present.Args {
	who, when, _ := strings.Cut(value, " ")
	args := present.Args{"who": v.doer(who), "time": "?"}
	if t, err := time.Parse(time.RFC3339, when); err == nil {
		args["time"] = v.Clock(t)
	}
	return args
}

// setLimit sets how many shorts a shop may have in a month; 0: as many as the settings say.
func (c *Console) setLimit(ctx context.Context, v Demand, arg string) error {
	const most = 100_000
	words := strings.Fields(arg)
	id, ok := intent.Counted(intent.Argument(words, 0))
	n := intent.Number(words, 1)
	if !ok || len(words) != 2 || n < 0 || n > most {
		v.Tell("admin.limit.how", nil)
		return nil
	}
	shop, err := c.opts.Store.Shop(ctx, id)
	if err != nil {
		return v.OrNone(err, "admin.shop.none", present.Args{"n": strconv.FormatInt(id, 10)})
	}
	was := shop.Limit
	shop.Limit = int(n)
	args := present.Args{"shop": v.NameOf(shop), "limit": c.limitText(v, shop)}
	if shop.Limit == was {
		v.Tell("admin.limit.same", args)
		return nil
	}
	v.Change.Shop = &shop
	v.Audit("/limit "+strings.Join(words, " "), strconv.Itoa(was)+" → "+strconv.Itoa(shop.Limit))
	v.Tell("admin.limit.set", args)
	return nil
}

// limitText says how many shorts a shop may have.
func (c *Console) limitText(v Demand, s bot.Shop) string {
	n := s.LimitOr(c.opts.Limit)
	if n == 0 {
		return v.Fill("admin.limit.free", nil)
	}
	return v.Fill("admin.limit.n", present.Args{"n": strconv.Itoa(n)})
}
