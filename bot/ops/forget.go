package ops

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// stillDriven is how long an order that was taken back may be in the hands of a process that hasn't seen it, and
// keeps a file for it.
const stillDriven = 5 * time.Minute

const (
	forgetAtOnce = 50
	forgetLimit  = 40 * time.Second // of one run; the next one goes on
)

// remains are what is left of shops.
type remains interface {
	ForgetShop(ctx context.Context, shop int64) ([]string, error)
	OrdersOf(ctx context.Context, shop, before int64, limit int) ([]pipeline.Order, error)
}

// forgetter deletes what is left of shops that wanted it.
type forgetter struct {
	*announcer
	shops remains
	move  func(context.Context, pipeline.Order, pipeline.Move) (pipeline.Order, error) // see bot.Reporting
}

// Forget is to be called every minute, on one machine: it deletes what is left of shops that wanted it a day ago. empty
// deletes an order's files, then its words; remove deletes a blob.
func (f forgetter) Forget(
	ctx context.Context, empty func(context.Context, pipeline.Order) error, remove func(context.Context, string) error,
) error {
	all, err := f.store.Incidents(ctx)
	if err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	end := time.Now().Add(forgetLimit)
	var errs []error
	for _, i := range all {
		kind, n, _ := strings.Cut(i.Key, ":")
		shop, err := strconv.ParseInt(n, 10, 64)
		if kind != bot.ForgetKind || err != nil || time.Since(i.Since) < bot.ForgetGrace+bot.ForgetMargin {
			continue
		}
		left, err := f.forgetShop(ctx, shop, end, empty, remove)
		if err == nil && !left {
			err = f.over(ctx, i, func(v view, _ bot.Incident) string {
				return v.Fill("ops.over.forget", present.Args{"n": n})
			})
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("forget shop %d: %w", shop, err))
		}
	}
	return errors.Join(errs...)
}

// forgetShop goes on with one shop, and reports whether there is something left of it. The orders name its
// logos, so those go first.
func (f forgetter) forgetShop(
	ctx context.Context, shop int64, end time.Time, empty func(context.Context, pipeline.Order) error,
	remove func(context.Context, string) error,
) (left bool, err error) {
	logos, err := f.shops.ForgetShop(ctx, shop)
	if err != nil && !errors.Is(err, pipeline.ErrNotFound) {
		return true, err
	}
	for _, key := range logos {
		if err := remove(ctx, key); err != nil {
			return true, err
		}
	}
	for last := int64(0); ; {
		orders, err := f.shops.OrdersOf(ctx, shop, last, forgetAtOnce)
		if err != nil || len(orders) == 0 {
			return left, err
		}
		for _, x := range orders {
			if !time.Now().Before(end) {
				return true, nil
			}
			gone, err := f.forgetOrder(ctx, x, empty)
			if err != nil {
				return true, err
			}
			left, last = left || !gone, x.ID
		}
	}
}

// forgetOrder purges an order that has rested; one that goes on is taken back first.
func (f forgetter) forgetOrder(
	ctx context.Context, x pipeline.Order, empty func(context.Context, pipeline.Order) error,
) (gone bool, err error) {
	if next, m, err := pipeline.Cancel(x); err == nil {
		if _, err := f.move(ctx, next, m); err != nil && !errors.Is(err, pipeline.ErrMoved) {
			return false, err
		}
		return false, nil
	}
	takenBack := x.Status == pipeline.Cancelled || max(x.Cuts, x.Cut.N) > x.Shown && x.Shown > 0
	if takenBack && time.Since(x.Changed) < stillDriven {
		return false, nil
	}
	return true, empty(ctx, x)
}
