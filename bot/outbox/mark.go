package outbox

import (
	"context"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// mark puts the sign of how an order stands at its photo, on platforms that have such signs. Nothing
// depends on it, so it is tried once.
func (c *platformChat) mark(ctx context.Context, o pipeline.Order) {
	marker, ok := c.messenger.(bot.Marker)
	m := markOf(o.Status)
	if last, _ := c.marks.Get(o.ID); !ok || last == m {
		return
	}
	if err := marker.Mark(ctx, o.Thread, m); err != nil {
		c.opts.Log.Warn("reaction to a photo not set", "order", o.ID, "platform", o.Thread.Platform, "err", err)
	}
	c.marks.Add(o.ID, m)
}

func markOf(s pipeline.Status) bot.Mark {
	switch s {
	case pipeline.Delivered:
		return bot.Done
	case pipeline.Failed:
		return bot.NotDone
	case pipeline.Cancelled:
		return bot.Unmarked
	}
	return bot.Seen
}
