package conversation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// PairWait is how long a text may come after a picture, or before it, where each post begins a thread of
// its own and others read along.
const PairWait = time.Minute

// threaded reports whether the session is in a thread below a post, not in a part of the chat that has
// threads' names only.
func (v *Session) threaded() bool {
	return v.Topic != "" && v.Reply != nil && v.Reply.Message == v.Topic
}

// Aside reports whether only the person gets to see the answer.
func (v *Session) Aside() bool { return strings.HasPrefix(v.Topic, "@") }

// overheard reports whether what was said is for others to hear, as far as anybody can tell.
func (v *Session) overheard() bool { return v.Group && !v.ToUs }

// adjoins reports whether a post may belong to a draft of another thread, since people write below each
// other as often as into threads.
func (v *Session) adjoins(dr bot.Draft) bool {
	top := v.Topic == v.Message || v.Aside() // a command is in no message at all
	switch {
	case v.Kind != bot.Wrote || !top || v.Topic == "" && v.Message != "":
		return false
	case !v.Group || dr.Waits == bot.ForLogo || dr.Waits == bot.ForName:
		return true
	case dr.Waits != bot.ForWords && dr.Waits != bot.ForYes && dr.Waits != bot.ForMore && dr.Waits != bot.ForPhoto:
		return false
	}
	return v.Now.Sub(dr.Made) <= PairWait && (len(dr.Images) == 0 || dr.Images[0].Message == dr.Topic)
}

// inThread lists the orders of the session's thread that a text may be about, newest first: the newest of
// each picture, and what has come to nothing only when there is nothing else.
func (ed *edits) inThread(ctx context.Context, v *Session) ([]pipeline.Order, error) {
	recent, err := ed.loader.newestOrders(ctx, v, 100)
	if err != nil {
		return nil, err
	}
	var all, live []pipeline.Order
	for _, o := range recent {
		same := func(x pipeline.Order) bool { return x.Photo.Ref == o.Photo.Ref }
		if o.Thread.Topic != v.Topic || slices.ContainsFunc(all, same) {
			continue
		}
		all = append(all, o)
		if o.Status != pipeline.Cancelled && o.Status != pipeline.Failed {
			live = append(live, o)
		}
	}
	if len(live) > 0 {
		return live, nil
	}
	return all[:min(len(all), 1)], nil
}

// rewordThread takes a text in a thread as new words for the order there, and reports whether there is one.
func (ed *edits) rewordThread(ctx context.Context, v *Session) (bool, error) {
	orders, err := ed.inThread(ctx, v)
	if err != nil || len(orders) == 0 {
		return false, err
	}
	if len(orders) == 1 {
		return true, ed.reword(ctx, v, orders[0], v.Text, false)
	}
	if _, about := v.read.Fix(v.Text, false); about && !(v.overheard() && !v.read.PlainFix(v.Text)) {
		v.Tell("fix.which", nil)
	}
	return true, nil
}
