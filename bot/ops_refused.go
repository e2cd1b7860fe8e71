package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/pipeline"
)

// refusedKind is the kind of incidents in which a chat has had so many photos refused that it may not order until
// tomorrow; the chat stands behind it.
const refusedKind = "refused"

// refused tells of a chat that has sent the last photo that may be refused in a day.
func (o *Ops) refused(ctx context.Context, x pipeline.Order) error {
	if x.Reason != pipeline.ReasonPhotoRefused && x.Fallback != pipeline.ReasonPhotoRefused || x.Thread.Chat == "" {
		return nil
	}
	n, err := o.Store.Refused(ctx, x.Thread.Platform, x.Thread.Chat, dayOf(o.Zone, x.Changed, 0))
	if err != nil || n < maxRefused {
		return err
	}
	return o.begin(ctx, refusedKind+":"+x.Thread.Platform+":"+x.Thread.Chat, func(v view) string {
		var s screen
		s.lines = append(s.lines, "🚫 "+v.fill("ops.refused", phrase.Args{"n": strconv.Itoa(n)}))
		if shop, err := shopOf(ctx, o.Store, x.Shop); err != nil {
			o.Log.Warn("shop of a refused photo not read", "order", x.ID, "err", err)
		} else {
			v.whose(&s, x, shop)
		}
		s.lines = append(s.lines, v.fill("ops.refused.todo", nil))
		return strings.Join(s.lines, "\n")
	})
}

// sweepRefused ends those of earlier days. Nobody needs to hear that a day has begun.
func (o *Ops) sweepRefused(ctx context.Context) error {
	all, err := o.Admin.Incidents(ctx)
	if err != nil {
		return err
	}
	today := dayOf(o.Zone, time.Now(), 0)
	for _, i := range all {
		if strings.HasPrefix(i.Key, refusedKind+":") && i.Since.Before(today) {
			if err := o.over(ctx, i, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
