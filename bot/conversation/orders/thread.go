package orders

import (
	"context"
	"slices"

	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
)

// inThread lists the orders of the session's thread that a text may be about, newest first: the newest of
// each picture, and what has come to nothing only when there is nothing else.
func (ed *Edits) inThread(ctx context.Context, v *session.Session) ([]pipeline.Order, error) {
	recent, err := ed.loader.NewestOrders(ctx, v, 100)
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
func (ed *Edits) rewordThread(ctx context.Context, v *session.Session) (bool, error) {
	orders, err := ed.inThread(ctx, v)
	if err != nil || len(orders) == 0 {
		return false, err
	}
	if len(orders) == 1 {
		return true, ed.reword(v, orders[0], v.Text, false)
	}
	if _, about := v.Read.Fix(v.Text, false); about && !(v.Overheard() && !v.Read.PlainFix(v.Text)) {
		v.Tell("fix.which", nil)
	}
	return true, nil
}
