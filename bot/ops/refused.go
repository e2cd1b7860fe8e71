package ops

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// RefusedKind is the kind of incidents in which a chat has had so many photos refused that it may not order until
// tomorrow; the chat stands behind it.
const RefusedKind = "refused"

// refused tells of a chat that has sent the last photo that may be refused in a day.
func (o *Ops) refused(ctx context.Context, x pipeline.Order) error {
	if x.Reason != pipeline.ReasonPhotoRefused && x.Fallback != pipeline.ReasonPhotoRefused || x.Thread.Chat == "" {
		return nil
	}
	n, err := o.opts.Store.Refused(ctx, x.Thread.Platform, x.Thread.Chat, pipeline.Midnight(x.Changed, 0, o.opts.Zone))
	if err != nil || n < bot.MaxRefused {
		return err
	}
	return o.begin(ctx, RefusedKind+":"+x.Thread.Platform+":"+x.Thread.Chat, func(v view) string {
		var s present.Screen
		s.Lines = append(s.Lines, "🚫 "+v.Fill("ops.refused", present.Args{"n": strconv.Itoa(n)}))
		if shop, err := bot.ShopOf(ctx, o.opts.Store, x.Shop); err != nil {
			o.opts.Log.Warn("shop of a refused photo not read", "order", x.ID, "err", err)
		} else {
			v.Whose(&s, x, shop)
		}
		s.Lines = append(s.Lines, v.Fill("ops.refused.todo", nil))
		return strings.Join(s.Lines, "\n")
	})
}

// sweepRefused ends those of earlier days. Ops needn't hear that a day has begun.
func (o *Ops) sweepRefused(ctx context.Context) error {
	all, err := o.opts.Store.Incidents(ctx)
	if err != nil {
		return err
	}
	today := pipeline.Midnight(time.Now(), 0, o.opts.Zone)
	for _, i := range all {
		if strings.HasPrefix(i.Key, RefusedKind+":") && i.Since.Before(today) {
			if err := o.over(ctx, i, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
